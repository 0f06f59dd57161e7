//! `coterie eval`: how good the built-in experts are, on data given by file.

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};
use coterie_host::evaluation::{self, EvaluationError};

use super::{Stop, terminal};

/// The input cannot be worked on.
const BAD_DATA: u8 = 65;
/// The input cannot be opened.
const NO_INPUT: u8 = 66;

#[derive(Debug, Subcommand)]
pub enum What {
    /// The summarizer, one sentence of each text, by ROUGE against reference summaries
    Summary(Options),
}

#[derive(Debug, Args)]
pub struct Options {
    /// JSON lines of {"source": [sentences], "target": [references]}, as they are or with gzip
    file: PathBuf,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
}

/// Measures and prints.
pub fn run(what: &What) -> Result<ExitCode, Stop> {
    let What::Summary(options) = what;
    let report = evaluation::summary(&options.file).map_err(|error| stop(&error))?;
    if options.json {
        terminal::json(&report)?;
    } else {
        terminal::write(&format!("{report}\n"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn stop(error: &EvaluationError) -> Stop {
    let code = match error {
        EvaluationError::Open { .. } => NO_INPUT,
        EvaluationError::Read { .. } | EvaluationError::Line { .. } | EvaluationError::Empty => {
            BAD_DATA
        }
    };
    Stop::new(code, error.to_string())
}
