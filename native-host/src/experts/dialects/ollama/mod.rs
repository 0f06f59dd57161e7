//! Ollama's own chat, which takes the length of its context.

use super::Dialect;
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job},
};

/// Ollama's own chat.
pub struct Ollama;

impl Dialect for Ollama {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}
