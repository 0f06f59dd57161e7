//! Habits: what this person does where and when, to read requests that could mean several things.
//!
//! Counts of actions by site, language of the page, length of the selection, time of day and
//! previous action, which decay; see [`lean`](Habits::lean). Nothing of any page is kept but its
//! host name, and nothing is ever sent anywhere.

mod circumstances;
mod lean;

use std::collections::BTreeMap;

use coterie_protocol::Action;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use circumstances::{Circumstances, Ground};
pub use lean::Lean;
use lean::{Counts, HALF_LIFE};

use super::{Clock, Database, DatabaseError, Timestamp};

/// Counts below this say nothing any more.
const FORGOTTEN: f64 = 0.01;

/// One count, as it is exported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Habit {
    /// What it hangs on.
    pub ground: Ground,
    /// Which one: a host name, a language, a length.
    pub value: String,
    /// What was done.
    pub action: Action,
    /// How often, with what is long ago worth less.
    pub count: f64,
    /// When it was last done.
    pub updated: Timestamp,
}

/// The habits of this reader.
#[derive(Debug, Clone)]
pub struct Habits {
    database: Database,
    clock: Clock,
}

impl Habits {
    /// Those in this database, which decay by this clock.
    pub fn new(database: Database, clock: Clock) -> Self {
        Self { database, clock }
    }

    /// Counts an action that this person asked for, or confirmed, when there is time for it.
    pub fn note(&self, action: Action, circumstances: &Circumstances) {
        let (values, now) = (circumstances.values(), self.clock.now());
        self.database.write_later(move |connection: &Connection| {
            for (ground, value) in &values {
                add(connection, *ground, value, action, now)?;
            }
            forget_old(connection, now)
        });
    }

    /// Which way the history leans in these circumstances, for each action the logarithm to be
    /// added to its odds, the strongest first. Empty without any history.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn lean(&self, circumstances: &Circumstances) -> Result<Vec<Lean>, DatabaseError> {
        let (values, now) = (circumstances.values(), self.clock.now());
        let work = move |connection: &Connection| {
            let mut counts = Counts::new();
            for (ground, value) in &values {
                counts.insert(*ground, of_value(connection, *ground, value, now)?);
            }
            Ok(counts)
        };
        let counts = self.database.read(work).await?;
        Ok(lean::lean(&counts))
    }

    /// Every count, as it is worth now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn all(&self) -> Result<Vec<Habit>, DatabaseError> {
        let now = self.clock.now();
        self.database
            .read(move |connection: &Connection| all(connection, now))
            .await
    }

    /// The same as JSON.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn export(&self) -> Result<Value, DatabaseError> {
        // Rows of text and numbers are always JSON.
        Ok(serde_json::to_value(self.all().await?).unwrap_or_default())
    }

    /// Forgets everything; how many counts there were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn erase(&self) -> Result<usize, DatabaseError> {
        let work = |connection: &Connection| connection.execute("DELETE FROM habits", []);
        self.database.write(work).await
    }

    /// Forgets a site by its host name; how many counts there were. What was counted there for
    /// other grounds, such as the time of day, names no site and stays.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn erase_site(&self, host: &str) -> Result<usize, DatabaseError> {
        let host = host.to_owned();
        let work = move |connection: &Connection| {
            let statement = "DELETE FROM habits WHERE ground = ?1 AND value = ?2";
            connection.execute(statement, params![Ground::Site.as_str(), host])
        };
        self.database.write(work).await
    }
}

/// What a count from then is worth now.
fn decayed(count: f64, then: Timestamp, now: Timestamp) -> f64 {
    count * 0.5_f64.powf(then.until(now).as_secs_f64() / HALF_LIFE.as_secs_f64())
}

fn add(
    connection: &Connection,
    ground: Ground,
    value: &str,
    action: Action,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let mut found = connection.prepare_cached(
        "SELECT count, updated FROM habits WHERE ground = ?1 AND value = ?2 AND action = ?3",
    )?;
    let key = params![ground.as_str(), value, action.as_str()];
    let before = found
        .query_row(key, |row| Ok((row.get(0)?, Timestamp(row.get(1)?))))
        .optional()?;
    let count = 1.0 + before.map_or(0.0, |(count, then)| decayed(count, then, now));
    let mut statement = connection.prepare_cached(
        "INSERT INTO habits (ground, value, action, count, updated) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET count = excluded.count, updated = excluded.updated",
    )?;
    let row = params![ground.as_str(), value, action.as_str(), count, now.0];
    statement.execute(row).map(drop)
}

/// Deletes sites that were not visited for so long that their counts say nothing.
fn forget_old(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    // Hardly any count is above 100, so none of these is above the limit.
    let half_lives = (100.0 / FORGOTTEN).log2().ceil();
    let oldest = now.before(HALF_LIFE.mul_f64(half_lives));
    let mut statement = connection.prepare_cached("DELETE FROM habits WHERE updated < ?1")?;
    statement.execute([oldest.0]).map(drop)
}

