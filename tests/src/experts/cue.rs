//! What one request gets, where a test decides that request by request.

use std::sync::Arc;

use super::{Behaviour, Record};

/// Decides what a request gets.
pub(super) type Director = Arc<dyn Fn(&Record) -> Option<Cue> + Send + Sync>;

/// What a request gets.
#[derive(Debug, Clone)]
pub struct Cue {
    /// How it is answered.
    pub behaviour: Behaviour,
    /// The whole text of the answer, where the behaviour comes to its end.
    pub text: String,
}
