//! Gemini: `generateContent`, which all models speak, and interactions, which new ones come with.

mod generate_content;
mod interactions;

pub use generate_content::GenerateContent;
pub use interactions::Interactions;

use coterie_protocol::FailureCode;

use crate::experts::ExpertError;

/// An answer that is not what it should be.
fn malformed(vendor: &str, what: &str) -> ExpertError {
    let message = format!("the answer of {vendor} cannot be read: {what}");
    ExpertError::new(FailureCode::MalformedAnswer, message)
}
