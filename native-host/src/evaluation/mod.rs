//! Measuring what the host does against reference data, for `coterie eval`.

mod rouge;
mod summary;

pub use rouge::{Rouge, rouge};
pub use summary::{EvaluationError, SummaryReport, summary, summary_of};
