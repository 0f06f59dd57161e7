//! Dialects: how to talk to experts that others have made.

pub mod apertium;
pub mod openai;
