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

use coterie_protocol::{Cost, Event, ExpertCard, StepId};
use futures::{StreamExt as _, stream::BoxStream};
use tokio::time::Instant;

pub use backstage::{
    Admitted, Backstage, BareStage, Ended, Estimate, Lesson, Permit, Rating, Refused, Standing,
};

use super::{Intent, Plan, Request, arrange, learn::SignalKind};
use crate::{
    experts::{Expert, Roster},
    memory::RequestNumber,
};
use assignment::Assignment;
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
        let leaning = backstage.leaning(&request).await;
        let (name, about) = (request.name.clone(), request.about());
        let intent = match Intent::recognize(request, &leaning) {
            Ok(intent) => {
                if intent.understood.as_ref().is_none_or(|read| read.sure) {
                    backstage.wanted(&about, intent.action);
                }
                intent
            }
            Err(failure) => {
                yield Event::Failed { failure };
                return;
            }
        };
        if let Some(understood) = intent.understood.clone() {
            yield Event::Understood(understood);
        }
        let experts = roster.current().await;
        let arranged = arrange(&intent, &experts, backstage.as_ref());
        if let Some(lessons) = arranged.overruled(&intent, &experts) {
            backstage.learn(lessons);
        }
        let action = intent.action;
        let mut by = std::collections::BTreeMap::new();
        let told = Arc::clone(&backstage);
        let mut events = follow(arranged.plan, intent, experts, backstage, arrived);
        while let Some(event) = events.next().await {
            note_expert(&mut by, &event);
            if let (Some(name), Event::Done { .. }) = (&name, &event) {
                let lesson = |expert| Lesson { action, expert, kind: SignalKind::Used };
                told.answered(name, std::mem::take(&mut by).into_values().map(lesson).collect());
            }
            yield event;
        }
    };
    events.boxed()
}

/// Remembers whose text is shown for each step.
fn note_expert(by: &mut std::collections::BTreeMap<StepId, ExpertCard>, event: &Event) {
    match event {
        Event::StepStarted { step, expert, .. } => {
            by.insert(*step, expert.clone());
        }
        Event::Revised {
            step, by: other, ..
        } if step != other => {
            if let Some(expert) = by.get(other).cloned() {
                by.insert(*step, expert);
            }
        }
        _ => {}
    }
}

/// The most that a plan may cost; nothing where a price is not known.
pub(super) fn at_most(
    intent: &Intent,
    plan: &Plan,
    experts: &[Arc<dyn Expert>],
    backstage: &dyn Backstage,
) -> Option<Cost> {
    Assignment::new(intent.clone()).at_most(plan, experts, backstage)
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
