//! Measuring what the host does against reference data, for `coterie eval`.

mod chooser;
mod error;
mod extraction;
mod intent;
mod overlap;
mod rouge;
mod summary;

pub use error::EvaluationError;
pub use extraction::{ExtractionReport, extraction};
pub use intent::{IntentReport, intent};
pub use overlap::{Overlap, overlap};
pub use rouge::{Rouge, rouge};
pub use summary::{SummaryReport, summary, summary_of};
