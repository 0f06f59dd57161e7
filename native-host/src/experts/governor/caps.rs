//! The reader's limits of money: the arithmetic alone.

use coterie_protocol::{Cost, Place, Settings};

use super::rates::Rates;
use crate::memory::{Money, Period};

/// From this share of a limit on the reader is warned, in percent.
const WARN_PERCENT: i128 = 80;

/// What a call may cost.
#[derive(Debug, Clone, PartialEq)]
pub enum Charge {
    /// Nothing: it runs on this machine, or is free.
    Nothing,
    /// Something, and nobody knows how much.
    Unknown,
    /// At most this, by what is known before it is made.
    UpTo(Cost),
}

impl Charge {
    /// What a call may cost whose expert runs there, by the price of what it is expected to take.
    pub fn of(place: Place, cost: Option<Cost>) -> Self {
        match (place, cost) {
            (Place::BuiltIn | Place::ThisMachine, _) => Self::Nothing,
            (Place::Cloud, Some(cost)) => Self::UpTo(cost),
            (Place::Cloud, None) => Self::Unknown,
        }
    }
}

/// A limit of money, how much of it is gone, and for how long it holds.
#[derive(Debug, Clone, PartialEq)]
pub struct CapState {
    /// Whether it is for a day or a month.
    pub period: Period,
    /// Spent and promised so far, in the currency of the limit.
    pub spent: Cost,
    /// The limit.
    pub cap: Cost,
}

/// The limits that the reader set.
pub(super) fn caps_of(settings: &Settings) -> Vec<(Period, Money)> {
    let cap = |period, cap: Option<&Cost>| Some((period, Money::of(cap?)?));
    let day = cap(Period::Day, settings.daily_cap.as_ref());
    let month = cap(Period::Month, settings.monthly_cap.as_ref());
    day.into_iter().chain(month).collect()
}

/// Whether a charge fits under a limit beside what is `gone`: spent and promised. With a warning
/// where it comes near.
pub(super) fn fits(
    period: Period,
    cap: &Money,
    gone: &[Money],
    charge: &Charge,
    rates: &Rates,
) -> Result<Option<CapState>, CapState> {
    let gone = gone
        .iter()
        .filter_map(|money| rates.convert(money, &cap.currency));
    let gone: i64 = gone.fold(0, i64::saturating_add);
    let state = |micros: i64| CapState {
        period,
        spent: Cost::from(Money {
            micros,
            currency: cap.currency.clone(),
        }),
        cap: cap.clone().into(),
    };
    let (refused, after) = match charge {
        Charge::Nothing => return Ok(None),
        Charge::Unknown => (gone >= cap.micros, gone),
        Charge::UpTo(cost) => {
            let money = Money::of(cost).filter(|money| money.micros > 0);
            let Some(money) = money else { return Ok(None) };
            // Money of a currency without a rate cannot be held against the limit.
            let more = rates.convert(&money, &cap.currency).unwrap_or(0);
            let after = gone.saturating_add(more);
            (after > cap.micros || gone >= cap.micros, after)
        }
    };
    if refused {
        return Err(state(gone));
    }
    let near = i128::from(after) * 100 >= i128::from(cap.micros) * WARN_PERCENT;
    Ok(near.then(|| state(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(units: f64, currency: &str) -> Money {
        Money::of(&cost(units, currency)).unwrap()
    }

    fn cost(amount: f64, currency: &str) -> Cost {
        Cost {
            amount,
            currency: currency.to_owned(),
        }
    }

    fn usd(amount: f64) -> Charge {
        Charge::UpTo(cost(amount, "USD"))
    }

    /// What a charge beside 8 or so of 10 USD comes to: `fine`, `near`, or `refused`.
    fn check(gone: &[Money], charge: &Charge, expected: &str) {
        let cap = money(10.0, "USD");
        let found = match fits(Period::Day, &cap, gone, charge, Rates::usual()) {
            Ok(None) => "fine",
            Ok(Some(_)) => "near",
            Err(_) => "refused",
        };
        assert_eq!(found, expected, "{gone:?} and {charge:?}");
    }

    #[test]
    fn a_charge_fits_to_the_last_millionth_and_is_refused_above() {
        check(&[money(9.0, "USD")], &usd(1.0), "near");
        check(&[money(9.0, "USD")], &usd(1.000_001), "refused");
        check(&[money(10.0, "USD")], &usd(0.000_001), "refused");
        check(&[], &usd(11.0), "refused");
    }

    #[test]
    fn the_reader_is_warned_from_eighty_percent_on() {
        check(&[money(7.0, "USD")], &usd(0.999), "fine");
        check(&[money(7.0, "USD")], &usd(1.0), "near");
    }

    #[test]
    fn what_costs_nothing_is_never_refused() {
        check(&[money(99.0, "USD")], &Charge::Nothing, "fine");
        check(&[money(99.0, "USD")], &usd(0.0), "fine");
    }

    #[test]
    fn an_unknown_price_is_refused_once_the_limit_is_reached() {
        check(&[money(9.9, "USD")], &Charge::Unknown, "near");
        check(&[money(10.0, "USD")], &Charge::Unknown, "refused");
    }

    #[test]
    fn money_of_another_currency_counts_by_its_rate() {
        check(&[money(35.0, "CNY")], &usd(1.0), "fine");
        check(&[money(65.0, "CNY")], &usd(1.0), "refused");
        check(&[], &Charge::UpTo(cost(100.0, "CNY")), "refused");
    }
}
