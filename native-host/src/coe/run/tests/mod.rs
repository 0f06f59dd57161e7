//! What becomes of a step when experts do well, fail, are slow, or fall silent.

mod failover;
mod hedging;
mod limits;
mod plans;

use coterie_protocol::{
    Action, Answered, Ask, ExpertId, FailureCode, Finish, Outcome, Reason, StepReport, Usage,
};

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::*;
use crate::experts::{
    ExpertError, Item,
    scripted::{self, Scripted},
};

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
        ..Request::default()
    };
    answer(Arc::new(roster), BareStage::shared(), request)
        .collect()
        .await
}

/// One word for each event.
fn shown(events: &[Event]) -> String {
    let word = |event: &Event| match event {
        Event::Understood(understood) => format!("understood-{:?}", understood.action),
        Event::Planned { .. } => "planned".to_owned(),
        Event::Compared { agree, .. } => format!("compared-{agree}"),
        Event::Revised { step, by, text } => format!("{}-revised-by-{}-`{text}`", step.0, by.0),
        Event::Marked { marks, .. } => format!("marked-{}", marks.len()),
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
        failed(FailureCode::QuotaExhausted),
    ];
    let expected = "planned a-OnThisMachine (hm) step-failed-QuotaExhausted \
                    b-instead-of-a-QuotaExhausted `b` finished done";
    check(&lines, expected, (1, 1)).await;
}

#[tokio::test(start_paused = true)]
async fn an_overloaded_expert_is_asked_twice_more_and_then_replaced() {
    let started = Instant::now();
    let expected = "planned a-OnThisMachine waiting-500 a-instead-of-a-Overloaded waiting-1000 \
                    a-instead-of-a-Overloaded step-failed-Overloaded b-instead-of-a-Overloaded \
                    `b` finished done";
    check(&[failed(FailureCode::Overloaded)], expected, (3, 1)).await;
    assert_eq!(started.elapsed(), Duration::from_millis(1500));
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_the_vendor_asks_for_is_made_if_it_is_short_and_else_the_next_is_asked() {
    let after = |seconds| {
        let mut error = ExpertError::new(FailureCode::RateLimited, "slow down");
        error.retry_after = Some(Duration::from_secs(seconds));
        [Item::Failed(error)]
    };
    let expected = "planned a-OnThisMachine waiting-3000 a-instead-of-a-RateLimited waiting-3000 \
                    a-instead-of-a-RateLimited step-failed-RateLimited \
                    b-instead-of-a-RateLimited `b` finished done";
    check(&after(3), expected, (3, 1)).await;
    let expected = "planned a-OnThisMachine step-failed-RateLimited b-instead-of-a-RateLimited \
                    `b` finished done";
    check(&after(30), expected, (1, 1)).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_text_or_without_an_end_is_a_failure() {
    let expected = "planned a-OnThisMachine step-failed-MalformedAnswer \
                    b-instead-of-a-MalformedAnswer `b` finished done";
    check(&[FINISHED], expected, (1, 1)).await;
    let expected = "planned a-OnThisMachine waiting-500 a-instead-of-a-EndedEarly waiting-1000 \
                    a-instead-of-a-EndedEarly step-failed-EndedEarly \
                    b-instead-of-a-EndedEarly `b` finished done";
    check(&[], expected, (3, 1)).await;
}

#[tokio::test]
async fn after_a_failure_in_the_middle_another_expert_goes_on_and_nobody_is_asked_twice() {
    let expected = "planned a-OnThisMachine `a` seam-1 b-instead-of-a-Overloaded `b` finished done";
    check(
        &[text("a"), failed(FailureCode::Overloaded)],
        expected,
        (1, 1),
    )
    .await;
    let expected = "planned a-OnThisMachine `a` seam-1 b-instead-of-a-EndedEarly `b` finished done";
    check(&[text("a")], expected, (1, 1)).await;
}

#[tokio::test]
async fn without_another_expert_the_text_stays_and_the_request_fails() {
    let a = Arc::new(Scripted::saying(
        "a",
        [text("a"), failed(FailureCode::TimedOut)],
    ));
    let expected = "planned a-OnThisMachine `a` failed-TimedOut";
    assert_eq!(shown(&ask(&[&a], None).await), expected);
    assert_eq!(a.calls(), 1);
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
    let b = Arc::new(Scripted::saying("b", [failed(FailureCode::BadRequest)]));
    let expected = "planned a-OnThisMachine step-failed-KeyRefused b-instead-of-a-KeyRefused \
                    step-failed-BadRequest failed-KeyRefused";
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
async fn a_cost_is_reported_or_an_estimate_or_unknown() {
    let usage = Item::Usage(Usage {
        input_tokens: 1_000_000,
        cached_tokens: 0,
        output_tokens: 500_000,
    });
    let lines = [text("a"), usage, FINISHED];
    let free = Arc::new(Scripted::saying("a", lines.clone()));
    let silent = Arc::new(Scripted::saying("a", [text("a"), FINISHED]).priced(2.0, 8.0));
    let priced = Arc::new(Scripted::saying("a", lines).priced(2.0, 8.0));
    for (expert, known, estimated) in [
        (free, None, false),
        (priced, Some(6.0), false),
        (silent, Some(0.001_022), true),
    ] {
        let events = ask(&[&expert], None).await;
        let (report, answered) = outcome(&events);
        let amount = report.cost.as_ref().map(|cost| cost.amount);
        assert!(
            amount
                .zip(known)
                .map_or(amount == known, |(one, other)| (one - other).abs() < 1e-9),
            "{amount:?}"
        );
        assert_eq!(
            (report.estimated, answered.estimated),
            (estimated, estimated)
        );
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
            action: Some(Action::Answer),
            text: "why?".to_owned(),
            ..Ask::default()
        },
        ..Request::default()
    };
    let mut events = answer(Arc::new(roster), BareStage::shared(), request);
    while !matches!(events.next().await, Some(Event::Delta { .. })) {}
    assert_eq!(expert.under_way(), 1);
    drop(events);
    assert_eq!(expert.under_way(), 0);
}
