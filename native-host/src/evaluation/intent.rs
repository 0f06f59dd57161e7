//! Reading of requests against labelled ones: JSON lines with our own labels, or tables of a foreign
//! set, which is learned from other tables first.

use std::{
    fmt,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use coterie_intent::{
    Reader,
    evaluation::{
        ForeignReport, OwnReport, Request, Row, evaluate, evaluate_foreign, requests, rows,
    },
};
use flate2::read::MultiGzDecoder;
use serde::Serialize;

use super::EvaluationError;

/// How well requests were read.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum IntentReport {
    /// Those with our own labels.
    Own(Box<OwnReport>),
    /// Those of a foreign set.
    Foreign(Box<ForeignReport>),
}

impl fmt::Display for IntentReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(report) => report.fmt(formatter),
            Self::Foreign(report) => report.fmt(formatter),
        }
    }
}

/// What a file has.
enum Labelled {
    Own(Vec<Request>),
    Foreign(Vec<Row>),
}

/// Evaluates the reading of the requests in `files`. Tables of a foreign set are learned from those in
/// `fit`; files may be compressed with gzip.
///
/// # Errors
/// When a file cannot be read or has something else, or there is nothing to learn from or to score.
pub fn intent(files: &[PathBuf], fit: &[PathBuf]) -> Result<IntentReport, EvaluationError> {
    let mut own = Vec::new();
    let mut foreign = Vec::new();
    for path in files {
        match labelled(path)? {
            Labelled::Own(requests) => own.extend(requests),
            Labelled::Foreign(rows) => foreign.extend(rows),
        }
        if !own.is_empty() && !foreign.is_empty() {
            return Err(mixed(files, path));
        }
    }
    if !own.is_empty() {
        let report = evaluate(Reader::usual(), &own);
        return Ok(IntentReport::Own(Box::new(report)));
    }
    let mut examples = Vec::new();
    for path in fit {
        match labelled(path)? {
            Labelled::Foreign(rows) => examples.extend(rows),
            Labelled::Own(_) => return Err(mixed(files, path)),
        }
    }
    let report = evaluate_foreign(&examples, &foreign).map_err(|source| {
        let path = files.first().cloned().unwrap_or_default();
        EvaluationError::Requests { path, source }
    })?;
    Ok(IntentReport::Foreign(Box::new(report)))
}

fn mixed(files: &[PathBuf], other: &Path) -> EvaluationError {
    EvaluationError::Mixed {
        first: files.first().cloned().unwrap_or_default(),
        other: other.to_owned(),
    }
}

fn labelled(path: &Path) -> Result<Labelled, EvaluationError> {
    let text = text(path)?;
    let read = if text.trim_start().starts_with('{') {
        requests(&text).map(Labelled::Own)
    } else {
        rows(&text).map(Labelled::Foreign)
    };
    read.map_err(|source| EvaluationError::Requests {
        path: path.to_owned(),
        source,
    })
}

fn text(path: &Path) -> Result<String, EvaluationError> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    let open = EvaluationError::open(path);
    let mut bytes = Vec::new();
    let mut file = File::open(path).map_err(&open)?;
    file.read_to_end(&mut bytes).map_err(&open)?;
    if bytes.starts_with(&GZIP) {
        let mut unpacked = Vec::new();
        let mut decoder = MultiGzDecoder::new(bytes.as_slice());
        decoder.read_to_end(&mut unpacked).map_err(&open)?;
        bytes = unpacked;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    const OWN: &str = r#"{"text": "translate this page into French", "intent": "translate"}"#;
    const FOREIGN: &str =
        "text,intent\nlights on,on\nlights on now,on\nlights off,off\nturn lights off,off\n";

    #[track_caller]
    fn check(files: &[(&str, &str)], fit: &[(&str, &str)], expected: Result<&str, &str>) {
        let folder = tempfile::tempdir().unwrap();
        let write = |files: &[(&str, &str)]| -> Vec<PathBuf> {
            let paths = files.iter().map(|(name, text)| {
                let path = folder.path().join(name);
                if name.ends_with(".gz") {
                    let file = File::create(&path).unwrap();
                    let mut encoder = GzEncoder::new(file, Compression::fast());
                    encoder.write_all(text.as_bytes()).unwrap();
                    encoder.finish().unwrap();
                } else {
                    fs::write(&path, text).unwrap();
                }
                path
            });
            paths.collect()
        };
        let found = intent(&write(files), &write(fit));
        let found = found
            .map(|report| report.to_string())
            .map_err(|error| error.to_string());
        match (&found, expected) {
            (Ok(found), Ok(expected)) | (Err(found), Err(expected)) => {
                assert!(found.contains(expected), "{found}");
            }
            _ => panic!("{found:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn files_are_read_by_what_they_have_also_compressed() {
        check(
            &[("a.jsonl", OWN)],
            &[],
            Ok("ten main labels          100.00 % of 1"),
        );
        check(&[("a.jsonl.gz", OWN)], &[], Ok("100.00 % of 1"));
        let files = [("a.csv.gz", FOREIGN)];
        check(
            &files,
            &[("b.csv", FOREIGN)],
            Ok("accuracy in scope                100.00 % of 4"),
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_file() {
        check(
            &[("a.csv", FOREIGN)],
            &[],
            Err("a.csv: labels of another set need files"),
        );
        check(
            &[("a.csv", "x,y\n")],
            &[],
            Err("a.csv: the first line is `x,y`"),
        );
        check(&[("a.jsonl", "{}")], &[], Err("a.jsonl: line 1 is not"));
        check(
            &[("a.jsonl", OWN), ("b.csv", FOREIGN)],
            &[],
            Err("b.csv has other labels than"),
        );
    }
}
