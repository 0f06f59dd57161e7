use FailureCode::{
    BadRequest, ContentPolicy, KeyRefused, Overloaded, QuotaExhausted, RateLimited, TimedOut,
    TooLong,
};

use super::*;

fn refuse(status: u16, headers: &[(&'static str, &str)], body: &str) -> ExpertError {
    let status = StatusCode::from_u16(status).unwrap();
    let headers: HeaderMap = headers
        .iter()
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .collect();
    from_response(
        "V",
        status,
        &headers,
        body.as_bytes(),
        SystemTime::UNIX_EPOCH,
    )
}

fn check(status: u16, body: &str, expected: FailureCode) -> ExpertError {
    let error = refuse(status, &[], body);
    assert_eq!(error.code, expected, "{status} {body}: {error}");
    error
}

#[test]
fn statuses_have_their_kinds() {
    for (status, code) in [
        (400, BadRequest),
        (401, KeyRefused),
        (402, QuotaExhausted),
        (403, KeyRefused),
        (404, BadRequest),
        (408, TimedOut),
        (413, TooLong),
        (422, BadRequest),
        (429, RateLimited),
        (500, Overloaded),
        (502, Overloaded),
        (503, Overloaded),
        (504, TimedOut),
        (529, Overloaded),
        (307, FailureCode::Unreachable),
    ] {
        check(status, "", code);
        check(status, "<html>", code);
    }
}

#[test]
fn each_vendors_body_tells_apart_what_the_status_does_not() {
    for (status, body, code, vendor_code) in [
        (
            429,
            r#"{"error":{"message":"You exceeded","type":"insufficient_quota","code":"insufficient_quota"}}"#,
            QuotaExhausted,
            "insufficient_quota",
        ),
        (
            400,
            r#"{"error":{"message":"long","type":"invalid_request_error","param":null,"code":"context_length_exceeded"}}"#,
            TooLong,
            "context_length_exceeded",
        ),
        (
            400,
            r#"{"error":{"message":"x","code":"content_filter","innererror":{}}}"#,
            ContentPolicy,
            "content_filter",
        ),
        (
            529,
            r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r"}"#,
            Overloaded,
            "overloaded_error",
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens"}}"#,
            TooLong,
            "invalid_request_error",
        ),
        (
            400,
            r#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#,
            QuotaExhausted,
            "invalid_request_error",
        ),
        (
            400,
            r#"[{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
            KeyRefused,
            "400",
        ),
        (
            429,
            r#"{"error":{"code":429,"message":"Quota","status":"RESOURCE_EXHAUSTED"}}"#,
            RateLimited,
            "429",
        ),
        (
            429,
            r#"{"message":"You are using a Trial key"}"#,
            RateLimited,
            "",
        ),
        (
            400,
            r#"{"error":{"code":"1261","message":"Prompt exceeds max length"}}"#,
            TooLong,
            "1261",
        ),
        (
            400,
            r#"{"error":{"code":"1301","message":"x"}}"#,
            ContentPolicy,
            "1301",
        ),
        (
            429,
            r#"{"error":{"code":"1302","message":"x"}}"#,
            RateLimited,
            "1302",
        ),
        (
            429,
            r#"{"error":{"code":"1303","message":"x"}}"#,
            RateLimited,
            "1303",
        ),
        (
            429,
            r#"{"error":{"code":"1305","message":"x"}}"#,
            Overloaded,
            "1305",
        ),
        (
            429,
            r#"{"error":{"code":"1113","message":"x"}}"#,
            QuotaExhausted,
            "1113",
        ),
        (
            400,
            r#"{"error":{"message":"unknown field","type":"invalid_request_error","code":"3"}}"#,
            BadRequest,
            "3",
        ),
        (
            429,
            r#"{"error":{"code":"rpm_rate_limit_exceeded","message":"x","type":"invalid_request_error"},"id":"as"}"#,
            RateLimited,
            "rpm_rate_limit_exceeded",
        ),
        (
            403,
            r#"{"error":{"message":"x","type":"api_error","param":null,"code":"11202"}}"#,
            RateLimited,
            "11202",
        ),
        (
            403,
            r#"{"code":30001,"message":"Sorry, your account balance is insufficient"}"#,
            QuotaExhausted,
            "30001",
        ),
        (
            400,
            r#"{"code":"DataInspectionFailed","message":"x","request_id":"r"}"#,
            ContentPolicy,
            "DataInspectionFailed",
        ),
        (404, r#"{"error":"model 'x' not found"}"#, BadRequest, ""),
        (
            400,
            r#"{"__type":"ThrottlingException","message":"x"}"#,
            RateLimited,
            "ThrottlingException",
        ),
        (
            429,
            r#"{"error":{"message":"busy","type":"engine_overloaded_error"}}"#,
            Overloaded,
            "engine_overloaded_error",
        ),
        (
            403,
            r#"{"error":{"code":403,"message":"flagged by moderation"}}"#,
            ContentPolicy,
            "403",
        ),
    ] {
        let error = check(status, body, code);
        assert_eq!(error.vendor_code.unwrap_or_default(), vendor_code, "{body}");
        assert_eq!(error.status, Some(status));
    }
}

#[test]
fn amazon_names_the_error_in_a_header() {
    let name = [("x-amzn-errortype", "ThrottlingException:http://internal")];
    let error = refuse(400, &name, r#"{"message":"slow"}"#);
    assert_eq!(
        (error.code, error.vendor_code.as_deref()),
        (RateLimited, Some("ThrottlingException"))
    );
}

#[test]
fn the_vendors_words_and_names_are_kept_and_bounded() {
    let error = check(400, r#"{"error":"no good"}"#, BadRequest);
    assert_eq!(error.message, "V answered with status 400: no good");
    assert_eq!(error.vendor_message.as_deref(), Some("no good"));
    let long = "长".repeat(5000);
    let body = format!(r#"{{"message":"{long}","code":"{long}","request_id":"{long}"}}"#);
    let error = check(500, &body, Overloaded);
    assert!(format!("{error:?}").len() < 4096, "a raw body goes through");
    let error = check(
        422,
        r#"{"detail":[{"loc":["body","stream_options"]}]}"#,
        BadRequest,
    );
    assert!(error.vendor_message.unwrap().contains("stream_options"));
}

#[test]
fn the_request_is_found_again_by_header_or_body() {
    let body = r#"{"error":{"message":"x"},"request_id":"in-body"}"#;
    for (headers, expected) in [
        (vec![("request-id", "r1")], "r1"),
        (vec![("mistral-correlation-id", "r2")], "r2"),
        (vec![], "in-body"),
    ] {
        let error = refuse(500, &headers, body);
        assert_eq!(error.request_id.as_deref(), Some(expected));
    }
}

#[test]
fn the_wait_is_looked_for_in_header_then_details_then_message() {
    let google = r#"{"error":{"code":429,"message":"Please retry in 1s.","details":[{"retryDelay":"39.9s"}]}}"#;
    let text = r#"{"error":{"message":"Please try again in 20s."}}"#;
    for (headers, body, expected_ms) in [
        (
            vec![("retry-after-ms", "250"), ("retry-after", "9")],
            google,
            250,
        ),
        (vec![("retry-after", "9")], google, 9_000),
        (vec![("retry-after", "soon")], google, 39_900),
        (vec![], google, 39_900),
        (vec![], text, 20_000),
    ] {
        let wait = refuse(429, &headers, body).retry_after;
        assert_eq!(
            wait,
            Some(Duration::from_millis(expected_ms)),
            "{headers:?}"
        );
    }
}

#[test]
fn a_vendors_wish_about_trying_again_is_kept() {
    for (value, expected) in [
        ("true", Some(true)),
        ("false", Some(false)),
        ("maybe", None),
    ] {
        let error = refuse(503, &[("x-should-retry", value)], "");
        assert_eq!(error.should_retry, expected);
    }
}

fn check_answer(json: &str, expected: Option<FailureCode>) -> Option<ExpertError> {
    let error = in_answer("V", &serde_json::from_str(json).unwrap());
    assert_eq!(error.as_ref().map(|error| error.code), expected, "{json}");
    error
}

#[test]
fn an_error_where_an_answer_was_due_is_found_in_each_of_its_places() {
    for (json, code) in [
        (
            r#"{"error":{"code":429,"message":"slow down"}}"#,
            RateLimited,
        ),
        (
            r#"[{"error":{"code":503,"status":"UNAVAILABLE"}}]"#,
            Overloaded,
        ),
        (
            r#"{"type":"error","error":{"type":"overloaded_error","message":"x"}}"#,
            Overloaded,
        ),
        (r#"{"error":"out of memory"}"#, Overloaded),
        (
            r#"{"base_resp":{"status_code":1002,"status_msg":"rate"}}"#,
            RateLimited,
        ),
        (
            r#"{"base_resp":{"status_code":1008,"status_msg":"x"}}"#,
            QuotaExhausted,
        ),
        (
            r#"{"base_resp":{"status_code":1026,"status_msg":"x"}}"#,
            ContentPolicy,
        ),
        (
            r#"{"error_code":18,"error_msg":"Open api qps"}"#,
            RateLimited,
        ),
        (r#"{"error_code":336103,"error_msg":"x"}"#, TooLong),
        (r#"{"code":10013,"message":"x","sid":"s"}"#, ContentPolicy),
        (
            r#"{"code":11200,"message":"AppIdNoAuthError","sid":"s"}"#,
            KeyRefused,
        ),
        (r#"{"code":"InvalidParameter","message":"x"}"#, BadRequest),
    ] {
        check_answer(json, Some(code));
    }
    for fine in [
        r#"{"error":null}"#,
        r#"{"error":{}}"#,
        r#"{"error":""}"#,
        r#"{"error":false}"#,
        r#"{"base_resp":{"status_code":0,"status_msg":"success"}}"#,
        r#"{"error_code":0}"#,
        r#"{"code":0,"message":"Success","sid":"s"}"#,
        r#"{"code":200,"message":"ok"}"#,
        r#"{"code":"0","message":"ok"}"#,
        r#"[]"#,
        r#"7"#,
    ] {
        check_answer(fine, None);
    }
}

#[test]
fn an_error_in_the_answer_keeps_what_the_vendor_says() {
    let error = r#"{"error":{"code":429,"message":"slow down, retry in 2s"},"request_id":"r"}"#;
    let error = check_answer(error, Some(RateLimited)).unwrap();
    assert_eq!(error.message, "V broke off: slow down, retry in 2s");
    assert_eq!(error.vendor_code.as_deref(), Some("429"));
    assert_eq!(error.request_id.as_deref(), Some("r"));
    assert_eq!(error.retry_after, Some(Duration::from_secs(2)));
}
