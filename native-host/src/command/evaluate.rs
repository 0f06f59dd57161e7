//! `coterie eval`: how good the built-in experts and the reading of requests are, on data given by
//! file.

use std::{fmt::Display, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use coterie_host::evaluation::{self, EvaluationError};
use serde::Serialize;

use super::{Stop, terminal};

/// The input cannot be worked on.
const BAD_DATA: u8 = 65;
/// The input cannot be opened.
const NO_INPUT: u8 = 66;

#[derive(Debug, Subcommand)]
pub enum What {
    /// The summarizer by ROUGE against reference summaries, beside the lead of each text
    Summary(SummaryOptions),
    /// The extraction of articles by overlap with reference bodies
    Extraction(ExtractionOptions),
    /// The reading of requests by labelled ones, our own or of a foreign set of labels
    Intent(IntentOptions),
}

#[derive(Debug, Args)]
pub struct SummaryOptions {
    /// JSON lines of {"source": [sentences], "target": [references]}, as they are or with gzip
    file: PathBuf,
    /// Choose so many sentences of each text
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    sentences: u32,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct ExtractionOptions {
    /// Has ground-truth.json, {id: {"articleBody": text, "url": address}}, and html/ID.html.gz
    folder: PathBuf,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct IntentOptions {
    /// JSON lines of {"text", "intent", …} or tables `text,intent`, as they are or with gzip
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Learn the labels of tables from these tables; `oos` is out of scope
    #[arg(long, num_args = 1..)]
    fit: Vec<PathBuf>,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub fn run(what: &What) -> Result<ExitCode, Stop> {
    match what {
        What::Summary(options) => {
            let report = evaluation::summary(&options.file, options.sentences);
            print(report, options.json)
        }
        What::Extraction(options) => {
            let report = evaluation::extraction(&options.folder);
            print(report, options.json)
        }
        What::Intent(options) => {
            let report = evaluation::intent(&options.files, &options.fit);
            print(report, options.json)
        }
    }
}

fn print<R: Display + Serialize>(
    report: Result<R, EvaluationError>,
    as_json: bool,
) -> Result<ExitCode, Stop> {
    let report = report.map_err(|error| stop(&error))?;
    if as_json {
        terminal::json(&report)?;
    } else {
        terminal::line(&report.to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn stop(error: &EvaluationError) -> Stop {
    let code = match error {
        EvaluationError::Open { .. } => NO_INPUT,
        EvaluationError::Read { .. }
        | EvaluationError::Line { .. }
        | EvaluationError::Truth { .. }
        | EvaluationError::Requests { .. }
        | EvaluationError::Mixed { .. }
        | EvaluationError::Empty => BAD_DATA,
        EvaluationError::Runtime { .. } => return Stop::internal(error.to_string()),
    };
    Stop::new(code, error.to_string())
}
