//! What the ledger tells.

use std::time::Duration;

use coterie_protocol::{Cost, ExpertId, Usage, UsageLine, UsageReport, VendorId};
use rusqlite::{Connection, Row, params};

use super::{
    super::{Money, Timestamp},
    Call, CallKind, CallOutcome, Period, RequestNumber, first_day,
};

/// What was used on the last `days` days.
pub(super) fn usage(
    connection: &Connection,
    now: Timestamp,
    days: u16,
) -> rusqlite::Result<UsageReport> {
    Ok(UsageReport {
        lines: lines(connection, now, days)?,
        today: spent(connection, now, Period::Day)?,
        month: spent(connection, now, Period::Month)?,
    })
}

/// What was spent in the period that `now` is in, in each currency.
pub(super) fn spent(
    connection: &Connection,
    now: Timestamp,
    period: Period,
) -> rusqlite::Result<Vec<Cost>> {
    let sums = sums(connection, now, period)?;
    Ok(sums.into_iter().map(Cost::from).collect())
}

/// The same as whole numbers.
pub(crate) fn sums(
    connection: &Connection,
    now: Timestamp,
    period: Period,
) -> rusqlite::Result<Vec<Money>> {
    let mut statement = connection.prepare_cached(
        "SELECT sum(micros), currency FROM spent WHERE day BETWEEN ?1 AND ?2
         GROUP BY currency ORDER BY currency",
    )?;
    let first = first_day(connection, now, period)?;
    let today = first_day(connection, now, Period::Day)?;
    let rows = statement.query_map(params![first, today], |row| {
        Ok(Money {
            micros: row.get(0)?,
            currency: row.get(1)?,
        })
    })?;
    rows.collect()
}

fn lines(connection: &Connection, now: Timestamp, days: u16) -> rusqlite::Result<Vec<UsageLine>> {
    // A call that failed before it said anything cost nothing that anybody knows of; any other
    // without a sum of money leaves the sum of its line unknown.
    let mut statement = connection.prepare_cached(
        "SELECT day, max(vendor_name), expert, count(*), sum(failed),
             sum(coalesce(input_tokens, 0)), sum(coalesce(output_tokens, 0)),
             sum(micros), currency, max(estimated),
             sum(micros IS NULL AND NOT (failed AND first_text_ms IS NULL))
         FROM calls
         WHERE day BETWEEN
             date(?1 / 1000, 'unixepoch', 'localtime', 'start of day', '-' || ?2 || ' days')
             AND date(?1 / 1000, 'unixepoch', 'localtime')
         GROUP BY day, vendor, expert, currency
         ORDER BY day DESC, vendor, expert, currency DESC",
    )?;
    let days_before = i64::from(days.max(1)) - 1;
    let rows = statement.query_map(params![now.0, days_before], line)?;
    let mut lines: Vec<Sums> = Vec::new();
    for row in rows {
        let row = row?;
        // Calls without money stand after those with it.
        match lines.last_mut() {
            Some(last) if last.continues_with(&row) => last.add(&row),
            _ => lines.push(row),
        }
    }
    Ok(lines.into_iter().map(Sums::finish).collect())
}

/// A line, and what is not known of it.
struct Sums {
    line: UsageLine,
    unknown: u64,
}

fn line(row: &Row<'_>) -> rusqlite::Result<Sums> {
    let micros: Option<i64> = row.get(7)?;
    let currency: Option<String> = row.get(8)?;
    let money = micros.zip(currency);
    Ok(Sums {
        line: UsageLine {
            day: row.get(0)?,
            vendor: row.get(1)?,
            expert: ExpertId(row.get(2)?),
            calls: row.get(3)?,
            failures: row.get(4)?,
            input_tokens: count(row.get(5)?),
            output_tokens: count(row.get(6)?),
            cost: money.map(|(micros, currency)| Money { micros, currency }.into()),
            estimated: row.get(9)?,
        },
        unknown: count(row.get(10)?),
    })
}

impl Sums {
    fn continues_with(&self, next: &Self) -> bool {
        let (line, next) = (&self.line, &next.line);
        next.cost.is_none() && (&line.day, &line.expert) == (&next.day, &next.expert)
    }

    fn add(&mut self, next: &Self) {
        let line = &mut self.line;
        line.calls += next.line.calls;
        line.failures += next.line.failures;
        line.input_tokens += next.line.input_tokens;
        line.output_tokens += next.line.output_tokens;
        line.estimated |= next.line.estimated;
        self.unknown += next.unknown;
    }

    fn finish(self) -> UsageLine {
        UsageLine {
            cost: self.line.cost.filter(|_| self.unknown == 0),
            ..self.line
        }
    }
}

/// The calls made for a request.
pub(super) fn calls(
    connection: &Connection,
    request: RequestNumber,
) -> rusqlite::Result<Vec<Call>> {
    let mut statement = connection.prepare_cached(
        "SELECT vendor, vendor_name, expert, kind, outcome, at, first_text_ms, duration_ms,
             input_tokens, cached_tokens, output_tokens, micros, currency, estimated
         FROM calls WHERE request = ?1 ORDER BY at, id",
    )?;
    let rows = statement.query_map([request.0], |row| call(row, request))?;
    rows.collect()
}

fn call(row: &Row<'_>, request: RequestNumber) -> rusqlite::Result<Call> {
    let (kind, outcome): (String, String) = (row.get(3)?, row.get(4)?);
    let first_text: Option<i64> = row.get(6)?;
    let tokens = row
        .get::<_, Option<i64>>(8)?
        .zip(row.get(9)?)
        .zip(row.get(10)?);
    let money = row.get::<_, Option<i64>>(11)?.zip(row.get(12)?);
    let strange = |column, name: &str| {
        let what = format!("`{name}` is not known").into();
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what)
    };
    Ok(Call {
        request,
        vendor: VendorId(row.get(0)?),
        vendor_name: row.get(1)?,
        expert: ExpertId(row.get(2)?),
        kind: CallKind::named(&kind).ok_or_else(|| strange(3, &kind))?,
        outcome: CallOutcome::named(&outcome).ok_or_else(|| strange(4, &outcome))?,
        started: Timestamp(row.get(5)?),
        first_text: first_text.map(|wait| Duration::from_millis(count(wait))),
        duration: Duration::from_millis(count(row.get(7)?)),
        usage: tokens.map(|((input, cached), output)| Usage {
            input_tokens: count(input),
            cached_tokens: count(cached),
            output_tokens: count(output),
        }),
        cost: money.map(|(micros, currency)| Money { micros, currency }.into()),
        estimated: row.get(13)?,
    })
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
