//! Thresholds, words and the measure of each intent: data from `agree.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::Measure;

pub(super) const SOURCE: &str = include_str!("agree.toml");

pub(super) static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test parses the same file, so the empty table is never seen.
    toml::from_str(SOURCE).unwrap_or_default()
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    pub thresholds: Thresholds,
    measures: BTreeMap<String, Measure>,
    pub answer: Answer,
    pub refusals: Refusals,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    pub character_f: f64,
    pub key_facts: f64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub markers: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusals {
    pub always: Vec<String>,
    pub answers: Vec<String>,
}

impl Table {
    /// The measure of an intent; prose where the table says nothing.
    pub(super) fn measure(&self, intent: &str) -> Measure {
        self.measures
            .get(intent)
            .copied()
            .unwrap_or(Measure::KeyFacts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table: Table = toml::from_str(SOURCE).expect("agree.toml");
        let thresholds = [table.thresholds.character_f, table.thresholds.key_facts];
        assert!(thresholds.iter().all(|it| (0.3..0.95).contains(it)));
        let lists = [
            &table.answer.markers,
            &table.refusals.always,
            &table.refusals.answers,
        ];
        for list in lists {
            assert!(list.len() > 10, "{list:?}");
            for phrase in list {
                assert_eq!(phrase.trim(), phrase.to_ascii_lowercase(), "{phrase:?}");
                assert!(!phrase.is_empty());
            }
        }
        assert_eq!(table.measure("translate"), Measure::CharacterF);
        assert_eq!(table.measure("nothing known"), Measure::KeyFacts);
    }
}
