//! How long a vendor asks to wait, wherever it says so.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;
use serde_json::Value;

/// `retry-after-ms`, else `retry-after` as seconds or as a date.
pub(super) fn in_headers(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(wait) = text("retry-after-ms").and_then(seconds) {
        return Some(wait / 1000);
    }
    let text = text("retry-after")?;
    seconds(text).or_else(|| {
        let date = httpdate::parse_http_date(text).ok()?;
        date.duration_since(now).ok()
    })
}

/// The `retryDelay` of Google's error details: `"39.9s"`.
pub(super) fn in_details(details: &Value) -> Option<Duration> {
    let mut details = details.as_array()?.iter();
    details.find_map(|detail| seconds(detail["retryDelay"].as_str()?.strip_suffix('s')?))
}

/// The wait in a message: "Please try again in 6m0s.", "Retry after 20 seconds."
pub(super) fn in_text(message: &str) -> Option<Duration> {
    const BEFORE: [&str; 5] = [
        "try again in ",
        "retry in ",
        "retry after ",
        "try again after ",
        "wait ",
    ];
    let lower = message.to_ascii_lowercase();
    BEFORE.iter().find_map(|before| {
        let (_, after) = lower.split_once(before)?;
        duration(after)
    })
}

/// The duration that a text begins with, in parts of number and unit.
fn duration(mut text: &str) -> Option<Duration> {
    let mut sum = None;
    loop {
        let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.');
        let (number, rest) = text.split_at(digits.unwrap_or(text.len()));
        let rest = rest.trim_start();
        let letters = rest.find(|letter: char| !letter.is_ascii_alphabetic());
        let (unit, rest) = rest.split_at(letters.unwrap_or(rest.len()));
        let (Some(number), Some(unit)) = (seconds(number), unit_seconds(unit)) else {
            return sum;
        };
        let part = Duration::try_from_secs_f64(number.as_secs_f64() * unit).ok()?;
        sum = Some(sum.unwrap_or(Duration::ZERO).checked_add(part)?);
        text = rest;
    }
}

fn unit_seconds(unit: &str) -> Option<f64> {
    Some(match unit {
        "ms" | "millisecond" | "milliseconds" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        _ => return None,
    })
}

fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn check(headers: &[(&'static str, &str)], expected_ms: Option<u64>) {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        let wait = in_headers(&headers, httpdate::parse_http_date(NOW).unwrap());
        assert_eq!(wait, expected_ms.map(Duration::from_millis), "{headers:?}");
    }

    #[test]
    fn a_header_is_read_in_each_of_its_forms() {
        for (value, expected_ms) in [
            ("0", Some(0)),
            ("1", Some(1_000)),
            ("1.5", Some(1_500)),
            ("60", Some(60_000)),
            ("61", Some(61_000)),
            ("3600", Some(3_600_000)),
            ("999999999999", Some(999_999_999_999_000)),
            ("-1", None),
            ("abc", None),
            ("", None),
            ("NaN", None),
            ("Sun, 06 Nov 1994 08:49:42 GMT", Some(5_000)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", None),
            ("Sun, 99 Nov 1994 08:49:42 GMT", None),
        ] {
            check(&[("retry-after", value)], expected_ms);
        }
    }

    #[test]
    fn milliseconds_go_before_seconds() {
        check(
            &[("retry-after-ms", "250"), ("retry-after", "9")],
            Some(250),
        );
        check(
            &[("retry-after-ms", "soon"), ("retry-after", "9")],
            Some(9_000),
        );
    }

    fn check_text(message: &str, expected_ms: Option<u64>) {
        let wait = in_text(message);
        assert_eq!(wait, expected_ms.map(Duration::from_millis), "{message}");
    }

    #[test]
    fn a_message_tells_how_long_to_wait() {
        check_text(
            "Rate limit reached. Please try again in 1.2s. Visit",
            Some(1_200),
        );
        check_text("Please try again in 6m0s.", Some(360_000));
        check_text("try again in 250ms", Some(250));
        check_text("Please retry after 20 seconds", Some(20_000));
        check_text("Please retry in 39.9s.", Some(39_900));
        check_text("Please try again later", None);
        check_text("try again in a while", None);
        check_text("try again in 99999999999999999999999h", None);
    }

    #[test]
    fn googles_details_tell_how_long_to_wait() {
        let details = serde_json::json!([
            {"@type": "type.googleapis.com/google.rpc.QuotaFailure"},
            {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "39.9s"},
        ]);
        assert_eq!(in_details(&details), Some(Duration::from_millis(39_900)));
        assert_eq!(in_details(&serde_json::json!([{"retryDelay": 7}])), None);
    }
}
