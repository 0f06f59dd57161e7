//! Files of JSON lines, as they are or with gzip.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;
use serde::de::DeserializeOwned;

use super::EvaluationError;

/// Calls `each` with every line of a file, empty ones left out.
///
/// # Errors
/// When the file cannot be opened or read, or a line is of another kind.
pub(super) fn lines<T: DeserializeOwned>(
    path: &Path,
    each: impl FnMut(T),
) -> Result<(), EvaluationError> {
    let open = EvaluationError::open(path);
    let mut file = BufReader::new(File::open(path).map_err(&open)?);
    let start = file.fill_buf().map_err(&open)?;
    if start.starts_with(&[0x1f, 0x8b]) {
        lines_of(MultiGzDecoder::new(file), each)
    } else {
        lines_of(file, each)
    }
}

fn lines_of<T: DeserializeOwned>(
    data: impl Read,
    mut each: impl FnMut(T),
) -> Result<(), EvaluationError> {
    for (line, text) in (1..).zip(BufReader::new(data).lines()) {
        let text = text.map_err(|source| EvaluationError::Read { line, source })?;
        if text.trim().is_empty() {
            continue;
        }
        let read = serde_json::from_str(&text);
        each(read.map_err(|source| EvaluationError::Outcome { line, source })?);
    }
    Ok(())
}
