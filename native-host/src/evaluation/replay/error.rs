//! Why outcomes could not be replayed.

use std::path::PathBuf;

use thiserror::Error;

/// Why outcomes could not be replayed.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// A file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system or the decompressor says.
        source: std::io::Error,
    },
    /// A file cannot be read on.
    #[error("{}, line {line}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the system or the decompressor says.
        source: std::io::Error,
    },
    /// A line is no outcome.
    #[error(
        "{}, line {line} is not {{\"id\", \"task\", \"prompt\", \"experts\": {{name: \
         {{\"score\", \"cost\"?, \"answer\"?}}}}}}: {what}",
        path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// A file has no outcomes.
    #[error("{} has no outcomes", path.display())]
    Nothing {
        /// The file.
        path: PathBuf,
    },
    /// A part is neither a file nor a part of the files.
    #[error("{part:?} is neither a file nor all, I/N or task:I/N with I below N, N at most 1000")]
    Part {
        /// As given.
        part: String,
    },
    /// A part of files needs files.
    #[error("{part:?} is a part of files, but no files were given")]
    PartOfNothing {
        /// As given.
        part: String,
    },
    /// A part is empty.
    #[error("there is nothing to {what}: {part} has none of the {rows} outcomes")]
    EmptyPart {
        /// `fit on` or `score`.
        what: &'static str,
        /// As given.
        part: String,
        /// How many outcomes there are in all.
        rows: usize,
    },
    /// An expert that nobody recorded.
    #[error("no outcome has the expert {name:?}; there are {known}")]
    UnknownExpert {
        /// As given.
        name: String,
        /// Those that are there.
        known: String,
    },
    /// A pool that is too small to choose from, or too large.
    #[error("the pool has {experts} experts; from 2 to {most} can be chosen from")]
    Pool {
        /// How many there are.
        experts: usize,
        /// How many there may be.
        most: usize,
    },
    /// Too few or too many folds.
    #[error("{folds} folds cannot be made; from 2 to 20 can")]
    Folds {
        /// As given.
        folds: usize,
    },
}
