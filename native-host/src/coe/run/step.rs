//! One step: the best expert that is free does it; one that is slow is raced, one that fails is
//! asked again or replaced, and one that falls silent in the middle is gone on from.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use coterie_protocol::{Event, ExpertId, Failure, FailureCode, Reason};
use futures::stream::BoxStream;
use tokio::time::{Instant, sleep};

use super::{
    attempt::{Attempt, Made, Progress, Spent},
    backstage::{Backstage, Estimate, Permit, Refused},
    milliseconds,
    patience::Patience,
    race::{self, Happening, Racer},
    seam::Seam,
};
use crate::{
    coe::{Candidate, Route, Step},
    experts::{
        Decision, Expert, ExpertError, Task,
        prompts::estimate_tokens,
        remote::{MOST_OF_A_PAGE, RULES},
    },
    memory::{CallKind, RequestNumber},
};

/// When an expert of which nothing was seen yet is taken to be slow.
const USUALLY: Duration = Duration::from_secs(8);

/// The shortest wait that the reader is told of.
const WORTH_TELLING: Duration = Duration::from_secs(1);

/// The most that an answer is taken to be, in tokens, before it is there.
const USUAL_ANSWER: u64 = 2_000;

/// Does a step. Ends with `StepFinished` or `Failed`.
pub(super) fn perform(
    step: Step,
    task: Arc<Task>,
    route: Route,
    request: RequestNumber,
    backstage: Arc<dyn Backstage>,
) -> BoxStream<'static, Event> {
    let mut work = Work::new(step, task, route.candidates, request, backstage);
    let events = async_stream::stream! {
        if let Some(failure) = route.passed_over {
            yield work.passed_over(failure);
        }
        loop {
            // Somebody who may begin.
            let Some(candidate) = work.next_candidate() else {
                yield work.nobody_left();
                return;
            };
            let admitted = match work.admit(&candidate).await {
                Admission::Yes(admitted) => admitted,
                Admission::After(wait, failure) => {
                    if wait >= WORTH_TELLING {
                        yield work.waiting(wait, failure);
                    }
                    sleep(wait).await;
                    work.ask_next(candidate);
                    continue;
                }
                Admission::No(failure) => {
                    yield work.failed(failure);
                    continue;
                }
            };
            if let Some((spent, cap)) = admitted.near_cap {
                yield Event::NearCap { spent, cap };
            }
            let first = work.start(&candidate, admitted.permit);
            yield first.attempt.started(work.reason(&candidate));
            let mut racers = vec![first];
            let mut slow_at = work.slow_at(&candidate);

            // Until one of them speaks.
            let spoken = loop {
                match race::next(&mut racers, slow_at).await {
                    Happening::Event(event) => yield event,
                    Happening::Spoke(number, text) => break Some((number, text)),
                    Happening::Slow => {
                        slow_at = None;
                        racers.extend(work.hedge(&candidate).await);
                    }
                    Happening::Failed(number, error) => {
                        let racer = racers.remove(number);
                        let (expert, others) = (Arc::clone(&racer.expert), !racers.is_empty());
                        let (failure, spent) = racer.attempt.fail(&error);
                        work.spent = work.spent.and(&spent);
                        match work.after_failure(&expert, &error, others) {
                            After::AskAgain(wait) => {
                                yield work.waiting(wait, failure);
                                sleep(wait).await;
                                break None;
                            }
                            After::GoOn => yield work.failed(failure),
                            After::Next => {
                                yield work.failed(failure);
                                break None;
                            }
                        }
                        // The one that is left is now the one that is shown.
                        if let Some(left) = racers.first_mut()
                            && let Some(reason) = left.reason.take()
                        {
                            yield left.attempt.started(reason);
                            while let Some(event) = left.early.pop_front() {
                                yield event;
                            }
                        }
                    }
                }
            };
            let Some((number, text)) = spoken else {
                continue;
            };
            let mut winner = racers.swap_remove(number);
            for outrun in racers {
                work.spent = work.spent.and(&outrun.attempt.outrun());
            }
            if let Some(reason) = winner.reason.take() {
                yield winner.attempt.started(reason);
                while let Some(event) = winner.early.pop_front() {
                    yield event;
                }
            }

            // Its answer, to the end or to where it falls silent.
            let mut seam = Seam::after(&work.task.delivered);
            let mut progress = Progress::Text(text);
            let end = loop {
                match progress {
                    Progress::Text(text) => {
                        if let Some(event) = work.deliver(&seam.push(&text)) {
                            yield event;
                        }
                    }
                    Progress::Event(event) => yield event,
                    Progress::Nothing => {}
                    Progress::Finished(finish) => break Ok(finish),
                    Progress::Failed(error) => break Err(error),
                }
                progress = winner.next().await;
            };
            let error = match end {
                Ok(finish) => {
                    if let Some(event) = work.deliver(&seam.finish()) {
                        yield event;
                    }
                    yield winner.attempt.finish(finish, &work.spent);
                    return;
                }
                Err(error) => error,
            };
            let (failure, spent) = winner.attempt.fail(&error);
            work.spent = work.spent.and(&spent);
            match work.go_on_from_here(&error, &failure) {
                Some(seam) => yield seam,
                None => {
                    yield Event::Failed { failure };
                    return;
                }
            }
        }
    };
    Box::pin(events)
}

