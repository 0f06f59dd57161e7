//! How experts do: which rest after failures, how soon they speak and how fast they write. Kept in
//! the database, so that neither a restart nor another browser forgets it.

mod breaker;
mod speed;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use coterie_protocol::{ExpertId, FailureCode, Seen};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};

use self::{
    breaker::{Breaker, LONGEST_REST},
    speed::Speed,
};
use crate::memory::{Clock, Database, DatabaseError, Timestamp};

/// How every expert does. Clones share what they know.
#[derive(Debug, Clone)]
pub struct Health {
    known: Arc<Mutex<HashMap<ExpertId, State>>>,
    database: Database,
    clock: Clock,
}

/// How a call ended, and how fast it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// From the beginning of the call to its first text.
    pub first_text: Option<Duration>,
    /// From its beginning to its end.
    pub duration: Duration,
    /// Characters of text.
    pub characters: u64,
    /// How it ended.
    pub end: End,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The expert came to its end, or to a limit of length.
    Complete,
    /// It failed.
    Failed {
        /// How.
        code: FailureCode,
        /// How long the vendor asks to wait.
        retry_after: Option<Duration>,
    },
    /// Another expert spoke first.
    LostRace,
    /// The reader wanted it no longer.
    Cancelled,
}

/// How an expert does now.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Whether it is worth asking.
    pub usable: bool,
    /// Until when it rests, where it does.
    pub resting_until: Option<Timestamp>,
    /// When it has spoken in 95 of 100 cases, once enough is known.
    pub first_text_p95: Option<Duration>,
    /// For the reader; nothing before its first answer.
    pub seen: Option<Seen>,
}

/// What is kept of an expert.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct State {
    breaker: Breaker,
    speed: Speed,
}

impl Health {
    /// How experts do by this database. What it knows comes with [`Self::refresh`].
    pub fn new(database: Database, clock: Clock) -> Self {
        Self {
            known: Arc::default(),
            database,
            clock,
        }
    }

    /// Takes over what is kept, that of other hosts included.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn refresh(&self) -> Result<(), DatabaseError> {
        let kept = self.database.read(read_all).await?;
        let mut known = self.known();
        for (expert, state) in kept {
            // Which call is the probe is known only to the host that makes it.
            let probing = known.get(&expert).map(|known| &known.breaker);
            if probing.is_some_and(Breaker::is_probing) {
                continue;
            }
            known.insert(expert, state);
        }
        Ok(())
    }

    /// How an expert does.
    pub fn standing(&self, expert: &ExpertId, now: Timestamp) -> Standing {
        let known = self.known();
        known.get(expert).map_or_else(
            || State::default().standing(now),
            |state| state.standing(now),
        )
    }

    /// How an expert does now.
    pub fn standing_now(&self, expert: &ExpertId) -> Standing {
        self.standing(expert, self.clock.now())
    }

    /// A call is about to be made; whether it may be. After a rest only one may, until it is
    /// [noted](Self::note) how that ended.
    pub fn begin(&self, expert: &ExpertId) -> bool {
        let now = self.clock.now();
        self.known()
            .entry(expert.clone())
            .or_default()
            .breaker
            .begin(now)
    }

    /// Notes how a call ended.
    pub fn note(&self, expert: &ExpertId, outcome: &Outcome) {
        let now = self.clock.now();
        self.known()
            .entry(expert.clone())
            .or_default()
            .note(outcome, now);
        let (expert, outcome) = (expert.clone(), outcome.clone());
        self.database.write_later(move |connection: &Connection| {
            let mut state = read(connection, &expert)?.unwrap_or_default();
            state.note(&outcome, now);
            write(connection, &expert, &state)
        });
    }

    /// Forgets the failures of these experts, as after a new key of their vendor.
    pub fn forgive(&self, experts: impl IntoIterator<Item = ExpertId>) {
        let mut known = self.known();
        for expert in experts {
            if let Some(state) = known.get_mut(&expert) {
                state.breaker = Breaker::default();
            }
            self.database.write_later(move |connection: &Connection| {
                let Some(mut state) = read(connection, &expert)? else {
                    return Ok(());
                };
                state.breaker = Breaker::default();
                write(connection, &expert, &state)
            });
        }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ExpertId, State>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn standing(&self, now: Timestamp) -> Standing {
        let resting_until = self.breaker.resting_until(now);
        let seen = self.speed.first_text().map(|first_text| Seen {
            first_text_ms: u64::try_from(first_text.as_millis()).unwrap_or(u64::MAX),
            characters_per_second: self.speed.characters_per_second().unwrap_or(0.0),
            resting: resting_until.is_some(),
        });
        Standing {
            usable: self.breaker.is_usable(now),
            resting_until,
            first_text_p95: self.speed.first_text_p95(),
            seen,
        }
    }

    fn note(&mut self, outcome: &Outcome, now: Timestamp) {
        if let Some(first_text) = outcome.first_text {
            self.speed.spoke_after(first_text);
            let writing = outcome.duration.saturating_sub(first_text);
            self.speed.wrote(outcome.characters, writing);
        } else if outcome.end == End::LostRace {
            // It would have taken at least as long: without it the slow would seem fast.
            self.speed.spoke_after(outcome.duration);
        }
        match outcome.end {
            End::Complete => self.breaker.succeeded(),
            End::Failed { code, retry_after } => match fault(code) {
                Fault::None => self.breaker.ended(now),
                Fault::Passing => self.breaker.failed(now, retry_after),
                Fault::Lasting => {
                    self.breaker
                        .failed(now, Some(retry_after.unwrap_or(LONGEST_REST)));
                }
            },
            End::LostRace | End::Cancelled => self.breaker.ended(now),
        }
    }
}

