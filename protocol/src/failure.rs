//! What went wrong, in a form that a reader can act on.

use serde::{Deserialize, Serialize};

use crate::ExpertId;

/// Why a request, a step or a message failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// The kind; clients have a sentence and one thing to do for each.
    pub code: FailureCode,
    /// What happened, with value and limit, in English, without page text and without secrets.
    pub message: String,
    /// The expert that failed, if one did.
    #[serde(default)]
    pub expert: Option<ExpertId>,
    /// How long to wait before another try, in milliseconds, if the vendor said so.
    #[serde(default)]
    pub retry_after_ms: Option<u64>,
}

impl Failure {
    /// A failure that no expert caused.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            expert: None,
            retry_after_ms: None,
        }
    }

    /// The same failure, laid at an expert's door.
    #[must_use]
    pub fn by(mut self, expert: &ExpertId) -> Self {
        self.expert = Some(expert.clone());
        self
    }
}

/// The kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureCode {
    /// No expert can do this here.
    NoExpert,
    /// No expert translates between these languages here.
    NoTranslator,
    /// The chosen expert is not at the table.
    UnknownExpert,
    /// The page has no text to work on.
    NothingToRead,
    /// Nothing was asked.
    NothingAsked,
    /// The document was forgotten; capture it again.
    UnknownDocument,
    /// The expert refused the key.
    KeyRefused,
    /// The account has no money or quota left.
    QuotaExhausted,
    /// Too many requests.
    RateLimited,
    /// The expert is overloaded or broken.
    Overloaded,
    /// The text is longer than the expert takes.
    TooLong,
    /// The expert declined for its content policy.
    ContentPolicy,
    /// The expert did not accept the request.
    BadRequest,
    /// The expert could not be reached.
    Unreachable,
    /// The expert took too long.
    TimedOut,
    /// The expert stopped before the end of its answer.
    EndedEarly,
    /// The expert sent something that cannot be read.
    MalformedAnswer,
    /// The reader's limit of money is reached.
    CapReached,
    /// It may cost more than is left of what the whole request may.
    OverBudget,
    /// The key could not be kept, read or forgotten.
    KeyStore,
    /// There is no such vendor.
    UnknownVendor,
    /// A setting cannot be as it was given.
    BadSetting,
    /// A message to the host could not be read.
    MalformedMessage,
    /// A message or page is larger than the host takes.
    TooLarge,
    /// A request came before the greeting.
    NotGreeted,
    /// The request's name is in use.
    DuplicateRequest,
    /// Too many requests at once from this client.
    Busy,
    /// Extension and host do not understand each other.
    Incompatible,
    /// A defect of Coterie.
    Internal,
}
