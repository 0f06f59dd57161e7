//! The money that a plan may spend: what a call may take is held while it runs, and never more
//! goes out than was said before.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use coterie_protocol::Cost;

use crate::experts::governor::in_dollars;

/// The money of one plan, in US dollars. Clones are the same purse.
#[derive(Debug, Clone, Default)]
pub(super) struct Purse {
    left: Option<Arc<Mutex<f64>>>,
}

/// Money held for one call. Dropping it gives back what was not spent.
#[derive(Debug, Default)]
pub(super) struct Hold {
    purse: Purse,
    held: f64,
    spent: f64,
}

/// Rounding of sums is no reason to refuse a call.
const GRAIN: f64 = 1e-9;

impl Purse {
    /// A purse with so much in it; without an amount, nothing is counted.
    pub(super) fn of(at_most: Option<&Cost>) -> Self {
        let left = at_most.and_then(in_dollars);
        Self {
            left: left.map(|left| Arc::new(Mutex::new(left))),
        }
    }

    /// Holds what a call may take, if there is so much. What costs nothing, or nobody knows how
    /// much, is not counted.
    pub(super) fn hold(&self, cost: Option<&Cost>) -> Option<Hold> {
        let amount = cost.and_then(in_dollars).unwrap_or(0.0);
        self.take(amount).then(|| Hold {
            purse: self.clone(),
            held: amount,
            spent: 0.0,
        })
    }

    fn take(&self, amount: f64) -> bool {
        let Some(mut left) = self.left() else {
            return true;
        };
        let enough = amount <= *left + GRAIN;
        if enough {
            *left -= amount;
        }
        enough
    }

    fn left(&self) -> Option<MutexGuard<'_, f64>> {
        let left = self.left.as_ref()?;
        Some(left.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Hold {
    /// Whether the call may go on when it has taken so much: more is taken from the purse as long
    /// as there is some.
    pub(super) fn covers(&mut self, cost: Option<&Cost>) -> bool {
        let amount = cost.and_then(in_dollars).unwrap_or(0.0);
        let missing = amount - self.held;
        if missing > GRAIN {
            if !self.purse.take(missing) {
                return false;
            }
            self.held = amount;
        }
        true
    }

    /// Takes note of what the call took in the end.
    pub(super) fn spend(&mut self, cost: Option<&Cost>) {
        self.spent = cost.and_then(in_dollars).unwrap_or(0.0);
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(mut left) = self.purse.left() {
            *left += self.held - self.spent;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(amount: f64) -> Cost {
        Cost {
            amount,
            currency: "USD".to_owned(),
        }
    }

    /// Whether calls of these amounts at once are let through.
    fn check(purse: f64, calls: &[f64], expected: &[bool]) {
        let purse = Purse::of(Some(&dollars(purse)));
        let holds: Vec<_> = calls
            .iter()
            .map(|amount| purse.hold(Some(&dollars(*amount))))
            .collect();
        let through: Vec<_> = holds.iter().map(Option::is_some).collect();
        assert_eq!(through, expected, "{calls:?}");
    }

    #[test]
    fn no_more_is_held_than_there_is() {
        check(0.3, &[0.1, 0.2, 0.1], &[true, true, false]);
        check(0.3, &[0.4, 0.3], &[false, true]);
        check(0.0, &[0.0], &[true]);
    }

    #[test]
    fn what_was_not_spent_comes_back() {
        let purse = Purse::of(Some(&dollars(1.0)));
        let mut hold = purse.hold(Some(&dollars(0.9))).unwrap();
        hold.spend(Some(&dollars(0.2)));
        drop(hold);
        assert!(purse.hold(Some(&dollars(0.8))).is_some());
    }

    #[test]
    fn a_call_that_takes_more_than_expected_goes_on_while_there_is_money() {
        let purse = Purse::of(Some(&dollars(1.0)));
        let mut hold = purse.hold(Some(&dollars(0.5))).unwrap();
        assert!(hold.covers(Some(&dollars(0.4))));
        assert!(hold.covers(Some(&dollars(0.9))));
        assert!(purse.hold(Some(&dollars(0.2))).is_none());
        assert!(!hold.covers(Some(&dollars(1.1))));
    }

    #[test]
    fn without_a_limit_nothing_is_counted() {
        let purse = Purse::of(None);
        assert!(purse.hold(Some(&dollars(1e9))).is_some());
        let unknown = Cost {
            amount: 1.0,
            currency: "XTS".to_owned(),
        };
        assert!(
            Purse::of(Some(&dollars(0.0)))
                .hold(Some(&unknown))
                .is_some()
        );
    }
}