/// What a failure says of the expert.
enum Fault {
    /// Nothing: another question may be answered.
    None,
    /// It may be well again soon.
    Passing,
    /// It will be the same for a while.
    Lasting,
}

fn fault(code: FailureCode) -> Fault {
    match code {
        FailureCode::RateLimited
        | FailureCode::Overloaded
        | FailureCode::Unreachable
        | FailureCode::TimedOut
        | FailureCode::EndedEarly
        | FailureCode::MalformedAnswer => Fault::Passing,
        FailureCode::QuotaExhausted => Fault::Lasting,
        FailureCode::NoExpert
        | FailureCode::NoTranslator
        | FailureCode::UnknownExpert
        | FailureCode::NothingToRead
        | FailureCode::NothingAsked
        | FailureCode::UnknownDocument
        | FailureCode::KeyRefused
        | FailureCode::TooLong
        | FailureCode::ContentPolicy
        | FailureCode::BadRequest
        | FailureCode::CapReached
        | FailureCode::OverBudget
        | FailureCode::KeyStore
        | FailureCode::UnknownVendor
        | FailureCode::BadSetting
        | FailureCode::MalformedMessage
        | FailureCode::TooLarge
        | FailureCode::NotGreeted
        | FailureCode::DuplicateRequest
        | FailureCode::Busy
        | FailureCode::Incompatible
        | FailureCode::Internal => Fault::None,
    }
}

fn read(connection: &Connection, expert: &ExpertId) -> rusqlite::Result<Option<State>> {
    let mut statement = connection.prepare_cached("SELECT state FROM health WHERE expert = ?1")?;
    let state = statement
        .query_one([&expert.0], |row| row.get(0))
        .optional()?;
    Ok(state.and_then(|state: String| parse(&state)))
}

fn read_all(connection: &Connection) -> rusqlite::Result<Vec<(ExpertId, State)>> {
    let mut statement = connection.prepare_cached("SELECT expert, state FROM health")?;
    let rows = statement.query_map([], |row| Ok((ExpertId(row.get(0)?), row.get(1)?)))?;
    let mut all = Vec::new();
    for row in rows {
        let (expert, state): (ExpertId, String) = row?;
        all.extend(parse(&state).map(|state| (expert, state)));
    }
    Ok(all)
}

fn write(connection: &Connection, expert: &ExpertId, state: &State) -> rusqlite::Result<()> {
    let state = serde_json::to_string(state);
    let state = state.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let mut statement = connection.prepare_cached(
        "INSERT INTO health (expert, state) VALUES (?1, ?2)
         ON CONFLICT DO UPDATE SET state = excluded.state",
    )?;
    statement.execute(params![expert.0, state]).map(drop)
}

/// What is kept; nothing, where it cannot be read any more.
fn parse(state: &str) -> Option<State> {
    serde_json::from_str(state).ok()
}
