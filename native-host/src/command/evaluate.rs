//! `coterie eval`: how good the built-in experts are, on data given by file.

use std::{fmt::Display, path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use coterie_host::evaluation::{
    self, EvaluationError,
    replay::{self, ReplayError, ReplayOptions},
};
use serde::Serialize;

use super::{Stop, terminal};

/// The parts or the pool cannot be made.
const USED_WRONGLY: u8 = 64;
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
    /// The checks of answers on translations or summaries: complaints about good ones, damaged ones caught
    Checks(ChecksOptions),
    /// Routing and collaboration on recorded outcomes, fitted on one part and scored on another
    Replay(ReplayArguments),
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
pub struct ChecksOptions {
    /// JSON lines of {"task": "translate:en-de", "prompt", "reference", "experts": {name: {"score",
    /// "answer"}}}, or of {"source": [sentences], "target": [summaries]}, as they are or with gzip
    file: PathBuf,
    /// Show so many findings in good texts for each check
    #[arg(long, default_value_t = 0)]
    examples: usize,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// JSON lines of {"id", "task", "prompt", "experts": {name: {"score", "cost"?, "answer"?}}}, as they
    /// are or with gzip
    files: Vec<PathBuf>,
    /// What to fit on: paths apart by commas, `I/N` (part I of N of FILES by a hash of the id), `task:I/N`
    /// (whole tasks), or `all`; 0/2 without
    #[arg(long, value_name = "PART")]
    fit: Vec<String>,
    /// What to score, likewise; 1/2 without, or all of FILES if other files are fitted on
    #[arg(long, value_name = "PART")]
    score: Vec<String>,
    /// Cross-validate over FILES in N folds instead; files given with --fit are fitted on in each
    #[arg(long, value_name = "N", conflicts_with = "score")]
    folds: Option<usize>,
    /// What the folds are made of
    #[arg(long, value_name = "WHAT", requires = "folds", value_enum)]
    by: Option<FoldsBy>,
    /// Choose among these experts only, names apart by commas
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    experts: Vec<String>,
    /// Leave these experts out
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    without: Vec<String>,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// What folds are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum FoldsBy {
    /// Single outcomes
    Id,
    /// Whole tasks
    Task,
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
        What::Checks(options) => {
            let report = evaluation::checks(&options.file, options.examples);
            print(report, options.json)
        }
        What::Replay(arguments) => {
            let options = ReplayOptions {
                files: arguments.files.clone(),
                fit: arguments.fit.clone(),
                score: arguments.score.clone(),
                folds: arguments.folds,
                by_task: arguments.by == Some(FoldsBy::Task),
                experts: arguments.experts.clone(),
                without: arguments.without.clone(),
            };
            let report = replay::replay(&options).map_err(|error| stop_replay(&error))?;
            show(&report, arguments.json)
        }
    }
}

fn print<R: Display + Serialize>(
    report: Result<R, EvaluationError>,
    as_json: bool,
) -> Result<ExitCode, Stop> {
    show(&report.map_err(|error| stop(&error))?, as_json)
}

fn show<R: Display + Serialize>(report: &R, as_json: bool) -> Result<ExitCode, Stop> {
    if as_json {
        terminal::json(report)?;
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
        | EvaluationError::Outcome { .. }
        | EvaluationError::Truth { .. }
        | EvaluationError::Empty => BAD_DATA,
        EvaluationError::Runtime { .. } => return Stop::internal(error.to_string()),
    };
    Stop::new(code, error.to_string())
}

fn stop_replay(error: &ReplayError) -> Stop {
    let code = match error {
        ReplayError::Open { .. } => NO_INPUT,
        ReplayError::Read { .. } | ReplayError::Line { .. } | ReplayError::Nothing { .. } => {
            BAD_DATA
        }
        _ => USED_WRONGLY,
    };
    Stop::new(code, error.to_string())
}
