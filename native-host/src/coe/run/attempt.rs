//! One expert's try at a step, and its line in the books whatever way it ends.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{
    Cost, Event, ExpertCard, Failure, FailureCode, Finish, Reason, StepId, StepReport, Usage,
};
use tokio::time::Instant;

use super::{
    backstage::{Admitted, Backstage, Ended, Estimate, Permit},
    milliseconds,
    purse::Hold,
    tally::total,
};
use crate::{
    experts::{Expert, ExpertError, Item, prompts::estimate_tokens},
    memory::{CallKind, CallOutcome, RequestNumber},
};

/// One expert's try at a step.
pub(super) struct Attempt {
    step: StepId,
    expert: Arc<dyn Expert>,
    made: Made,
    backstage: Arc<dyn Backstage>,
    permit: Option<Permit>,
    hold: Hold,
    estimate: Estimate,
    started: Instant,
    first_text: Option<Duration>,
    characters: u64,
    tokens_said: u64,
    usage: Option<Usage>,
    noted: bool,
}

/// Leave to make a call, and what it may take.
pub(super) struct Leave {
    /// Leave of the limits.
    pub(super) admitted: Admitted,
    /// Money of the plan.
    pub(super) hold: Hold,
    /// What it may take.
    pub(super) estimate: Estimate,
}

/// What a call is made for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    /// The request.
    pub(super) request: RequestNumber,
    /// Why.
    pub(super) kind: CallKind,
}

/// What an item of an expert comes to.
pub(super) enum Progress {
    /// More text.
    Text(String),
    /// Something else to tell.
    Event(Event),
    /// Nothing to tell.
    Nothing,
    /// The end of the answer.
    Finished(Finish),
    /// The end without one.
    Failed(ExpertError),
}

impl Attempt {
    pub(super) fn new(
        step: StepId,
        expert: &Arc<dyn Expert>,
        made: Made,
        backstage: &Arc<dyn Backstage>,
        leave: Leave,
    ) -> Self {
        Self {
            step,
            expert: Arc::clone(expert),
            made,
            backstage: Arc::clone(backstage),
            permit: leave.admitted.permit,
            hold: leave.hold,
            estimate: leave.estimate,
            started: Instant::now(),
            first_text: None,
            characters: 0,
            tokens_said: 0,
            usage: None,
            noted: false,
        }
    }

    pub(super) fn card(&self) -> &ExpertCard {
        self.expert.card()
    }

    pub(super) fn started(&self, reason: Reason) -> Event {
        Event::StepStarted {
            step: self.step,
            expert: self.card().clone(),
            reason,
        }
    }

    pub(super) fn take(&mut self, item: Option<Item>) -> Progress {
        let step = self.step;
        match item {
            Some(Item::Text(text)) if text.is_empty() => Progress::Nothing,
            Some(Item::Text(text)) => {
                self.first_text.get_or_insert(self.started.elapsed());
                self.characters += count(text.chars().count());
                self.tokens_said += count(estimate_tokens(&text));
                let cost = self.cost_so_far();
                if !self.hold.covers(cost.as_ref()) {
                    return Progress::Finished(Finish::Truncated);
                }
                Progress::Text(text)
            }
            Some(Item::Reasoning(text)) if text.is_empty() => Progress::Nothing,
            Some(Item::Reasoning(text)) => {
                self.tokens_said += count(estimate_tokens(&text));
                Progress::Event(Event::Reasoning { step, text })
            }
            Some(Item::Shortened { read_percent }) => {
                Progress::Event(Event::Shortened { step, read_percent })
            }
            Some(Item::Usage(usage)) => {
                self.usage = Some(usage);
                Progress::Nothing
            }
            Some(Item::Metadata(_) | Item::Heartbeat) => Progress::Nothing,
            Some(Item::Finished(_)) if self.first_text.is_none() => {
                Progress::Failed(self.error(FailureCode::MalformedAnswer, "sent no text"))
            }
            Some(Item::Finished(finish)) => Progress::Finished(finish),
            Some(Item::Failed(error)) => Progress::Failed(error),
            None => Progress::Failed(self.error(FailureCode::EndedEarly, "just stopped")),
        }
    }

