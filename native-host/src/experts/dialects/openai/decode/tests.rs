use super::*;

const STREAM: &str = "text/event-stream";

fn delta(text: &str) -> String {
    format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n")
}

const STOP: &str = "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";

fn feed<'a>(content_type: &str, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Item> {
    let mut decoder = Decoder::new("V", content_type);
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
    let whole = feed(STREAM, [bytes]);
    assert_eq!(feed(STREAM, bytes.chunks(1)), whole, "byte by byte");
    for cut in 0..bytes.len() {
        assert_eq!(
            feed(STREAM, [&bytes[..cut], &bytes[cut..]]),
            whole,
            "cut at {cut}"
        );
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
    let items = feed(STREAM, [stream.as_bytes()]);
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
        FailureCode::MalformedAnswer,
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
    let items = feed("application/json; charset=utf-8", body.as_bytes().chunks(7));
    let usage = Usage {
        input_tokens: 1,
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
    let items = feed(
        "application/json",
        [br#"{"error":{"message":"no"}}"#.as_slice()],
    );
    assert!(
        matches!(items.as_slice(), [Item::Failed(error)] if error.code == FailureCode::Overloaded)
    );
}

#[test]
fn a_message_never_repeats_what_could_not_be_read() {
    let items = feed(STREAM, [b"data: secret page text\n\n".as_slice()]);
    let Some(Item::Failed(error)) = items.first() else {
        panic!("{items:?}")
    };
    assert!(!error.message.contains("secret"), "{error}");
}
