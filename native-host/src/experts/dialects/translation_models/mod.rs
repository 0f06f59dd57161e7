//! Translation models behind chat endpoints, with request shapes of their own.

use super::Dialect;
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job},
};

/// A translation model behind chat completions.
pub struct ChatTranslation;

impl Dialect for ChatTranslation {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}

/// Qwen-MT.
pub struct QwenMt;

impl Dialect for QwenMt {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}

/// Doubao's translation model.
pub struct DoubaoTranslation;

impl Dialect for DoubaoTranslation {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}
