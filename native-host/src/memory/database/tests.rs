//! What holds whatever happens to the file.

use std::{fs, path::PathBuf, time::Instant};

use rusqlite::Connection;
use tempfile::TempDir;

use super::*;

struct Home(TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("state/coterie.db")
    }

    fn open(&self) -> Database {
        Database::open(Some(&self.file()))
    }

    /// Makes the file something else than a database.
    fn write(&self, bytes: &[u8]) {
        fs::create_dir_all(self.file().parent().unwrap()).unwrap();
        fs::write(self.file(), bytes).unwrap();
    }
}

async fn keep(database: &Database, vendor: &'static str) -> Result<usize, DatabaseError> {
    let work = move |connection: &Connection| {
        connection.execute("INSERT INTO closures VALUES (?1, 1)", [vendor])
    };
    database.write(work).await
}

async fn check(database: &Database, expected: &[&str]) {
    let work = |connection: &Connection| {
        let mut statement = connection.prepare("SELECT vendor FROM closures ORDER BY vendor")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect::<rusqlite::Result<Vec<String>>>()
    };
    assert_eq!(database.read(work).await.unwrap(), expected);
}

#[tokio::test]
async fn what_is_kept_is_there_again_for_the_next_host_and_for_one_beside() {
    let home = Home::new();
    let (one, other) = (home.open(), home.open());
    keep(&one, "a").await.unwrap();
    keep(&other, "b").await.unwrap();
    check(&one, &["a", "b"]).await;
    drop((one, other));
    let next = home.open();
    check(&next, &["a", "b"]).await;
    assert_eq!(next.notices().await, []);
}

#[tokio::test]
async fn everything_sent_before_the_end_is_kept() {
    let home = Home::new();
    let database = home.open();
    for number in 0..1000 {
        database.write_later(move |connection: &Connection| {
            let mut statement = connection.prepare_cached("INSERT INTO closures VALUES (?1, 1)")?;
            statement.execute([number.to_string()]).map(drop)
        });
    }
    drop(database);
    let count = |connection: &Connection| {
        connection.query_one("SELECT count(*) FROM closures", [], |row| row.get(0))
    };
    let kept: i64 = home.open().read(count).await.unwrap();
    assert_eq!(kept, 1000);
}

#[tokio::test]
async fn work_that_fails_spoils_no_other_and_leaves_nothing() {
    let database = Database::in_memory();
    let good = keep(&database, "a");
    let bad = database.write(|connection: &Connection| {
        connection.execute("INSERT INTO closures VALUES ('half', 1)", [])?;
        connection.execute("INSERT INTO nowhere VALUES (1)", [])
    });
    let (good, bad, twice) = tokio::join!(good, bad, keep(&database, "b"));
    assert!(good.is_ok() && twice.is_ok());
    assert!(matches!(bad, Err(DatabaseError::Sqlite(_))), "{bad:?}");
    check(&database, &["a", "b"]).await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_file_or_what_lies_beside_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    home.write(b"");
    fs::set_permissions(home.file(), fs::Permissions::from_mode(0o644)).unwrap();
    let database = home.open();
    keep(&database, "a").await.unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", home.file().display());
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

async fn check_set_aside(bytes: &[u8]) {
    let home = Home::new();
    home.write(bytes);
    let database = home.open();
    keep(&database, "a").await.unwrap();
    let notices = database.notices().await;
    let [Notice::SetAside { to, .. }] = notices.as_slice() else {
        panic!("{notices:?}");
    };
    assert_eq!(fs::read(to).unwrap(), bytes, "nothing of it is lost");
    drop(database);
    check(&home.open(), &["a"]).await;
}

#[tokio::test]
async fn a_file_that_is_no_database_is_set_aside() {
    check_set_aside(&b"Dear diary, this is no database at all. ".repeat(200)).await;
}

#[tokio::test]
async fn a_damaged_database_is_set_aside() {
    let home = Home::new();
    let database = home.open();
    keep(&database, "a").await.unwrap();
    drop(database);
    let mut bytes = fs::read(home.file()).unwrap();
    bytes[4096..12_288].fill(0xAB);
    check_set_aside(&bytes).await;
}

#[tokio::test]
async fn hosts_that_find_damage_at_once_share_the_new_file() {
    let home = Home::new();
    home.write(&[7; 10_000]);
    let hosts: Vec<_> = (0..4).map(|_| home.open()).collect();
    keep(&hosts[0], "a").await.unwrap();
    for host in &hosts {
        check(host, &["a"]).await;
    }
    let folder = fs::read_dir(home.file().parent().unwrap()).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let aside = names.filter(|name| name.contains("damaged") && name.ends_with(".db"));
    assert_eq!(aside.count(), 1);
}

/// Everything works, and the reader is told that nothing will stay.
async fn check_memory_only(database: &Database, word: &str) {
    keep(database, "memory").await.unwrap();
    let notices = database.notices().await;
    let [notice @ Notice::MemoryOnly { .. }] = notices.as_slice() else {
        panic!("{notices:?}");
    };
    assert!(notice.to_string().contains(word), "{notice}");
}

#[tokio::test]
async fn without_a_place_for_the_file_it_goes_on_in_memory() {
    let home = Home::new();
    fs::write(
        home.0.path().join("state"),
        "a file where the folder should be",
    )
    .unwrap();
    check_memory_only(&home.open(), "could not make").await;
}

#[tokio::test]
async fn a_newer_database_is_left_alone() {
    let home = Home::new();
    let database = home.open();
    keep(&database, "a").await.unwrap();
    drop(database);
    let raise = |version: i64| {
        let file = Connection::open(home.file()).unwrap();
        let select = "SELECT user_version FROM pragma_user_version";
        let before: i64 = file.query_one(select, [], |row| row.get(0)).unwrap();
        file.pragma_update(None, "user_version", version).unwrap();
        before
    };
    let known = raise(99);
    check_memory_only(&home.open(), "99").await;
    raise(known);
    check(&home.open(), &["a"]).await;
}

#[tokio::test]
async fn a_file_that_stops_taking_anything_is_left_with_all_that_it_had() {
    let home = Home::new();
    let database = home.open();
    keep(&database, "a").await.unwrap();
    let full = |connection: &Connection| connection.pragma_update(None, "query_only", true);
    database.read(full).await.unwrap();
    check_memory_only(&database, "readonly").await;
    check(&database, &["a", "memory"]).await;
    drop(database);
    check(&home.open(), &["a"]).await;
}

#[tokio::test]
async fn a_host_that_holds_the_lock_delays_the_end_by_less_than_a_second() {
    let home = Home::new();
    let database = home.open();
    keep(&database, "a").await.unwrap();
    let other = Connection::open(home.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    database.write_later(|connection: &Connection| {
        connection
            .execute("INSERT INTO closures VALUES ('late', 1)", [])
            .map(drop)
    });
    let started = Instant::now();
    drop(database);
    assert!(started.elapsed() < Duration::from_millis(900));
    drop(other);
}

#[tokio::test(start_paused = true)]
async fn virtual_time_stands_still_while_the_database_works() {
    let home = Home::new();
    let database = home.open();
    let started = tokio::time::Instant::now();
    let hour = tokio::time::sleep(Duration::from_secs(3600));
    tokio::select! {
        () = hour => panic!("time went on"),
        kept = keep(&database, "a") => { kept.unwrap(); }
    }
    assert!(started.elapsed() < Duration::from_millis(10));
}
