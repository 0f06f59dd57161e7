//! OpenAI's responses.

use super::Dialect;
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job},
};

/// OpenAI's responses.
pub struct OpenAiResponses;

impl Dialect for OpenAiResponses {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}
