//! What single requests come to.

use coterie_protocol::{Captured, Chunk, Selection, Signal, Snapshot, Version};
use serde_json::json;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_greeting_is_answered_at_once_whatever_the_protocol() {
    for major in [0, PROTOCOL.major, PROTOCOL.major + 1] {
        let mut browser = Browser::connect(table().0);
        let mut greeting = serde_json::to_value(hello("a/0")).unwrap();
        greeting["protocol"]["major"] = json!(major);
        browser.send_json(&greeting).await;
        let end = browser.end_of("a/0").await;
        let Event::Done {
            outcome: Outcome::Welcome(welcome),
        } = end
        else {
            panic!("no welcome: {end:?}");
        };
        assert_eq!(welcome.protocol, PROTOCOL);
    }
}

/// What a question comes to after a greeting with this protocol.
async fn check_version(version: Version, expected: Option<FailureCode>) {
    let mut browser = Browser::connect(table().0);
    let mut greeting = hello("a/0");
    if let ToHost::Hello { protocol, .. } = &mut greeting {
        *protocol = version;
    }
    browser.send(&greeting).await;
    browser.send(&question("a/1")).await;
    assert_eq!(failure_of(&browser.end_of("a/1").await), expected);
}

#[tokio::test(start_paused = true)]
async fn a_newer_minor_works_and_another_major_gets_one_readable_failure() {
    let Version { major, minor } = PROTOCOL;
    let version = |major, minor| Version { major, minor };
    check_version(version(major, minor), None).await;
    check_version(version(major, minor + 1), None).await;
    let incompatible = Some(FailureCode::Incompatible);
    check_version(version(major + 1, 0), incompatible).await;
    check_version(version(major - 1, 9), incompatible).await;
}

