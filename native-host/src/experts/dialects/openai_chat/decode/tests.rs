use super::*;
use crate::experts::{
    BaseUrl,
    dialects::{Chunks, Decoder as _},
};

fn endpoint() -> Endpoint {
    let base_url = BaseUrl::try_from("https://v.example/v1".to_owned()).unwrap();
    Endpoint::open_ai("V", base_url, "m")
}

fn delta(text: &str) -> String {
    format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
}

const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

fn feed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Item> {
    let mut decoder = Chunks::new("V", Completion::of(&endpoint()));
    let mut items: Vec<_> = pieces
        .into_iter()
        .flat_map(|piece| decoder.push(piece))
        .collect();
    items.extend(decoder.finish());
    items
}

/// Whole, byte by byte and at every cut the same comes out: the text, the reasoning, the last
/// usage and one end.
fn check(stream: &str, text: &str, end: &Item) -> Vec<Item> {
    let bytes = stream.as_bytes();
    let whole = feed([bytes]);
    assert_eq!(feed(bytes.chunks(1)), whole, "byte by byte");
    for cut in 0..bytes.len() {
        assert_eq!(feed([&bytes[..cut], &bytes[cut..]]), whole, "cut at {cut}");
    }
    let said: String = whole.iter().filter_map(text_of).collect();
    assert_eq!(said, text);
    let is_end = |item: &&Item| matches!(item, Item::Finished(_) | Item::Failed(_));
    assert_eq!(whole.iter().filter(is_end).collect::<Vec<_>>(), [end]);
    assert_eq!(whole.last(), Some(end));
    whole
}

fn text_of(item: &Item) -> Option<&str> {
    match item {
        Item::Text(text) => Some(text),
        _ => None,
    }
}

fn check_failure(stream: &str, text: &str, code: FailureCode) {
    let items = feed([stream.as_bytes()]);
    let Some(end @ Item::Failed(error)) = items.last() else {
        panic!("{items:?}")
    };
    assert_eq!(error.code, code, "{error}");
    check(stream, text, end);
}

const COMPLETE: Item = Item::Finished(Finish::Complete);

#[test]
fn text_comes_in_order_and_ends_once() {
    let stream = [
        delta("High "),
        delta("潮 😀"),
        STOP.into(),
        "data: [DONE]\n\n".into(),
    ]
    .concat();
    check(&stream, "High 潮 😀", &COMPLETE);
}

#[test]
fn done_may_lack_its_space_or_its_blank_line() {
    check(
        &[delta("a"), "data:[DONE]\n\n".into()].concat(),
        "a",
        &COMPLETE,
    );
    check(
        &[delta("a"), "data: [DONE]".into()].concat(),
        "a",
        &COMPLETE,
    );
}

#[test]
fn a_reason_to_finish_is_an_end_even_without_done() {
    check(&[delta("a"), STOP.into()].concat(), "a", &COMPLETE);
}

#[test]
fn nothing_after_the_end_counts() {
    check(
        &[
            delta("a"),
            "data: [DONE]\n\n".into(),
            delta("b"),
            "data: [DONE]\n\n".into(),
        ]
        .concat(),
        "a",
        &COMPLETE,
    );
}

#[test]
fn usage_comes_in_a_chunk_without_choices_or_in_the_choice() {
    for tail in [
        r#"data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":9}}"#,
        r#"data: {"choices":[{"delta":{},"usage":{"prompt_tokens":7,"completion_tokens":9}}]}"#,
    ] {
        let stream = [
            delta("a"),
            STOP.into(),
            format!("{tail}\n\n"),
            "data: [DONE]\n\n".into(),
        ]
        .concat();
        let items = check(&stream, "a", &COMPLETE);
        let usage = Usage {
            input_tokens: 7,
            cached_tokens: 0,
            output_tokens: 9,
        };
        assert!(items.contains(&Item::Usage(usage)), "{items:?}");
    }
}

#[test]
fn usage_null_and_unknown_fields_are_ignored() {
    let odd = r#"data: {"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[]},"logprobs":null,"finish_reason":null}],"usage":null,"x":1}"#;
    check(
        &[format!("{odd}\n\n"), delta("a"), STOP.into()].concat(),
        "a",
        &COMPLETE,
    );
}

#[test]
fn reasoning_is_kept_apart_under_either_name() {
    for name in ["reasoning_content", "reasoning"] {
        let thought = format!(
            "data: {{\"choices\":[{{\"delta\":{{\"{name}\":\"hm\",\"content\":\"\"}}}}]}}\n\n"
        );
        let items = check(&[thought, delta("a"), STOP.into()].concat(), "a", &COMPLETE);
        assert!(items.contains(&Item::Reasoning("hm".to_owned())));
    }
}

#[test]
fn a_limit_of_length_truncates() {
    let stop = STOP.replace("stop", "length");
    check(
        &[delta("a"), stop].concat(),
        "a",
        &Item::Finished(Finish::Truncated),
    );
}

