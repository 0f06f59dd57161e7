//! Opening the file: readable by nobody else, checked, brought to the newest version; what is
//! damaged is set aside.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, backup::Backup};

use super::{DatabaseError, Notice};
use crate::memory::migrations;

/// How long to wait for another host that writes.
const BUSY: Duration = Duration::from_secs(2);

/// How long to wait for another host that opens, and may be setting a damaged file aside.
const OPENING: Duration = Duration::from_secs(2);

/// A file up to this size is checked for damage when it is opened, which takes a second for it.
const CHECKED_BYTES: u64 = 256 * 1024 * 1024;

/// Statements that are kept ready.
const STATEMENTS: usize = 64;

/// Opens the file, with what the reader should know of it.
pub(super) fn file(path: &Path) -> Result<(Connection, Option<Notice>), DatabaseError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder).map_err(|error| at(folder, error))?;
    let _alone = alone(&path.with_extension("lock"));
    let damage = match attempt(path) {
        Ok(connection) => return Ok((connection, None)),
        Err(error) if is_damage(&error) => error,
        Err(error) => return Err(error),
    };
    let to = set_aside(path).map_err(|error| at(path, error))?;
    let why = damage.to_string();
    Ok((attempt(path)?, Some(Notice::SetAside { to, why })))
}

/// A database in memory.
pub(super) fn in_memory() -> Result<Connection, DatabaseError> {
    let mut connection = Connection::open_in_memory()?;
    set_up(&connection)?;
    migrations::apply(&mut connection)?;
    Ok(connection)
}

/// A copy in memory.
pub(super) fn copy(connection: &Connection) -> Result<Connection, DatabaseError> {
    const ALL: i32 = -1;
    let mut copy = Connection::open_in_memory()?;
    Backup::new(connection, &mut copy)?.step(ALL)?;
    set_up(&copy)?;
    migrations::apply(&mut copy)?;
    Ok(copy)
}

/// A copy in memory of a file that may be read and not written, as on a read-only disk.
pub(super) fn copy_of_unwritable(path: &Path) -> Option<Connection> {
    let name = path.to_str()?.replace('%', "%25");
    let name = name.replace('?', "%3f").replace('#', "%23");
    // Without this, a file with a write-ahead log cannot be read where the log cannot be written.
    let name = format!("file:{name}?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    copy(&Connection::open_with_flags(name, flags).ok()?).ok()
}

fn attempt(path: &Path) -> Result<Connection, DatabaseError> {
    make_private(path).map_err(|error| at(path, error))?;
    let mut connection = Connection::open(path)?;
    set_up(&connection)?;
    // In the file: readers never wait for a writer, and a killed host leaves it whole.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    check(&connection, path)?;
    migrations::apply(&mut connection)?;
    Ok(connection)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

fn check(connection: &Connection, path: &Path) -> Result<(), DatabaseError> {
    if fs::metadata(path).is_ok_and(|file| file.len() > CHECKED_BYTES) {
        return Ok(());
    }
    let found = "PRAGMA quick_check(1)";
    let found: String = connection.query_one(found, [], |row| row.get(0))?;
    if found == "ok" {
        Ok(())
    } else {
        Err(DatabaseError::Damaged(found))
    }
}

fn is_damage(error: &DatabaseError) -> bool {
    match error {
        DatabaseError::Damaged(_) => true,
        DatabaseError::Sqlite(error) => matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
        ),
        DatabaseError::Newer { .. } | DatabaseError::File { .. } | DatabaseError::Closed => false,
    }
}

/// Gives the file, and what belongs to it, another name.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    let to = path.with_extension(format!("damaged-{seconds}.db"));
    fs::rename(path, &to)?;
    for suffix in ["-wal", "-shm"] {
        // They need not be there; a log without its file would spoil the new one.
        let _ = fs::rename(with(path, suffix), with(&to, suffix));
    }
    Ok(to)
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Holds other hosts off while this one opens the file. One that takes too long is not waited
/// for: at worst both look at the same damage.
fn alone(path: &Path) -> Option<File> {
    let mut options = OpenOptions::new();
    let file = options
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .ok()?;
    let started = Instant::now();
    while let Err(TryLockError::WouldBlock) = file.try_lock()
        && started.elapsed() < OPENING
    {
        thread::sleep(Duration::from_millis(5));
    }
    Some(file)
}

fn at(path: &Path, error: io::Error) -> DatabaseError {
    let path = path.to_owned();
    DatabaseError::File { path, error }
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Makes the file, or sees to it that nobody else can read it; SQLite gives what it puts beside
/// it the same mode.
#[cfg(unix)]
fn make_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
    let mut options = OpenOptions::new();
    let file = options
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn make_private(_path: &Path) -> io::Result<()> {
    Ok(())
}