#[tokio::test(start_paused = true)]
async fn before_the_greeting_of_its_client_every_request_fails() {
    let mut browser = Browser::greeted(table().0).await;
    let mut check = async |message: ToHost, request: &str| {
        browser.send(&message).await;
        let end = browser.end_of(request).await;
        assert_eq!(
            failure_of(&end),
            Some(FailureCode::NotGreeted),
            "{message:?}"
        );
    };
    check(question("b/1"), "b/1").await;
    check(ToHost::Experts { id: id("b/2") }, "b/2").await;
    check(capture("b/3", "<p>text</p>"), "b/3").await;
    check(cancel("b/4"), "b/4").await;
    let chunk = coterie_protocol::split(&id("b/5"), "{}").remove(0);
    check(ToHost::Chunk(chunk), "b/5").await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_streams_and_ends_once() {
    let (roster, expert) = table();
    let mut browser = Browser::greeted(roster).await;
    browser.send(&question("a/1")).await;
    let events = browser.events_of("a/1").await;
    assert_eq!(said(&events), "Because.");
    assert!(matches!(
        events.last(),
        Some(Event::Done {
            outcome: Outcome::Answered(_)
        })
    ));
    assert_eq!(expert.calls(), 1);
    let (end, rest) = browser.close().await;
    assert_eq!(end.unwrap(), End::OutOfInput);
    assert_eq!(rest, []);
}

#[tokio::test(start_paused = true)]
async fn feedback_is_noted_about_an_answer_that_is_there_or_long_gone() {
    let mut browser = Browser::greeted(table().0).await;
    browser.send(&question("a/1")).await;
    browser.end_of("a/1").await;
    let mut check = async |request: &str, about: &str, signal| {
        let feedback = ToHost::Feedback {
            id: id(request),
            about: id(about),
            signal,
        };
        browser.send(&feedback).await;
        let outcome = Outcome::Noted;
        assert_eq!(browser.end_of(request).await, Event::Done { outcome });
    };
    check("a/2", "a/1", Signal::Copied).await;
    check("a/3", "a/1", Signal::Good).await;
    check("a/4", "a/99", Signal::Withdrawn).await;
}

#[tokio::test(start_paused = true)]
async fn cancelling_stops_the_expert_at_once() {
    let (roster, expert) = table();
    let mut browser = Browser::greeted(roster).await;
    browser.send(&question("a/1")).await;
    while !matches!(
        browser.receive().await,
        Some(FromHost::Event {
            event: Event::Delta { .. },
            ..
        })
    ) {}
    assert_eq!(expert.under_way(), 1);
    let asked = tokio::time::Instant::now();
    browser.send(&cancel("a/1")).await;
    assert_eq!(browser.events_of("a/1").await, [Event::Cancelled]);
    assert_eq!(expert.under_way(), 0);
    assert!(asked.elapsed() < Duration::from_millis(5));
    browser.send(&cancel("a/1")).await;
    assert_eq!(
        browser.close().await.1,
        [],
        "a request that has ended cannot be cancelled"
    );
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_takes_its_requests_and_documents_with_it() {
    let (roster, expert) = table();
    let mut browser = Browser::greeted(roster).await;
    browser.send(&question("a/1")).await;
    while !matches!(
        browser.receive().await,
        Some(FromHost::Event {
            event: Event::Delta { .. },
            ..
        })
    ) {}
    browser
        .send(&ToHost::Leave {
            client: client("a"),
        })
        .await;
    assert_eq!(browser.end_of("a/1").await, Event::Cancelled);
    assert_eq!(expert.under_way(), 0);
    browser.send(&question("a/2")).await;
    let end = browser.end_of("a/2").await;
    assert_eq!(failure_of(&end), Some(FailureCode::NotGreeted));
}

#[tokio::test(start_paused = true)]
async fn a_name_in_use_is_refused_without_ending_the_request_that_has_it() {
    let mut browser = Browser::greeted(table().0).await;
    browser.send(&question("a/1")).await;
    for message in [
        question("a/1"),
        hello("a/1"),
        ToHost::Experts { id: id("a/1") },
    ] {
        browser.send(&message).await;
    }
    let mut refusals = 0;
    let mut end = None;
    while end.is_none() {
        match browser.receive().await.unwrap() {
            FromHost::Rejected { failure } => {
                assert_eq!(failure.code, FailureCode::DuplicateRequest);
                refusals += 1;
            }
            FromHost::Event { event, .. } if event.is_terminal() => end = Some(event),
            _ => {}
        }
    }
    assert_eq!(refusals, 3);
    assert!(matches!(end, Some(Event::Done { .. })));
    browser.send(&question("a/1")).await;
    let again = browser.end_of("a/1").await;
    assert!(
        matches!(again, Event::Done { .. }),
        "a name is free after its end: {again:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_is_in_use_until_its_request_has_ended_though_its_client_left_and_came_again() {
    let (roster, expert) = table();
    let mut browser = Browser::greeted(roster).await;
    browser.send(&question("a/1")).await;
    let leave = ToHost::Leave {
        client: client("a"),
    };
    // All of it is there before the request that is cancelled has had its turn.
    for message in [&leave, &hello("a/2"), &question("a/1")] {
        browser.send(message).await;
    }
    tokio::time::sleep(Duration::from_millis(1)).await;
    browser.send(&question("a/1")).await;
    let (_, messages) = browser.close().await;
    let duplicates = messages.iter().filter(|message| {
        matches!(message, FromHost::Rejected { failure } if failure.code == FailureCode::DuplicateRequest)
    });
    let cancelled = messages.iter().filter(|message| {
        matches!(message, FromHost::Event { id, event: Event::Cancelled } if *id == self::id("a/1"))
    });
    assert_eq!(
        (duplicates.count(), cancelled.count()),
        (1, 2),
        "{messages:?}"
    );
    assert_eq!(expert.under_way(), 0);
}

#[tokio::test(start_paused = true)]
async fn one_client_may_not_have_too_many_requests_at_once() {
    let mut browser = Browser::greeted(table().0).await;
    for number in 1..=129 {
        browser.send(&question(&format!("a/{number}"))).await;
    }
    let end = browser.end_of("a/129").await;
    assert_eq!(failure_of(&end), Some(FailureCode::Busy));
}

fn capture(request: &str, html: &str) -> ToHost {
    ToHost::Capture {
        id: id(request),
        snapshot: Snapshot {
            url: "https://example.org/".to_owned(),
            title: "Lighthouses".to_owned(),
            language: Some(coterie_protocol::LanguageTag::new("en")),
            html: html.to_owned(),
            selection: Some(Selection {
                text: "warns ships".to_owned(),
                ..Selection::default()
            }),
            hidden: coterie_protocol::Hidden::default(),
        },
    }
}

const PAGE: &str = "<html><body><article><h1>Lighthouses</h1><p>A lighthouse is a tower that \
    warns ships of rocks and shoals, and guides them into the harbour by night.</p><p>The first \
    ones were fires on hills; the Pharos of Alexandria was built about 280 BC, and stood for \
    fifteen hundred years.</p></article></body></html>";

async fn captured(browser: &mut Browser, request: &str) -> Captured {
    browser.send(&capture(request, PAGE)).await;
    match browser.end_of(request).await {
        Event::Done {
            outcome: Outcome::Captured(captured),
        } => captured,
        other => panic!("not captured: {other:?}"),
    }
}

/// A summary of a document.
fn about(request: &str, document: coterie_protocol::DocumentId) -> ToHost {
    let ask = coterie_protocol::Ask {
        action: Some(coterie_protocol::Action::Summarize),
        document: Some(document),
        ..coterie_protocol::Ask::default()
    };
    ToHost::Ask {
        id: id(request),
        ask,
    }
}

#[tokio::test]
async fn a_page_is_read_once_and_asked_about_by_its_own_client() {
    let mut browser = Browser::greeted(table().0).await;
    let page = captured(&mut browser, "a/1").await;
    assert!(
        page.paragraphs
            .iter()
            .any(|paragraph| paragraph.text.contains("Pharos"))
    );
    assert!(page.words > 20 && page.selection_words == 2, "{page:?}");
    browser.send(&about("a/2", page.document)).await;
    assert_eq!(said(&browser.events_of("a/2").await), "Because.");
    browser.send(&hello("b/0")).await;
    browser.send(&about("b/1", page.document)).await;
    let end = browser.end_of("b/1").await;
    assert_eq!(failure_of(&end), Some(FailureCode::UnknownDocument));
}

#[tokio::test]
async fn the_document_not_used_for_longest_is_forgotten_first() {
    let mut browser = Browser::greeted(table().0).await;
    let first = captured(&mut browser, "a/1").await.document;
    let second = captured(&mut browser, "a/2").await.document;
    for number in 3..=8 {
        captured(&mut browser, &format!("a/{number}")).await;
    }
    browser.send(&about("a/20", first)).await;
    assert_eq!(failure_of(&browser.end_of("a/20").await), None);
    captured(&mut browser, "a/9").await;
    browser.send(&about("a/21", first)).await;
    assert_eq!(failure_of(&browser.end_of("a/21").await), None);
    browser.send(&about("a/22", second)).await;
    let end = browser.end_of("a/22").await;
    assert_eq!(failure_of(&end), Some(FailureCode::UnknownDocument));
}

#[tokio::test]
async fn large_messages_travel_in_chunks_both_ways() {
    let mut browser = Browser::greeted(table().0).await;
    let paragraph = "<p>A lighthouse is a tower that warns ships of rocks and shoals.</p>";
    let html = format!("<article>{}</article>", paragraph.repeat(30_000));
    let message = serde_json::to_string(&capture("a/1", &html)).unwrap();
    for chunk in coterie_protocol::split(&id("a/1"), &message) {
        browser.send(&ToHost::Chunk(chunk)).await;
    }
    let end = browser.end_of("a/1").await;
    assert!(
        matches!(
            end,
            Event::Done {
                outcome: Outcome::Captured(_)
            }
        ),
        "{end:?}"
    );
}

#[tokio::test]
async fn chunks_that_do_not_follow_each_other_fail_their_request_only() {
    let mut browser = Browser::greeted(table().0).await;
    let chunk = |index, text: &str| {
        ToHost::Chunk(Chunk {
            id: id("a/1"),
            index,
            last: true,
            text: text.to_owned(),
        })
    };
    let nested = serde_json::to_string(&chunk(0, "{}")).unwrap();
    for bad in [chunk(1, "{}"), chunk(0, "{"), chunk(0, &nested)] {
        browser.send(&bad).await;
        let end = browser.events_of("a/1").await;
        assert_eq!(end.len(), 1);
        assert_eq!(failure_of(&end[0]), Some(FailureCode::MalformedMessage));
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_input_ends_everything_within_a_second() {
    let (roster, expert) = table();
    let mut browser = Browser::greeted(roster).await;
    browser.send(&question("a/1")).await;
    browser.send(&question("a/2")).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    let closed = tokio::time::Instant::now();
    let (end, rest) = browser.close().await;
    assert_eq!(end.unwrap(), End::OutOfInput);
    assert!(closed.elapsed() < Duration::from_secs(1));
    assert_eq!(ends(&rest).into_values().collect::<Vec<_>>(), [1, 1]);
    assert_eq!(expert.under_way(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_input_that_is_not_made_of_frames_ends_the_session_with_65() {
    let mut browser = Browser::greeted(table().0).await;
    browser.to_host.write_all(b"data: hello").await.unwrap();
    let end = browser.session.await.unwrap();
    assert_eq!(end.unwrap_err().exit_code(), 65);
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_reads_no_more_ends_the_session_cleanly() {
    let mut browser = Browser::greeted(table().0).await;
    drop(browser.from_host);
    let (dummy, _) = tokio::io::duplex(1);
    browser.from_host = dummy;
    browser.send(&question("a/1")).await;
    assert_eq!(browser.session.await.unwrap().unwrap(), End::OutputClosed);
}
