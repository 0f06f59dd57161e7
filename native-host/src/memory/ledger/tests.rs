//! What the ledger tells of what it was told.

use std::time::Duration;

use coterie_protocol::{ExpertId, FailureCode, Usage, UsageLine, VendorId};

use super::*;
use crate::memory::Timestamp;

/// A noon in November: the same day in most time zones.
const NOON: Timestamp = Timestamp(1_795_435_200_000);

const DAY: Duration = Duration::from_secs(24 * 3600);

fn ledger() -> Ledger {
    Ledger::new(Database::in_memory(), Clock::new(|| NOON))
}

fn usd(amount: f64) -> Cost {
    Cost {
        amount,
        currency: "USD".to_owned(),
    }
}

fn cny(amount: f64) -> Cost {
    Cost {
        amount,
        currency: "CNY".to_owned(),
    }
}

/// A call of today that answered.
fn call(expert: &str, cost: Option<Cost>) -> Call {
    let vendor = expert.split('/').next().unwrap();
    Call {
        request: RequestNumber(7),
        vendor: VendorId(vendor.to_owned()),
        vendor_name: vendor.to_uppercase(),
        expert: ExpertId(expert.to_owned()),
        kind: CallKind::First,
        outcome: CallOutcome::Done,
        started: NOON,
        first_text: Some(Duration::from_millis(250)),
        duration: Duration::from_millis(1250),
        usage: Some(Usage {
            input_tokens: 100,
            cached_tokens: 20,
            output_tokens: 10,
        }),
        cost,
        estimated: false,
    }
}

fn refused(expert: &str) -> Call {
    Call {
        outcome: CallOutcome::Failed(FailureCode::RateLimited),
        first_text: None,
        usage: None,
        ..call(expert, None)
    }
}

async fn check(calls: Vec<Call>, days: u16, expected: &[&str]) {
    let ledger = ledger();
    for call in calls {
        ledger.record(call);
    }
    let report = ledger.usage(days).await.unwrap();
    let lines: Vec<_> = report.lines.iter().map(shown).collect();
    assert_eq!(lines, expected);
}

fn shown(line: &UsageLine) -> String {
    let cost = line.cost.as_ref().map_or("?".to_owned(), |cost| {
        format!("{} {}", cost.amount, cost.currency)
    });
    let mark = if line.estimated { "~" } else { "" };
    format!(
        "{} {} {}: {} calls, {} failed, {}+{}, {mark}{cost}",
        line.day,
        line.vendor,
        line.expert,
        line.calls,
        line.failures,
        line.input_tokens,
        line.output_tokens
    )
}

#[tokio::test]
async fn calls_are_summed_by_day_and_expert_the_newest_day_first() {
    let yesterday = Call {
        started: NOON.before(DAY),
        ..call("a/x", Some(usd(0.5)))
    };
    let calls = vec![
        yesterday,
        call("b/y", Some(usd(0.25))),
        call("a/x", Some(usd(0.1))),
        call("a/x", Some(usd(0.2))),
    ];
    check(
        calls,
        7,
        &[
            "2026-11-23 A a/x: 2 calls, 0 failed, 200+20, 0.3 USD",
            "2026-11-23 B b/y: 1 calls, 0 failed, 100+10, 0.25 USD",
            "2026-11-22 A a/x: 1 calls, 0 failed, 100+10, 0.5 USD",
        ],
    )
    .await;
}

#[tokio::test]
async fn only_the_days_asked_for_are_told() {
    let ago = |days| Call {
        started: NOON.before(DAY * days),
        ..call("a/x", None)
    };
    let one = &["2026-11-23 A a/x: 1 calls, 0 failed, 100+10, ?"];
    check(vec![ago(0), ago(1), ago(2)], 1, one).await;
    check(vec![ago(0), ago(1), ago(2)], 0, one).await;
    let two = &[one[0], "2026-11-22 A a/x: 1 calls, 0 failed, 100+10, ?"];
    check(vec![ago(0), ago(1), ago(2)], 2, two).await;
}

#[tokio::test]
async fn one_unknown_price_leaves_the_sum_unknown_and_never_makes_it_smaller() {
    let calls = vec![call("a/x", Some(usd(0.1))), call("a/x", None)];
    check(
        calls,
        1,
        &["2026-11-23 A a/x: 2 calls, 0 failed, 200+20, ?"],
    )
    .await;
}

#[tokio::test]
async fn a_call_that_was_refused_leaves_the_sum_known() {
    let calls = vec![call("a/x", Some(usd(0.1))), refused("a/x")];
    check(
        calls,
        1,
        &["2026-11-23 A a/x: 2 calls, 1 failed, 100+10, 0.1 USD"],
    )
    .await;
}

#[tokio::test]
async fn an_estimate_marks_its_line() {
    let estimate = Call {
        estimated: true,
        ..call("a/x", Some(usd(0.1)))
    };
    let calls = vec![call("a/x", Some(usd(0.1))), estimate];
    check(
        calls,
        1,
        &["2026-11-23 A a/x: 2 calls, 0 failed, 200+20, ~0.2 USD"],
    )
    .await;
}

#[tokio::test]
async fn currencies_are_never_added_together() {
    let calls = vec![call("a/x", Some(usd(1.0))), call("a/x", Some(cny(2.0)))];
    check(
        calls,
        1,
        &[
            "2026-11-23 A a/x: 1 calls, 0 failed, 100+10, 1 USD",
            "2026-11-23 A a/x: 1 calls, 0 failed, 100+10, 2 CNY",
        ],
    )
    .await;
}

#[tokio::test]
async fn spending_is_told_for_today_and_for_this_month() {
    let ledger = ledger();
    for (days, cost) in [(0, usd(0.1)), (0, cny(3.0)), (22, usd(0.2)), (23, usd(9.0))] {
        ledger.record(Call {
            started: NOON.before(DAY * days),
            ..call("a/x", Some(cost))
        });
    }
    assert_eq!(ledger.spent_today().await.unwrap(), [cny(3.0), usd(0.1)]);
    assert_eq!(
        ledger.spent_this_month().await.unwrap(),
        [cny(3.0), usd(0.3)]
    );
    let report = ledger.usage(1).await.unwrap();
    assert_eq!(report.month, [cny(3.0), usd(0.3)]);
}

#[tokio::test]
async fn a_thousand_thousandths_are_exactly_one() {
    let ledger = ledger();
    let thousandth = call("a/x", Some(usd(0.001)));
    let work =
        move |connection: &Connection| (0..1000).try_for_each(|_| insert(connection, &thousandth));
    ledger.database.write(work).await.unwrap();
    assert_eq!(ledger.spent_today().await.unwrap(), [usd(1.0)]);
}

#[tokio::test]
async fn the_calls_of_a_request_come_back_as_they_were() {
    let ledger = ledger();
    let mut calls = vec![call("a/x", Some(usd(0.1))), refused("b/y")];
    for (kind, outcome) in [
        (CallKind::Retry, CallOutcome::Truncated),
        (CallKind::Hedge, CallOutcome::LostRace),
        (CallKind::Continuation, CallOutcome::Cancelled),
    ] {
        calls.push(Call {
            kind,
            outcome,
            estimated: true,
            ..call("c/z", None)
        });
    }
    for call in &calls {
        ledger.record(call.clone());
    }
    ledger.record(Call {
        request: RequestNumber::random(),
        ..call("d/w", None)
    });
    assert_eq!(ledger.calls_for(RequestNumber(7)).await.unwrap(), calls);
}
