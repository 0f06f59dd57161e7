//! Doing it: from a plan to a stream of events. An expert that fails is replaced, before its first
//! text or after it; what was delivered stays.

mod attempt;
mod backstage;
mod patience;
mod race;
mod seam;
mod step;
mod tally;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use coterie_protocol::Event;
use futures::{StreamExt as _, stream::BoxStream};
use tokio::time::Instant;

pub use backstage::{Admitted, Backstage, BareStage, Ended, Estimate, Permit, Refused, Standing};

use super::{Intent, Plan, Request, rank};
use crate::{experts::Roster, memory::RequestNumber};
use tally::Tally;

/// Answers a request: see [`super::Coterie::answer`].
pub(super) fn answer(
    roster: Arc<Roster>,
    backstage: Arc<dyn Backstage>,
    request: Request,
) -> BoxStream<'static, Event> {
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
        let request = RequestNumber::random();
        for step in plan.steps {
            let task = Arc::new(intent.task(step.action));
            let experts = roster.current().await;
            let route = match rank(&task, &experts, intent.expert.as_ref(), backstage.as_ref()) {
                Ok(route) => route,
                Err(failure) => {
                    yield Event::Failed { failure };
                    return;
                }
            };
            let mut events = step::perform(step, task, route, request, Arc::clone(&backstage));
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

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
