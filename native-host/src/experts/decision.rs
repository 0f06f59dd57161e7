//! What to do about each kind of failure of an expert.

use coterie_protocol::FailureCode;

use super::ExpertError;

/// What to do about a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Ask the same expert again, after a while; another one when it has failed enough.
    RetryHere,
    /// Ask another expert: this one would fail again.
    TryAnother,
    /// Tell the reader: every expert would fail.
    AskReader,
}

impl Decision {
    /// That for an error.
    pub fn of(error: &ExpertError) -> Self {
        match error.code {
            FailureCode::RateLimited | FailureCode::Overloaded | FailureCode::Unreachable => {
                Self::RetryHere
            }
            FailureCode::NoExpert
            | FailureCode::NoTranslator
            | FailureCode::UnknownExpert
            | FailureCode::KeyRefused
            | FailureCode::QuotaExhausted
            | FailureCode::TooLong
            | FailureCode::ContentPolicy
            | FailureCode::BadRequest
            | FailureCode::TimedOut
            | FailureCode::EndedEarly
            | FailureCode::MalformedAnswer
            | FailureCode::CapReached
            | FailureCode::KeyStore
            | FailureCode::UnknownVendor => Self::TryAnother,
            FailureCode::NothingToRead
            | FailureCode::NothingAsked
            | FailureCode::UnknownDocument
            | FailureCode::BadSetting
            | FailureCode::MalformedMessage
            | FailureCode::TooLarge
            | FailureCode::NotGreeted
            | FailureCode::DuplicateRequest
            | FailureCode::Busy
            | FailureCode::Incompatible
            | FailureCode::Internal => Self::AskReader,
        }
    }
}
