//! What a currency is worth in another, about.

use std::{collections::HashMap, sync::LazyLock};

use coterie_protocol::Cost;
use serde::Deserialize;

use crate::memory::Money;

/// Rates of exchange.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rates {
    #[serde(rename = "checked")]
    _checked: String,
    usd: HashMap<String, f64>,
}

impl Rates {
    /// The usual ones.
    pub(super) fn usual() -> &'static Self {
        static USUAL: LazyLock<Rates> = LazyLock::new(|| {
            // A test parses the same file, so that this is never empty.
            toml::from_str(include_str!("rates.toml")).unwrap_or_default()
        });
        &USUAL
    }

    /// An amount in US dollars, where a rate is known.
    pub(super) fn dollars(&self, cost: &Cost) -> Option<f64> {
        if cost.currency == "USD" {
            return Some(cost.amount);
        }
        Some(cost.amount * self.usd.get(&cost.currency)?)
    }

    /// Millionths of another currency, where a rate is known.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "amounts are far below 2^52 millionths"
    )]
    pub(super) fn convert(&self, money: &Money, to: &str) -> Option<i64> {
        if money.currency == to {
            return Some(money.micros);
        }
        let rate = self.usd.get(&money.currency)? / self.usd.get(to)?;
        Some((money.micros as f64 * rate).ceil() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(currency: &str, to: &str, expected: Option<i64>) {
        let money = Money {
            micros: 1_000_000,
            currency: currency.to_owned(),
        };
        assert_eq!(Rates::usual().convert(&money, to), expected);
    }

    #[test]
    fn money_is_converted_where_a_rate_is_known() {
        check("CNY", "USD", Some(145_000));
        check("USD", "CNY", Some(6_896_552));
        check("XTS", "XTS", Some(1_000_000));
        check("XTS", "USD", None);
    }
}
