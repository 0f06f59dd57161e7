//! What a request took altogether.

use std::time::Duration;

use coterie_protocol::{Answered, Cost, Event, Finish, Outcome};
use tokio::time::Instant;

use super::milliseconds;

/// What a request took so far.
pub(super) struct Tally {
    arrived: Instant,
    first_text: Option<Duration>,
    finish: Finish,
    costs: Vec<Option<Cost>>,
    estimated: bool,
}

impl Tally {
    pub(super) fn new(arrived: Instant) -> Self {
        Self {
            arrived,
            first_text: None,
            finish: Finish::Complete,
            costs: Vec::new(),
            estimated: false,
        }
    }

    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Delta { .. } => {
                self.first_text.get_or_insert(self.arrived.elapsed());
            }
            Event::StepFinished { report, .. } => {
                self.finish = report.finish;
                self.costs.push(report.cost.clone());
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