/// A step under way.
struct Work {
    step: Step,
    task: Arc<Task>,
    candidates: VecDeque<Candidate>,
    backstage: Arc<dyn Backstage>,
    patience: Patience,
    /// How long the expert under way was waited for because of limits.
    waited: Duration,
    /// How often the expert under way was asked again.
    retries: u32,
    /// What the next call is made for.
    made: Made,
    /// The last that failed, which the next one stands in for.
    instead_of: Option<(ExpertId, FailureCode)>,
    /// The first failure: of the expert that the reader counted on.
    first_failure: Option<Failure>,
    spent: Spent,
}

/// Whether an expert may be asked.
enum Admission {
    Yes(super::Admitted),
    After(Duration, Failure),
    No(Failure),
}

/// What to do after a failure before the first text.
enum After {
    /// Ask the same expert again after a while.
    AskAgain(Duration),
    /// Another expert is already at work.
    GoOn,
    /// Ask the next one.
    Next,
}

impl Work {
    fn new(
        step: Step,
        task: Arc<Task>,
        candidates: Vec<Candidate>,
        request: RequestNumber,
        backstage: Arc<dyn Backstage>,
    ) -> Self {
        Self {
            step,
            task,
            candidates: candidates.into(),
            patience: Patience::of(backstage.profile()),
            backstage,
            waited: Duration::ZERO,
            retries: 0,
            made: Made {
                request,
                kind: CallKind::First,
            },
            instead_of: None,
            first_failure: None,
            spent: Spent::default(),
        }
    }

    /// The next expert that can do what is left of the step.
    fn next_candidate(&mut self) -> Option<Candidate> {
        let able = |candidate: &Candidate| candidate.expert.can(&self.task);
        let at = self.candidates.iter().position(able)?;
        self.candidates.remove(at)
    }

    fn ask_next(&mut self, candidate: Candidate) {
        self.candidates.push_front(candidate);
    }

    async fn admit(&mut self, candidate: &Candidate) -> Admission {
        let estimate = self.estimate(&candidate.expert);
        let card = candidate.expert.card();
        match self.backstage.admit(card, &estimate).await {
            Ok(admitted) => Admission::Yes(admitted),
            Err(Refused::Wait(wait, failure)) => {
                self.waited += wait;
                if self.patience.outlasts(self.waited) {
                    return Admission::After(wait, failure);
                }
                self.waited = Duration::ZERO;
                Admission::No(failure)
            }
            Err(Refused::Never(failure)) => Admission::No(failure),
        }
    }

    fn start(&self, candidate: &Candidate, permit: Option<Permit>) -> Racer {
        let expert = &candidate.expert;
        let estimate = self.estimate(expert);
        let made = self.made;
        let attempt = Attempt::new(self.step, expert, made, &self.backstage, permit, estimate);
        Racer::start(attempt, expert, &self.task)
    }

    fn reason(&mut self, candidate: &Candidate) -> Reason {
        let instead = self.instead_of.take();
        let instead = instead.filter(|(expert, _)| *expert != candidate.expert.card().id);
        instead.map_or_else(
            || candidate.reason.clone(),
            |(expert, failure)| Reason::InsteadOf { expert, failure },
        )
    }

    /// When a second expert is asked, if one may be.
    fn slow_at(&self, candidate: &Candidate) -> Option<Instant> {
        let may = self.patience.hedge && self.candidates.iter().any(|next| self.may_hedge(next));
        let standing = self.backstage.standing(candidate.expert.card());
        let usually = standing.usually_speaks_by;
        let usually = usually.or_else(|| candidate.expert.usually_speaks_by());
        may.then(|| Instant::now() + usually.unwrap_or(USUALLY))
    }

    fn may_hedge(&self, candidate: &Candidate) -> bool {
        candidate.expert.can(&self.task)
    }

