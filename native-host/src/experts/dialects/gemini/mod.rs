//! Gemini: `generateContent` and interactions.

use super::Dialect;
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job},
};

/// Gemini's `generateContent`.
pub struct GenerateContent;

impl Dialect for GenerateContent {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}

/// Gemini's interactions.
pub struct Interactions;

impl Dialect for Interactions {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}
