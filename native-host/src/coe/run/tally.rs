//! What a request took altogether.

use std::{collections::BTreeMap, time::Duration};

use coterie_protocol::{Answered, Cost, Event, ExpertCard, Finish, Outcome, Place, StepId};
use tokio::time::Instant;

use super::milliseconds;

/// What a request took so far.
pub(super) struct Tally {
    arrived: Instant,
    first_text: Option<Duration>,
    finish: Finish,
    costs: Vec<Option<Cost>>,
    estimated: bool,
    /// Whether all who were at a step so far cost nothing.
    free: BTreeMap<StepId, bool>,
}

impl Tally {
    pub(super) fn new(arrived: Instant) -> Self {
        Self {
            arrived,
            first_text: None,
            finish: Finish::Complete,
            costs: Vec::new(),
            estimated: false,
            free: BTreeMap::new(),
        }
    }

    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Delta { .. } => {
                self.first_text.get_or_insert(self.arrived.elapsed());
            }
            Event::StepStarted { step, expert, .. } => {
                let free = self.free.entry(*step).or_insert(true);
                *free &= costs_nothing(expert);
            }
            Event::StepFinished { step, report } => {
                self.finish = report.finish;
                let free = self.free.get(step).is_some_and(|free| *free);
                if report.cost.is_some() || !free {
                    self.costs.push(report.cost.clone());
                }
                self.estimated |= report.estimated;
            }
            _ => {}
        }
    }

    pub(super) fn done(self) -> Event {
        // One step of unknown cost makes the whole unknown.
        let costs = self.costs.into_iter().collect::<Option<Vec<_>>>();
        let answered = Answered {
            duration_ms: milliseconds(self.arrived.elapsed()),
            first_text_ms: self.first_text.map(milliseconds),
            cost: costs.and_then(|costs| total(costs.into_iter())),
            estimated: self.estimated,
            finish: self.finish,
        };
        Event::Done {
            outcome: Outcome::Answered(answered),
        }
    }
}

/// What runs here has no price.
fn costs_nothing(expert: &ExpertCard) -> bool {
    expert.place != Place::Cloud && expert.price.is_none()
}

/// The sum, if there is anything to add up and all of it is in one currency.
pub(super) fn total(mut costs: impl Iterator<Item = Cost>) -> Option<Cost> {
    let first = costs.next()?;
    costs.try_fold(first, |sum, next| {
        (sum.currency == next.currency).then_some(Cost {
            amount: sum.amount + next.amount,
            currency: sum.currency,
        })
    })
}
