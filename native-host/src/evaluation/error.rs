//! Why an evaluation could not be done.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// Why an evaluation could not be done.
#[derive(Debug, Error)]
pub enum EvaluationError {
    /// A file cannot be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system or the decompressor says.
        source: std::io::Error,
    },
    /// The data cannot be read.
    #[error("cannot read line {line}: {source}")]
    Read {
        /// The line, from 1.
        line: usize,
        /// What the system or the decompressor says.
        source: std::io::Error,
    },
    /// A line is not what it should be.
    #[error("line {line} is not {{\"source\": [sentences], \"target\": [references]}}: {source}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A line is no recorded outcome.
    #[error("line {line} is not {{\"task\", \"prompt\", \"experts\"}}: {source}")]
    Outcome {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The reference bodies are not what they should be.
    #[error(
        "{} is not {{id: {{\"articleBody\": text, \"url\": address}}}}: {source}",
        path.display()
    )]
    Truth {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Labelled requests are not what they should be.
    #[error("{}: {source}", path.display())]
    Requests {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: coterie_intent::evaluation::EvaluationError,
    },
    /// Labels of our own and of another set cannot be scored together.
    #[error("{} has other labels than {}", other.display(), first.display())]
    Mixed {
        /// The first file.
        first: PathBuf,
        /// The one that differs.
        other: PathBuf,
    },
    /// The expert cannot be run.
    #[error("the expert cannot be run: {source}")]
    Runtime {
        /// What the system says.
        source: std::io::Error,
    },
    /// There are no texts.
    #[error("there is nothing to evaluate in the data")]
    Empty,
}

impl EvaluationError {
    /// For what a system says of a file that cannot be opened.
    pub(super) fn open(path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::Open {
            path: path.to_owned(),
            source,
        }
    }
}
