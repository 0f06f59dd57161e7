//! The leave to make one call.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{CapState, Presence, admission};
use crate::memory::{self, Call, Database, Timestamp};

/// The leave to make one call. Its place among those under way and its money are given back when
/// it is dropped or settled, and when this host ends in whatever way.
#[derive(Debug)]
#[must_use = "a permit that is dropped is given back"]
pub struct Permit {
    held: Option<Held>,
    database: Database,
    admitted_at: Timestamp,
    near_cap: Option<CapState>,
}

/// A row of the database, which is there only while this host is.
#[derive(Debug)]
pub(super) struct Held {
    /// The row.
    pub(super) id: i64,
    /// This host must be known for as long as the row is there.
    pub(super) _presence: Arc<Presence>,
}

impl Permit {
    pub(super) fn new(
        held: Option<Held>,
        database: Database,
        admitted_at: Timestamp,
        near_cap: Option<CapState>,
    ) -> Self {
        Self {
            held,
            database,
            admitted_at,
            near_cap,
        }
    }

    /// When the call was admitted.
    pub fn admitted_at(&self) -> Timestamp {
        self.admitted_at
    }

    /// The limit of money that spending comes near with this call.
    pub fn near_cap(&self) -> Option<&CapState> {
        self.near_cap.as_ref()
    }

    /// Enters the call in the ledger: its money takes the place of what was reserved, its tokens
    /// that of what was expected. Never waits.
    pub fn settle(mut self, call: Call) {
        let id = self.held.take().map(|held| held.id);
        self.database.write_later(move |connection: &Connection| {
            if let Some(id) = id {
                give_back(connection, id, Some(&call))?;
            }
            memory::insert(connection, &call)
        });
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(held) = self.held.take() {
            self.database
                .write_later(move |connection: &Connection| give_back(connection, held.id, None));
        }
    }
}

/// Ends a permit. What was sent stays counted: as it was reported, else as it was expected.
fn give_back(connection: &Connection, id: i64, call: Option<&Call>) -> rusqlite::Result<()> {
    let mut statement = connection
        .prepare_cached("DELETE FROM permits WHERE id = ?1 RETURNING vendor, at, tokens")?;
    let row = statement.query_one([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let found: Option<(String, i64, i64)> = row.optional()?;
    let usage = call.and_then(|call| call.usage);
    let Some(((vendor, at, expected), usage)) = found.zip(usage) else {
        return Ok(());
    };
    let used = admission::whole(usage.input_tokens.saturating_add(usage.output_tokens));
    let mut statement = connection.prepare_cached(
        "UPDATE slots SET tokens = max(0, tokens + ?3) WHERE vendor = ?1 AND slot = ?2",
    )?;
    let slot = admission::slot(Timestamp(at));
    let correction = used.saturating_sub(expected);
    statement
        .execute(params![vendor, slot, correction])
        .map(drop)
}
