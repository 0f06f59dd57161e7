//! A second expert beside a slow one.

use super::*;
use crate::coe::Request;
use crate::experts::scripted::Scripted;

/// What comes of it when `a` takes so long before each thing that it says, and `b` so long.
async fn check(a: (u64, &[Item]), b: (u64, &[Item]), expected: &str) {
    let expert = |id: &str, (pause, lines): (u64, &[Item])| {
        let expert = Scripted::saying(id, lines.to_vec());
        Arc::new(expert.slowly(Duration::from_millis(pause)))
    };
    let (a, b) = (expert("a", a), expert("b", b));
    assert_eq!(shown(&ask(&[&a, &b], None).await), expected);
    assert_eq!((a.under_way(), b.under_way()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn an_expert_that_speaks_in_time_is_not_raced() {
    let expected = "planned a-OnThisMachine `a` finished done";
    check(
        (7_000, &[text("a"), FINISHED]),
        (0, &[text("b"), FINISHED]),
        expected,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn the_first_to_speak_wins_and_the_other_is_stopped() {
    let expected = "planned a-OnThisMachine b-Hedge { expert: ExpertId(\"a\") } `b` finished done";
    check(
        (60_000, &[text("a"), FINISHED]),
        (100, &[text("b"), FINISHED]),
        expected,
    )
    .await;
    let expected = "planned a-OnThisMachine `a` finished done";
    check(
        (9_000, &[text("a"), FINISHED]),
        (5_000, &[text("b"), FINISHED]),
        expected,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn when_the_slow_one_fails_the_second_is_already_at_work() {
    let expected = "planned a-OnThisMachine step-failed-Overloaded \
                    b-Hedge { expert: ExpertId(\"a\") } `b` finished done";
    check(
        (9_000, &[failed(FailureCode::Overloaded)]),
        (5_000, &[text("b"), FINISHED]),
        expected,
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_the_second_thinks_aloud_is_shown_when_it_wins() {
    let thinks = [Item::Reasoning("hm".to_owned()), text("b"), FINISHED];
    let expected =
        "planned a-OnThisMachine b-Hedge { expert: ExpertId(\"a\") } (hm) `b` finished done";
    check((60_000, &[text("a"), FINISHED]), (100, &thinks), expected).await;
}

#[tokio::test(start_paused = true)]
async fn dropping_the_answer_stops_both() {
    let expert = |id: &str| {
        let expert = Scripted::saying(id, [text("x"), FINISHED]);
        Arc::new(expert.slowly(Duration::from_secs(60)))
    };
    let (a, b) = (expert("a"), expert("b"));
    let roster = [&a, &b].into_iter().fold(Roster::new(), |roster, expert| {
        roster.with(Arc::<Scripted>::clone(expert))
    });
    let request = Request {
        ask: Ask {
            action: Some(Action::Answer),
            text: "why?".to_owned(),
            ..Ask::default()
        },
        ..Request::default()
    };
    let mut events = answer(Arc::new(roster), BareStage::shared(), request);
    let waited = tokio::time::timeout(Duration::from_secs(20), async {
        while events.next().await.is_some() {}
    });
    assert!(waited.await.is_err());
    assert_eq!((a.under_way(), b.under_way()), (1, 1));
    drop(events);
    assert_eq!((a.under_way(), b.under_way()), (0, 0));
}
