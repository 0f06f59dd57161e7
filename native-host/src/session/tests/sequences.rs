//! Any order of messages: list B2.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// What a panel may do, rightly or wrongly.
#[derive(Debug, Clone)]
enum Move {
    Hello(u8),
    Ask(u8),
    Experts(u8),
    Cancel(u8),
    Leave,
    Garbage,
    Wait(u8),
}

fn moves() -> impl Strategy<Value = Vec<(bool, Move)>> {
    let number = 0..12_u8;
    let step = prop_oneof![
        1 => number.clone().prop_map(Move::Hello),
        6 => number.clone().prop_map(Move::Ask),
        2 => number.clone().prop_map(Move::Experts),
        3 => number.prop_map(Move::Cancel),
        1 => Just(Move::Leave),
        1 => Just(Move::Garbage),
        2 => (0..250_u8).prop_map(Move::Wait),
    ];
    prop::collection::vec((any::<bool>(), step), 1..40)
}

/// Plays the moves of two clients; names are used again only where a move says so.
async fn play(moves: Vec<(bool, Move)>) -> (HashSet<RequestId>, Vec<FromHost>) {
    let mut browser = Browser::greeted(table().0).await;
    let mut asked = HashSet::new();
    for (other, step) in moves {
        let name = if other { "b" } else { "a" };
        let request = |number: u8| format!("{name}/{}", u32::from(number) + 1);
        let message = match step {
            Move::Hello(number) => hello(&request(number)),
            Move::Ask(number) => question(&request(number)),
            Move::Experts(number) => ToHost::Experts {
                id: id(&request(number)),
            },
            Move::Cancel(number) => cancel(&request(number)),
            Move::Leave => ToHost::Leave {
                client: client(name),
            },
            Move::Garbage => {
                browser.send_bytes(b"{}").await;
                continue;
            }
            Move::Wait(milliseconds) => {
                tokio::time::sleep(Duration::from_millis(milliseconds.into())).await;
                continue;
            }
        };
        if let ToHost::Hello { id, .. } | ToHost::Ask { id, .. } | ToHost::Experts { id } = &message
        {
            asked.insert(id.clone());
        }
        browser.send(&message).await;
    }
    let (end, messages) = browser.close().await;
    assert_eq!(end.unwrap(), End::OutOfInput);
    (asked, messages)
}

/// Of the events of each request, none follows an end unless a new beginning was asked for.
fn check(asked: &HashSet<RequestId>, messages: &[FromHost]) -> Result<(), TestCaseError> {
    for id in asked {
        let events: Vec<_> = messages
            .iter()
            .filter_map(|message| match message {
                FromHost::Event { id: found, event } if found == id => Some(event),
                _ => None,
            })
            .collect();
        let last = events.last();
        prop_assert!(
            last.is_some_and(|event| event.is_terminal()),
            "{id} has no end: {events:?}"
        );
        for pair in events.windows(2).filter(|pair| pair[0].is_terminal()) {
            let begins = matches!(pair[1], Event::Planned { .. }) || pair[1].is_terminal();
            prop_assert!(begins, "{id} goes on after its end: {events:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn every_request_ends_and_nothing_follows_its_end(moves in moves()) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        let (asked, messages) = runtime.block_on(play(moves));
        check(&asked, &messages)?;
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_interleaved_requests_end_once_each() {
    let mut browser = Browser::greeted(table().0).await;
    for round in 0..10 {
        for number in 0..100 {
            browser
                .send(&question(&format!("a/{}", 1 + round * 100 + number)))
                .await;
            if number % 3 == 0 {
                browser
                    .send(&cancel(&format!("a/{}", 1 + round * 100 + number)))
                    .await;
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    let (_, messages) = browser.close().await;
    let ends = ends(&messages);
    assert_eq!(ends.len(), 1000);
    assert!(ends.values().all(|count| *count == 1));
}
