//! What a vendor says when it does not answer: status, headers and body to an error.

use std::time::{Duration, SystemTime};

use coterie_protocol::FailureCode;
use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use crate::experts::ExpertError;

/// The longest part of a vendor's own message that is kept, in characters.
const LONGEST_MESSAGE: usize = 300;

/// The error for an HTTP answer that is no success.
pub(super) fn from_response(
    vendor: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> ExpertError {
    let said = serde_json::from_slice::<Value>(body)
        .ok()
        .map(|body| Said::in_body(&body));
    let said = said.unwrap_or_default();
    let code = code(status, &said);
    let mut message = format!("{vendor} answered with status {}", status.as_u16());
    if status.is_redirection() {
        message.push_str(&format!(" and points to {}", redirect_host(headers)));
    } else if !said.message.is_empty() {
        message.push_str(&format!(": {}", said.message));
    }
    let retry_after = retry_after(headers, SystemTime::now());
    ExpertError {
        code,
        message,
        status: Some(status.as_u16()),
        vendor_code: said.vendor_code(),
        request_id: request_id(headers),
        retry_after,
    }
}

/// The error for an `error` object that comes in the middle of a successful answer.
pub(in crate::experts) fn in_stream(vendor: &str, error: &Value) -> ExpertError {
    let said = Said::in_error(error);
    let status = said
        .code
        .parse()
        .ok()
        .and_then(|code| StatusCode::from_u16(code).ok());
    let code = code(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &said);
    let what = if said.message.is_empty() {
        "gave no reason"
    } else {
        &said.message
    };
    ExpertError::new(code, format!("{vendor} broke off: {what}"))
}

/// The error that stands where an answer was due, if this is one: vendors put it into one of
/// several places, with status 200.
pub(in crate::experts) fn in_answer(vendor: &str, json: &Value) -> Option<ExpertError> {
    let stands = |key: &str| json.get(key).filter(|value| !value.is_null());
    let failed = |code: &Value| code.as_i64().map_or(code.is_string(), |code| code != 0);
    if let Some(error) = stands("error") {
        return Some(in_stream(vendor, error));
    }
    let renamed = |code: &Value, message: &Value| {
        let error = serde_json::json!({"code": code, "message": message});
        Some(in_stream(vendor, &error))
    };
    let base = &json["base_resp"];
    if failed(&base["status_code"]) {
        return renamed(&base["status_code"], &base["status_msg"]);
    }
    if let Some(code) = stands("error_code") {
        return renamed(code, &json["error_msg"]);
    }
    (failed(&json["code"]) && json["message"].is_string()).then(|| in_stream(vendor, json))
}

/// What a vendor's error object says.
#[derive(Debug, Default)]
pub(in crate::experts) struct Said {
    pub(in crate::experts) code: String,
    pub(in crate::experts) message: String,
}

impl Said {
    /// `{"error": {…}}`, `{"error": "…"}` or `{"message": "…"}`.
    fn in_body(body: &Value) -> Self {
        Self::in_error(
            body.get("error")
                .filter(|error| !error.is_null())
                .unwrap_or(body),
        )
    }

    fn in_error(error: &Value) -> Self {
        let text = |key: &str| error.get(key).map(plain).unwrap_or_default();
        let message = error
            .as_str()
            .map_or_else(|| text("message"), str::to_owned);
        let code = [text("code"), text("type")].join(" ").trim().to_owned();
        Self {
            code,
            message: message.chars().take(LONGEST_MESSAGE).collect(),
        }
    }

    fn vendor_code(&self) -> Option<String> {
        (!self.code.is_empty()).then(|| self.code.clone())
    }

    fn has(&self, words: &[&str]) -> bool {
        let all = format!("{} {}", self.code, self.message).to_lowercase();
        words.iter().any(|word| all.contains(word))
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn code(status: StatusCode, said: &Said) -> FailureCode {
    const TOO_LONG: [&str; 5] = [
        "context_length",
        "context length",
        "maximum context",
        "too long",
        "too many tokens",
    ];
    match status.as_u16() {
        300..=399 => FailureCode::Unreachable,
        401 | 403 => FailureCode::KeyRefused,
        // 456 is DeepL's own.
        402 | 456 => FailureCode::QuotaExhausted,
        408 | 504 => FailureCode::TimedOut,
        413 => FailureCode::TooLong,
        429 if said.has(&["insufficient_quota", "billing", "balance"]) => {
            FailureCode::QuotaExhausted
        }
        429 => FailureCode::RateLimited,
        _ if said.has(&TOO_LONG) => FailureCode::TooLong,
        _ if said.has(&["content_filter", "content_policy", "content policy"]) => {
            FailureCode::ContentPolicy
        }
        _ if said.has(&["rate_limit"]) => FailureCode::RateLimited,
        400..=499 => FailureCode::BadRequest,
        _ => FailureCode::Overloaded,
    }
}

/// The name under which the vendor finds the request again.
fn request_id(headers: &HeaderMap) -> Option<String> {
    const NAMES: [&str; 4] = [
        "x-request-id",
        "request-id",
        "mistral-correlation-id",
        "x-amzn-requestid",
    ];
    let value = NAMES.iter().find_map(|name| headers.get(*name))?;
    let text = value.to_str().ok()?;
    Some(text.chars().take(100).collect())
}

fn redirect_host(headers: &HeaderMap) -> String {
    let location = headers
        .get("location")
        .and_then(|value| value.to_str().ok());
    let url = location.and_then(|location| reqwest::Url::parse(location).ok());
    let host = url.and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "another address".to_owned())
}

/// `retry-after-ms`, else `retry-after` as seconds or as a date.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let seconds = |text: &str| {
        let seconds: f64 = text.parse().ok()?;
        Duration::try_from_secs_f64(seconds).ok()
    };
    if let Some(wait) = text("retry-after-ms").and_then(seconds) {
        return Some(wait / 1000);
    }
    let text = text("retry-after")?;
    seconds(text).or_else(|| {
        httpdate::parse_http_date(text)
            .ok()?
            .duration_since(now)
            .ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, expected: FailureCode) -> ExpertError {
        let status = StatusCode::from_u16(status).unwrap();
        let error = from_response("V", status, &HeaderMap::new(), body.as_bytes());
        assert_eq!(error.code, expected, "{error}");
        error
    }

    #[test]
    fn statuses_have_their_kinds() {
        check(401, "", FailureCode::KeyRefused);
        check(402, "", FailureCode::QuotaExhausted);
        check(456, "", FailureCode::QuotaExhausted);
        check(
            404,
            r#"{"error":{"message":"no such model"}}"#,
            FailureCode::BadRequest,
        );
        check(413, "", FailureCode::TooLong);
        check(429, "", FailureCode::RateLimited);
        check(529, "<html>", FailureCode::Overloaded);
    }

    #[test]
    fn the_body_tells_apart_what_the_status_does_not() {
        check(
            429,
            r#"{"error":{"code":"insufficient_quota"}}"#,
            FailureCode::QuotaExhausted,
        );
        check(
            400,
            r#"{"error":{"code":"context_length_exceeded"}}"#,
            FailureCode::TooLong,
        );
        check(
            400,
            r#"{"error":{"code":"content_filter"}}"#,
            FailureCode::ContentPolicy,
        );
    }

    #[test]
    fn the_vendors_words_are_kept_and_bounded() {
        let error = check(400, r#"{"error":"no good"}"#, FailureCode::BadRequest);
        assert_eq!(error.message, "V answered with status 400: no good");
        let long = format!(r#"{{"message":"{}"}}"#, "长".repeat(5000));
        assert!(
            check(500, &long, FailureCode::Overloaded)
                .message
                .chars()
                .count()
                < 400
        );
    }

    #[test]
    fn an_error_in_the_stream_has_the_kind_that_its_code_names() {
        let error = in_stream(
            "V",
            &serde_json::json!({"code": 429, "message": "slow down"}),
        );
        assert_eq!(
            (error.code, error.message.as_str()),
            (FailureCode::RateLimited, "V broke off: slow down")
        );
    }

    fn check_wait(name: &'static str, value: &str, expected: Option<u64>) {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(
            retry_after(&headers, now),
            expected.map(Duration::from_millis),
            "{value}"
        );
    }

    #[test]
    fn the_wait_is_read_in_each_of_its_forms() {
        check_wait("retry-after-ms", "250", Some(250));
        check_wait("retry-after", "1.5", Some(1500));
        check_wait("retry-after", "Sun, 06 Nov 1994 08:49:42 GMT", Some(5000));
        for nonsense in ["-1", "abc", "", "NaN", "Sun, 06 Nov 1994 08:49:30 GMT"] {
            check_wait("retry-after", nonsense, None);
        }
    }
}
