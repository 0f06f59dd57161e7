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
        let answered = Answered {
            duration_ms: milliseconds(self.arrived.elapsed()),
            first_text_ms: self.first_text.map(milliseconds),
            cost: total(self.costs),
            estimated: self.estimated,
            finish: self.finish,
        };
        Event::Done {
            outcome: Outcome::Answered(answered),
        }
    }
}

/// The sum, if every part is known and in the same currency.
fn total(costs: Vec<Option<Cost>>) -> Option<Cost> {
    let mut costs = costs.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
    let first = costs.next()?;
    costs.try_fold(first, |sum, next| {
        (sum.currency == next.currency).then_some(Cost {
            amount: sum.amount + next.amount,
            currency: sum.currency,
        })
    })
}
