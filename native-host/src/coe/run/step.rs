//! One step: the best expert that is free does it; one that is slow is raced, one that fails is
//! asked again or replaced, and one that falls silent in the middle is gone on from.

use std::sync::Arc;

use coterie_protocol::{Event, StepId};
use futures::stream::BoxStream;
use tokio::time::sleep;

use super::{
    attempt::Progress,
    backstage::Backstage,
    purse::Purse,
    race::{self, Happening},
    seam::Seam,
    work::{Admission, After, Work},
};
use crate::{coe::Route, experts::Task, memory::RequestNumber};

/// The shortest wait that the reader is told of.
const WORTH_TELLING: std::time::Duration = std::time::Duration::from_secs(1);

/// What a step is done with.
pub(super) struct Job {
    /// The step.
    pub(super) step: StepId,
    /// What is to be done.
    pub(super) task: Arc<Task>,
    /// The request that it belongs to.
    pub(super) request: RequestNumber,
    /// What stands behind the stage.
    pub(super) backstage: Arc<dyn Backstage>,
    /// The money of its plan.
    pub(super) purse: Purse,
}

/// Does a step. Ends with `StepFinished` or `Failed`.
pub(super) fn perform(job: Job, route: Route) -> BoxStream<'static, Event> {
    let mut work = Work::new(job, route.candidates);
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
            let leave = match work.admit(&candidate).await {
                Admission::Yes(leave) => leave,
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
            if let Some((spent, cap)) = leave.admitted.near_cap.clone() {
                yield Event::NearCap { spent, cap };
            }
            let first = work.start(&candidate, leave);
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
