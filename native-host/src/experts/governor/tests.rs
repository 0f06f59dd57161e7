//! One governor for all: within a host, and between hosts that share a file.

use coterie_protocol::{Cost, ExpertId, FailureCode, Settings, Usage};

use super::*;
use crate::memory::{
    Call, CallKind, CallOutcome, Ledger, Period, RequestNumber, Timestamp, settings,
};

const START: Timestamp = Timestamp(1_795_428_000_000);

fn vendor() -> VendorId {
    VendorId("v".to_owned())
}

fn usd(amount: f64) -> Cost {
    Cost {
        amount,
        currency: "USD".to_owned(),
    }
}

fn limits(requests: u32, tokens: u64, at_once: u32) -> LimitTable {
    LimitTable::default().with(
        vendor(),
        Limits {
            requests_per_minute: Some(requests),
            tokens_per_minute: Some(tokens),
            at_once: Some(at_once),
        },
    )
}

fn governor(database: &Database, limits: LimitTable) -> Governor {
    Governor::new(database.clone(), limits, Clock::starting(START))
}

fn call(used: u64, cost: Option<Cost>) -> Call {
    Call {
        request: RequestNumber::random(),
        vendor: vendor(),
        vendor_name: "V".to_owned(),
        expert: ExpertId("v/x".to_owned()),
        kind: CallKind::First,
        outcome: CallOutcome::Done,
        started: START,
        first_text: None,
        duration: Duration::from_secs(1),
        usage: Some(Usage {
            input_tokens: used,
            ..Usage::default()
        }),
        cost,
        estimated: false,
    }
}

/// Asks; a refusal is told by its limit, or as money.
async fn ask(governor: &Governor, estimate: Estimate) -> Result<Permit, Option<Limit>> {
    let asked = governor.admit(&vendor(), Place::Cloud, estimate).await;
    asked.map_err(|refused| match refused {
        Refused::Wait { limit, wait } => {
            assert!(!wait.is_zero());
            Some(limit)
        }
        Refused::Cap(_) => None,
    })
}

async fn check(governor: &Governor, estimate: Estimate, expected: Result<(), Option<Limit>>) {
    let found = ask(governor, estimate.clone()).await.map(drop);
    assert_eq!(found, expected, "{estimate:?}");
}

fn tokens(tokens: u64) -> Estimate {
    Estimate::free(tokens)
}

fn up_to(amount: f64) -> Estimate {
    Estimate {
        tokens: 1,
        charge: Charge::UpTo(usd(amount)),
    }
}

#[tokio::test(start_paused = true)]
async fn requests_of_a_minute_are_limited_and_go_on_after_it() {
    let governor = governor(&Database::in_memory(), limits(2, 1000, 9));
    check(&governor, tokens(1), Ok(())).await;
    check(&governor, tokens(1), Ok(())).await;
    let refused = governor
        .admit(&vendor(), Place::Cloud, tokens(1))
        .await
        .unwrap_err();
    let Refused::Wait { limit, wait } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(limit, Limit::RequestsPerMinute(2));
    tokio::time::advance(wait - Duration::from_millis(1)).await;
    check(&governor, tokens(1), Err(Some(limit))).await;
    tokio::time::advance(Duration::from_millis(1)).await;
    check(&governor, tokens(1), Ok(())).await;
}

