//! What waits for the browser: one lane per request, deltas put together while they wait.
//!
//! A browser that is slow gets fewer and larger deltas, not a growing queue: a lane that is full
//! makes its producer wait, and the expert behind it.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

use coterie_protocol::{Event, Failure, FromHost, Outcome, RequestId};
use tokio::sync::Notify;

/// The text that a lane holds, in bytes, before its producer has to wait.
const LANE: usize = 256 * 1024;

/// The events that a lane holds before its producer has to wait.
const LANE_EVENTS: usize = 1024;

/// The longest delta, in bytes: as JSON it is six times as long at worst and fits in a frame.
const LONGEST_DELTA: usize = 128 * 1024;

/// The text that all lanes hold together, in bytes, before producers have to wait.
const ALL_LANES: usize = 16 * 1024 * 1024;

/// The queue to the browser.
#[derive(Default)]
pub(super) struct Outbox {
    state: Mutex<State>,
    /// Something was put in, or the box was closed.
    filled: Notify,
    /// Something was taken out, or the box was closed.
    emptied: Notify,
}

#[derive(Default)]
struct State {
    lanes: HashMap<Lane, Waiting>,
    /// Lanes with something in them, the next one to be served first.
    turns: VecDeque<Lane>,
    bytes: usize,
    closed: bool,
}

/// What belongs together in order: a request, or the refusals that name none.
type Lane = Option<RequestId>;

#[derive(Default)]
struct Waiting {
    messages: VecDeque<FromHost>,
    bytes: usize,
}

impl Outbox {
    /// Puts in an event of a request, when there is room for it.
    pub(super) async fn send(&self, id: &RequestId, event: Event) {
        self.room_in(&Some(id.clone())).await;
        self.send_now(id, event);
    }

    /// Puts in an event of a request at once. For small last ones only, of which there are no
    /// more than requests.
    pub(super) fn send_now(&self, id: &RequestId, event: Event) {
        let id = id.clone();
        self.put(Some(id.clone()), FromHost::Event { id, event });
    }

    /// Puts in a refusal of a message that named no request, when there is room for it.
    pub(super) async fn refuse(&self, failure: Failure) {
        self.room_in(&None).await;
        self.put(None, FromHost::Rejected { failure });
    }

    /// The next message, when there is one; `None` when the box is closed and empty.
    pub(super) async fn next(&self) -> Option<FromHost> {
        loop {
            let filled = self.filled.notified();
            {
                let mut state = self.state();
                if let Some(message) = state.take() {
                    self.emptied.notify_waiters();
                    return Some(message);
                }
                if state.closed {
                    return None;
                }
            }
            filled.await;
        }
    }

    /// The next message, if there is one now.
    pub(super) fn try_next(&self) -> Option<FromHost> {
        let message = self.state().take();
        if message.is_some() {
            self.emptied.notify_waiters();
        }
        message
    }

    /// Takes nothing more and makes nobody wait any more.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.filled.notify_one();
        self.emptied.notify_waiters();
    }

    /// Whether messages of this request still wait: its name is not free before.
    pub(super) fn holds(&self, id: &RequestId) -> bool {
        let state = self.state();
        state.lanes.contains_key(&Some(id.clone()))
    }

    /// Waits until a lane takes more. An empty lane always does, so that none starves.
    async fn room_in(&self, lane: &Lane) {
        loop {
            let emptied = self.emptied.notified();
            tokio::pin!(emptied);
            emptied.as_mut().enable();
            if self.state().has_room(lane) {
                return;
            }
            emptied.await;
        }
    }

    fn put(&self, lane: Lane, message: FromHost) {
        self.state().put(lane, message);
        self.filled.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_room(&self, lane: &Lane) -> bool {
        let Some(waiting) = self.lanes.get(lane) else {
            return true;
        };
        let lane_has = waiting.bytes < LANE && waiting.messages.len() < LANE_EVENTS;
        self.closed || (lane_has && self.bytes < ALL_LANES)
    }

    fn put(&mut self, lane: Lane, message: FromHost) {
        if self.closed {
            return;
        }
        let size = size(&message);
        self.bytes += size;
        let waiting = self.lanes.entry(lane.clone()).or_default();
        waiting.bytes += size;
        if waiting.messages.is_empty() {
            self.turns.push_back(lane);
        }
        waiting.add(message);
    }

    /// One message of the lane whose turn it is.
    fn take(&mut self) -> Option<FromHost> {
        let lane = self.turns.pop_front()?;
        let waiting = self.lanes.get_mut(&lane)?;
        let message = waiting.messages.pop_front()?;
        let size = size(&message);
        self.bytes -= size;
        waiting.bytes -= size;
        if waiting.messages.is_empty() {
            self.lanes.remove(&lane);
        } else {
            self.turns.push_back(lane);
        }
        Some(message)
    }
}

impl Waiting {
    /// Adds at the end, to the last message if both are text of the same step.
    fn add(&mut self, message: FromHost) {
        let rest = match (self.messages.back_mut(), message) {
            (Some(FromHost::Event { event: last, .. }), FromHost::Event { id, event }) => {
                merge(last, event).map(|event| FromHost::Event { id, event })
            }
            (_, message) => Some(message),
        };
        self.messages.extend(rest);
    }
}

/// About how much memory a message takes, in bytes: what is not counted is small.
fn size(message: &FromHost) -> usize {
    match message {
        FromHost::Event { event, .. } => match event {
            Event::Delta { text, .. } | Event::Reasoning { text, .. } => text.len(),
            Event::Done {
                outcome: Outcome::Captured(captured),
            } => {
                let paragraphs = captured.paragraphs.iter();
                paragraphs.map(|paragraph| paragraph.text.len()).sum()
            }
            _ => 0,
        },
        FromHost::Rejected { .. } | FromHost::Chunk(_) => 0,
    }
}

/// Appends `next` to `last` if both are text of one kind and step; gives it back if not.
fn merge(last: &mut Event, next: Event) -> Option<Event> {
    let fits = |text: &String, more: &String| text.len() + more.len() <= LONGEST_DELTA;
    match (last, next) {
        (
            Event::Delta { step, text },
            Event::Delta {
                step: same,
                text: more,
            },
        )
        | (
            Event::Reasoning { step, text },
            Event::Reasoning {
                step: same,
                text: more,
            },
        ) if *step == same && fits(text, &more) => {
            text.push_str(&more);
            None
        }
        (_, next) => Some(next),
    }
}
