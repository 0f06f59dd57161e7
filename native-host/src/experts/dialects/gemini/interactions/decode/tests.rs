use serde_json::json;

use super::*;
use crate::experts::{
    BaseUrl,
    dialects::cuts::{self, COMPLETE, TRUNCATED, reasoning, usage},
};

fn steps() -> Steps {
    let url = "https://generativelanguage.googleapis.com/v1beta".to_owned();
    let base_url = BaseUrl::try_from(url).unwrap();
    Steps::of(&Endpoint::open_ai("V", base_url, "m"))
}

fn check(stream: &str, text: &str, end: &Item) -> Vec<Item> {
    cuts::check(steps, stream.as_bytes(), text, end)
}

fn check_failure(stream: &str, text: &str, code: FailureCode) -> ExpertError {
    cuts::check_failure(steps, stream.as_bytes(), text, code)
}

fn event(kind: &str, mut json: Value) -> String {
    json["event_type"] = kind.into();
    format!("event: {kind}\ndata: {json}\n\n")
}

fn delta(delta: &Value) -> String {
    event("step.delta", json!({"index": 0, "delta": delta}))
}

fn say(text: &str) -> String {
    delta(&json!({"type": "text", "text": text}))
}

fn completed(status: &str) -> String {
    let usage = json!({"total_input_tokens": 62, "total_output_tokens": 171,
        "total_thought_tokens": 297, "total_cached_tokens": 8, "total_tokens": 530});
    let interaction = json!({"id": "v1_x", "status": status, "model": "m", "usage": usage});
    event("interaction.completed", json!({"interaction": interaction}))
}

const DONE: &str = "event: done\ndata: [DONE]\n\n";

#[test]
fn an_interaction_is_read_from_its_steps() {
    let created = json!({"interaction": {"id": "v1_x", "status": "in_progress", "model": "m"}});
    let thought = json!({"type": "thought", "summary": [{"type": "text", "text": "hm "}]});
    let summary = json!({"type": "thought_summary", "content": {"type": "text", "text": "考"}});
    let signature = json!({"type": "thought_signature", "signature": "EpoG"});
    let output = json!({"type": "model_output", "content": [{"type": "text", "text": "High "}]});
    let stream = [
        event("interaction.created", created),
        event(
            "interaction.status_update",
            json!({"status": "in_progress"}),
        ),
        event("step.start", json!({"index": 0, "step": thought})),
        delta(&summary),
        delta(&signature),
        event("step.stop", json!({"index": 0})),
        event("step.start", json!({"index": 1, "step": output})),
        say("潮 😀"),
        event("step.stop", json!({"index": 1})),
        completed("completed"),
        DONE.to_owned(),
    ];
    let items = check(&stream.concat(), "High 潮 😀", &COMPLETE);
    assert_eq!(reasoning(&items), "hm 考");
    assert_eq!(usage(&items), Some((62, 8, 468)));
    let metadata = Metadata {
        request_id: Some("v1_x".to_owned()),
        ..Metadata::default()
    };
    let found = items
        .iter()
        .filter(|item| matches!(item, Item::Metadata(_)));
    assert_eq!(found.collect::<Vec<_>>(), [&Item::Metadata(metadata)]);
}

#[test]
fn the_end_may_lack_its_mark() {
    check(&[say("a"), completed("completed")].concat(), "a", &COMPLETE);
    check(&[say("a"), DONE.to_owned()].concat(), "a", &COMPLETE);
}

#[test]
fn statuses_have_their_meaning() {
    check(
        &[say("a"), completed("incomplete")].concat(),
        "a",
        &TRUNCATED,
    );
    for (status, code) in [
        ("failed", FailureCode::Overloaded),
        ("cancelled", FailureCode::EndedEarly),
        ("budget_exceeded", FailureCode::QuotaExhausted),
        ("requires_action", FailureCode::MalformedAnswer),
        ("queued", FailureCode::EndedEarly),
    ] {
        check_failure(&[say("a"), completed(status)].concat(), "a", code);
    }
}

#[test]
fn an_error_is_found_wherever_it_stands() {
    let error = json!({"code": 503, "message": "busy", "status": "UNAVAILABLE"});
    let failed = json!({"interaction": {"status": "failed", "error": error}});
    for stream in [
        event("error", json!({"error": error})),
        event("interaction.completed", failed),
        format!("data: {}\n\n", json!([{"error": error}])),
    ] {
        let error = check_failure(&[say("a"), stream].concat(), "a", FailureCode::Overloaded);
        assert_eq!(error.vendor_message.as_deref(), Some("busy"));
    }
}

#[test]
fn what_goes_wrong_after_some_text_keeps_that_text() {
    check_failure(&say("a"), "a", FailureCode::EndedEarly);
    let odd = [say("a"), event("step.delta", json!({"delta": 7}))].concat();
    check_failure(&odd, "a", FailureCode::MalformedAnswer);
}

#[test]
fn unknown_events_and_deltas_are_passed_over() {
    let stream = [
        event("step.future", json!({"x": 1})),
        delta(&json!({"type": "audio", "data": "x"})),
        say("a"),
        completed("completed"),
    ];
    check(&stream.concat(), "a", &COMPLETE);
}

#[test]
fn an_interaction_that_comes_whole_is_understood() {
    let output = json!({"type": "model_output", "content": [{"type": "text", "text": "a"}]});
    let asked = json!({"type": "user_input", "content": [{"type": "text", "text": "x"}]});
    let whole = json!({"id": "v1_x", "status": "completed", "steps": [asked, output],
        "usage": {"total_input_tokens": 1, "total_output_tokens": 2}});
    let items = check(&whole.to_string(), "a", &COMPLETE);
    assert_eq!(usage(&items), Some((1, 0, 2)));
}
