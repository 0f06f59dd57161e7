//! Which checks an action has: data from `checks.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::Action;
use serde::Deserialize;

use super::Check;

const SOURCE: &str = include_str!("checks.toml");

// A test parses the same file, so the empty table is never seen.
static TABLE: LazyLock<BTreeMap<String, Row>> =
    LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

/// What one action is held to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Row {
    /// What is checked, in this order.
    pub(super) checks: Vec<Check>,
    /// Whether every fact of the source must be in the answer.
    pub(super) kept: bool,
    /// Whether the answer may have no fact that is not in the source.
    pub(super) only: bool,
}

/// What an action is held to.
pub(super) fn row(action: Action) -> &'static Row {
    static NONE: Row = Row {
        checks: Vec::new(),
        kept: false,
        only: false,
    };
    TABLE.get(action.as_str()).unwrap_or(&NONE)
}

/// The checks that an answer to an action goes through, in order.
pub fn checks_for(action: Action) -> &'static [Check] {
    &row(action).checks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_its_row_and_no_check_twice() {
        let table: BTreeMap<String, Row> = toml::from_str(SOURCE).unwrap();
        for action in Action::ALL {
            assert!(table.contains_key(action.as_str()), "{action:?}");
        }
        for (name, row) in &table {
            let mut checks = row.checks.clone();
            checks.sort_unstable();
            checks.dedup();
            assert_eq!(checks.len(), row.checks.len(), "{name}");
            assert!(!checks.is_empty(), "{name}");
        }
    }

    #[test]
    fn every_answer_is_searched_for_the_instructions() {
        for action in Action::ALL {
            assert!(checks_for(action).contains(&Check::Leakage), "{action:?}");
        }
    }
}
