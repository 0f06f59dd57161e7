//! Which outcomes to fit on and which to score: files, or parts of files by a stable hash, so that the
//! same outcome is in the same part in every run and in every order.

use std::{fmt, path::PathBuf};

use sha2::{Digest, Sha256};

use super::{ReplayError, records::Record};

/// Finer parts are a mistake.
const MOST_PARTS: u64 = 1000;

/// Some outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Those of other files.
    Files(Vec<PathBuf>),
    /// All of the files given.
    All,
    /// Part `index` of `count` by the hash of the id.
    Rows {
        /// Which, from 0.
        index: u64,
        /// Of how many.
        count: u64,
    },
    /// The same by the hash of the task: a task is in it with all its outcomes or not at all.
    Tasks {
        /// Which, from 0.
        index: u64,
        /// Of how many.
        count: u64,
    },
}

impl Part {
    /// Reads `all`, `I/N`, `task:I/N`, or paths apart by commas. What names an existing file is a
    /// path.
    ///
    /// # Errors
    /// When it is none of them.
    pub fn read(texts: &[String]) -> Result<Self, ReplayError> {
        if let [text] = texts
            && !PathBuf::from(text).exists()
        {
            if text == "all" {
                return Ok(Self::All);
            }
            if let Some(tasks) = text.strip_prefix("task:") {
                let (index, count) = fraction(tasks).ok_or_else(|| bad(text))?;
                return Ok(Self::Tasks { index, count });
            }
            if let Some((index, count)) = fraction(text) {
                return Ok(Self::Rows { index, count });
            }
            if !text.contains(['/', '.', '\\']) {
                return Err(bad(text));
            }
            let numeric = text.chars().all(|it| it.is_ascii_digit() || it == '/');
            if numeric {
                return Err(bad(text));
            }
        }
        let paths = texts.iter().flat_map(|text| text.split(','));
        Ok(Self::Files(paths.map(PathBuf::from).collect()))
    }

    /// Whether an outcome of the files is in this part.
    pub fn has(&self, record: &Record) -> bool {
        match self {
            Self::Files(_) => false,
            Self::All => true,
            Self::Rows { index, count } => stable_hash(&record.id) % count == *index,
            Self::Tasks { index, count } => stable_hash(&record.task) % count == *index,
        }
    }
}

fn bad(text: &str) -> ReplayError {
    ReplayError::Part {
        part: text.to_owned(),
    }
}

fn fraction(text: &str) -> Option<(u64, u64)> {
    let (index, count) = text.split_once('/')?;
    let (index, count) = (index.parse().ok()?, count.parse().ok()?);
    (index < count && count <= MOST_PARTS).then_some((index, count))
}

/// The same on every machine and in every version: the first eight bytes of SHA-256.
pub fn stable_hash(text: &str) -> u64 {
    let digest = Sha256::digest(text.as_bytes());
    digest
        .iter()
        .take(8)
        .fold(0, |hash, byte| hash << 8 | u64::from(*byte))
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files(paths) => {
                let paths: Vec<_> = paths
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect();
                formatter.write_str(&paths.join(","))
            }
            Self::All => formatter.write_str("all"),
            Self::Rows { index, count } => write!(formatter, "{index}/{count}"),
            Self::Tasks { index, count } => write!(formatter, "task:{index}/{count}"),
        }
    }
}