    /// A second expert beside a slow one, if there is one that is free.
    async fn hedge(&mut self, slow: &Candidate) -> Option<Racer> {
        let candidate = self.next_candidate()?;
        let estimate = self.estimate(&candidate.expert);
        let card = candidate.expert.card();
        let Ok(admitted) = self.backstage.admit(card, &estimate).await else {
            self.ask_next(candidate);
            return None;
        };
        let kind = std::mem::replace(&mut self.made.kind, CallKind::Hedge);
        let mut racer = self.start(&candidate, admitted.permit);
        self.made.kind = kind;
        racer.reason = Some(Reason::Hedge {
            expert: slow.expert.card().id.clone(),
        });
        Some(racer)
    }

    fn after_failure(
        &mut self,
        expert: &Arc<dyn Expert>,
        error: &ExpertError,
        others: bool,
    ) -> After {
        if others {
            return After::GoOn;
        }
        let again = match Decision::on(error, self.retries, self.backstage.spread()) {
            Decision::RetryHere { wait } => {
                let allowed = self.patience.allows(self.retries, wait);
                allowed.then_some(wait)
            }
            Decision::AnotherExpert => None,
            Decision::AskReader => {
                self.candidates.clear();
                None
            }
        };
        let Some(wait) = again else {
            self.retries = 0;
            self.waited = Duration::ZERO;
            self.made.kind = CallKind::Fallback;
            return After::Next;
        };
        self.retries += 1;
        self.made.kind = CallKind::Retry;
        self.ask_next(Candidate {
            expert: Arc::clone(expert),
            reason: Reason::InsteadOf {
                expert: expert.card().id.clone(),
                failure: error.code,
            },
        });
        After::AskAgain(wait)
    }

    /// Delivers more text of the answer.
    fn deliver(&mut self, text: &str) -> Option<Event> {
        if text.is_empty() {
            return None;
        }
        Arc::make_mut(&mut self.task).delivered.push_str(text);
        Some(Event::Delta {
            step: self.step.id,
            text: text.to_owned(),
        })
    }

    /// Makes what is left of the step the work of the next expert that can go on with it.
    fn go_on_from_here(&mut self, error: &ExpertError, failure: &Failure) -> Option<Event> {
        if Decision::on(error, self.retries, 0.0) == Decision::AskReader {
            return None;
        }
        let able = |candidate: &&Candidate| candidate.expert.can(&self.task);
        let next = self.candidates.iter().find(able)?;
        let kept = next.expert.resumes_at(&self.task);
        let delivered = &mut Arc::make_mut(&mut self.task).delivered;
        delivered.truncate(kept);
        let at = u64::try_from(delivered.chars().count()).unwrap_or(u64::MAX);
        self.retries = 0;
        self.waited = Duration::ZERO;
        self.made.kind = CallKind::Continuation;
        self.instead_of = failed_one(failure);
        Some(Event::Seam {
            step: self.step.id,
            at,
            failure: failure.clone(),
        })
    }

    fn passed_over(&mut self, failure: Failure) -> Event {
        self.made.kind = CallKind::Fallback;
        self.failed(failure)
    }

    fn failed(&mut self, failure: Failure) -> Event {
        self.instead_of = failed_one(&failure);
        self.first_failure.get_or_insert_with(|| failure.clone());
        Event::StepFailed {
            step: self.step.id,
            failure,
        }
    }

    fn waiting(&self, wait: Duration, failure: Failure) -> Event {
        Event::Waiting {
            step: self.step.id,
            wait_ms: milliseconds(wait),
            failure,
        }
    }

    fn nobody_left(&mut self) -> Event {
        let nobody = || Failure::new(FailureCode::NoExpert, "nobody was left to ask");
        let failure = self.first_failure.take().unwrap_or_else(nobody);
        Event::Failed { failure }
    }

    /// What a call may take, at most.
    fn estimate(&self, expert: &Arc<dyn Expert>) -> Estimate {
        let task = &self.task;
        let paragraphs = task.article.paragraphs.iter();
        let page: usize = paragraphs.map(|each| estimate_tokens(&each.text)).sum();
        let said = task
            .conversation
            .iter()
            .map(|turn| estimate_tokens(&turn.text));
        let passage = task.passage.as_deref().map_or(0, estimate_tokens);
        let all = page.min(MOST_OF_A_PAGE) + passage + said.sum::<usize>() + RULES;
        let input_tokens = u64::try_from(all).unwrap_or(u64::MAX);
        let output_tokens = match task.action {
            coterie_protocol::Action::Translate => input_tokens,
            _ => USUAL_ANSWER,
        };
        let cost = expert.cost(coterie_protocol::Usage {
            input_tokens,
            cached_tokens: 0,
            output_tokens,
        });
        Estimate {
            input_tokens,
            output_tokens,
            cost,
        }
    }
}

fn failed_one(failure: &Failure) -> Option<(ExpertId, FailureCode)> {
    Some((failure.expert.clone()?, failure.code))
}
