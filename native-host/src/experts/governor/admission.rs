//! One call's way past every limit, within one transaction of the database.

use std::time::Duration;

use coterie_protocol::VendorId;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    CapState, Charge, Estimate, Limit, Limits, Presence, Refused, caps,
    rates::Rates,
    window::{self, Sent},
};
use crate::memory::{self, Money, Period, Timestamp, settings};

/// When to ask again for a place among those under way: nobody knows when one becomes free.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// No answer takes this long: a permit that is older was forgotten.
const FORGOTTEN: Duration = Duration::from_secs(3600);

/// A call that asks to be made.
pub(super) struct Admission<'a> {
    pub(super) connection: &'a Connection,
    pub(super) presence: &'a Presence,
    pub(super) vendor: &'a VendorId,
    pub(super) limits: Limits,
    pub(super) estimate: &'a Estimate,
    pub(super) now: Timestamp,
}

/// A call that may be made.
pub(super) struct Admitted {
    /// The row of its permit.
    pub(super) id: i64,
    pub(super) at: Timestamp,
    pub(super) near_cap: Option<CapState>,
}

impl Admission<'_> {
    /// Asks. What hosts that were killed had is looked for only where it would make room.
    pub(super) fn ask(&self) -> rusqlite::Result<Result<Admitted, Refused>> {
        if self.presence.enter(self.connection, self.now)? {
            self.clear_up()?;
        }
        let mut found = self.judge()?;
        if let Err(
            Refused::Cap(_)
            | Refused::Wait {
                limit: Limit::AtOnce(_),
                ..
            },
        ) = found
            && self.clear_up()?
        {
            found = self.judge()?;
        }
        match found {
            Ok(near_cap) => Ok(Ok(self.admit(near_cap)?)),
            Err(refused) => Ok(Err(refused)),
        }
    }

    fn judge(&self) -> rusqlite::Result<Result<Option<CapState>, Refused>> {
        if let Err(refused) = self.judge_rates()? {
            return Ok(Err(refused));
        }
        self.judge_money()
    }

    fn judge_rates(&self) -> rusqlite::Result<Result<(), Refused>> {
        let wait = |limit, wait| Ok(Err(Refused::Wait { limit, wait }));
        if let Some(until) = self.closed_until()? {
            return wait(Limit::Closed, self.now.until(until));
        }
        if let Some(most) = self.limits.at_once
            && self.under_way()? >= i64::from(most)
        {
            return wait(Limit::AtOnce(most), LOOK_AGAIN);
        }
        let sent = self.sent()?;
        match window::fits(&sent, &self.limits, self.estimate.tokens, self.now) {
            Ok(()) => Ok(Ok(())),
            Err((limit, time)) => wait(limit, time),
        }
    }

    fn closed_until(&self) -> rusqlite::Result<Option<Timestamp>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT until FROM closures WHERE vendor = ?1 AND until > ?2")?;
        let until = statement.query_one(params![self.vendor.0, self.now.0], |row| row.get(0));
        Ok(until.optional()?.map(Timestamp))
    }

    fn under_way(&self) -> rusqlite::Result<i64> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT count(*) FROM permits WHERE vendor = ?1")?;
        statement.query_one([&self.vendor.0], |row| row.get(0))
    }

    fn sent(&self) -> rusqlite::Result<Vec<Sent>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT slot, requests, tokens FROM slots WHERE vendor = ?1 AND slot >= ?2
             ORDER BY slot",
        )?;
        let oldest = window::oldest_counting(self.now);
        let rows = statement.query_map(params![self.vendor.0, oldest], |row| {
            let (requests, tokens): (i64, i64) = (row.get(1)?, row.get(2)?);
            Ok(Sent {
                slot: row.get(0)?,
                requests: requests.unsigned_abs(),
                tokens: tokens.unsigned_abs(),
            })
        })?;
        rows.collect()
    }

    fn judge_money(&self) -> rusqlite::Result<Result<Option<CapState>, Refused>> {
        let charge = &self.estimate.charge;
        if *charge == Charge::Nothing {
            return Ok(Ok(None));
        }
        let caps = caps::caps_of(&settings::read(self.connection)?);
        let mut near = None;
        for (period, cap) in caps {
            let gone = self.gone(period)?;
            match caps::fits(period, &cap, &gone, charge, Rates::usual()) {
                Ok(state) => near = near.or(state),
                Err(state) => return Ok(Err(Refused::Cap(state))),
            }
        }
        Ok(Ok(near))
    }

    /// What was spent in the period, and what is promised.
    fn gone(&self, period: Period) -> rusqlite::Result<Vec<Money>> {
        let mut statement = self.connection.prepare_cached(
            "SELECT sum(micros), currency FROM permits WHERE currency IS NOT NULL
             GROUP BY currency",
        )?;
        let promised = statement.query_map([], |row| {
            Ok(Money {
                micros: row.get(0)?,
                currency: row.get(1)?,
            })
        })?;
        let spent = memory::sums(self.connection, self.now, period)?;
        spent.into_iter().map(Ok).chain(promised).collect()
    }

    /// Takes away what hosts that live no more had, and permits that were forgotten.
    fn clear_up(&self) -> rusqlite::Result<bool> {
        let dead = self.presence.clear_up(self.connection)?;
        let forgotten = self.connection.execute(
            "DELETE FROM permits WHERE at < ?1",
            [self.now.before(FORGOTTEN).0],
        )?;
        Ok(dead || forgotten > 0)
    }

    fn admit(&self, near_cap: Option<CapState>) -> rusqlite::Result<Admitted> {
        let (tokens, now) = (whole(self.estimate.tokens), self.now);
        let reserved = match &self.estimate.charge {
            Charge::UpTo(cost) => Money::of(cost),
            Charge::Nothing | Charge::Unknown => None,
        };
        let (micros, currency) = reserved.map(|money| (money.micros, money.currency)).unzip();
        let mut permit = self.connection.prepare_cached(
            "INSERT INTO permits (process, vendor, at, tokens, micros, currency)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let id = permit.insert(params![
            self.presence.id(),
            self.vendor.0,
            now.0,
            tokens,
            micros.unwrap_or(0),
            currency,
        ])?;
        let mut slot = self.connection.prepare_cached(
            "INSERT INTO slots (vendor, slot, requests, tokens) VALUES (?1, ?2, 1, ?3)
             ON CONFLICT DO UPDATE SET requests = requests + 1, tokens = tokens + excluded.tokens",
        )?;
        slot.execute(params![self.vendor.0, window::slot_of(now), tokens])?;
        self.forget_slots()?;
        Ok(Admitted {
            id,
            at: now,
            near_cap,
        })
    }

    /// Slots that count no more; and those far ahead, of a clock that was put back since.
    fn forget_slots(&self) -> rusqlite::Result<()> {
        let mut statement = self
            .connection
            .prepare_cached("DELETE FROM slots WHERE vendor = ?1 AND (slot < ?2 OR slot > ?3)")?;
        let oldest = window::oldest_counting(self.now);
        let ahead = 2 * window::slot_of(self.now) - oldest;
        statement
            .execute(params![self.vendor.0, oldest, ahead])
            .map(drop)
    }
}

/// The slot that a moment is in.
pub(super) fn slot(moment: Timestamp) -> i64 {
    window::slot_of(moment)
}

/// As the database has whole numbers.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