    /// Ends the try with an answer; gives what it took, with what others took `before` it.
    pub(super) fn finish(mut self, finish: Finish, before: &Spent) -> Event {
        let outcome = match finish {
            Finish::Complete => CallOutcome::Done,
            Finish::Truncated => CallOutcome::Truncated,
        };
        let taken = self.taken(outcome);
        let own = Spent::of(&taken);
        let report = StepReport {
            finish,
            first_text_ms: self.first_text.map(milliseconds),
            duration_ms: milliseconds(self.started.elapsed()),
            usage: self.usage.or(taken.usage.filter(|_| taken.estimated)),
            cost: before.and(&own).cost(),
            estimated: before.estimated || taken.estimated,
        };
        self.note(outcome, None);
        Event::StepFinished {
            step: self.step,
            report,
        }
    }

    /// Ends the try without one.
    pub(super) fn fail(mut self, error: &ExpertError) -> (Failure, Spent) {
        let outcome = CallOutcome::Failed(error.code);
        let spent = Spent::of(&self.taken(outcome));
        self.note(outcome, error.retry_after);
        (error.to_failure(self.card()), spent)
    }

    /// Ends the try because another expert spoke first.
    pub(super) fn outrun(mut self) -> Spent {
        let spent = Spent::of(&self.taken(CallOutcome::LostRace));
        self.note(CallOutcome::LostRace, None);
        spent
    }

    fn error(&self, code: FailureCode, what: &str) -> ExpertError {
        ExpertError::new(code, format!("{} {what}", self.card().id))
    }

    /// Tokens and money so far. What a vendor does not report is estimated where it has a price;
    /// a refusal before any text is taken to cost nothing.
    fn taken(&self, outcome: CallOutcome) -> Taken {
        let refused = matches!(outcome, CallOutcome::Failed(_)) && self.tokens_said == 0;
        let guess = || Usage {
            input_tokens: self.estimate.input_tokens,
            cached_tokens: 0,
            output_tokens: self.tokens_said,
        };
        let usage = self.usage.or_else(|| (!refused).then(guess));
        let cost = usage.and_then(|usage| self.expert.cost(usage));
        let free = self.card().price.is_none() || refused;
        Taken {
            estimated: self.usage.is_none() && cost.is_some(),
            unknown: cost.is_none() && !free,
            usage,
            cost,
        }
    }

    /// The money that it has taken by now, by the text that was received.
    fn cost_so_far(&self) -> Option<Cost> {
        self.expert.cost(Usage {
            input_tokens: self.estimate.input_tokens,
            cached_tokens: 0,
            output_tokens: self.tokens_said,
        })
    }

    fn note(&mut self, outcome: CallOutcome, retry_after: Option<Duration>) {
        if std::mem::replace(&mut self.noted, true) {
            return;
        }
        let taken = self.taken(outcome);
        self.hold.spend(taken.cost.as_ref());
        let permit = self.permit.take();
        self.backstage.note(Ended {
            request: self.made.request,
            expert: self.card(),
            kind: self.made.kind,
            outcome,
            first_text: self.first_text,
            duration: self.started.elapsed(),
            characters: self.characters,
            usage: taken.usage,
            cost: taken.cost,
            estimated: taken.estimated,
            retry_after,
            permit,
        });
    }
}

/// What a try took.
struct Taken {
    usage: Option<Usage>,
    cost: Option<Cost>,
    estimated: bool,
    /// Whether it cost money, and nobody knows how much.
    unknown: bool,
}

/// Money spent on a step by several tries.
#[derive(Debug, Clone, Default)]
pub(super) struct Spent {
    costs: Vec<Cost>,
    estimated: bool,
    unknown: bool,
}

impl Spent {
    fn of(taken: &Taken) -> Self {
        Self {
            costs: taken.cost.clone().into_iter().collect(),
            estimated: taken.estimated,
            unknown: taken.unknown,
        }
    }

    /// What both took.
    pub(super) fn and(&self, other: &Self) -> Self {
        Self {
            costs: self.costs.iter().chain(&other.costs).cloned().collect(),
            estimated: self.estimated || other.estimated,
            unknown: self.unknown || other.unknown,
        }
    }

    /// The sum, if all of it is known and in one currency.
    fn cost(&self) -> Option<Cost> {
        total(self.costs.iter().cloned()).filter(|_| !self.unknown)
    }
}

impl Drop for Attempt {
    /// Whoever drops the answer may still be billed for it.
    fn drop(&mut self) {
        self.note(CallOutcome::Cancelled, None);
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
