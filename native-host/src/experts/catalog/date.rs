//! Dates as the catalogue writes them: `2026-11-23`.

use std::time::{Duration, SystemTime};

/// The days from 1970-01-01 to a date; nothing, if there is no such day.
pub(super) fn days(date: &str) -> Option<u64> {
    let mut parts = date.split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.parse::<u64>().ok()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let february = 28 + u64::from(leap(year));
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *months.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    if parts.next().is_some() || year < 1970 || day == 0 || day > length {
        return None;
    }
    let years: u64 = (1970..year).map(|year| 365 + u64::from(leap(year))).sum();
    let passed = months
        .iter()
        .take(usize::try_from(month - 1).ok()?)
        .sum::<u64>();
    Some(years + passed + day - 1)
}

/// Whether a date has come.
pub(super) fn has_come(date: &str, now: SystemTime) -> bool {
    let beginning =
        days(date).map(|days| SystemTime::UNIX_EPOCH + Duration::from_secs(days * 86_400));
    beginning.is_some_and(|beginning| beginning <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_and_days_that_are_none_are_refused() {
        assert_eq!(days("1970-01-01"), Some(0));
        assert_eq!(days("2026-11-23"), Some(1_795_392_000 / 86_400));
        assert_eq!(days("2024-02-29"), Some(1_709_164_800 / 86_400));
        for none in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-1",
            "2026-11-31",
            "x",
            "2026-11-23-1",
        ] {
            assert_eq!(days(none), None, "{none}");
        }
    }

    #[test]
    fn a_date_comes_with_its_first_second() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert!(has_come("2026-11-23", at(1_795_392_000)));
        assert!(!has_come("2026-11-23", at(1_795_391_999)));
    }
}
