//! The tables, and how an older database comes to have them.

use rusqlite::{Connection, TransactionBehavior};

use super::DatabaseError;

/// Each brings a database one version on, the first an empty one to version 1. What was released
/// is never changed: a change is another file at the end.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
];

/// Brings a database to the newest version.
///
/// # Errors
/// When the database is newer than this program, or cannot be written.
pub(super) fn apply(connection: &mut Connection) -> Result<(), DatabaseError> {
    up_to(connection, MIGRATIONS)
}

fn up_to(connection: &mut Connection, migrations: &[&str]) -> Result<(), DatabaseError> {
    if version(connection)? == migrations.len() {
        return Ok(());
    }
    // Another host may be doing the same: only who holds the write lock sees the true version.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    let missing = migrations.get(found..).ok_or(DatabaseError::Newer {
        found,
        known: migrations.len(),
    })?;
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "user_version", number(migrations.len()))?;
    Ok(transaction.commit()?)
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: i64 =
        connection.query_one("SELECT user_version FROM pragma_user_version", [], |row| {
            row.get(0)
        })?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}

fn number(version: usize) -> i64 {
    i64::try_from(version).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The schema as text, in one order.
    fn schema(connection: &Connection) -> Vec<String> {
        let mut statement = connection
            .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
            .unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    }

    /// A database that stood at version `from` comes to have the same tables as a new one.
    fn check(from: usize) {
        let mut old = Connection::open_in_memory().unwrap();
        up_to(&mut old, &MIGRATIONS[..from]).unwrap();
        apply(&mut old).unwrap();
        let mut new = Connection::open_in_memory().unwrap();
        apply(&mut new).unwrap();
        assert_eq!(version(&old).unwrap(), MIGRATIONS.len());
        assert_eq!(schema(&old), schema(&new));
    }

    #[test]
    fn every_older_version_comes_to_the_newest() {
        for from in 0..=MIGRATIONS.len() {
            check(from);
        }
    }

    #[test]
    fn what_was_kept_stays_through_a_migration() {
        let steps = [
            "CREATE TABLE a (x INTEGER)",
            "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7",
        ];
        let mut connection = Connection::open_in_memory().unwrap();
        up_to(&mut connection, &steps[..1]).unwrap();
        connection.execute("INSERT INTO a VALUES (1)", []).unwrap();
        up_to(&mut connection, &steps).unwrap();
        let row = connection.query_one("SELECT x, y FROM a", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        });
        assert_eq!(row.unwrap(), (1, 7));
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let steps = ["CREATE TABLE a (x INTEGER); CREATE TABLE a (x INTEGER)"];
        let mut connection = Connection::open_in_memory().unwrap();
        assert!(up_to(&mut connection, &steps).is_err());
        assert_eq!(version(&connection).unwrap(), 0);
        assert!(schema(&connection).is_empty());
    }

    #[test]
    fn a_database_of_a_newer_coterie_is_left_alone() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let error = apply(&mut connection).unwrap_err();
        assert!(
            matches!(error, DatabaseError::Newer { found: 99, .. }),
            "{error}"
        );
    }
}
