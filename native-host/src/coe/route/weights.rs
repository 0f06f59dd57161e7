//! What money and delay are worth to each profile: data from `weights.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::Profile;
use serde::Deserialize;

const SOURCE: &str = include_str!("weights.toml");

static TABLE: LazyLock<BTreeMap<String, Weights>> = LazyLock::new(|| {
    // A test parses the same file, so the empty table is never seen.
    toml::from_str(SOURCE).unwrap_or_default()
});

/// What money and delay are worth, in quality: 1.0 is the difference between right and wrong.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Quality that one dollar must bring.
    pub money: f64,
    /// Quality that one second must bring.
    pub delay: f64,
    /// What it is worth to stay with the expert whose prompt cache is warm.
    pub warmth: f64,
    /// How many experts a request may ask, all in all; at least one.
    pub most_experts: u32,
}

impl Weights {
    /// Those of a profile.
    pub fn of(profile: Profile) -> Self {
        let without = Self::of_money(20.0);
        TABLE.get(profile.as_str()).copied().unwrap_or(without)
    }

    /// Only money counts.
    pub fn of_money(money: f64) -> Self {
        Self {
            money,
            delay: 0.0,
            warmth: 0.0,
            most_experts: 6,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_its_row_and_no_row_is_without_one() {
        let table: BTreeMap<String, Weights> = toml::from_str(SOURCE).expect("weights.toml");
        assert_eq!(table.len(), Profile::ALL.len());
        for profile in Profile::ALL {
            let row = table[profile.as_str()];
            let all = [row.money, row.delay, row.warmth];
            assert!(all.iter().all(|it| it.is_finite() && *it >= 0.0), "{row:?}");
            assert!((1..=8).contains(&row.most_experts));
            assert_eq!(Weights::of(profile), row);
        }
        let fast = Weights::of(Profile::Fast);
        let best = Weights::of(Profile::Best);
        assert!(fast.delay > best.delay && fast.money > best.money);
    }
}
