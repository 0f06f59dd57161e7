//! Gemini: `generateContent`, which all models speak, and interactions, which new ones come with.

mod failure;
mod generate_content;
mod interactions;

pub use generate_content::GenerateContent;
pub use interactions::Interactions;
