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
    first_pause_ms: u64,
}

/// How long to wait before the next expert is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience {
    /// How often the same expert is asked again before its first text.
    pub(super) retries: u32,
    /// The longest wait that is made for one expert.
    pub(super) longest_wait: Duration,
    /// Whether a second expert is asked when the first is slow.
    pub(super) hedge: bool,
    first_pause: Duration,
}

impl Patience {
    /// That of a profile.
    pub(super) fn of(profile: Profile) -> Self {
        let none = Row {
            retries: 0,
            longest_wait_ms: 0,
            hedge: false,
            first_pause_ms: 0,
        };
        let row = TABLE.get(profile.as_str()).copied().unwrap_or(none);
        Self {
            retries: row.retries,
            longest_wait: Duration::from_millis(row.longest_wait_ms),
            hedge: row.hedge,
            first_pause: Duration::from_millis(row.first_pause_ms),
        }
    }

    /// The wait before retry number `retry`, from 0: what the vendor asked for, else a pause that
    /// doubles. Nothing, if that is longer than this profile waits, or it has retried enough.
    pub(super) fn before_retry(
        &self,
        retry: u32,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        if retry >= self.retries {
            return None;
        }
        let doubled = || self.first_pause.saturating_mul(1 << retry.min(16));
        let wait = retry_after.unwrap_or_else(doubled);
        (wait <= self.longest_wait).then_some(wait)
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

    fn check(retry: u32, retry_after: Option<u64>, expected: Option<u64>) {
        let patience = Patience::of(Profile::Balanced);
        let wait = patience.before_retry(retry, retry_after.map(Duration::from_millis));
        assert_eq!(wait, expected.map(Duration::from_millis));
    }

    #[test]
    fn a_vendor_is_asked_again_when_it_says_or_after_a_pause_that_doubles() {
        check(0, None, Some(500));
        check(1, None, Some(1000));
        check(0, Some(9000), Some(9000));
        check(1, Some(0), Some(0));
    }

    #[test]
    fn a_wait_beyond_patience_or_a_third_retry_is_not_made() {
        check(0, Some(10_001), None);
        check(2, None, None);
    }
}
