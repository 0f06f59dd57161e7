//! Experts at work on the same step: usually one; two when the first is slower than it usually is.
//! The first to speak wins.

use std::{
    collections::VecDeque,
    future::{Future as _, poll_fn},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use coterie_protocol::{Event, Reason};
use futures::StreamExt as _;
use tokio::time::{Instant, sleep_until};

use super::attempt::{Attempt, Progress};
use crate::experts::{Expert, ExpertError, Items, Task};

/// An expert at work.
pub(super) struct Racer {
    pub(super) attempt: Attempt,
    pub(super) expert: Arc<dyn Expert>,
    items: Items,
    /// What it is introduced with when it wins, if it is not yet.
    pub(super) reason: Option<Reason>,
    /// What it told before it won.
    pub(super) early: VecDeque<Event>,
}

/// What happens in a race.
pub(super) enum Happening {
    /// Something to tell at once.
    Event(Event),
    /// One has spoken.
    Spoke(usize, String),
    /// One has failed before it spoke.
    Failed(usize, ExpertError),
    /// Nobody has spoken in time.
    Slow,
}

impl Racer {
    pub(super) fn start(attempt: Attempt, expert: &Arc<dyn Expert>, task: &Arc<Task>) -> Self {
        Self {
            attempt,
            items: expert.start(Arc::clone(task)),
            expert: Arc::clone(expert),
            reason: None,
            early: VecDeque::new(),
        }
    }

    /// The next that it says, once it has won.
    pub(super) async fn next(&mut self) -> Progress {
        let item = self.items.next().await;
        self.attempt.take(item)
    }
}

/// Waits for the next thing that matters among `racers`, the first of which is already introduced.
pub(super) async fn next(racers: &mut [Racer], slow_at: Option<Instant>) -> Happening {
    // Without a time the timer is there and never looked at.
    let far = Instant::now() + Duration::from_secs(3600);
    let mut timer = std::pin::pin!(sleep_until(slow_at.unwrap_or(far)));
    poll_fn(|context| {
        for (number, racer) in racers.iter_mut().enumerate() {
            while let Poll::Ready(item) = racer.items.poll_next_unpin(context) {
                match racer.attempt.take(item) {
                    Progress::Text(text) => return Poll::Ready(Happening::Spoke(number, text)),
                    Progress::Event(event) if racer.reason.is_none() => {
                        return Poll::Ready(Happening::Event(event));
                    }
                    Progress::Event(event) => racer.early.push_back(event),
                    Progress::Nothing => {}
                    Progress::Failed(error) => {
                        return Poll::Ready(Happening::Failed(number, error));
                    }
                    // `take` makes an end without text a failure.
                    Progress::Finished(_) => {}
                }
            }
        }
        if slow_at.is_some() && timer.as_mut().poll(context).is_ready() {
            return Poll::Ready(Happening::Slow);
        }
        Poll::Pending
    })
    .await
}
