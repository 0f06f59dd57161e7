//! Which hosts live: each holds a lock on a file of its own, which the system takes away from
//! one that ends in whatever way.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, params};

use crate::memory::Timestamp;

/// This host among those that share a database.
#[derive(Debug)]
pub(super) struct Presence {
    id: i64,
    folder: Option<PathBuf>,
    /// Held for as long as this host lives.
    _lock: Option<File>,
}

impl Presence {
    /// Makes this host known in the folder; without one it is alone.
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        let id = i64::from(rand::random::<u32>()) + 1;
        let lock = folder.as_deref().and_then(|folder| {
            let held = hold(folder, id);
            held.inspect_err(|error| tracing::warn!(%error, "other hosts cannot see this one"))
                .ok()
        });
        Self {
            id,
            folder: folder.filter(|_| lock.is_some()),
            _lock: lock,
        }
    }

    /// The number of this host.
    pub(super) fn id(&self) -> i64 {
        self.id
    }

    /// Enters this host, if it is not there: it is new, or the database was begun anew. Whether
    /// it was not.
    pub(super) fn enter(&self, connection: &Connection, now: Timestamp) -> rusqlite::Result<bool> {
        let mut statement = connection.prepare_cached(
            "INSERT INTO processes (id, pid, started) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
        )?;
        let process = params![self.id, std::process::id(), now.0];
        Ok(statement.execute(process)? > 0)
    }

    /// Takes away what hosts that live no more had; whether there was one.
    pub(super) fn clear_up(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let Some(folder) = &self.folder else {
            return Ok(false);
        };
        let mut statement = connection.prepare_cached("SELECT id FROM processes WHERE id <> ?1")?;
        let others = statement.query_map([self.id], |row| row.get(0))?;
        let others: Vec<i64> = others.collect::<rusqlite::Result<_>>()?;
        let mut any = false;
        for id in others {
            if lives(&file(folder, id)) {
                continue;
            }
            connection.execute("DELETE FROM processes WHERE id = ?1", [id])?;
            // Nobody holds it; another host may have been faster.
            let _ = fs::remove_file(file(folder, id));
            any = true;
        }
        Ok(any)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_file(file(folder, self.id));
        }
    }
}

fn hold(folder: &Path, id: i64) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let lock = File::create(file(folder, id))?;
    lock.lock()?;
    Ok(lock)
}

/// Whether somebody holds the lock. Where locks do not work at all, everybody is taken to live.
fn lives(path: &Path) -> bool {
    match File::open(path).map(|file| file.try_lock()) {
        Ok(Ok(())) => false,
        Ok(Err(TryLockError::WouldBlock | TryLockError::Error(_))) => true,
        Err(error) => error.kind() != io::ErrorKind::NotFound,
    }
}

fn file(folder: &Path, id: i64) -> PathBuf {
    folder.join(id.to_string())
}
