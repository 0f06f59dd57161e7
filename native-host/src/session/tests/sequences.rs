//! Any order of messages: list B2.

use std::collections::{BTreeMap, HashSet};

use proptest::prelude::*;

use super::*;

/// What a panel may do, rightly or wrongly.
#[derive(Debug, Clone)]
enum Move {
    Hello,
    Ask(u8),
    Experts(u8),
    Cancel(u8),
    Leave,
    Garbage,
    Wait(u8),
}

/// Moves of two clients.
fn moves() -> impl Strategy<Value = Vec<(bool, Move)>> {
    let number = 0..12_u8;
    let step = prop_oneof![
        1 => Just(Move::Hello),
        6 => number.clone().prop_map(Move::Ask),
        2 => number.clone().prop_map(Move::Experts),
        3 => number.prop_map(Move::Cancel),
        1 => Just(Move::Leave),
        1 => Just(Move::Garbage),
        2 => (0..250_u8).prop_map(Move::Wait),
    ];
    prop::collection::vec((any::<bool>(), step), 1..40)
}

/// What is owed for the messages sent so far.
#[derive(Debug, Default)]
struct Owed {
    /// How many ends, by the request that was named: one for each time that it was asked, and one
    /// for each cancel of a client that the host does not know.
    ends: BTreeMap<RequestId, usize>,
    /// How many refusals of messages that name no request.
    unnamed: usize,
    /// The clients that the host knows.
    greeted: HashSet<String>,
    /// How many greetings were sent: each has a name of its own, so that none is refused and it is
    /// known who was greeted.
    hellos: u32,
}

impl Owed {
    /// The message of a move, noted; none for those that send none.
    fn message(&mut self, name: &str, step: &Move) -> Option<ToHost> {
        let request = |number: &u8| format!("{name}/{}", u32::from(*number) + 1);
        let message = match step {
            Move::Hello => {
                self.hellos += 1;
                self.greeted.insert(name.to_owned());
                hello(&format!("{name}/{}", 1000 + self.hellos))
            }
            Move::Ask(number) => question(&request(number)),
            Move::Experts(number) => ToHost::Experts {
                id: id(&request(number)),
            },
            Move::Cancel(number) => cancel(&request(number)),
            Move::Leave => {
                self.greeted.remove(name);
                ToHost::Leave {
                    client: client(name),
                }
            }
            Move::Garbage | Move::Wait(_) => return None,
        };
        match &message {
            ToHost::Hello { id, .. } | ToHost::Ask { id, .. } | ToHost::Experts { id } => {
                *self.ends.entry(id.clone()).or_default() += 1;
            }
            ToHost::Cancel { id } if !self.greeted.contains(name) => {
                *self.ends.entry(id.clone()).or_default() += 1;
            }
            _ => {}
        }
        Some(message)
    }
}

/// Plays moves; both clients may use the same numbers again and again.
async fn play(browser: &mut Browser, owed: &mut Owed, moves: &[(bool, Move)]) {
    for (other, step) in moves {
        let name = if *other { "b" } else { "a" };
        match (step, owed.message(name, step)) {
            (_, Some(message)) => browser.send(&message).await,
            (Move::Wait(milliseconds), None) => {
                tokio::time::sleep(Duration::from_millis((*milliseconds).into())).await;
            }
            (_, None) => {
                owed.unnamed += 1;
                browser.send_bytes(b"{}").await;
            }
        }
    }
}

async fn greeted() -> (Browser, Owed) {
    let mut owed = Owed::default();
    owed.greeted.insert("a".to_owned());
    (Browser::greeted(table().0).await, owed)
}