#[test]
fn keep_alive_comments_and_empty_events_are_no_text() {
    check(
        &[
            ": keep-alive\n\n".into(),
            "data:\n\n".into(),
            delta("a"),
            STOP.into(),
        ]
        .concat(),
        "a",
        &COMPLETE,
    );
}

#[test]
fn what_goes_wrong_after_some_text_keeps_that_text() {
    check_failure(&delta("a"), "a", FailureCode::EndedEarly);
    check_failure(
        &[delta("a"), "data: {\"choi".into()].concat(),
        "a",
        FailureCode::EndedEarly,
    );
    check_failure(
        &[delta("a"), "data: {oops}\n\n".into(), delta("b")].concat(),
        "a",
        FailureCode::MalformedAnswer,
    );
    check_failure(
        &[delta("a"), STOP.replace("stop", "content_filter")].concat(),
        "a",
        FailureCode::ContentPolicy,
    );
    let error = "data: {\"error\":{\"message\":\"busy\",\"code\":503}}\n\n".to_owned();
    check_failure(
        &[delta("a"), error, delta("b")].concat(),
        "a",
        FailureCode::Overloaded,
    );
}

#[test]
fn an_empty_stream_ended_early() {
    check_failure("", "", FailureCode::EndedEarly);
}

#[test]
fn a_server_that_does_not_stream_is_understood() {
    let body = r#"{"choices":[{"message":{"content":"all at once"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;
    let items = feed(body.as_bytes().chunks(7));
    let usage = Usage {
        input_tokens: 1,
        cached_tokens: 0,
        output_tokens: 2,
    };
    assert_eq!(
        items,
        [
            Item::Text("all at once".to_owned()),
            Item::Usage(usage),
            COMPLETE
        ]
    );
}

#[test]
fn a_plain_error_with_status_200_is_an_error() {
    let items = feed([br#"{"error":{"message":"no"}}"#.as_slice()]);
    assert!(
        matches!(items.as_slice(), [Item::Failed(error)] if error.code == FailureCode::Overloaded)
    );
}

#[test]
fn a_message_never_repeats_what_could_not_be_read() {
    let items = feed([b"data: {secret page text}\n\n".as_slice()]);
    let Some(Item::Failed(error)) = items.first() else {
        panic!("{items:?}")
    };
    assert!(!error.message.contains("secret"), "{error}");
}

#[test]
fn a_model_that_thinks_inside_its_answer_is_understood() {
    let stream = [
        delta("<thi"),
        delta("nk>hm</think>\\n"),
        delta("a"),
        STOP.into(),
    ];
    let items = check(&stream.concat(), "a", &COMPLETE);
    let thought: String = items
        .iter()
        .filter_map(|item| match item {
            Item::Reasoning(thought) => Some(thought.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(thought, "hm");
}

#[test]
fn vendors_have_other_words_for_an_end_and_for_an_error() {
    for (reason, code) in [
        ("sensitive", FailureCode::ContentPolicy),
        ("insufficient_system_resource", FailureCode::Overloaded),
        ("model_context_window_exceeded", FailureCode::TooLong),
    ] {
        check_failure(
            &[delta("a"), STOP.replace("stop", reason)].concat(),
            "a",
            code,
        );
    }
    for error in [
        r#"{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}"#,
        r#"{"error_code":336501,"error_msg":"busy"}"#,
        r#"{"code":10013,"message":"busy"}"#,
    ] {
        let stream = [delta("a"), format!("data: {error}\n\n")].concat();
        let items = feed([stream.as_bytes()]);
        assert!(
            matches!(items.last(), Some(Item::Failed(_))),
            "{error}: {items:?}"
        );
    }
    let fine = r#"data: {"base_resp":{"status_code":0},"code":0,"message":"Success","choices":[]}"#;
    check(
        &[format!("{fine}\n\n"), delta("a"), STOP.into()].concat(),
        "a",
        &COMPLETE,
    );
}

#[test]
fn a_last_message_that_repeats_everything_is_not_text_again() {
    let whole = r#"data: {"choices":[{"message":{"content":"ab"},"finish_reason":"stop"}]}"#;
    let stream = [delta("a"), delta("b"), format!("{whole}\n\n")].concat();
    check(&stream, "ab", &COMPLETE);
}

#[test]
fn other_choices_than_the_first_are_not_the_answer() {
    let other = r#"data: {"choices":[{"index":1,"delta":{"content":"b"}}]}"#;
    check(
        &[delta("a"), format!("{other}\n\n"), STOP.into()].concat(),
        "a",
        &COMPLETE,
    );
}

#[test]
fn content_in_parts_is_joined() {
    let parts =
        r#"data: {"choices":[{"delta":{"content":[{"type":"text","text":"a"},{"text":"b"}]}}]}"#;
    check(
        &[format!("{parts}\n\n"), STOP.into()].concat(),
        "ab",
        &COMPLETE,
    );
}

#[test]
fn blank_lines_before_an_answer_keep_the_connection_alive() {
    let body = r#"{"choices":[{"message":{"content":"a"},"finish_reason":"stop"}]}"#;
    check(&format!("\n\n \n{body}"), "a", &COMPLETE);
}
