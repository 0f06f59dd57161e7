//! What can go wrong between us and a browser.

use std::{io, path::PathBuf, time::Duration};

use thiserror::Error;

use crate::TimedOut;

/// Why something in the browser could not be done.
#[derive(Debug, Error)]
pub enum BrowserError {
    /// No browser is installed where browsers usually are.
    #[error("no Chromium was found: install `chromium`, or name one in COTERIE_BROWSER")]
    NotFound,
    /// COTERIE_BROWSER names something that is not there.
    #[error("COTERIE_BROWSER names {}, which is not a file", path.display())]
    WrongOverride {
        /// What it names.
        path: PathBuf,
    },
    /// A program could not be started.
    #[error("{program} could not be started: {source}; is it installed?")]
    Start {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// A file of the profile could not be written or read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The browser ended before it could be spoken to.
    #[error("the browser ended while starting; it said: {said}")]
    EndedAtStart {
        /// The end of what it wrote to its standard error.
        said: String,
    },
    /// The connection to the browser broke.
    #[error("the connection to the browser broke in {method}: {detail}")]
    Connection {
        /// What was being done.
        method: String,
        /// How it broke.
        detail: String,
    },
    /// The browser did not answer in time.
    #[error("{method} was not answered within {waited:?}")]
    NoAnswer {
        /// What was asked.
        method: String,
        /// For how long.
        waited: Duration,
    },
    /// The browser refused.
    #[error("{method} was refused: {message}")]
    Refused {
        /// What was asked.
        method: String,
        /// What the browser said.
        message: String,
    },
    /// An answer did not have the expected shape.
    #[error("{method} gave an unexpected answer: {detail}")]
    Unexpected {
        /// What was asked.
        method: String,
        /// What was wrong with the answer.
        detail: String,
    },
    /// A script threw.
    #[error("the script `{script}` threw: {message}")]
    Threw {
        /// Its first characters.
        script: String,
        /// What it threw.
        message: String,
    },
    /// What was waited for did not come.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    /// A condition in a page was not met; with what the page looked like.
    #[error("{timed_out}; the page said: {looked}")]
    NotMet {
        /// What was waited for.
        timed_out: TimedOut,
        /// The visible text of the page, shortened.
        looked: String,
    },
    /// A helper program of the display failed.
    #[error("{command} failed: {detail}")]
    Display {
        /// The command.
        command: String,
        /// What it said.
        detail: String,
    },
}

/// Names the file of an I/O error.
pub(super) fn at(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> BrowserError {
    let path = path.into();
    |source| BrowserError::File { path, source }
}
