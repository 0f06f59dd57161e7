use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::experts::{
    BaseUrl,
    dialects::{
        Chunks, Decoder as _,
        cuts::{self, COMPLETE, TRUNCATED, reasoning, usage},
    },
};

fn contents() -> Contents {
    let url = "https://generativelanguage.googleapis.com/v1beta".to_owned();
    let base_url = BaseUrl::try_from(url).unwrap();
    Contents::of(&Endpoint::open_ai("V", base_url, "m"))
}

fn check(stream: &str, text: &str, end: &Item) -> Vec<Item> {
    cuts::check(contents, stream.as_bytes(), text, end)
}

fn check_failure(stream: &str, text: &str, code: FailureCode) -> ExpertError {
    cuts::check_failure(contents, stream.as_bytes(), text, code)
}

fn event(json: &Value) -> String {
    format!("data: {json}\r\n\r\n")
}

fn say(text: &str) -> String {
    let parts = json!([{"text": text}]);
    event(&json!({"candidates": [{"content": {"parts": parts, "role": "model"}}]}))
}

/// A part with a reason to finish.
fn last(text: &str, reason: &str) -> String {
    let content = json!({"parts": [{"text": text}], "role": "model"});
    event(&json!({"candidates": [{"content": content, "finishReason": reason, "index": 0}]}))
}

#[test]
fn text_comes_in_order_and_ends_with_the_bytes() {
    let stream = [say("High "), say("潮"), last(" 😀", "STOP")].concat();
    check(&stream, "High 潮 😀", &COMPLETE);
}

#[test]
fn a_reason_to_finish_on_every_part_is_none_before_the_bytes_end() {
    let stream = [last("a", "STOP"), last("b", "STOP"), last("c", "STOP")].concat();
    check(&stream, "abc", &COMPLETE);
    let mut decoder = Chunks::new("V", contents());
    decoder.push(stream.as_bytes());
    assert!(!decoder.is_finishing(), "the next part may take its time");
    let mut decoder = Chunks::new("V", contents());
    decoder.push([say("a"), last("", "STOP")].concat().as_bytes());
    assert!(decoder.is_finishing());
    let stream = [last("a", "STOP"), last("b", "MAX_TOKENS")].concat();
    check(&stream, "ab", &TRUNCATED);
}

#[test]
fn parts_may_be_empty_or_absent() {
    let empty = event(&json!({"candidates": [{"content": {"parts": [{"text": ""}]}}]}));
    let absent = event(&json!({"candidates": [{"content": {"role": "model"}}]}));
    let none = event(&json!({"candidates": [{"finishReason": "STOP"}]}));
    let other =
        event(&json!({"candidates": [{"index": 1, "content": {"parts": [{"text": "x"}]}}]}));
    let stream = [empty, absent, other, say("a"), none].concat();
    check(&stream, "a", &COMPLETE);
}

#[test]
fn thoughts_are_kept_apart() {
    let parts = json!([{"text": "hm", "thought": true}, {"text": "a", "thoughtSignature": "x"}]);
    let thought = event(&json!({"candidates": [{"content": {"parts": parts}}]}));
    let items = check(&[thought, last("b", "STOP")].concat(), "ab", &COMPLETE);
    assert_eq!(reasoning(&items), "hm");
}

#[test]
fn usage_grows_and_the_last_report_counts() {
    let report = |candidates: Value, thoughts: u64| {
        let usage = json!({"promptTokenCount": 10, "cachedContentTokenCount": 4,
            "candidatesTokenCount": candidates, "thoughtsTokenCount": thoughts,
            "totalTokenCount": 99});
        event(&json!({"usageMetadata": usage, "modelVersion": "m", "responseId": "r1"}))
    };
    let stream = [
        report(Value::Null, 3),
        say("a"),
        report(json!(2), 5),
        report(json!(2), 5),
        last("b", "STOP"),
    ];
    let items = check(&stream.concat(), "ab", &COMPLETE);
    assert_eq!(usage(&items), Some((10, 4, 7)));
    let count = |is: fn(&&Item) -> bool| items.iter().filter(is).count();
    assert_eq!(count(|item| matches!(item, Item::Usage(_))), 2);
    let expected = Metadata {
        request_id: Some("r1".to_owned()),
        ..Metadata::default()
    };
    assert!(items.contains(&Item::Metadata(expected)));
    assert_eq!(count(|item| matches!(item, Item::Metadata(_))), 1);
}