fn of_value(
    connection: &Connection,
    ground: Ground,
    value: &str,
    now: Timestamp,
) -> rusqlite::Result<BTreeMap<Action, f64>> {
    let mut statement = connection.prepare_cached(
        "SELECT action, count, updated FROM habits WHERE ground = ?1 AND value = ?2",
    )?;
    let mut rows = statement.query(params![ground.as_str(), value])?;
    let mut counts = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(0)?;
        // An action that only a later version knows.
        let Some(action) = action(&name) else {
            continue;
        };
        counts.insert(action, decayed(row.get(1)?, Timestamp(row.get(2)?), now));
    }
    Ok(counts)
}

fn all(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<Habit>> {
    let mut statement = connection.prepare_cached(
        "SELECT ground, value, action, count, updated FROM habits ORDER BY ground, value, action",
    )?;
    let mut rows = statement.query([])?;
    let mut habits = Vec::new();
    while let Some(row) = rows.next()? {
        let (ground, name): (String, String) = (row.get(0)?, row.get(2)?);
        let ground = Ground::ALL
            .into_iter()
            .find(|known| known.as_str() == ground);
        let Some((ground, action)) = ground.zip(action(&name)) else {
            continue;
        };
        let updated = Timestamp(row.get(4)?);
        let count = decayed(row.get(3)?, updated, now);
        if count >= FORGOTTEN {
            habits.push(Habit {
                ground,
                value: row.get(1)?,
                action,
                count,
                updated,
            });
        }
    }
    Ok(habits)
}

fn action(name: &str) -> Option<Action> {
    Action::ALL
        .into_iter()
        .find(|action| action.as_str() == name)
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    };

    use super::*;

    const DAY: i64 = 86_400_000;

    /// Habits in memory, and the time, which the test sets.
    fn habits() -> (Habits, Arc<AtomicI64>) {
        let time = Arc::new(AtomicI64::new(1_800_000_000_000));
        let told = Arc::clone(&time);
        let clock = Clock::new(move || Timestamp(told.load(Ordering::Relaxed)));
        (Habits::new(Database::in_memory(), clock), time)
    }

    fn on(site: &str) -> Circumstances {
        let address = format!("https://{site}/a/secret?page");
        Circumstances::new(Some(&address), None, Some(100), 9, None)
    }

    #[tokio::test]
    async fn what_is_done_on_a_site_is_meant_there_again() {
        let (habits, _) = habits();
        for _ in 0..12 {
            habits.note(Action::Translate, &on("news.example"));
            habits.note(Action::Explain, &on("docs.example"));
        }
        let first = |site| {
            let habits = habits.clone();
            async move { habits.lean(&on(site)).await.unwrap().remove(0) }
        };
        let news = first("news.example").await;
        assert_eq!(
            (news.action, news.ground),
            (Action::Translate, Ground::Site)
        );
        assert_eq!(news.reason, "on this site you mostly translate");
        assert_eq!(first("docs.example").await.action, Action::Explain);
    }

    #[tokio::test]
    async fn counts_are_worth_half_after_their_half_life() {
        let (habits, time) = habits();
        habits.note(Action::Translate, &on("a.example"));
        time.fetch_add(60 * DAY, Ordering::Relaxed);
        habits.note(Action::Translate, &on("a.example"));
        let counts: Vec<_> = habits
            .all()
            .await
            .unwrap()
            .into_iter()
            .map(|habit| habit.count)
            .collect();
        assert_eq!(counts, [1.5; 4]);
        time.fetch_add(60 * DAY, Ordering::Relaxed);
        assert_eq!(habits.all().await.unwrap()[0].count, 0.75);
    }

    #[tokio::test]
    async fn what_is_long_ago_is_forgotten() {
        let (habits, time) = habits();
        habits.note(Action::Translate, &on("old.example"));
        time.fetch_add(60 * DAY * 20, Ordering::Relaxed);
        habits.note(Action::Translate, &on("new.example"));
        let exported = habits.export().await.unwrap().to_string();
        assert!(!exported.contains("old.example") && exported.contains("new.example"));
    }

    #[tokio::test]
    async fn the_host_name_is_all_that_is_kept_of_a_page() {
        let (habits, _) = habits();
        habits.note(Action::Translate, &on("a.example"));
        let exported = habits.export().await.unwrap();
        let text = exported.to_string();
        assert!(
            text.contains("a.example") && !text.contains("secret"),
            "{text}"
        );
        let rows: Vec<Habit> = serde_json::from_value(exported).unwrap();
        assert_eq!(rows, habits.all().await.unwrap());
    }

    #[tokio::test]
    async fn a_site_or_everything_is_forgotten_on_request() {
        let (habits, _) = habits();
        habits.note(Action::Translate, &on("a.example"));
        habits.note(Action::Translate, &on("b.example"));
        assert_eq!(habits.erase_site("a.example").await.unwrap(), 1);
        let sites = habits.all().await.unwrap();
        let sites: Vec<_> = sites
            .iter()
            .filter(|habit| habit.ground == Ground::Site)
            .map(|habit| habit.value.as_str())
            .collect();
        assert_eq!(sites, ["b.example"]);
        assert!(habits.erase().await.unwrap() > 0);
        assert!(habits.lean(&on("b.example")).await.unwrap().is_empty());
    }
}
