//! Measuring what the host does against reference data, for `coterie eval`.

mod chooser;
mod error;
mod extraction;
mod overlap;
pub mod replay;
mod rouge;
mod summary;

pub use error::EvaluationError;
pub use extraction::{ExtractionReport, extraction};
pub use overlap::{Overlap, overlap};
pub use rouge::{Rouge, rouge};
pub use summary::{SummaryReport, summary, summary_of};
