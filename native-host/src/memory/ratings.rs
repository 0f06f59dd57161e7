//! Ratings: what the router learned from this reader, as rows. What they mean is the router's
//! matter; here they are kept, given back, exported and erased.

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Database, DatabaseError, Timestamp};

/// How one arm did for one intent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// The intent; empty for what holds for all.
    pub intent: String,
    /// The plan and expert.
    pub arm: String,
    /// The vendor; empty for a plan with experts of several.
    pub vendor: String,
    /// The part of the weight that went well, from 0 to `weight`.
    pub wins: f64,
    /// The weight of all observations.
    pub weight: f64,
    /// How many signals of any kind had come by then.
    pub events: i64,
    /// When it was last added to.
    pub updated: Timestamp,
}

/// The ratings of this reader.
#[derive(Debug, Clone)]
pub struct Ratings {
    database: Database,
}

impl Ratings {
    /// Those in this database.
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Keeps these rows in place of those with the same intent, arm and vendor.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn put(&self, rows: Vec<Rating>) -> Result<(), DatabaseError> {
        let work =
            move |connection: &Connection| rows.iter().try_for_each(|row| put(connection, row));
        self.database.write(work).await
    }

    /// The same when there is time for it, and by the end of the program.
    pub fn put_later(&self, rows: Vec<Rating>) {
        let work =
            move |connection: &Connection| rows.iter().try_for_each(|row| put(connection, row));
        self.database.write_later(work);
    }

    /// Every row, in the order of intent, arm and vendor.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn all(&self) -> Result<Vec<Rating>, DatabaseError> {
        self.database.read(all).await
    }

    /// Every row as JSON.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn export(&self) -> Result<Value, DatabaseError> {
        let rows = self.all().await?;
        // Rows of text and numbers are always JSON.
        Ok(serde_json::to_value(rows).unwrap_or_default())
    }

    /// Forgets everything; how many rows there were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn erase(&self) -> Result<usize, DatabaseError> {
        let work = |connection: &Connection| connection.execute("DELETE FROM ratings", []);
        self.database.write(work).await
    }

    /// Forgets what was learned of a vendor; how many rows there were.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn erase_vendor(&self, vendor: &str) -> Result<usize, DatabaseError> {
        let vendor = vendor.to_owned();
        let work = move |connection: &Connection| {
            connection.execute("DELETE FROM ratings WHERE vendor = ?1", [&vendor])
        };
        self.database.write(work).await
    }
}

fn put(connection: &Connection, row: &Rating) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO ratings (intent, arm, vendor, wins, weight, events, updated)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO UPDATE SET
             wins = excluded.wins, weight = excluded.weight, events = excluded.events,
             updated = excluded.updated",
    )?;
    let Rating {
        intent,
        arm,
        vendor,
        ..
    } = row;
    let values = params![
        intent,
        arm,
        vendor,
        row.wins,
        row.weight,
        row.events,
        row.updated.0
    ];
    statement.execute(values).map(drop)
}

fn all(connection: &Connection) -> rusqlite::Result<Vec<Rating>> {
    let mut statement = connection.prepare_cached(
        "SELECT intent, arm, vendor, wins, weight, events, updated FROM ratings
         ORDER BY intent, arm, vendor",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Rating {
            intent: row.get(0)?,
            arm: row.get(1)?,
            vendor: row.get(2)?,
            wins: row.get(3)?,
            weight: row.get(4)?,
            events: row.get(5)?,
            updated: Timestamp(row.get(6)?),
        })
    })?;
    rows.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rating(intent: &str, arm: &str, vendor: &str, wins: f64) -> Rating {
        Rating {
            intent: intent.to_owned(),
            arm: arm.to_owned(),
            vendor: vendor.to_owned(),
            wins,
            weight: 4.0,
            events: 7,
            updated: Timestamp(1_000),
        }
    }

    /// Ratings of three arms of two vendors.
    async fn ratings() -> Ratings {
        let ratings = Ratings::new(Database::in_memory());
        let rows = vec![
            rating("translate", "single:b", "two", 3.0),
            rating("translate", "single:a", "one", 1.5),
            rating("math", "agree", "", 2.0),
        ];
        ratings.put(rows).await.unwrap();
        ratings
    }

    #[tokio::test]
    async fn rows_come_back_in_order_and_the_last_counts() {
        let ratings = ratings().await;
        ratings.put_later(vec![rating("translate", "single:a", "one", 2.5)]);
        let arms: Vec<_> = ratings
            .all()
            .await
            .unwrap()
            .into_iter()
            .map(|row| (row.arm, row.wins))
            .collect();
        let expected = [("agree", 2.0), ("single:a", 2.5), ("single:b", 3.0)];
        assert_eq!(arms, expected.map(|(arm, wins)| (arm.to_owned(), wins)));
    }

    #[tokio::test]
    async fn what_is_exported_can_be_put_back() {
        let one = ratings().await;
        let exported = one.export().await.unwrap();
        let other = Ratings::new(Database::in_memory());
        other
            .put(serde_json::from_value(exported).unwrap())
            .await
            .unwrap();
        assert_eq!(other.all().await.unwrap(), one.all().await.unwrap());
    }

    #[tokio::test]
    async fn a_vendor_or_everything_is_forgotten() {
        let ratings = ratings().await;
        assert_eq!(ratings.erase_vendor("one").await.unwrap(), 1);
        assert_eq!(ratings.erase_vendor("three").await.unwrap(), 0);
        assert_eq!(ratings.all().await.unwrap().len(), 2);
        assert_eq!(ratings.erase().await.unwrap(), 2);
        assert!(ratings.all().await.unwrap().is_empty());
    }
}
