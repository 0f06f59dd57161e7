//! A browser that reads slowly or not at all: list A9.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use coterie_protocol::{ExpertCard, Place, StepId};
use futures::StreamExt as _;

use super::*;
use crate::experts::{Expert, Items, Task};
use crate::session::outbox::Outbox;

/// Says 64 MiB as fast as it can, a kilobyte at a time, and counts how much it has said.
struct Torrent {
    card: ExpertCard,
    said: Arc<AtomicUsize>,
}

const TORRENT: usize = 64 * 1024 * 1024;

impl Torrent {
    fn new() -> Self {
        let card = Scripted::new(
            "torrent",
            Place::ThisMachine,
            &coterie_protocol::Action::ALL,
        );
        Self {
            card: card.card().clone(),
            said: Arc::default(),
        }
    }
}

impl Expert for Torrent {
    fn card(&self) -> &ExpertCard {
        &self.card
    }

    fn can(&self, _task: &Task) -> bool {
        true
    }

    fn start(&self, _task: Arc<Task>) -> Items {
        let said = Arc::clone(&self.said);
        let lines = futures::stream::iter(0..TORRENT / 1024).map(move |line| {
            said.fetch_add(1024, Ordering::SeqCst);
            Item::Text(format!("{line:>1024}"))
        });
        lines.chain(futures::stream::iter([FINISHED])).boxed()
    }
}

#[tokio::test(start_paused = true)]
async fn a_stalled_browser_holds_up_the_expert_and_then_gets_everything_in_order() {
    let torrent = Torrent::new();
    let said_so_far = Arc::clone(&torrent.said);
    let mut browser = Browser::greeted(Roster::new().with(Arc::new(torrent))).await;
    browser.send(&question("a/1")).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    let held = said_so_far.load(Ordering::SeqCst);
    assert!(held < 1024 * 1024, "{held} bytes were produced for nobody");
    let events = browser.events_of("a/1").await;
    let text = said(&events);
    assert_eq!(text.len(), TORRENT);
    let lines = text.as_bytes().chunks(1024).enumerate();
    for (number, line) in lines {
        assert_eq!(
            std::str::from_utf8(line).unwrap().trim(),
            number.to_string()
        );
    }
    assert!(
        events.len() < TORRENT / 1024 / 4,
        "{} events were not put together",
        events.len()
    );
}

#[tokio::test(start_paused = true)]
async fn a_cancel_is_heard_while_the_browser_does_not_read() {
    let torrent = Torrent::new();
    let said = Arc::clone(&torrent.said);
    let mut browser = Browser::greeted(Roster::new().with(Arc::new(torrent))).await;
    browser.send(&question("a/1")).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    browser.send(&cancel("a/1")).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let at_cancel = said.load(Ordering::SeqCst);
    assert_eq!(browser.end_of("a/1").await, Event::Cancelled);
    assert_eq!(said.load(Ordering::SeqCst), at_cancel);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_messages_is_answered_one_by_one() {
    let mut browser = Browser::greeted(table().0).await;
    let (mut refusals, mut sent) = (0, 0);
    while sent < 100_000 {
        for _ in 0..100 {
            browser.send_bytes(b"{}").await;
        }
        sent += 100;
        while refusals < sent {
            refused(&mut browser).await;
            refusals += 1;
        }
    }
    assert_eq!(browser.close().await.1, []);
}

#[tokio::test(start_paused = true)]
async fn a_flood_that_nobody_reads_the_answers_of_stops_being_read() {
    let mut browser = Browser::greeted(table().0).await;
    let flood = async {
        for _ in 0..100_000 {
            browser.send_bytes(b"{}").await;
        }
    };
    let flooded = timeout(Duration::from_secs(10), flood).await;
    assert!(flooded.is_err(), "the answers would pile up");
}

#[tokio::test]
async fn text_of_one_step_is_put_together_and_nothing_else_is() {
    let outbox = Outbox::default();
    let (step, other) = (StepId(0), StepId(1));
    let delta = |step, text: &str| Event::Delta {
        step,
        text: text.to_owned(),
    };
    let reasoning = |text: &str| Event::Reasoning {
        step,
        text: text.to_owned(),
    };
    let events = [
        reasoning("h"),
        reasoning("m"),
        delta(step, "a"),
        delta(step, "b"),
        delta(other, "c"),
        reasoning("d"),
        Event::Cancelled,
    ];
    for event in events {
        outbox.send(&id("a/1"), event).await;
    }
    outbox.close();
    let mut found = Vec::new();
    while let Some(FromHost::Event { event, .. }) = outbox.next().await {
        found.push(event);
    }
    let expected = [
        reasoning("hm"),
        delta(step, "ab"),
        delta(other, "c"),
        reasoning("d"),
        Event::Cancelled,
    ];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn requests_take_turns() {
    let outbox = Outbox::default();
    for number in 0..3 {
        for step in 0..2 {
            let event = Event::Delta {
                step: StepId(step),
                text: "x".to_owned(),
            };
            outbox.send(&id(&format!("a/{number}")), event).await;
        }
    }
    outbox.close();
    let mut order = Vec::new();
    while let Some(FromHost::Event { id, .. }) = outbox.next().await {
        order.push(id.to_string());
    }
    assert_eq!(order, ["a/0", "a/1", "a/2", "a/0", "a/1", "a/2"]);
}
