//! Measuring what is read against labelled requests: our own labels, or a foreign set of labels that
//! is learned from examples first.

mod csv;
mod error;
mod foreign;
mod own;
mod request;
mod tally;

pub use csv::{Row, rows};
pub use error::EvaluationError;
pub use foreign::{ForeignModel, ForeignReport, evaluate_foreign};
pub use own::{OwnReport, evaluate};
pub use request::{Request, WantedPart, requests};
pub use tally::{Share, Times, calibration_error};
