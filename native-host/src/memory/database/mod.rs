//! One SQLite file for all hosts of a reader, and in each host one thread that works with it.
//!
//! Nothing asynchronous ever waits for the disk: work is sent to the thread as closures. Those
//! that are waiting when it becomes free share one transaction, so that a hundred streams which
//! start at once pay for one commit. Without a usable file everything goes on in memory, for
//! this run.

mod open;
mod owner;
#[cfg(test)]
mod tests;

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::Duration,
};

use rusqlite::Connection;
use thiserror::Error;
use tokio::{sync::oneshot, time::timeout};

use self::owner::{Job, Owner, Work};

/// How long the end of the program waits for what is still to be written.
const LAST_WRITES: Duration = Duration::from_millis(250);

/// What hosts keep. Clones share one connection.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    /// Closes when the thread has ended.
    ended: Mutex<mpsc::Receiver<()>>,
    notices: Notices,
    path: Option<PathBuf>,
}

type Notices = Arc<Mutex<Vec<Notice>>>;

/// Why something could not be kept or looked up.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// SQLite refused.
    #[error("the database refused: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A check found damage.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// It was written by a later version of this program.
    #[error("the database has version {found}, this program knows versions up to {known}")]
    Newer {
        /// Its version.
        found: usize,
        /// The newest version that is known here.
        known: usize,
    },
    /// Its folder or file cannot be made.
    #[error("could not make {path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The thread that works with it has ended.
    #[error("the database is closed")]
    Closed,
}

/// Something that the reader should know of the database.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Notice {
    /// The file was damaged; a new one was begun.
    #[error("the database was damaged ({why}); it was set aside as {to} and a new one begun")]
    SetAside {
        /// Where the damaged file is now.
        to: PathBuf,
        /// What was found.
        why: String,
    },
    /// Nothing is kept beyond this run.
    #[error("nothing is kept beyond this run: {why}")]
    MemoryOnly {
        /// What stands against it.
        why: String,
    },
}

impl Database {
    /// Opens the file; without one, everything is kept in memory. Returns at once and never
    /// fails: what goes wrong is told by [`Self::notices`].
    pub fn open(path: Option<&Path>) -> Self {
        let (jobs, waiting) = mpsc::channel();
        let (ending, ended) = mpsc::channel();
        let notices = Notices::default();
        let inner = Inner {
            jobs: Some(jobs),
            ended: Mutex::new(ended),
            notices: Arc::clone(&notices),
            path: path.map(Path::to_owned),
        };
        let path = inner.path.clone();
        let work = move || {
            if let Some(owner) = Owner::open(path.as_deref(), notices) {
                owner.work(&waiting);
            }
            drop(ending);
        };
        let started = thread::Builder::new()
            .name("database".to_owned())
            .spawn(work);
        if let Err(error) = started {
            tracing::error!(%error, "the database has no thread");
        }
        Self {
            inner: Arc::new(inner),
        }
    }

    /// One that is kept in memory only.
    pub fn in_memory() -> Self {
        Self::open(None)
    }

    /// Where the file is meant to be.
    pub fn path(&self) -> Option<&Path> {
        self.inner.path.as_deref()
    }

    /// Looks something up.
    ///
    /// # Errors
    /// When `work` fails, or the database cannot be read.
    pub async fn read<T: Send + 'static>(&self, work: impl Work<T>) -> Result<T, DatabaseError> {
        self.call(false, work).await
    }

    /// Changes something, as a whole or not at all. `work` runs again where the first run could
    /// not be kept, so it must have no other effects.
    ///
    /// # Errors
    /// When `work` fails, or the database cannot be written.
    pub async fn write<T: Send + 'static>(&self, work: impl Work<T>) -> Result<T, DatabaseError> {
        self.call(true, work).await
    }

    /// Changes something when there is time for it, and by the end of the program.
    pub fn write_later(&self, work: impl Work<()>) {
        self.send(owner::job(true, work, |result| {
            if let Err(error) = result {
                tracing::error!(%error, "something could not be kept");
            }
        }));
    }

    /// What the reader should know, once the database is open.
    pub async fn notices(&self) -> Vec<Notice> {
        // Whatever comes back: by then it is open or never will be.
        let _ = self.read(|_: &Connection| Ok(())).await;
        let notices = self.inner.notices.lock();
        notices.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until everything that was to be kept is kept, or too much time has passed.
    pub async fn settle(&self) {
        let nothing = self.write(|_: &Connection| Ok(()));
        if timeout(LAST_WRITES, nothing).await.is_err() {
            tracing::error!("the database takes too long");
        }
    }

    async fn call<T: Send + 'static>(
        &self,
        writes: bool,
        work: impl Work<T>,
    ) -> Result<T, DatabaseError> {
        let (answer, answered) = oneshot::channel();
        self.send(owner::job(writes, work, |result| {
            // Who asked may have gone.
            let _ = answer.send(result);
        }));
        received(answered)
            .await
            .unwrap_or(Err(DatabaseError::Closed))
    }

    fn send(&self, job: Box<dyn Job>) {
        let sent = self.inner.jobs.as_ref().map(|jobs| jobs.send(job));
        if !matches!(sent, Some(Ok(()))) {
            tracing::error!("the database is closed");
        }
    }
}

#[cfg(not(test))]
async fn received<T: Send + 'static>(answer: oneshot::Receiver<T>) -> Option<T> {
    answer.await.ok()
}

/// Virtual time stands still only while tokio itself knows of blocking work.
#[cfg(test)]
async fn received<T: Send + 'static>(answer: oneshot::Receiver<T>) -> Option<T> {
    let waiting = tokio::task::spawn_blocking(|| answer.blocking_recv().ok());
    waiting.await.ok().flatten()
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.jobs = None;
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        // An error is the end of the thread, or of our patience.
        let _ = ended.recv_timeout(LAST_WRITES);
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Database({:?})", self.inner.path)
    }
}