#[tokio::test(start_paused = true)]
async fn tokens_count_as_expected_until_they_are_reported() {
    let database = Database::in_memory();
    let governor = governor(&database, limits(99, 1000, 9));
    let permit = ask(&governor, tokens(900)).await.unwrap();
    let limit = Limit::TokensPerMinute(1000);
    check(&governor, tokens(200), Err(Some(limit))).await;
    permit.settle(call(100, None));
    let permit = ask(&governor, tokens(200)).await.unwrap();
    permit.settle(call(900, None));
    check(&governor, tokens(1), Err(Some(limit))).await;
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_is_dropped_or_settled_leaves_its_place() {
    let governor = governor(&Database::in_memory(), limits(99, 1000, 2));
    let one = ask(&governor, tokens(1)).await.unwrap();
    let other = ask(&governor, tokens(1)).await.unwrap();
    check(&governor, tokens(1), Err(Some(Limit::AtOnce(2)))).await;
    drop(one);
    let third = ask(&governor, tokens(1)).await.unwrap();
    check(&governor, tokens(1), Err(Some(Limit::AtOnce(2)))).await;
    other.settle(call(1, None));
    check(&governor, tokens(1), Ok(())).await;
    drop(third);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_asked_to_wait_is_left_alone_by_every_host() {
    let database = Database::in_memory();
    let one = governor(&database, limits(99, 1000, 9));
    let other = governor(&database, limits(99, 1000, 9));
    one.close(&vendor(), Duration::from_secs(20));
    one.close(&vendor(), Duration::from_secs(10));
    let refused = other
        .admit(&vendor(), Place::Cloud, tokens(1))
        .await
        .unwrap_err();
    let wait = Duration::from_secs(20);
    assert_eq!(
        refused,
        Refused::Wait {
            limit: Limit::Closed,
            wait
        }
    );
    let failure = refused.to_failure(&ExpertId("v/x".to_owned()));
    assert_eq!(
        (failure.code, failure.retry_after_ms),
        (FailureCode::RateLimited, Some(20_000))
    );
    tokio::time::advance(wait).await;
    check(&other, tokens(1), Ok(())).await;
    one.close(&vendor(), wait);
    one.reopen(&vendor());
    check(&other, tokens(1), Ok(())).await;
}

#[tokio::test(start_paused = true)]
async fn other_vendors_and_what_is_built_in_are_not_held_up() {
    let governor = governor(&Database::in_memory(), limits(1, 1, 1));
    governor.close(&vendor(), Duration::from_secs(20));
    let another = VendorId("w".to_owned());
    assert!(
        governor
            .admit(&another, Place::Cloud, tokens(9))
            .await
            .is_ok()
    );
    assert!(
        governor
            .admit(&vendor(), Place::BuiltIn, tokens(9))
            .await
            .is_ok()
    );
}

async fn with_cap(daily: f64, monthly: f64) -> (Database, Governor) {
    let database = Database::in_memory();
    let caps = Settings {
        daily_cap: Some(usd(daily)),
        monthly_cap: Some(usd(monthly)),
        ..Settings::default()
    };
    settings::save(&database, &caps).await.unwrap();
    let governor = governor(&database, limits(99, 100_000, 99));
    (database, governor)
}

#[tokio::test(start_paused = true)]
async fn what_is_reserved_counts_until_it_is_settled() {
    let (_database, governor) = with_cap(1.0, 100.0).await;
    let permit = ask(&governor, up_to(0.9)).await.unwrap();
    check(&governor, up_to(0.2), Err(None)).await;
    permit.settle(call(1, Some(usd(0.1))));
    let permit = ask(&governor, up_to(0.9)).await.unwrap();
    assert_eq!(permit.near_cap().unwrap().spent, usd(1.0));
    drop(permit);
    check(&governor, up_to(0.9), Ok(())).await;
}

#[tokio::test(start_paused = true)]
async fn the_limit_refuses_what_costs_and_lets_through_what_does_not() {
    let (_database, governor) = with_cap(1.0, 100.0).await;
    ask(&governor, up_to(1.0))
        .await
        .unwrap()
        .settle(call(1, Some(usd(1.0))));
    check(&governor, up_to(0.001), Err(None)).await;
    let unknown = Estimate {
        tokens: 1,
        charge: Charge::Unknown,
    };
    check(&governor, unknown, Err(None)).await;
    check(&governor, tokens(1), Ok(())).await;
    let refused = governor
        .admit(&vendor(), Place::Cloud, up_to(1.0))
        .await
        .unwrap_err();
    let failure = refused.to_failure(&ExpertId("v/x".to_owned()));
    assert_eq!(failure.code, FailureCode::CapReached);
    assert_eq!(
        failure.message,
        "v/x: 1.00 USD are spent of the 1.00 that you allow a day"
    );
}

#[tokio::test(start_paused = true)]
async fn the_next_day_has_its_own_limit_and_the_month_goes_on() {
    let (_database, governor) = with_cap(1.0, 1.5).await;
    ask(&governor, up_to(1.0))
        .await
        .unwrap()
        .settle(call(1, Some(usd(1.0))));
    check(&governor, up_to(0.1), Err(None)).await;
    tokio::time::advance(Duration::from_secs(24 * 3600)).await;
    let permit = ask(&governor, up_to(0.5)).await.unwrap();
    assert_eq!(permit.near_cap().unwrap().period, Period::Month);
    check(&governor, up_to(0.1), Err(None)).await;
}

#[tokio::test(start_paused = true)]
async fn a_settled_call_is_in_the_ledger_and_a_dropped_permit_is_not() {
    let (database, governor) = with_cap(1.0, 100.0).await;
    drop(ask(&governor, up_to(0.1)).await.unwrap());
    let call = call(7, Some(usd(0.05)));
    ask(&governor, up_to(0.1))
        .await
        .unwrap()
        .settle(call.clone());
    let ledger = Ledger::new(database, Clock::starting(START));
    assert_eq!(ledger.calls_for(call.request).await.unwrap(), [call]);
    assert_eq!(ledger.spent_today().await.unwrap(), [usd(0.05)]);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_ended_gives_its_share_back_to_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("coterie.db");
    let (one, other) = (Database::open(Some(&path)), Database::open(Some(&path)));
    let ending = governor(&one, limits(99, 1000, 1));
    let staying = governor(&other, limits(99, 1000, 1));
    let permit = ask(&ending, tokens(1)).await.unwrap();
    check(&staying, tokens(1), Err(Some(Limit::AtOnce(1)))).await;
    // As if it were killed: nothing of the permit is written, the lock is lost.
    let lock = path.with_extension("hosts");
    for file in std::fs::read_dir(lock).unwrap().map(Result::unwrap) {
        if file.file_name().to_str() == Some(&ending.presence.id().to_string()) {
            std::fs::remove_file(file.path()).unwrap();
        }
    }
    check(&staying, tokens(1), Ok(())).await;
    drop(permit);
}
