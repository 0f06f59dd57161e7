use coterie_protocol::{Action, Ask, ExpertId};

use super::*;
use crate::experts::scripted::Scripted;
use crate::experts::{ExpertError, scripted};

fn text(text: &str) -> Item {
    Item::Text(text.to_owned())
}

fn failed(code: FailureCode) -> Item {
    Item::Failed(ExpertError::new(code, "said no"))
}

const FINISHED: Item = Item::Finished(Finish::Complete);

/// Asks for a summary; gives all events.
async fn ask(experts: &[&Arc<Scripted>], chosen: Option<&str>) -> Vec<Event> {
    let mut roster = Roster::new();
    for expert in experts {
        roster = roster.with(Arc::<Scripted>::clone(expert));
    }
    let request = Request {
        ask: Ask {
            action: Some(Action::Summarize),
            expert: chosen.map(|id| ExpertId(id.to_owned())),
            ..Ask::default()
        },
        article: Some(Arc::new(scripted::article())),
        selection: None,
    };
    answer(Arc::new(roster), request).collect().await
}

/// One word for each event.
fn shown(events: &[Event]) -> String {
    let word = |event: &Event| match event {
        Event::Planned { .. } => "planned".to_owned(),
        Event::StepStarted { expert, reason, .. } => match reason {
            Reason::InsteadOf {
                expert: other,
                failure,
            } => {
                format!("{}-instead-of-{other}-{failure:?}", expert.id)
            }
            reason => format!("{}-{reason:?}", expert.id),
        },
        Event::Delta { text, .. } => format!("`{text}`"),
        Event::Reasoning { text, .. } => format!("({text})"),
        Event::StepFailed { failure, .. } => format!("step-failed-{:?}", failure.code),
        Event::StepFinished { .. } => "finished".to_owned(),
        Event::Done { .. } => "done".to_owned(),
        Event::Failed { failure } => format!("failed-{:?}", failure.code),
        Event::Shortened { read_percent, .. } => format!("read {read_percent} %"),
        Event::Cancelled => "cancelled".to_owned(),
        Event::Seam { at, .. } => format!("seam-{at}"),
        Event::Waiting { wait_ms, .. } => format!("waiting-{wait_ms}"),
        Event::NearCap { .. } => "near-cap".to_owned(),
    };
    events.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The events when `a` says this and `b` would say `b`; and how often both were asked.
async fn check(lines: &[Item], expected: &str, calls: (usize, usize)) {
    let a = Arc::new(Scripted::saying("a", lines.to_vec()));
    let b = Arc::new(Scripted::saying("b", [text("b"), FINISHED]));
    assert_eq!(shown(&ask(&[&a, &b], None).await), expected);
    assert_eq!((a.calls(), b.calls()), calls);
    assert_eq!((a.under_way(), b.under_way()), (0, 0));
}

#[tokio::test]
async fn an_answer_streams_from_the_first_expert_and_nobody_else_is_asked() {
    let lines = [
        Item::Reasoning("hm".to_owned()),
        text(""),
        text("a"),
        text("!"),
        FINISHED,
    ];
    check(
        &lines,
        "planned a-OnThisMachine (hm) `a` `!` finished done",
        (1, 0),
    )
    .await;
}

#[tokio::test]
async fn a_failure_before_the_first_text_gives_the_step_to_the_next_expert() {
    let lines = [
        Item::Reasoning("hm".to_owned()),
        failed(FailureCode::RateLimited),
    ];
    let expected = "planned a-OnThisMachine (hm) step-failed-RateLimited \
                    b-instead-of-a-RateLimited `b` finished done";
    check(&lines, expected, (1, 1)).await;
}

#[tokio::test]
async fn an_answer_without_text_or_without_an_end_is_a_failure() {
    let expected = "planned a-OnThisMachine step-failed-MalformedAnswer \
                    b-instead-of-a-MalformedAnswer `b` finished done";
    check(&[FINISHED], expected, (1, 1)).await;
    let expected = "planned a-OnThisMachine step-failed-EndedEarly \
                    b-instead-of-a-EndedEarly `b` finished done";
    check(&[], expected, (1, 1)).await;
}

#[tokio::test]
async fn a_failure_after_the_first_text_ends_the_request_and_the_text_stays() {
    let expected = "planned a-OnThisMachine `a` failed-Overloaded";
    check(
        &[text("a"), failed(FailureCode::Overloaded)],
        expected,
        (1, 0),
    )
    .await;
    check(
        &[text("a")],
        "planned a-OnThisMachine `a` failed-EndedEarly",
        (1, 0),
    )
    .await;
}

#[tokio::test]
async fn what_an_expert_says_after_its_end_is_not_heard() {
    let lines = [
        text("a"),
        FINISHED,
        text("more"),
        failed(FailureCode::Internal),
    ];
    check(&lines, "planned a-OnThisMachine `a` finished done", (1, 0)).await;
}

#[tokio::test]
async fn a_chosen_expert_that_fails_is_replaced_and_the_reason_shown() {
    let a = Arc::new(Scripted::saying("a", [text("a"), FINISHED]));
    let b = Arc::new(Scripted::saying("b", [failed(FailureCode::TooLong)]));
    let expected = "planned b-Chosen step-failed-TooLong a-instead-of-b-TooLong `a` finished done";
    assert_eq!(shown(&ask(&[&a, &b], Some("b")).await), expected);
}

#[tokio::test]
async fn when_all_fail_the_request_fails_as_the_first_did() {
    let a = Arc::new(Scripted::saying("a", [failed(FailureCode::KeyRefused)]));
    let b = Arc::new(Scripted::saying("b", [failed(FailureCode::Unreachable)]));
    let expected = "planned a-OnThisMachine step-failed-KeyRefused b-instead-of-a-KeyRefused \
                    step-failed-Unreachable failed-KeyRefused";
    assert_eq!(shown(&ask(&[&a, &b], None).await), expected);
    assert_eq!(shown(&ask(&[], None).await), "planned failed-NoExpert");
}

fn outcome(events: &[Event]) -> (&StepReport, &Answered) {
    match events {
        [
            ..,
            Event::StepFinished { report, .. },
            Event::Done {
                outcome: Outcome::Answered(answered),
            },
        ] => (report, answered),
        other => panic!("no answer: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn times_are_measured_from_the_start_of_the_step() {
    let slow = Scripted::saying("a", [text("a"), text("b"), FINISHED]);
    let slow = Arc::new(slow.slowly(Duration::from_millis(100)));
    let events = ask(&[&slow], None).await;
    let (report, answered) = outcome(&events);
    assert_eq!((report.first_text_ms, report.duration_ms), (Some(100), 300));
    assert_eq!(
        (answered.first_text_ms, answered.duration_ms),
        (Some(100), 300)
    );
}

#[tokio::test]
async fn a_cost_is_known_only_with_both_tokens_and_price() {
    let usage = Item::Usage(Usage {
        input_tokens: 1_000_000,
        cached_tokens: 0,
        output_tokens: 500_000,
    });
    let lines = [text("a"), usage, FINISHED];
    let free = Arc::new(Scripted::saying("a", lines.clone()));
    let silent = Arc::new(Scripted::saying("a", [text("a"), FINISHED]).priced(2.0, 8.0));
    let priced = Arc::new(Scripted::saying("a", lines).priced(2.0, 8.0));
    for (expert, expected) in [(free, None), (silent, None), (priced, Some(6.0))] {
        let events = ask(&[&expert], None).await;
        let (report, answered) = outcome(&events);
        assert_eq!(report.cost.as_ref().map(|cost| cost.amount), expected);
        assert_eq!(answered.cost, report.cost);
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_the_answer_stops_the_expert() {
    let expert = Scripted::saying("a", [text("a"), FINISHED]);
    let expert = Arc::new(expert.slowly(Duration::from_secs(1)));
    let roster = Roster::new().with(Arc::<Scripted>::clone(&expert));
    let request = Request {
        ask: Ask {
            text: "why?".to_owned(),
            ..Ask::default()
        },
        ..Request::default()
    };
    let mut events = answer(Arc::new(roster), request);
    while !matches!(events.next().await, Some(Event::Delta { .. })) {}
    assert_eq!(expert.under_way(), 1);
    drop(events);
    assert_eq!(expert.under_way(), 0);
}
