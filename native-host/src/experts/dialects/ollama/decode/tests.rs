use serde_json::{Value, json};

use super::*;
use crate::experts::dialects::cuts::{self, COMPLETE, TRUNCATED, reasoning, usage};

fn check(stream: &str, text: &str, end: &Item) -> Vec<Item> {
    cuts::check(|| Lines::of("V"), stream.as_bytes(), text, end)
}

fn check_failure(stream: &str, text: &str, code: FailureCode) -> ExpertError {
    cuts::check_failure(|| Lines::of("V"), stream.as_bytes(), text, code)
}

fn line(message: &Value) -> String {
    format!(
        "{}\n",
        json!({"model": "m", "message": message, "done": false})
    )
}

fn say(text: &str) -> String {
    line(&json!({"role": "assistant", "content": text}))
}

fn done(reason: &str) -> String {
    let line = json!({"model": "m", "message": {"role": "assistant", "content": ""}, "done": true,
        "done_reason": reason, "total_duration": 9_000_000_000_u64, "prompt_eval_count": 26,
        "eval_count": 9});
    format!("{line}\n")
}

#[test]
fn text_comes_in_order_and_ends_once() {
    let stream = [say("High "), say("潮 😀"), done("stop"), say("more")].concat();
    let items = check(&stream, "High 潮 😀more", &COMPLETE);
    assert_eq!(usage(&items), Some((26, 0, 9)));
}

#[test]
fn lines_may_end_in_any_way_and_the_last_not_at_all() {
    let stream = [say("a"), done("stop")].concat();
    check(&stream.replace('\n', "\r\n"), "a", &COMPLETE);
    check(stream.trim_end(), "a", &COMPLETE);
    check(&stream.replace('\n', "\n\n"), "a", &COMPLETE);
}

#[test]
fn a_limit_of_length_truncates() {
    check(&[say("a"), done("length")].concat(), "a", &TRUNCATED);
}

#[test]
fn thoughts_are_kept_apart_by_field_or_by_tag() {
    let thought = line(&json!({"role": "assistant", "content": "", "thinking": "hm"}));
    let items = check(&[thought, say("a"), done("stop")].concat(), "a", &COMPLETE);
    assert_eq!(reasoning(&items), "hm");
    let tags = [say("<thi"), say("nk>hm</think>"), say("a"), done("stop")];
    let items = check(&tags.concat(), "a", &COMPLETE);
    assert_eq!(reasoning(&items), "hm");
}

#[test]
fn an_error_after_status_200_keeps_the_text_before_it() {
    let error = "{\"error\":\"an error was encountered while running the model\"}\n";
    let error = [say("a").as_str(), error, say("b").as_str()].concat();
    let error = check_failure(&error, "a", FailureCode::Overloaded);
    assert!(error.message.contains("while running"), "{error}");
}

#[test]
fn a_model_that_was_only_loaded_has_not_answered() {
    check_failure(&done("load"), "", FailureCode::EndedEarly);
}

#[test]
fn without_both_counts_no_tokens_are_told() {
    let end = "{\"done\":true,\"done_reason\":\"stop\",\"eval_count\":9}\n";
    let items = check(&[&say("a"), end].concat(), "a", &COMPLETE);
    assert_eq!(usage(&items), None);
}

#[test]
fn what_goes_wrong_after_some_text_keeps_that_text() {
    check_failure(&say("a"), "a", FailureCode::EndedEarly);
    check_failure("", "", FailureCode::EndedEarly);
    let cut = [say("a"), "{\"mess".to_owned()].concat();
    check_failure(&cut, "a", FailureCode::EndedEarly);
}

#[test]
fn unknown_fields_and_tools_are_passed_over() {
    let odd = line(&json!({"content": null, "tool_calls": [], "images": null, "x": 1}));
    check(&[odd, say("a"), done("stop")].concat(), "a", &COMPLETE);
}
