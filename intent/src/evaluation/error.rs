//! Why labelled requests could not be evaluated.

use thiserror::Error;

/// Why labelled requests could not be evaluated.
#[derive(Debug, Error)]
pub enum EvaluationError {
    /// A line is no labelled request.
    #[error("line {line} is not {{\"text\": …, \"intent\": …}}: {source}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A table has other columns.
    #[error("the first line is `{found}` instead of `text,intent`")]
    Header {
        /// What it is.
        found: String,
    },
    /// A row of a table has another number of cells.
    #[error("row {row} has {found} cells instead of {wanted}")]
    Row {
        /// The row, from 1, the header not counted.
        row: usize,
        /// How many cells it has.
        found: usize,
        /// How many it should have.
        wanted: usize,
    },
    /// A foreign set of labels needs examples to learn from.
    #[error("labels of another set need files to learn from: --fit FILE…")]
    NothingToFit,
    /// There is nothing to score.
    #[error("there is nothing to evaluate in the data")]
    Empty,
}
