//! Doing it: from a plan to a stream of events. An expert that fails is replaced, before its first
//! text or after it; what was delivered stays.

mod assignment;
mod attempt;
mod backstage;
mod estimate;
mod graph;
mod joint;
mod patience;
mod purse;
mod quality;
mod race;
mod seam;
mod step;
mod tally;
#[cfg(test)]
mod tests;
mod work;

use std::{sync::Arc, time::Duration};

use coterie_protocol::Event;
use futures::{StreamExt as _, stream::BoxStream};
use tokio::time::Instant;

pub use backstage::{
    Admitted, Backstage, BareStage, Ended, Estimate, Lesson, Permit, Rating, Refused, Standing,
};

use super::{Intent, Plan, Request, arrange};
use crate::{
    experts::{Expert, Roster},
    memory::RequestNumber,
};
use graph::Graph;
use tally::Tally;

/// Answers a request: see [`super::Coterie::answer`].
pub(super) fn answer(
    roster: Arc<Roster>,
    backstage: Arc<dyn Backstage>,
    request: Request,
) -> BoxStream<'static, Event> {
    let arrived = Instant::now();
    let events = async_stream::stream! {
        let intent = match Intent::recognize(request, backstage.habits()) {
            Ok(intent) => intent,
            Err(failure) => {
                yield Event::Failed { failure };
                return;
            }
        };
        if let Some(understood) = intent.understood.clone() {
            yield Event::Understood(understood);
        }
        let experts = roster.current().await;
        let plan = arrange(&intent, &experts, backstage.as_ref()).plan;
        let mut events = follow(plan, intent, experts, backstage, arrived);
        while let Some(event) = events.next().await {
            yield event;
        }
    };
    events.boxed()
}

/// Does a plan. Ends with exactly one terminal event.
fn follow(
    plan: Plan,
    intent: Intent,
    experts: Vec<Arc<dyn Expert>>,
    backstage: Arc<dyn Backstage>,
    arrived: Instant,
) -> BoxStream<'static, Event> {
    let request = RequestNumber::random();
    let mut graph = Graph::new(plan, intent, experts, backstage, request);
    let events = async_stream::stream! {
        let mut answered = Tally::new(arrived);
        while let Some(event) = graph.next().await {
            answered.note(&event);
            let failed = matches!(event, Event::Failed { .. });
            yield event;
            if failed {
                return;
            }
        }
        yield answered.done();
    };
    events.boxed()
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
