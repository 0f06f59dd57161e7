//! Doing it: from a plan to a stream of events, with another expert when one fails early.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{
    Answered, Cost, Event, ExpertCard, Failure, FailureCode, Finish, Outcome, Reason, StepReport,
    Usage,
};
use futures::{StreamExt as _, stream::BoxStream};
use tokio::time::Instant;

use super::{Candidate, Intent, Plan, Request, Route, Step, rank};
use crate::experts::{Expert, Item, Roster, Task};

/// Answers a request: see [`super::Coterie::answer`].
pub(super) fn answer(roster: Arc<Roster>, request: Request) -> BoxStream<'static, Event> {
    let arrived = Instant::now();
    let events = async_stream::stream! {
        let intent = match Intent::recognize(request) {
            Ok(intent) => intent,
            Err(failure) => {
                yield Event::Failed { failure };
                return;
            }
        };
        let plan = Plan::of(&intent);
        yield plan.announce(&intent);
        let mut answered = Tally::new(arrived);
        for step in plan.steps {
            let task = Arc::new(intent.task(step.action));
            let experts = roster.current().await;
            let route = match rank(&task, &experts, intent.expert.as_ref()) {
                Ok(route) => route,
                Err(failure) => {
                    yield Event::Failed { failure };
                    return;
                }
            };
            let mut events = do_step(step, task, route);
            while let Some(event) = events.next().await {
                answered.note(&event);
                let failed = matches!(event, Event::Failed { .. });
                yield event;
                if failed {
                    return;
                }
            }
        }
        yield answered.done();
    };
    events.boxed()
}

/// Tries one candidate after the other until one has begun to speak. Ends with `StepFinished` or
/// `Failed`.
fn do_step(step: Step, task: Arc<Task>, route: Route) -> BoxStream<'static, Event> {
    let events = async_stream::stream! {
        let mut first_failure = None;
        let mut instead_of = None;
        if let Some(failure) = route.passed_over {
            instead_of = failed_one(&failure);
            yield step_failed(step, &failure);
            first_failure = Some(failure);
        }
        for Candidate { expert, reason } in route.candidates {
            let mut attempt = Attempt::new(step, &expert);
            yield attempt.started(instead_of.take().unwrap_or(reason));
            let mut items = expert.start(Arc::clone(&task));
            let end = loop {
                match attempt.take(items.next().await) {
                    Progress::Event(event) => yield event,
                    Progress::Nothing => {}
                    Progress::End(end) => break end,
                }
            };
            // A broken expert must not go on working while the next one is asked.
            drop(items);
            let failure = match end {
                Ok(event) => {
                    yield event;
                    return;
                }
                Err(failure) => failure,
            };
            if attempt.has_spoken() {
                yield Event::Failed { failure };
                return;
            }
            instead_of = failed_one(&failure);
            yield step_failed(step, &failure);
            first_failure.get_or_insert(failure);
        }
        // The first one is the expert that the reader counted on.
        let nobody = || Failure::new(FailureCode::NoExpert, "nobody was left to ask");
        yield Event::Failed { failure: first_failure.unwrap_or_else(nobody) };
    };
    events.boxed()
}

fn step_failed(step: Step, failure: &Failure) -> Event {
    Event::StepFailed {
        step: step.id,
        failure: failure.clone(),
    }
}

fn failed_one(failure: &Failure) -> Option<Reason> {
    Some(Reason::InsteadOf {
        expert: failure.expert.clone()?,
        failure: failure.code,
    })
}

/// One expert's try at a step.
struct Attempt {
    step: Step,
    expert: Arc<dyn Expert>,
    card: ExpertCard,
    started: Instant,
    first_text: Option<Duration>,
    usage: Option<Usage>,
}

/// What an item of an expert comes to.
enum Progress {
    Event(Event),
    Nothing,
    End(Result<Event, Failure>),
}

impl Attempt {
    fn new(step: Step, expert: &Arc<dyn Expert>) -> Self {
        Self {
            step,
            expert: Arc::clone(expert),
            card: expert.card().clone(),
            started: Instant::now(),
            first_text: None,
            usage: None,
        }
    }

    fn started(&self, reason: Reason) -> Event {
        Event::StepStarted {
            step: self.step.id,
            expert: self.card.clone(),
            reason,
        }
    }

    fn has_spoken(&self) -> bool {
        self.first_text.is_some()
    }

    fn take(&mut self, item: Option<Item>) -> Progress {
        let step = self.step.id;
        match item {
            Some(Item::Text(text)) if text.is_empty() => Progress::Nothing,
            Some(Item::Text(text)) => {
                self.first_text.get_or_insert(self.started.elapsed());
                Progress::Event(Event::Delta { step, text })
            }
            Some(Item::Reasoning(text)) if text.is_empty() => Progress::Nothing,
            Some(Item::Reasoning(text)) => Progress::Event(Event::Reasoning { step, text }),
            Some(Item::Shortened { read_percent }) => {
                Progress::Event(Event::Shortened { step, read_percent })
            }
            Some(Item::Usage(usage)) => {
                self.usage = Some(usage);
                Progress::Nothing
            }
            Some(Item::Metadata(_) | Item::Heartbeat) => Progress::Nothing,
            Some(Item::Finished(_)) if !self.has_spoken() => Progress::End(Err(
                self.failure(FailureCode::MalformedAnswer, "sent no text")
            )),
            Some(Item::Finished(finish)) => Progress::End(Ok(self.finished(finish))),
            Some(Item::Failed(error)) => Progress::End(Err(error.to_failure(&self.card))),
            None => Progress::End(Err(self.failure(FailureCode::EndedEarly, "just stopped"))),
        }
    }

    fn failure(&self, code: FailureCode, what: &str) -> Failure {
        Failure::new(code, format!("{} {what}", self.card.id)).by(&self.card.id)
    }

    fn finished(&self, finish: Finish) -> Event {
        let report = StepReport {
            finish,
            first_text_ms: self.first_text.map(milliseconds),
            duration_ms: milliseconds(self.started.elapsed()),
            usage: self.usage,
            cost: self.usage.and_then(|usage| self.expert.cost(usage)),
            estimated: false,
        };
        Event::StepFinished {
            step: self.step.id,
            report,
        }
    }
}

/// What a request took altogether.
struct Tally {
    arrived: Instant,
    first_text: Option<Duration>,
    finish: Finish,
    costs: Vec<Option<Cost>>,
}

impl Tally {
    fn new(arrived: Instant) -> Self {
        Self {
            arrived,
            first_text: None,
            finish: Finish::Complete,
            costs: Vec::new(),
        }
    }

    fn note(&mut self, event: &Event) {
        match event {
            Event::Delta { .. } => {
                self.first_text.get_or_insert(self.arrived.elapsed());
            }
            Event::StepFinished { report, .. } => {
                self.finish = report.finish;
                self.costs.push(report.cost.clone());
            }
            _ => {}
        }
    }

    fn done(self) -> Event {
        let answered = Answered {
            duration_ms: milliseconds(self.arrived.elapsed()),
            first_text_ms: self.first_text.map(milliseconds),
            cost: total(self.costs),
            estimated: false,
            finish: self.finish,
        };
        Event::Done {
            outcome: Outcome::Answered(answered),
        }
    }
}

/// The sum, if every part is known and in the same currency.
fn total(costs: Vec<Option<Cost>>) -> Option<Cost> {
    let mut costs = costs.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
    let first = costs.next()?;
    costs.try_fold(first, |sum, next| {
        (sum.currency == next.currency).then_some(Cost {
            amount: sum.amount + next.amount,
            currency: sum.currency,
        })
    })
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
