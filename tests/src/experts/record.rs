//! What the scripted server saw, for counting calls and timing cancels.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde_json::Value;

/// One chat completion request.
#[derive(Debug, Clone)]
pub struct Record {
    /// The model asked for.
    pub model: String,
    /// The whole body.
    pub body: Value,
    /// The credential that came along, if one did.
    pub authorization: Option<String>,
    /// When the request was complete.
    pub arrived: Instant,
    /// When the first delta went out.
    pub first_delta: Option<Instant>,
    /// How many deltas went out.
    pub deltas: usize,
    /// How and when it ended.
    pub end: Option<(End, Instant)>,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Everything was sent, as far as the behaviour goes.
    Sent,
    /// The client closed the connection first.
    ClientClosed,
}

impl Record {
    /// The texts of all messages of the request.
    pub fn messages(&self) -> Vec<&str> {
        let messages = self.body["messages"].as_array();
        let messages = messages.map_or(&[][..], Vec::as_slice);
        messages
            .iter()
            .map(|message| message["content"].as_str().unwrap_or_default())
            .collect()
    }

    /// The text of the last message of the request.
    pub fn last_message(&self) -> &str {
        self.messages().last().copied().unwrap_or_default()
    }
}

/// All requests so far; waits for what is to come.
#[derive(Debug, Default)]
pub(super) struct Records {
    list: Mutex<Vec<Record>>,
    changed: Condvar,
}

impl Records {
    /// Notes a request and gives its number.
    pub(super) fn add(&self, record: Record) -> usize {
        let mut list = self.lock();
        list.push(record);
        self.changed.notify_all();
        list.len() - 1
    }

    pub(super) fn change(&self, number: usize, change: impl FnOnce(&mut Record)) {
        if let Some(record) = self.lock().get_mut(number) {
            change(record);
        }
        self.changed.notify_all();
    }

    pub(super) fn all(&self) -> Vec<Record> {
        self.lock().clone()
    }

    /// Waits until a request is as wanted; none if that does not come about in time.
    pub(super) fn wait(
        &self,
        patience: Duration,
        wanted: impl Fn(&Record) -> bool,
    ) -> Option<Record> {
        let find = |list: &Vec<Record>| list.iter().find(|record| wanted(record)).cloned();
        let (list, _timeout) = self
            .changed
            .wait_timeout_while(self.lock(), patience, |list| find(list).is_none())
            .unwrap_or_else(PoisonError::into_inner);
        find(&list)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Record>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
