use serde_json::json;

use super::*;
use crate::experts::{
    dialects::cuts::{self, COMPLETE, TRUNCATED, reasoning, usage},
    stream::amazon_message,
};

fn check(stream: &[Vec<u8>], text: &str, end: &Item) -> Vec<Item> {
    cuts::check(|| Converse::of("V"), &stream.concat(), text, end)
}

fn check_failure(stream: &[Vec<u8>], text: &str, code: FailureCode) -> ExpertError {
    cuts::check_failure(|| Converse::of("V"), &stream.concat(), text, code)
}

fn event(kind: &str, json: &Value) -> Vec<u8> {
    let headers = [
        (":event-type", kind),
        (":content-type", "application/json"),
        (":message-type", "event"),
    ];
    amazon_message(&headers, &json.to_string())
}

fn delta(delta: &Value) -> Vec<u8> {
    let padded = json!({"contentBlockIndex": 0, "delta": delta, "p": "abcdef"});
    event("contentBlockDelta", &padded)
}

fn say(text: &str) -> Vec<u8> {
    delta(&json!({"text": text}))
}

fn stop(reason: &str) -> Vec<u8> {
    event("messageStop", &json!({"stopReason": reason}))
}

fn exception(kind: &str, message: &str) -> Vec<u8> {
    let headers = [(":exception-type", kind), (":message-type", "exception")];
    amazon_message(&headers, &json!({"message": message}).to_string())
}

#[test]
fn text_and_thoughts_come_in_order_and_usage_after_the_end() {
    let counted = json!({"usage": {"inputTokens": 10, "outputTokens": 5, "totalTokens": 30,
        "cacheReadInputTokens": 7, "cacheWriteInputTokens": 8}, "metrics": {"latencyMs": 1}});
    let stream = [
        event("messageStart", &json!({"role": "assistant"})),
        delta(&json!({"reasoningContent": {"text": "hm"}})),
        delta(&json!({"reasoningContent": {"signature": "x"}})),
        event("contentBlockStop", &json!({"contentBlockIndex": 0})),
        say("High "),
        say("潮 😀"),
        stop("end_turn"),
        event("metadata", &counted),
    ];
    let items = check(&stream, "High 潮 😀", &COMPLETE);
    assert_eq!(reasoning(&items), "hm");
    assert_eq!(usage(&items), Some((25, 7, 5)));
}

#[test]
fn reasons_to_stop_have_their_meaning() {
    check(&[say("a"), stop("max_tokens")], "a", &TRUNCATED);
    check(&[say("a"), stop("stop_sequence")], "a", &COMPLETE);
    for (reason, code) in [
        ("content_filtered", FailureCode::ContentPolicy),
        ("guardrail_intervened", FailureCode::ContentPolicy),
        ("model_context_window_exceeded", FailureCode::TooLong),
    ] {
        check_failure(&[say("a"), stop(reason)], "a", code);
    }
}

#[test]
fn exceptions_have_their_kinds_and_keep_the_text_before_them() {
    for (kind, code) in [
        ("throttlingException", FailureCode::RateLimited),
        ("modelStreamErrorException", FailureCode::Overloaded),
        ("serviceUnavailableException", FailureCode::Overloaded),
        ("internalServerException", FailureCode::Overloaded),
        ("validationException", FailureCode::BadRequest),
    ] {
        let stream = [say("a"), exception(kind, "so it is"), say("b")];
        let error = check_failure(&stream, "a", code);
        assert!(error.message.contains("so it is"), "{error}");
        assert_eq!(error.vendor_code.as_deref(), Some(kind));
    }
    let long = exception(
        "validationException",
        "Input is too long for requested model.",
    );
    check_failure(&[long], "", FailureCode::TooLong);
}

#[test]
fn an_error_in_the_headers_is_one() {
    let headers = [
        (":message-type", "error"),
        (":error-code", "InternalFailure"),
        (":error-message", "it broke"),
    ];
    let stream = [say("a"), amazon_message(&headers, "")];
    let error = check_failure(&stream, "a", FailureCode::Overloaded);
    assert!(error.message.contains("it broke"), "{error}");
}

#[test]
fn what_goes_wrong_after_some_text_keeps_that_text() {
    check_failure(&[say("a")], "a", FailureCode::EndedEarly);
    check_failure(&[], "", FailureCode::EndedEarly);
    let half = say("b")[..20].to_vec();
    check_failure(&[say("a"), half.clone()], "a", FailureCode::EndedEarly);
    check(&[say("a"), stop("end_turn"), half], "a", &COMPLETE);
    let mut broken = say("b");
    broken[40] ^= 1;
    check_failure(&[say("a"), broken], "a", FailureCode::MalformedAnswer);
    let odd = [say("a"), event("contentBlockDelta", &json!({"delta": 7}))];
    check_failure(&odd, "a", FailureCode::MalformedAnswer);
    let text = amazon_message(&[(":event-type", "contentBlockDelta")], "{oops");
    check_failure(&[say("a"), text], "a", FailureCode::MalformedAnswer);
}

#[test]
fn what_is_no_event_stream_is_no_answer() {
    let html = b"<html>Please log in to continue</html>".to_vec();
    check_failure(&[html], "", FailureCode::MalformedAnswer);
}

#[test]
fn unknown_events_and_tools_are_passed_over() {
    let stream = [
        event("future", &json!({"x": 1})),
        delta(&json!({"toolUse": {"input": "{}"}})),
        say("a"),
        stop("end_turn"),
    ];
    check(&stream, "a", &COMPLETE);
}