/// Every message that is owed an end got exactly one. One that named a request which was under way
/// was refused without that name, so as not to end it; what is left of a cancel then says so too.
fn check(owed: &Owed, messages: &[FromHost]) -> Result<(), TestCaseError> {
    let mut ends = BTreeMap::<RequestId, usize>::new();
    let mut last = BTreeMap::<RequestId, &Event>::new();
    let (mut garbage, mut unknown) = (0, 0);
    for message in messages {
        match message {
            FromHost::Event { id, event } => {
                let begun = last.get(id).is_some_and(|last| !last.is_terminal());
                let read = matches!(last.get(id), Some(Event::Understood(_)));
                let fits = match event {
                    Event::Understood(_) => !begun,
                    Event::Planned { .. } => !begun || read,
                    event => begun || event.is_terminal(),
                };
                prop_assert!(fits, "{id}: {event:?} after {:?}", last.get(id));
                *ends.entry(id.clone()).or_default() += usize::from(event.is_terminal());
                last.insert(id.clone(), event);
            }
            FromHost::Rejected { failure } => match failure.code {
                FailureCode::DuplicateRequest => {
                    let named = |id: &&RequestId| {
                        failure.message == format!("request {id} is still running")
                    };
                    let refused = owed.ends.keys().find(named).unwrap();
                    *ends.entry(refused.clone()).or_default() += 1;
                }
                FailureCode::NotGreeted => unknown += 1,
                code => {
                    prop_assert_eq!(code, FailureCode::MalformedMessage);
                    garbage += 1;
                }
            },
            FromHost::Chunk(_) => prop_assert!(false, "nothing here is large"),
        }
    }
    prop_assert_eq!(garbage, owed.unnamed);
    prop_assert!(last.values().all(|event| event.is_terminal()), "{:?}", last);
    // A cancel of a client that has left while its request was ending is refused without a name.
    let missing: usize = owed
        .ends
        .iter()
        .map(|(id, owed)| owed.saturating_sub(ends.get(id).copied().unwrap_or(0)))
        .sum();
    prop_assert_eq!(missing, unknown, "owed {:?}, got {:?}", owed.ends, ends);
    for (id, count) in &ends {
        prop_assert!(
            *count <= owed.ends.get(id).copied().unwrap_or(0),
            "{} ended {} times: {:?}",
            id,
            count,
            messages
        );
    }
    Ok(())
}

/// Runs a test in virtual time.
fn run(test: impl Future<Output = Result<(), TestCaseError>>) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    runtime.block_on(test)
}

proptest! {
    #![proptest_config(cases(300))]
    #[test]
    fn every_request_ends_once_for_each_time_that_it_was_asked(moves in moves()) {
        run(async {
            let (mut browser, mut owed) = greeted().await;
            play(&mut browser, &mut owed, &moves).await;
            let (end, messages) = browser.close().await;
            prop_assert_eq!(end.unwrap(), End::OutOfInput);
            check(&owed, &messages)
        })?;
    }

    #[test]
    fn after_both_clients_have_left_every_request_is_still_ended_once(
        before in moves(),
        after in moves(),
    ) {
        run(async {
            let (mut browser, mut owed) = greeted().await;
            let leave = [(false, Move::Leave), (true, Move::Leave)];
            for moves in [&before[..], &leave, &after] {
                play(&mut browser, &mut owed, moves).await;
            }
            let (end, messages) = browser.close().await;
            prop_assert_eq!(end.unwrap(), End::OutOfInput);
            check(&owed, &messages)
        })?;
    }

    #[test]
    fn after_the_connection_has_broken_what_was_asked_is_ended_and_nothing_is_begun(
        before in moves(),
        after in moves(),
    ) {
        run(async {
            let (mut browser, mut owed) = greeted().await;
            play(&mut browser, &mut owed, &before).await;
            // What follows the break is in the pipe already when the host comes to it.
            let mut rest = 0_u32.to_ne_bytes().to_vec();
            let mut unheard = Owed { hellos: 1000, ..Owed::default() };
            for (_, step) in after {
                if let Some(message) = unheard.message("c", &step) {
                    let json = serde_json::to_vec(&message).unwrap();
                    rest.extend_from_slice(&u32::try_from(json.len()).unwrap().to_ne_bytes());
                    rest.extend_from_slice(&json);
                }
            }
            browser.to_host.write_all(&rest).await.unwrap();
            let (end, messages) = browser.close().await;
            prop_assert_eq!(end.unwrap_err().exit_code(), 65);
            check(&owed, &messages)
        })?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_interleaved_requests_end_once_each() {
    let (mut browser, mut owed) = greeted().await;
    for round in 0..10 {
        for number in 0..100 {
            let request = format!("a/{}", 1 + round * 100 + number);
            owed.ends.insert(id(&request), 1);
            browser.send(&question(&request)).await;
            if number % 3 == 0 {
                browser.send(&cancel(&request)).await;
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let (_, messages) = browser.close().await;
    assert_eq!(ends(&messages).len(), 1000);
    check(&owed, &messages).unwrap();
}
