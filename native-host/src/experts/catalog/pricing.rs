//! What a model costs, in the tiers that vendors make, and the money that an answer took.

use coterie_protocol::{Cost, Price, Usage};
use serde::Deserialize;

/// What a model costs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pricing {
    /// ISO 4217: `USD`, `CNY`.
    pub currency: String,
    /// What the price is of.
    #[serde(default)]
    pub per: Per,
    /// At least one, the one for the shortest requests first.
    pub tier: Vec<Tier>,
}

/// What a price is of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// A million tokens.
    #[default]
    MillionTokens,
    /// A million characters of what is translated; counted as input.
    MillionCharacters,
}

/// The price for requests up to a length.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// The longest request, in tokens, that this price is for; the last tier has none.
    #[serde(default)]
    pub up_to: Option<u64>,
    /// Of what is sent.
    pub input: f64,
    /// Of what is sent and was cached by the vendor, where that is cheaper.
    #[serde(default)]
    pub cached: Option<f64>,
    /// Of what is received.
    pub output: f64,
}

impl Pricing {
    /// One price for all.
    pub fn flat(price: &Price) -> Self {
        let tier = Tier {
            up_to: None,
            input: price.input,
            cached: None,
            output: price.output,
        };
        Self {
            currency: price.currency.clone(),
            per: Per::MillionTokens,
            tier: vec![tier],
        }
    }

    /// As shown to readers: the price of a short request.
    pub fn shown(&self) -> Option<Price> {
        let tier = self.tier.first()?;
        Some(Price {
            input: tier.input,
            output: tier.output,
            currency: self.currency.clone(),
        })
    }

    /// The money that this usage takes.
    #[expect(
        clippy::cast_precision_loss,
        reason = "token counts are far below 2^52"
    )]
    pub fn cost(&self, usage: Usage) -> Option<Cost> {
        const PER: f64 = 1e6;
        let fits = |tier: &&Tier| tier.up_to.is_none_or(|up_to| usage.input_tokens <= up_to);
        let tier = self.tier.iter().find(fits).or(self.tier.last())?;
        let cached = usage.cached_tokens.min(usage.input_tokens);
        let fresh = usage.input_tokens - cached;
        let amount = fresh as f64 * tier.input
            + cached as f64 * tier.cached.unwrap_or(tier.input)
            + usage.output_tokens as f64 * tier.output;
        Some(Cost {
            amount: amount / PER,
            currency: self.currency.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: u64, cached: u64, output: u64, expected: f64) {
        let tier = |up_to, input, cached, output| Tier {
            up_to,
            input,
            cached,
            output,
        };
        let pricing = Pricing {
            currency: "USD".to_owned(),
            per: Per::MillionTokens,
            tier: vec![
                tier(Some(32_000), 1.0, Some(0.1), 5.0),
                tier(None, 2.0, None, 10.0),
            ],
        };
        let usage = Usage {
            input_tokens: input,
            cached_tokens: cached,
            output_tokens: output,
        };
        let amount = pricing.cost(usage).unwrap().amount;
        assert!((amount - expected).abs() < 1e-9, "{amount} for {usage:?}");
    }

    #[test]
    fn a_longer_request_costs_what_its_tier_says() {
        check(1_000, 0, 1_000, 0.006);
        check(32_000, 0, 0, 0.032);
        check(32_001, 0, 0, 0.064_002);
    }

    #[test]
    fn what_was_cached_is_cheaper_where_the_vendor_says_so() {
        check(1_000, 1_000, 0, 0.0001);
        check(40_000, 40_000, 0, 0.08);
        check(10, 1_000, 0, 0.000_001);
    }
}
