//! What is known of experts, over time, restarts and hosts.

use super::*;

const EXPERT: &str = "a/x";

fn expert() -> ExpertId {
    ExpertId(EXPERT.to_owned())
}

fn ended(end: End) -> Outcome {
    Outcome {
        first_text: Some(Duration::from_millis(500)),
        duration: Duration::from_millis(2500),
        characters: 400,
        end,
    }
}

fn failed(code: FailureCode) -> Outcome {
    Outcome {
        first_text: None,
        duration: Duration::from_millis(100),
        characters: 0,
        end: End::Failed {
            code,
            retry_after: None,
        },
    }
}

fn health(database: &Database) -> Health {
    Health::new(database.clone(), Clock::starting(Timestamp(0)))
}

/// After these outcomes, whether the expert is usable, and for how many seconds it rests.
fn check(outcomes: &[Outcome], usable: bool, rest: Option<u64>) {
    let health = Health::new(Database::in_memory(), Clock::new(|| Timestamp(0)));
    for outcome in outcomes {
        health.note(&expert(), outcome);
    }
    let standing = health.standing(&expert(), Timestamp(0));
    assert_eq!(standing.usable, usable, "{standing:?}");
    let until = rest.map(|rest| Timestamp(0).after(Duration::from_secs(rest)));
    assert_eq!(standing.resting_until, until);
}

#[test]
fn an_expert_that_keeps_failing_rests() {
    let failure = failed(FailureCode::Overloaded);
    check(&vec![failure.clone(); 2], true, None);
    check(&vec![failure; 3], false, Some(5));
}

#[test]
fn a_stream_that_breaks_after_its_first_text_is_a_failure() {
    let broken = ended(End::Failed {
        code: FailureCode::EndedEarly,
        retry_after: None,
    });
    check(&vec![broken; 3], false, Some(5));
}

#[test]
fn an_account_without_money_rests_at_once_and_for_long() {
    check(&[failed(FailureCode::QuotaExhausted)], false, Some(300));
}

#[test]
fn what_the_vendor_asks_for_is_given() {
    let end = End::Failed {
        code: FailureCode::RateLimited,
        retry_after: Some(Duration::from_secs(17)),
    };
    check(&[ended(end)], false, Some(17));
}

#[test]
fn what_is_no_fault_of_the_expert_leaves_it_at_the_table() {
    for code in [
        FailureCode::TooLong,
        FailureCode::ContentPolicy,
        FailureCode::BadRequest,
    ] {
        check(&vec![failed(code); 9], true, None);
    }
    check(&vec![ended(End::Cancelled); 9], true, None);
    check(&vec![ended(End::LostRace); 9], true, None);
}

#[test]
fn an_expert_of_which_nothing_is_known_is_asked() {
    check(&[], true, None);
    let health = Health::new(Database::in_memory(), Clock::system());
    assert_eq!(health.standing_now(&expert()).seen, None);
}

#[test]
fn speed_is_told_to_the_reader() {
    let health = Health::new(Database::in_memory(), Clock::system());
    for _ in 0..5 {
        health.note(&expert(), &ended(End::Complete));
    }
    let standing = health.standing_now(&expert());
    let seen = standing.seen.unwrap();
    assert_eq!(seen.first_text_ms, 500);
    assert!((seen.characters_per_second - 200.0).abs() < 1e-6);
    let p95 = standing.first_text_p95.unwrap();
    assert!((450..650).contains(&p95.as_millis()), "{p95:?}");
}

#[test]
fn one_that_loses_every_race_is_known_to_be_slow() {
    let health = Health::new(Database::in_memory(), Clock::system());
    let lost = Outcome {
        first_text: None,
        duration: Duration::from_secs(9),
        characters: 0,
        end: End::LostRace,
    };
    health.note(&expert(), &lost);
    assert_eq!(
        health.standing_now(&expert()).seen.unwrap().first_text_ms,
        9000
    );
}

#[tokio::test(start_paused = true)]
async fn after_its_rest_one_call_at_a_time_finds_out() {
    let database = Database::in_memory();
    let health = health(&database);
    for _ in 0..3 {
        assert!(health.begin(&expert()));
        health.note(&expert(), &failed(FailureCode::TimedOut));
    }
    assert!(!health.begin(&expert()));
    tokio::time::advance(Duration::from_secs(5)).await;
    assert!(health.begin(&expert()), "the probe");
    assert!(!health.begin(&expert()), "only one");
    health.refresh().await.unwrap();
    assert!(!health.begin(&expert()), "still only one");
    health.note(&expert(), &ended(End::Complete));
    assert!(health.begin(&expert()) && health.begin(&expert()));
}

#[tokio::test(start_paused = true)]
async fn what_one_host_saw_the_next_one_knows() {
    let database = Database::in_memory();
    let (one, other) = (health(&database), health(&database));
    one.note(&expert(), &ended(End::Complete));
    one.note(&expert(), &failed(FailureCode::QuotaExhausted));
    assert!(other.standing_now(&expert()).usable);
    other.refresh().await.unwrap();
    assert_eq!(other.standing_now(&expert()), one.standing_now(&expert()));
    assert!(!other.standing_now(&expert()).usable);
}

#[tokio::test(start_paused = true)]
async fn both_hosts_add_to_what_is_known() {
    let database = Database::in_memory();
    let (one, other) = (health(&database), health(&database));
    for health in [&one, &other, &one] {
        health.note(&expert(), &failed(FailureCode::Unreachable));
    }
    other.refresh().await.unwrap();
    assert!(
        !other.standing_now(&expert()).usable,
        "three failures together"
    );
}

#[tokio::test(start_paused = true)]
async fn a_new_key_forgives() {
    let database = Database::in_memory();
    let health = health(&database);
    health.note(&expert(), &failed(FailureCode::QuotaExhausted));
    health.forgive([expert()]);
    assert!(health.standing_now(&expert()).usable);
    health.refresh().await.unwrap();
    assert!(health.standing_now(&expert()).usable);
}
