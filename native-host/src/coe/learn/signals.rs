//! What may be learned from, and how much each says: data from `signals.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

const SOURCE: &str = include_str!("signals.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test parses the same file, so the empty table is never seen.
    toml::from_str(SOURCE).unwrap_or_default()
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rules: Rules,
    signals: BTreeMap<SignalKind, Worth>,
}

/// Something that says how good an expert's answer was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// When, in seconds since 1970.
    pub at: u64,
    /// The intent or skill.
    pub intent: String,
    /// The expert, or the arm.
    pub expert: String,
    /// Its vendor.
    pub vendor: String,
    /// What happened.
    pub kind: SignalKind,
    /// How good the answer was expected to be, 0 to 1: only what differs from it counts for the
    /// vendor.
    pub expected: f64,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// The reader chose it instead of another, or asked again with it.
    Preferred,
    /// The reader chose another instead of it.
    PassedOver,
    /// Thumb up.
    ThumbUp,
    /// Thumb down.
    ThumbDown,
    /// The answer was copied or inserted.
    Used,
    /// The same was asked again at once.
    AskedAgain,
    /// It was among those that agreed on the answer taken.
    Agreed,
    /// It said something else.
    Disagreed,
    /// A check of the answer passed.
    CheckPassed,
    /// A check of the answer failed.
    CheckFailed,
}

impl SignalKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Preferred,
        Self::PassedOver,
        Self::ThumbUp,
        Self::ThumbDown,
        Self::Used,
        Self::AskedAgain,
        Self::Agreed,
        Self::Disagreed,
        Self::CheckPassed,
        Self::CheckFailed,
    ];

    pub(super) fn worth(self) -> Worth {
        TABLE.signals.get(&self).copied().unwrap_or_default()
    }
}

/// What a signal says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Worth {
    /// In observations.
    pub weight: f64,
    /// 1 good, 0 bad.
    pub reward: f64,
    /// Whether it compares two experts: then an even chance was expected, whatever their quality.
    #[serde(default)]
    pub pairwise: bool,
}

/// How observations add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub prior: f64,
    pub half_life_events: f64,
    pub half_life_days: f64,
    pub vendor_prior: f64,
    pub vendor_most: f64,
}

pub(super) fn rules() -> Rules {
    TABLE.rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signal_has_its_row_and_no_row_is_without_one() {
        let table: Table = toml::from_str(SOURCE).expect("signals.toml");
        assert_eq!(table.signals.len(), SignalKind::ALL.len());
        for kind in SignalKind::ALL {
            let worth = table.signals[&kind];
            assert!(worth.weight > 0.0 && worth.weight <= 1.0, "{kind:?}");
            assert!(worth.reward == 0.0 || worth.reward == 1.0, "{kind:?}");
        }
        let rules = table.rules;
        assert!((50.0..=100.0).contains(&rules.prior));
        assert!((10.0..=30.0).contains(&rules.vendor_prior));
        assert!(rules.half_life_events > 0.0 && rules.half_life_days > 0.0);
        assert!((0.0..=0.2).contains(&rules.vendor_most));
    }
}
