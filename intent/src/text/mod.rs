//! A request as the model sees it: one spelling of each letter, tokens of each script, and which of
//! them are only quoted.

mod excerpt;
mod fold;
mod quote;
mod script;
mod token;

pub use excerpt::Excerpt;
pub use fold::{fold, is_traditional, without_accents};
pub use quote::quoted;
pub use script::Script;
pub use token::{Token, TokenKind, tokens};
