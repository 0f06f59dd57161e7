//! The time in the forms that signatures want it in.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment of Coordinated Universal Time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::experts) struct Utc {
    /// Seconds since 1970.
    pub(in crate::experts) seconds: u64,
    /// `2026-11-23`.
    pub(in crate::experts) date: String,
    /// `10:00:00`.
    pub(in crate::experts) time: String,
}

impl Utc {
    /// The moment that a clock shows.
    pub(in crate::experts) fn of(now: SystemTime) -> Self {
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = since.as_secs();
        // `Sun, 06 Nov 1994 08:49:37 GMT`
        let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
        let mut words = text.split(' ').skip(1);
        let mut word = || words.next().unwrap_or_default();
        let (day, month, year, time) = (word(), word(), word(), word());
        Self {
            seconds,
            date: format!("{year}-{}-{day}", number(month)),
            time: time.to_owned(),
        }
    }

    /// The day, as `20261123`.
    pub(super) fn compact_date(&self) -> String {
        self.date.replace('-', "")
    }

    /// The moment, as `20261123T100000Z`.
    pub(super) fn compact(&self) -> String {
        let time = self.time.replace(':', "");
        format!("{}T{time}Z", self.compact_date())
    }
}

fn number(month: &str) -> &'static str {
    match month {
        "Jan" => "01",
        "Feb" => "02",
        "Mar" => "03",
        "Apr" => "04",
        "May" => "05",
        "Jun" => "06",
        "Jul" => "07",
        "Aug" => "08",
        "Sep" => "09",
        "Oct" => "10",
        "Nov" => "11",
        _ => "12",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: u64, expected: &str) {
        let utc = Utc::of(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(utc.compact(), expected);
        assert_eq!(utc.seconds, seconds);
    }

    #[test]
    fn a_moment_is_written_as_signatures_want_it() {
        check(0, "19700101T000000Z");
        check(951_782_400, "20000229T000000Z");
        check(1_795_428_000, "20261123T100000Z");
        check(1_798_761_599, "20261231T235959Z");
    }
}
