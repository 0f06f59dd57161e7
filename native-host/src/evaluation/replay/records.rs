//! Recorded outcomes: what experts really answered, what each answer was worth and what it cost.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;

use super::ReplayError;

/// One request and what each expert made of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    /// Unique within a file.
    pub id: String,
    /// What kind of request it is, such as `gsm` or `translate:de-en`.
    pub task: String,
    /// The request.
    pub prompt: String,
    /// By the name of the expert.
    pub experts: BTreeMap<String, Recorded>,
}

/// What one expert did.
#[derive(Debug, Clone, Deserialize)]
pub struct Recorded {
    /// What it is worth, 0 to 1.
    pub score: f64,
    /// What it cost, in dollars; where it is not known, 0 or an assumed price.
    #[serde(default)]
    pub cost: Option<f64>,
    /// The answer, as extracted from the output.
    #[serde(default)]
    pub answer: Option<String>,
}

/// Reads records from files of JSON lines, as they are or with gzip.
///
/// # Errors
/// When a file cannot be read, a line is no record, or there is none; named with file and line.
pub fn read<'a>(paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<Vec<Record>, ReplayError> {
    let mut records = Vec::new();
    for path in paths {
        read_file(path, &mut records)?;
    }
    Ok(records)
}

fn read_file(path: &Path, records: &mut Vec<Record>) -> Result<(), ReplayError> {
    let open = |source| ReplayError::Open {
        path: path.to_owned(),
        source,
    };
    let mut file = BufReader::new(File::open(path).map_err(open)?);
    let start = file.fill_buf().map_err(open)?;
    let before = records.len();
    if start.starts_with(&[0x1f, 0x8b]) {
        read_lines(path, MultiGzDecoder::new(file), records)?;
    } else {
        read_lines(path, file, records)?;
    }
    if records.len() == before {
        return Err(ReplayError::Nothing {
            path: path.to_owned(),
        });
    }
    Ok(())
}

fn read_lines(path: &Path, data: impl Read, records: &mut Vec<Record>) -> Result<(), ReplayError> {
    for (line, text) in (1..).zip(BufReader::new(data).lines()) {
        let text = text.map_err(|source| ReplayError::Read {
            path: path.to_owned(),
            line,
            source,
        })?;
        if text.trim().is_empty() {
            continue;
        }
        let wrong = |what: String| ReplayError::Line {
            path: path.to_owned(),
            line,
            what,
        };
        let record: Record =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        check(&record).map_err(wrong)?;
        records.push(record);
    }
    Ok(())
}

fn check(record: &Record) -> Result<(), String> {
    if record.experts.is_empty() {
        return Err(format!("{:?} has no experts", record.id));
    }
    for (name, recorded) in &record.experts {
        if !(0.0..=1.0).contains(&recorded.score) {
            let score = recorded.score;
            return Err(format!(
                "the score of {name} is {score}, not between 0 and 1"
            ));
        }
        if let Some(cost) = recorded
            .cost
            .filter(|cost| !cost.is_finite() || *cost < 0.0)
        {
            return Err(format!(
                "the cost of {name} is {cost}, not an amount of dollars"
            ));
        }
    }
    Ok(())
}
