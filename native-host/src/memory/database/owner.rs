//! The thread that works with the database.

use std::{
    path::Path,
    sync::{PoisonError, mpsc},
};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::{DatabaseError, Notice, Notices, open};

/// As many jobs share a transaction: other hosts wait for its end.
const LARGEST_BATCH: usize = 64;

/// Something to do with a connection. It may be done again where the first time was rolled back.
pub trait Work<T>: FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static {}

impl<T, F: FnMut(&Connection) -> rusqlite::Result<T> + Send + 'static> Work<T> for F {}

/// Work on its way, whatever it results in.
pub(super) trait Job: Send {
    /// Whether it needs the lock for writing.
    fn writes(&self) -> bool;

    /// Does it, within a transaction.
    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()>;

    /// Tells who sent it what came of the transaction.
    fn deliver(self: Box<Self>, result: Result<(), DatabaseError>);
}

struct Sent<T, W, D> {
    writes: bool,
    work: W,
    result: Option<T>,
    deliver: D,
}

impl<T, W, D> Job for Sent<T, W, D>
where
    T: Send,
    W: Work<T>,
    D: FnOnce(Result<T, DatabaseError>) + Send,
{
    fn writes(&self) -> bool {
        self.writes
    }

    fn run(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.result = Some((self.work)(connection)?);
        Ok(())
    }

    fn deliver(self: Box<Self>, result: Result<(), DatabaseError>) {
        let Self {
            result: value,
            deliver,
            ..
        } = *self;
        deliver(result.and_then(|()| value.ok_or(DatabaseError::Closed)));
    }
}

/// Packs work.
pub(super) fn job<T: Send + 'static>(
    writes: bool,
    work: impl Work<T>,
    deliver: impl FnOnce(Result<T, DatabaseError>) + Send + 'static,
) -> Box<dyn Job> {
    Box::new(Sent {
        writes,
        work,
        result: None,
        deliver,
    })
}

/// Owns the connection.
pub(super) struct Owner {
    connection: Connection,
    notices: Notices,
    in_memory: bool,
}

impl Owner {
    /// Opens the file, or else begins in memory.
    pub(super) fn open(path: Option<&Path>, notices: Notices) -> Option<Self> {
        let opened = path.map(open::file);
        let (connection, notice) = match opened {
            Some(Ok((connection, notice))) => (Some(connection), notice),
            Some(Err(error)) => {
                let why = error.to_string();
                (
                    path.and_then(open::copy_of_unwritable),
                    Some(Notice::MemoryOnly { why }),
                )
            }
            None => (None, None),
        };
        let in_memory = path.is_none() || matches!(notice, Some(Notice::MemoryOnly { .. }));
        let connection = match connection.map_or_else(open::in_memory, Ok) {
            Ok(connection) => connection,
            Err(error) => {
                tracing::error!(%error, "there is no database, not even in memory");
                return None;
            }
        };
        let owner = Self {
            connection,
            notices,
            in_memory,
        };
        if let Some(notice) = notice {
            owner.notice(notice);
        }
        Some(owner)
    }

    /// Does what comes, until nobody is left to send anything.
    pub(super) fn work(mut self, waiting: &mpsc::Receiver<Box<dyn Job>>) {
        while let Ok(first) = waiting.recv() {
            let more = waiting.try_iter().take(LARGEST_BATCH - 1);
            self.perform([first].into_iter().chain(more).collect());
        }
    }

    /// Does all in one transaction; if one spoils it, each in its own.
    fn perform(&mut self, mut jobs: Vec<Box<dyn Job>>) {
        if transact(&mut self.connection, &mut jobs).is_ok() {
            for job in jobs {
                job.deliver(Ok(()));
            }
            return;
        }
        for job in jobs {
            self.perform_alone(job);
        }
    }

    fn perform_alone(&mut self, mut job: Box<dyn Job>) {
        let one = std::slice::from_mut(&mut job);
        let mut result = transact(&mut self.connection, one);
        if let Err(error) = &result
            && is_unusable(error)
            && !self.in_memory
        {
            let why = error.to_string();
            self.go_on_in_memory(why);
            result = transact(&mut self.connection, one);
        }
        job.deliver(result.map_err(DatabaseError::from));
    }

    /// The file cannot be used any more: what can still be read of it is taken along.
    fn go_on_in_memory(&mut self, why: String) {
        let copy = open::copy(&self.connection).or_else(|_| open::in_memory());
        self.in_memory = true;
        match copy {
            Ok(copy) => self.connection = copy,
            Err(error) => tracing::error!(%error, "there is no room for a database"),
        }
        self.notice(Notice::MemoryOnly { why });
    }

    fn notice(&self, notice: Notice) {
        tracing::warn!(%notice, "about the database");
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        notices.push(notice);
    }
}

fn transact(connection: &mut Connection, jobs: &mut [Box<dyn Job>]) -> rusqlite::Result<()> {
    let behavior = if jobs.iter().any(|job| job.writes()) {
        TransactionBehavior::Immediate
    } else {
        TransactionBehavior::Deferred
    };
    let transaction = connection.transaction_with_behavior(behavior)?;
    for job in jobs {
        job.run(&transaction)?;
    }
    transaction.commit()
}

/// Whether nothing more can be kept in this file: it would be the same with the next job.
fn is_unusable(error: &rusqlite::Error) -> bool {
    let Some(code) = error.sqlite_error_code() else {
        return false;
    };
    matches!(
        code,
        ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::ReadOnly
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::CannotOpen
    )
}
