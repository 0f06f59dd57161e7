//! Anthropic's messages.

use super::Dialect;
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job},
};

/// Anthropic's messages.
pub struct Anthropic;

impl Dialect for Anthropic {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}