#[test]
fn another_model_than_the_one_asked_is_named() {
    let named = event(&json!({"modelVersion": "m-002"}));
    let items = check(&[named, last("a", "STOP")].concat(), "a", &COMPLETE);
    assert!(items.iter().any(|item| matches!(
        item,
        Item::Metadata(metadata) if metadata.model.as_deref() == Some("m-002")
    )));
}

#[test]
fn a_blocked_prompt_is_declined_for_content() {
    let blocked = event(
        &json!({"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"},
        "usageMetadata": {"promptTokenCount": 3}}),
    );
    let error = check_failure(&blocked, "", FailureCode::ContentPolicy);
    assert_eq!(error.vendor_code.as_deref(), Some("PROHIBITED_CONTENT"));
}

#[test]
fn reasons_to_finish_have_their_meaning() {
    for (reason, code) in [
        ("SAFETY", FailureCode::ContentPolicy),
        ("RECITATION", FailureCode::ContentPolicy),
        ("SPII", FailureCode::ContentPolicy),
        ("LANGUAGE", FailureCode::BadRequest),
        ("OTHER", FailureCode::EndedEarly),
        ("MALFORMED_RESPONSE", FailureCode::MalformedAnswer),
    ] {
        check_failure(&[say("a"), last("b", reason)].concat(), "ab", code);
    }
    check(
        &[say("a"), last("", "MAX_TOKENS")].concat(),
        "a",
        &TRUNCATED,
    );
    check(
        &[say("a"), last("", "WHAT_COMES_NEXT")].concat(),
        "a",
        &COMPLETE,
    );
    let unsaid = [say("a"), last("b", "FINISH_REASON_UNSPECIFIED")].concat();
    check_failure(&unsaid, "ab", FailureCode::EndedEarly);
}

#[test]
fn what_goes_wrong_after_some_text_keeps_that_text() {
    check_failure(&say("a"), "a", FailureCode::EndedEarly);
    check_failure("", "", FailureCode::EndedEarly);
    let cut = [say("a"), "data: {\"candi".to_owned()].concat();
    check_failure(&cut, "a", FailureCode::EndedEarly);
    let odd = [say("a"), event(&json!({"candidates": 7}))].concat();
    check_failure(&odd, "a", FailureCode::MalformedAnswer);
}

#[test]
fn an_error_is_found_plain_and_in_an_array_and_says_how_long_to_wait() {
    let info = json!({"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "39.5s"});
    let error = json!({"error": {"code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED",
        "details": [info]}});
    for stream in [
        event(&error),
        event(&json!([error])),
        error.to_string(),
        json!([error]).to_string(),
    ] {
        let error = check_failure(&stream, "", FailureCode::RateLimited);
        assert_eq!(error.retry_after, Some(Duration::from_millis(39_500)));
    }
    check_failure(
        &[say("a"), event(&error), say("b")].concat(),
        "a",
        FailureCode::RateLimited,
    );
}

#[test]
fn an_answer_that_comes_as_an_array_is_understood() {
    let part = |text: &str| json!({"candidates": [{"content": {"parts": [{"text": text}]}}]});
    let end = json!({"candidates": [{"finishReason": "STOP"}]});
    check(
        &json!([part("a"), part("b"), end]).to_string(),
        "ab",
        &COMPLETE,
    );
}
