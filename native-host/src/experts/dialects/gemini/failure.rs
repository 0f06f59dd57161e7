//! What Google says when something goes wrong in an answer.

use std::time::Duration;

use coterie_protocol::FailureCode;
use serde_json::Value;

use crate::experts::{ExpertError, remote::in_answer};

/// The error that stands where a part of an answer was due, if this is one.
pub(super) fn in_chunk(vendor: &str, json: &Value) -> Option<ExpertError> {
    let error = in_answer(vendor, json)?;
    let said = &json["error"];
    let status = said["code"]
        .as_u64()
        .and_then(|code| u16::try_from(code).ok());
    Some(ExpertError {
        status: error.status.or(status),
        vendor_code: said["status"]
            .as_str()
            .map(str::to_owned)
            .or(error.vendor_code),
        retry_after: error.retry_after.or_else(|| retry_delay(&said["details"])),
        ..error
    })
}

/// An answer that is not what it should be.
pub(super) fn malformed(vendor: &str, what: &str) -> ExpertError {
    let message = format!("the answer of {vendor} cannot be read: {what}");
    ExpertError::new(FailureCode::MalformedAnswer, message)
}

/// The wait that `RetryInfo` asks for: `"39.9s"`.
fn retry_delay(details: &Value) -> Option<Duration> {
    let mut details = details.as_array()?.iter();
    let delay = details.find_map(|detail| detail["retryDelay"].as_str())?;
    let seconds = delay.strip_suffix('s')?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(details: &Value, expected: Option<u64>) {
        let json = json!({"error": {"code": 429, "message": "slow down",
            "status": "RESOURCE_EXHAUSTED", "details": details}});
        let error = in_chunk("V", &json).unwrap();
        assert_eq!(error.code, FailureCode::RateLimited);
        assert_eq!(error.vendor_code.as_deref(), Some("RESOURCE_EXHAUSTED"));
        assert_eq!(error.retry_after, expected.map(Duration::from_millis));
    }

    #[test]
    fn the_wait_is_found_among_the_details() {
        let info = |delay: &str| json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay});
        check(&json!([{"@type": "x"}, info("39.9s")]), Some(39_900));
        check(&json!([info("7s")]), Some(7_000));
        for nonsense in ["", "s", "-1s", "7", "NaNs"] {
            check(&json!([info(nonsense)]), None);
        }
        check(&Value::Null, None);
    }

    #[test]
    fn an_answer_is_no_error() {
        assert_eq!(
            in_chunk("V", &json!({"candidates": [], "error": null})),
            None
        );
    }
}
