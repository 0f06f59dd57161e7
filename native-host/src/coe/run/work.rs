//! A step under way: who is next, whether it may be asked, what follows from a failure.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use coterie_protocol::{Event, ExpertCard, ExpertId, Failure, FailureCode, Reason, StepId};
use tokio::time::Instant;

use super::{
    attempt::{Attempt, Leave, Made, Spent},
    backstage::{Backstage, Estimate, Refused},
    milliseconds,
    patience::Patience,
    purse::Purse,
    race::Racer,
    step::Job,
};
use crate::{
    coe::Candidate,
    experts::{Decision, Expert, ExpertError, Task},
    memory::CallKind,
};

/// When an expert of which nothing was seen yet is taken to be slow.
const USUALLY: Duration = Duration::from_secs(8);

/// A step under way.
pub(super) struct Work {
    step: StepId,
    pub(super) task: Arc<Task>,
    candidates: VecDeque<Candidate>,
    backstage: Arc<dyn Backstage>,
    purse: Purse,
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
    pub(super) spent: Spent,
}

/// Whether an expert may be asked.
pub(super) enum Admission {
    Yes(Leave),
    After(Duration, Failure),
    No(Failure),
}

/// What to do after a failure before the first text.
pub(super) enum After {
    /// Ask the same expert again after a while.
    AskAgain(Duration),
    /// Another expert is already at work.
    GoOn,
    /// Ask the next one.
    Next,
}

impl Work {
    pub(super) fn new(job: Job, candidates: Vec<Candidate>) -> Self {
        let backstage = job.backstage;
        Self {
            step: job.step,
            task: job.task,
            candidates: candidates.into(),
            patience: Patience::of(backstage.profile()),
            backstage,
            purse: job.purse,
            waited: Duration::ZERO,
            retries: 0,
            made: Made {
                request: job.request,
                kind: CallKind::First,
            },
            instead_of: None,
            first_failure: None,
            spent: Spent::default(),
        }
    }

    /// The next expert that can do what is left of the step.
    pub(super) fn next_candidate(&mut self) -> Option<Candidate> {
        let able = |candidate: &Candidate| candidate.expert.can(&self.task);
        let at = self.candidates.iter().position(able)?;
        self.candidates.remove(at)
    }

    pub(super) fn ask_next(&mut self, candidate: Candidate) {
        self.candidates.push_front(candidate);
    }

    pub(super) async fn admit(&mut self, candidate: &Candidate) -> Admission {
        let estimate = Estimate::of(&candidate.expert, &self.task);
        let card = candidate.expert.card();
        let Some(hold) = self.purse.hold(estimate.cost.as_ref()) else {
            return Admission::No(over_budget(card));
        };
        match self.backstage.admit(card, &estimate).await {
            Ok(admitted) => Admission::Yes(Leave {
                admitted,
                hold,
                estimate,
            }),
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

    pub(super) fn start(&self, candidate: &Candidate, leave: Leave) -> Racer {
        let expert = &candidate.expert;
        let attempt = Attempt::new(self.step, expert, self.made, &self.backstage, leave);
        Racer::start(attempt, expert, &self.task)
    }

    pub(super) fn reason(&mut self, candidate: &Candidate) -> Reason {
        let instead = self.instead_of.take();
        let instead = instead.filter(|(expert, _)| *expert != candidate.expert.card().id);
        instead.map_or_else(
            || candidate.reason.clone(),
            |(expert, failure)| Reason::InsteadOf { expert, failure },
        )
    }

    /// When a second expert is asked, if one may be.
    pub(super) fn slow_at(&self, candidate: &Candidate) -> Option<Instant> {
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
    pub(super) async fn hedge(&mut self, slow: &Candidate) -> Option<Racer> {
        let candidate = self.next_candidate()?;
        let estimate = Estimate::of(&candidate.expert, &self.task);
        let card = candidate.expert.card();
        let hold = self.purse.hold(estimate.cost.as_ref());
        let (Some(hold), Ok(admitted)) = (hold, self.backstage.admit(card, &estimate).await) else {
            self.ask_next(candidate);
            return None;
        };
        let leave = Leave {
            admitted,
            hold,
            estimate,
        };
        let kind = std::mem::replace(&mut self.made.kind, CallKind::Hedge);
        let mut racer = self.start(&candidate, leave);
        self.made.kind = kind;
        racer.reason = Some(Reason::Hedge {
            expert: slow.expert.card().id.clone(),
        });
        Some(racer)
    }

    pub(super) fn after_failure(
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
    pub(super) fn deliver(&mut self, text: &str) -> Option<Event> {
        if text.is_empty() {
            return None;
        }
        Arc::make_mut(&mut self.task).delivered.push_str(text);
        Some(Event::Delta {
            step: self.step,
            text: text.to_owned(),
        })
    }

    /// Makes what is left of the step the work of the next expert that can go on with it.
    pub(super) fn go_on_from_here(
        &mut self,
        error: &ExpertError,
        failure: &Failure,
    ) -> Option<Event> {
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
            step: self.step,
            at,
            failure: failure.clone(),
        })
    }

    pub(super) fn passed_over(&mut self, failure: Failure) -> Event {
        self.made.kind = CallKind::Fallback;
        self.failed(failure)
    }

    pub(super) fn failed(&mut self, failure: Failure) -> Event {
        self.instead_of = failed_one(&failure);
        self.first_failure.get_or_insert_with(|| failure.clone());
        Event::StepFailed {
            step: self.step,
            failure,
        }
    }

    pub(super) fn waiting(&self, wait: Duration, failure: Failure) -> Event {
        Event::Waiting {
            step: self.step,
            wait_ms: milliseconds(wait),
            failure,
        }
    }

    pub(super) fn nobody_left(&mut self) -> Event {
        let nobody = || Failure::new(FailureCode::NoExpert, "nobody was left to ask");
        let failure = self.first_failure.take().unwrap_or_else(nobody);
        Event::Failed { failure }
    }
}

fn failed_one(failure: &Failure) -> Option<(ExpertId, FailureCode)> {
    Some((failure.expert.clone()?, failure.code))
}

fn over_budget(card: &ExpertCard) -> Failure {
    let message = format!(
        "{} may cost more than is left of what this request may",
        card.id
    );
    Failure::new(FailureCode::OverBudget, message).by(&card.id)
}
