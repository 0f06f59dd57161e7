//! What a vendor says when it does not answer: status, headers and body to an error.

use std::time::{Duration, SystemTime};

use coterie_protocol::FailureCode;
use reqwest::{StatusCode, header::HeaderMap};
use serde_json::Value;

use super::{retry_after, vendor_codes};
use crate::experts::ExpertError;

/// The longest part of a vendor's own message that is kept, in characters.
const LONGEST_MESSAGE: usize = 300;

/// The longest code or request id that is kept, in characters.
const LONGEST_NAME: usize = 100;

/// The error for an HTTP answer that is no success.
pub(super) fn from_response(
    vendor: &str,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> ExpertError {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = Said::in_body(&json).with_type(header(headers, "x-amzn-errortype"));
    let code = said.failure(status);
    let mut message = format!("{vendor} answered with status {}", status.as_u16());
    if status.is_redirection() {
        message.push_str(&format!(" and points to {}", redirect_host(headers)));
    } else if !said.message.is_empty() {
        message.push_str(&format!(": {}", said.message));
    }
    let wait = retry_after::in_headers(headers, now).or_else(|| said.wait());
    let should_retry = match header(headers, "x-should-retry") {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    };
    ExpertError {
        status: Some(status.as_u16()),
        request_id: request_id(headers).or_else(|| said.request_id.clone()),
        retry_after: wait,
        should_retry,
        ..said.error(code, message)
    }
}

/// The error for an `error` object that comes in the middle of a successful answer.
pub(in crate::experts) fn in_stream(vendor: &str, error: &Value) -> ExpertError {
    broke_off(vendor, &Said::in_body(error))
}

/// The error that stands where an answer was due, if this is one: vendors put it into one of
/// several places, with status 200.
pub(in crate::experts) fn in_answer(vendor: &str, json: &Value) -> Option<ExpertError> {
    // Google wraps its errors once more.
    if let Some([only]) = json.as_array().map(Vec::as_slice) {
        return in_answer(vendor, only);
    }
    if json.get("error").is_some_and(says_something) {
        return Some(in_stream(vendor, json));
    }
    let base = &json["base_resp"];
    let renamed = |code: &Value, message: &Value, family| {
        let error = serde_json::json!({
            "code": code, "message": message, "request_id": json["request_id"],
        });
        broke_off(
            vendor,
            &Said {
                family,
                ..Said::in_body(&error)
            },
        )
    };
    if is_failure(&base["status_code"]) {
        let family = Some(vendor_codes::Family::Minimax);
        return Some(renamed(&base["status_code"], &base["status_msg"], family));
    }
    if is_failure(&json["error_code"]) {
        let family = Some(vendor_codes::Family::Baidu);
        return Some(renamed(&json["error_code"], &json["error_msg"], family));
    }
    (is_failure(&json["code"]) && json["message"].is_string()).then(|| {
        let family = Some(vendor_codes::Family::Iflytek);
        broke_off(
            vendor,
            &Said {
                family,
                ..Said::in_body(json)
            },
        )
    })
}

fn broke_off(vendor: &str, said: &Said) -> ExpertError {
    let status = said.code.parse().ok();
    let status = status.and_then(|code| StatusCode::from_u16(code).ok());
    let what = if said.message.is_empty() {
        "gave no reason"
    } else {
        &said.message
    };
    ExpertError {
        retry_after: said.wait(),
        request_id: said.request_id.clone(),
        ..said.error(
            said.failure(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)),
            format!("{vendor} broke off: {what}"),
        )
    }
}

/// Whether there is an error at all: `null` and the like say that there is none.
fn says_something(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
        _ => true,
    }
}

/// Whether a code is one of a failure: many vendors have one for success.
fn is_failure(code: &Value) -> bool {
    match code {
        Value::Number(code) => !matches!(code.as_i64(), Some(0 | 200)),
        Value::String(code) => {
            let success = ["", "0", "200", "ok", "success"];
            !success.contains(&code.to_ascii_lowercase().as_str())
        }
        _ => false,
    }
}

/// What a vendor's error object says.
#[derive(Debug, Default)]
struct Said {
    /// What kinds of numbers its code is one of, where its place tells.
    family: Option<vendor_codes::Family>,
    code: String,
    /// Other names that it gives the error: `type`, `status`, `reason`.
    names: Vec<String>,
    message: String,
    request_id: Option<String>,
    /// How long to wait, by the details of Google's errors.
    delay: Option<Duration>,
}

impl Said {
    /// `{"error": {…}}`, `{"error": "…"}`, `{"message": "…"}`, each perhaps in a list of one.
    fn in_body(body: &Value) -> Self {
        let body = match body.as_array().map(Vec::as_slice) {
            Some([only, ..]) => only,
            _ => body,
        };
        let error = body.get("error").filter(|error| says_something(error));
        let error = error.unwrap_or(body);
        let text = |json: &Value, name: &str| json.get(name).and_then(plain);
        let first = |names: &[&str]| names.iter().find_map(|name| text(error, name));
        let message = error.as_str().map(str::to_owned);
        let message = message.or_else(|| first(&["message", "Message", "msg", "detail"]));
        let reasons = error["details"].as_array().into_iter().flatten();
        let reasons = reasons.filter_map(|detail| text(detail, "reason"));
        let names = ["type", "status", "__type"];
        let names = names.iter().filter_map(|name| text(error, name));
        let id = text(error, "request_id").or_else(|| text(body, "request_id"));
        Self {
            family: None,
            code: first(&["code"])
                .map(|code| short(&code))
                .unwrap_or_default(),
            names: names.chain(reasons).map(|name| short(&name)).collect(),
            message: message
                .unwrap_or_default()
                .chars()
                .take(LONGEST_MESSAGE)
                .collect(),
            request_id: id.or_else(|| text(body, "sid")).map(|id| short(&id)),
            delay: retry_after::in_details(&error["details"]),
        }
    }

    fn with_type(mut self, name: Option<&str>) -> Self {
        // Amazon adds an address after a colon.
        let name = name.and_then(|name| name.split(':').next());
        self.names.extend(name.map(short));
        self
    }

    fn failure(&self, status: StatusCode) -> FailureCode {
        let names = self.names.iter().map(String::as_str);
        vendor_codes::failure(status, self.family, &self.code, names, &self.message)
    }

    fn wait(&self) -> Option<Duration> {
        self.delay.or_else(|| retry_after::in_text(&self.message))
    }

    fn error(&self, code: FailureCode, message: String) -> ExpertError {
        let own = Some(&self.code).filter(|code| !code.is_empty());
        ExpertError {
            vendor_code: own.or(self.names.first()).cloned(),
            vendor_message: Some(self.message.clone()).filter(|message| !message.is_empty()),
            ..ExpertError::new(code, message)
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

/// A value as text; a message may be an object with more in it.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// The name under which the vendor finds the request again.
pub(super) fn request_id(headers: &HeaderMap) -> Option<String> {
    const NAMES: [&str; 6] = [
        "x-request-id",
        "request-id",
        "mistral-correlation-id",
        "x-amzn-requestid",
        "x-requestid",
        "apim-request-id",
    ];
    NAMES
        .iter()
        .find_map(|name| header(headers, name))
        .map(short)
}

fn redirect_host(headers: &HeaderMap) -> String {
    let url = header(headers, "location").and_then(|location| reqwest::Url::parse(location).ok());
    let host = url.and_then(|url| url.host_str().map(str::to_owned));
    host.unwrap_or_else(|| "another address".to_owned())
}

#[cfg(test)]
mod tests;
