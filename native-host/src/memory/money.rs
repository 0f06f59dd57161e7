//! Money as whole numbers: sums of them are exact.

use coterie_protocol::Cost;

/// An amount of one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// Millionths of the currency's unit.
    pub micros: i64,
    /// ISO 4217: `USD`, `CNY`.
    pub currency: String,
}

/// Millionths in a unit.
const MICROS: f64 = 1e6;

/// More than this, a billion units, is no price of an answer.
const MOST: f64 = 1e15;

impl Money {
    /// The amount as a whole number; nothing, if it is none that could be paid.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the amount is within the bounds that were just checked"
    )]
    pub fn of(cost: &Cost) -> Option<Self> {
        let micros = (cost.amount * MICROS).round();
        (0.0..=MOST).contains(&micros).then(|| Self {
            micros: micros as i64,
            currency: cost.currency.clone(),
        })
    }
}

impl From<Money> for Cost {
    #[expect(
        clippy::cast_precision_loss,
        reason = "sums of money are far below 2^52 millionths"
    )]
    fn from(money: Money) -> Self {
        Self {
            amount: money.micros as f64 / MICROS,
            currency: money.currency,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(amount: f64, micros: Option<i64>) {
        let cost = Cost {
            amount,
            currency: "CNY".to_owned(),
        };
        let money = Money::of(&cost);
        assert_eq!(money.map(|money| money.micros), micros, "{amount}");
    }

    #[test]
    fn amounts_are_rounded_to_millionths() {
        check(0.0, Some(0));
        check(0.1 + 0.2, Some(300_000));
        check(0.000_000_4, Some(0));
        check(0.000_000_6, Some(1));
        check(12.5, Some(12_500_000));
    }

    #[test]
    fn what_cannot_be_paid_is_no_money() {
        for amount in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            check(amount, None);
        }
    }

    #[test]
    fn money_comes_back_as_it_was() {
        let cost = Cost {
            amount: 0.123_457,
            currency: "USD".to_owned(),
        };
        assert_eq!(Cost::from(Money::of(&cost).unwrap()), cost);
    }
}
