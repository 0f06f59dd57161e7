//! Amazon Bedrock's `ConverseStream`.

use super::Dialect;
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job},
};

/// Amazon Bedrock's `ConverseStream`.
pub struct Bedrock;

impl Dialect for Bedrock {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}
