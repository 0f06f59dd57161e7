//! TAL's MathGPT: signed calls. Experimental.

use super::Dialect;
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job},
};

/// TAL's signed calls.
pub struct Tal;

impl Dialect for Tal {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        super::Unspoken.exchanges(job)
    }
}
