//! How patient each profile is: data from `patience.toml`.

use std::{collections::BTreeMap, sync::LazyLock, time::Duration};

use coterie_protocol::Profile;
use serde::Deserialize;

const SOURCE: &str = include_str!("patience.toml");

static TABLE: LazyLock<BTreeMap<String, Row>> =
    LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    retries: u32,
    longest_wait_ms: u64,
    hedge: bool,
}

/// How long to wait before the next expert is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience {
    /// How often the same expert is asked again before its first text.
    retries: u32,
    /// The longest wait that is made for one expert.
    longest_wait: Duration,
    /// Whether a second expert is asked when the first is slow.
    pub(super) hedge: bool,
}

impl Patience {
    /// That of a profile.
    pub(super) fn of(profile: Profile) -> Self {
        let none = Row {
            retries: 0,
            longest_wait_ms: 0,
            hedge: false,
        };
        let row = TABLE.get(profile.as_str()).copied().unwrap_or(none);
        Self {
            retries: row.retries,
            longest_wait: Duration::from_millis(row.longest_wait_ms),
            hedge: row.hedge,
        }
    }

    /// Whether this profile waits so long, all in all, for a limit to be free again.
    pub(super) fn outlasts(&self, waited: Duration) -> bool {
        waited <= self.longest_wait
    }

    /// Whether this profile waits so long for retry number `retry`, from 0.
    pub(super) fn allows(&self, retry: u32, wait: Duration) -> bool {
        retry < self.retries && wait <= self.longest_wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_has_its_row_and_no_row_is_without_one() {
        let table: BTreeMap<String, Row> = toml::from_str(SOURCE).unwrap();
        let names: Vec<_> = Profile::ALL
            .iter()
            .map(|profile| profile.as_str())
            .collect();
        assert_eq!(table.len(), names.len());
        assert!(names.iter().all(|name| table.contains_key(*name)));
        assert!(table.values().all(|row| row.retries <= 2));
    }

    fn check(profile: Profile, retry: u32, wait_ms: u64, expected: bool) {
        let wait = Duration::from_millis(wait_ms);
        assert_eq!(
            Patience::of(profile).allows(retry, wait),
            expected,
            "{profile:?}"
        );
    }

    #[test]
    fn each_profile_waits_as_long_and_as_often_as_its_row_says() {
        check(Profile::Balanced, 1, 10_000, true);
        check(Profile::Balanced, 0, 10_001, false);
        check(Profile::Balanced, 2, 0, false);
        check(Profile::Fast, 0, 2_001, false);
        check(Profile::Fast, 1, 0, false);
        check(Profile::Private, 1, 60_000, true);
    }
}
