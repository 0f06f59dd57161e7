//! Measuring what the host does against reference data, for `coterie eval`.

mod checks;
mod chooser;
mod error;
mod extraction;
mod intent;
mod lines;
mod overlap;
pub mod replay;
mod rouge;
mod summary;

pub use checks::{Caught, ChecksReport, Complaints, checks};
pub use error::EvaluationError;
pub use extraction::{ExtractionReport, extraction};
pub use intent::{IntentReport, intent};
pub use overlap::{Overlap, overlap};
pub use rouge::{Rouge, rouge};
pub use summary::{SummaryReport, summary, summary_of};
