//! What is wrong with a file of the catalogue, and where.

use thiserror::Error;

/// Why a file of the catalogue could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file} has a mistake in line {line}{}: {what}", of(field))]
pub struct CatalogError {
    /// The file.
    pub file: String,
    /// The line, from 1; that of the row where something is missing in it.
    pub line: usize,
    /// The field, where one is to blame.
    pub field: String,
    /// What is wrong with it.
    pub what: String,
}

/// A mistake before its line is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Where it is, in bytes from the beginning of the file.
    pub(super) at: usize,
    pub(super) field: String,
    pub(super) what: String,
}

impl Mistake {
    pub(super) fn new(at: usize, field: &str, what: impl Into<String>) -> Self {
        Self {
            at,
            field: field.to_owned(),
            what: what.into(),
        }
    }

    /// A mistake that the reader of TOML found. The line itself is not repeated: there may be a
    /// key in it, which is just the mistake.
    pub(super) fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text.lines().nth(line(text, at) - 1).unwrap_or_default();
        let field = line.split_once('=').map_or("", |(field, _)| field.trim());
        let what = error.message().lines().next().unwrap_or_default();
        Self::new(at, field, what)
    }

    pub(super) fn in_file(self, file: &str, text: &str) -> CatalogError {
        CatalogError {
            file: file.to_owned(),
            line: line(text, self.at),
            field: self.field,
            what: self.what,
        }
    }
}

fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or_default();
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

fn of(field: &str) -> String {
    match field {
        "" => String::new(),
        field => format!(", `{field}`"),
    }
}
