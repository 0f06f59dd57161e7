//! Messages that cannot be read: list B1.

use super::*;

/// What the host says to a body, and that it goes on: `rejected`, `failed` or nothing.
async fn check(body: &[u8], expected: &str) {
    let mut browser = Browser::greeted(table().0).await;
    browser.send_bytes(body).await;
    browser.send(&ToHost::Experts { id: id("a/99") }).await;
    let mut answers = Vec::new();
    loop {
        match browser.receive().await.unwrap() {
            FromHost::Rejected { failure } => answers.push(format!("rejected {:?}", failure.code)),
            FromHost::Event { id: found, .. } if found == id("a/99") => break,
            FromHost::Event {
                event: Event::Failed { failure },
                ..
            } => {
                answers.push(format!("failed {:?}", failure.code));
            }
            other => answers.push(format!("{other:?}")),
        }
    }
    let body = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
    assert_eq!(answers.join(" "), expected, "{body}");
}

/// An ask with this in place of its text.
fn ask(text: &str) -> Vec<u8> {
    format!(r#"{{"kind":"ask","id":"a/1","ask":{{"text":{text}}}}}"#).into_bytes()
}

const REJECTED: &str = "rejected MalformedMessage";
const FAILED: &str = "failed MalformedMessage";

#[tokio::test(start_paused = true)]
async fn what_names_no_request_is_rejected() {
    for body in [
        " ",
        "null",
        "[]",
        "\"ping\"",
        "7",
        "{}",
        "{",
        r#"{"kind":"hello"}"#,
    ] {
        check(body.as_bytes(), REJECTED).await;
    }
    for id in [
        "7",
        "null",
        "\"\"",
        "\"a\"",
        "\"a/-1\"",
        "\"a/1.0\"",
        "\"a/18446744073709551616\"",
    ] {
        check(
            format!(r#"{{"kind":"experts","id":{id}}}"#).as_bytes(),
            REJECTED,
        )
        .await;
    }
    check(
        b"\xEF\xBB\xBF{\"kind\":\"experts\",\"id\":\"a/1\"}",
        REJECTED,
    )
    .await;
    check(&[0xFF; 20], REJECTED).await;
    let long_key = format!("{{\"{}\":1}}", "k".repeat(1024 * 1024));
    check(long_key.as_bytes(), REJECTED).await;
}

#[tokio::test(start_paused = true)]
async fn what_names_a_request_fails_it() {
    for body in [
        r#"{"id":"a/1"}"#,
        r#"{"kind":"fly","id":"a/1"}"#,
        r#"{"kind":"ask","kind":"ask","id":"a/1","ask":{}}"#,
        r#"{"kind":"ask","id":"a/1"}"#,
        r#"{"kind":"ask","id":"a/1","ask":7}"#,
        r#"{"kind":"experts","id":"a/1"}{"kind":"experts","id":"a/2"}"#,
        r#"{"kind":"hello","id":"a/1","protocol":{"major":-1,"minor":0},"client":{"name":"","version":""}}"#,
        r#"{"kind":"hello","id":"a/1","protocol":{"major":1.0,"minor":0},"client":{"name":"","version":""}}"#,
    ] {
        check(body.as_bytes(), FAILED).await;
    }
    check(&ask("7"), FAILED).await;
    check(&ask(r#""\ud800""#), FAILED).await;
    for length in [
        "9007199254740992",
        "9007199254740993",
        "18446744073709551616",
    ] {
        let body =
            format!(r#"{{"kind":"ask","id":"a/1","ask":{{"length":{{"words":{length}}}}}}}"#);
        check(body.as_bytes(), FAILED).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_named_twice_is_rejected_since_neither_name_is_sure() {
    let body = r#"{"kind":"experts","id":"a/1","id":"a/2"}"#;
    check(body.as_bytes(), REJECTED).await;
}

#[tokio::test(start_paused = true)]
async fn depth_is_bounded() {
    /// A question with a field that nobody knows, so that nothing but its depth can be wrong.
    fn deep(depth: usize) -> Vec<u8> {
        let inside = depth - 1;
        let (open, close) = ("[".repeat(inside), "]".repeat(inside));
        let ask = r#"{"text":"why?"}"#;
        format!(r#"{{"kind":"ask","id":"a/1","ask":{ask},"more":{open}{close}}}"#).into_bytes()
    }
    let mut browser = Browser::greeted(table().0).await;
    browser.send_bytes(&deep(127)).await;
    assert_eq!(said(&browser.events_of("a/1").await), "Because.");
    for depth in [128, 10_000] {
        check(&deep(depth), FAILED).await;
    }
    let nameless = "[".repeat(10_000);
    check(nameless.as_bytes(), REJECTED).await;
}

#[tokio::test(start_paused = true)]
async fn odd_but_readable_messages_are_taken() {
    let mut browser = Browser::greeted(table().0).await;
    let unknown: String = (0..100_000).map(|key| format!(r#""k{key}":1,"#)).collect();
    let bodies = [
        ask(r#""a\u0000b""#),
        format!(r#"{{{unknown}"kind":"ask","id":"a/1","ask":{{"text":"why?"}}}}"#).into_bytes(),
    ];
    for body in bodies {
        browser.send_bytes(&body).await;
        assert_eq!(said(&browser.events_of("a/1").await), "Because.");
    }
}

#[tokio::test(start_paused = true)]
async fn a_malformed_message_that_names_a_running_request_does_not_end_it() {
    let mut browser = Browser::greeted(table().0).await;
    browser.send(&question("a/1")).await;
    browser.send_bytes(br#"{"kind":"fly","id":"a/1"}"#).await;
    let mut messages = Vec::new();
    while ends(&messages).values().sum::<usize>() == 0 {
        messages.push(browser.receive().await.unwrap());
    }
    let rejected = |message: &&FromHost| matches!(message, FromHost::Rejected { .. });
    assert_eq!(messages.iter().filter(rejected).count(), 1);
    let done = |message: &&FromHost| {
        matches!(
            message,
            FromHost::Event {
                event: Event::Done { .. },
                ..
            }
        )
    };
    assert_eq!(messages.iter().filter(done).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_empty_frame_ends_the_session() {
    let mut browser = Browser::greeted(table().0).await;
    browser.send_bytes(b"").await;
    assert_eq!(browser.session.await.unwrap().unwrap_err().exit_code(), 65);
}

#[tokio::test(start_paused = true)]
async fn what_a_message_said_is_not_repeated() {
    let mut browser = Browser::greeted(table().0).await;
    browser
        .send_bytes(br#"{"kind":"private-page-text","id":7}"#)
        .await;
    let Some(FromHost::Rejected { failure }) = browser.receive().await else {
        panic!("not rejected");
    };
    assert!(!failure.message.contains("private"), "{}", failure.message);
    browser.send_bytes(b"\"ping\"").await;
    assert_eq!(refused(&mut browser).await, FailureCode::MalformedMessage);
}
