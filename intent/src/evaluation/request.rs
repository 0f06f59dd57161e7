//! Labelled requests: JSON lines of `text`, `intent` and optionally `accept`, `target`, `params`,
//! `parts`, `lang`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::EvaluationError;
use crate::{Label, TargetLabel};

/// A part of a compound request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct WantedPart {
    /// What is wanted.
    pub intent: Label,
    /// The parameters that were said.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
}

/// A labelled request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Request {
    /// Its words.
    pub text: String,
    /// What is wanted; of a compound one, first.
    pub intent: Label,
    /// Other right readings.
    #[serde(default)]
    pub accept: Vec<Label>,
    /// What it is about.
    #[serde(default)]
    pub target: Option<TargetLabel>,
    /// The parameters that were said.
    #[serde(default)]
    pub params: Option<BTreeMap<String, String>>,
    /// The parts of a compound one in the order of doing.
    #[serde(default)]
    pub parts: Vec<WantedPart>,
    /// The language that it is in.
    #[serde(default)]
    pub lang: String,
}

/// Reads JSON lines; empty ones are passed over.
///
/// # Errors
/// When a line is something else, or there is none.
pub fn requests(text: &str) -> Result<Vec<Request>, EvaluationError> {
    let lines = text
        .lines()
        .zip(1..)
        .filter(|(line, _)| !line.trim().is_empty());
    let read: Result<Vec<Request>, EvaluationError> = lines
        .map(|(json, line)| {
            serde_json::from_str(json).map_err(|source| EvaluationError::Line { line, source })
        })
        .collect();
    let read = read?;
    if read.is_empty() {
        return Err(EvaluationError::Empty);
    }
    Ok(read)
}
