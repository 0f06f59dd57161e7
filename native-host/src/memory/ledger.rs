//! The ledger: every call of every expert with its tokens, money and end. Never any text.

mod call;
mod report;
#[cfg(test)]
mod tests;

use coterie_protocol::{Cost, UsageReport};
use rusqlite::{Connection, params};

pub use call::{Call, CallKind, CallOutcome, RequestNumber};
pub(crate) use report::sums;

use super::{Clock, Database, DatabaseError, Timestamp, clock::milliseconds};

/// What was asked, used and spent.
#[derive(Debug, Clone)]
pub struct Ledger {
    database: Database,
    clock: Clock,
}

impl Ledger {
    /// The ledger in this database, with days by this clock.
    pub fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock }
    }

    /// Enters a call that no limit was asked for. One with a permit is entered by settling that.
    pub fn record(&self, call: Call) {
        self.database
            .write_later(move |connection: &Connection| insert(connection, &call));
    }

    /// What was used on the last `days` days, today included.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn usage(&self, days: u16) -> Result<UsageReport, DatabaseError> {
        let now = self.clock.now();
        let work = move |connection: &Connection| report::usage(connection, now, days);
        self.database.read(work).await
    }

    /// What was spent today, in each currency.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn spent_today(&self) -> Result<Vec<Cost>, DatabaseError> {
        let now = self.clock.now();
        let work = move |connection: &Connection| report::spent(connection, now, Period::Day);
        self.database.read(work).await
    }

    /// What was spent this month, in each currency.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn spent_this_month(&self) -> Result<Vec<Cost>, DatabaseError> {
        let now = self.clock.now();
        let work = move |connection: &Connection| report::spent(connection, now, Period::Month);
        self.database.read(work).await
    }

    /// The calls made for a request, in the order of their beginning.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn calls_for(&self, request: RequestNumber) -> Result<Vec<Call>, DatabaseError> {
        let work = move |connection: &Connection| report::calls(connection, request);
        self.database.read(work).await
    }
}

/// A span of the calendar, in the reader's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// From midnight to midnight.
    Day,
    /// From the first to the last.
    Month,
}

/// The first day of the period that `now` is in.
pub(crate) fn first_day(
    connection: &Connection,
    now: Timestamp,
    period: Period,
) -> rusqlite::Result<String> {
    let start = match period {
        Period::Day => "start of day",
        Period::Month => "start of month",
    };
    let mut statement =
        connection.prepare_cached("SELECT date(?1 / 1000, 'unixepoch', 'localtime', ?2)")?;
    statement.query_one(params![now.0, start], |row| row.get(0))
}

/// Enters a call and adds up its money.
pub(crate) fn insert(connection: &Connection, call: &Call) -> rusqlite::Result<()> {
    let day = first_day(connection, call.started, Period::Day)?;
    let money = call.money();
    let (micros, currency) = money.map(|money| (money.micros, money.currency)).unzip();
    let usage = call.usage;
    let tokens = |count: Option<u64>| count.map(|count| i64::try_from(count).unwrap_or(i64::MAX));
    let mut statement = connection.prepare_cached(
        "INSERT INTO calls (at, day, request, vendor, vendor_name, expert, kind, outcome, failed,
             first_text_ms, duration_ms, input_tokens, cached_tokens, output_tokens, micros,
             currency, estimated)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
    )?;
    statement.execute(params![
        call.started.0,
        day,
        call.request.0,
        call.vendor.0,
        call.vendor_name,
        call.expert.0,
        call.kind.as_str(),
        call.outcome.name(),
        matches!(call.outcome, CallOutcome::Failed(_)),
        call.first_text.map(milliseconds),
        milliseconds(call.duration),
        tokens(usage.map(|usage| usage.input_tokens)),
        tokens(usage.map(|usage| usage.cached_tokens)),
        tokens(usage.map(|usage| usage.output_tokens)),
        micros,
        currency,
        call.estimated,
    ])?;
    let Some((micros, currency)) = micros.zip(currency) else {
        return Ok(());
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO spent (day, currency, micros) VALUES (?1, ?2, ?3)
         ON CONFLICT DO UPDATE SET micros = micros + excluded.micros",
    )?;
    statement.execute(params![day, currency, micros]).map(drop)
}
