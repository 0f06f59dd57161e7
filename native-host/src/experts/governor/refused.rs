//! Why a call may not be made now.

use std::time::Duration;

use coterie_protocol::{ExpertId, Failure, FailureCode};
use thiserror::Error;

use super::CapState;
use crate::memory::Period;

/// Why a call may not be made now.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Refused {
    /// It may be later.
    #[error("{limit}")]
    Wait {
        /// What stands against it.
        limit: Limit,
        /// When to ask again.
        wait: Duration,
    },
    /// The reader's limit of money is reached.
    #[error(
        "{:.2} {} are spent of the {:.2} that you allow {}",
        .0.spent.amount, .0.cap.currency, .0.cap.amount, span(.0.period)
    )]
    Cap(CapState),
}

/// What stands against a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Limit {
    /// As many requests as this were begun in the last minute.
    #[error("{0} requests were made in the last minute, which is the limit")]
    RequestsPerMinute(u32),
    /// With this one there would be more tokens in a minute.
    #[error("more than {0} tokens would be used in one minute, which is the limit")]
    TokensPerMinute(u64),
    /// As many requests as this are under way.
    #[error("{0} requests are under way, which is the limit")]
    AtOnce(u32),
    /// The vendor asked to be left alone.
    #[error("the vendor asked to wait")]
    Closed,
}

fn span(period: Period) -> &'static str {
    match period {
        Period::Day => "a day",
        Period::Month => "a month",
    }
}

impl Refused {
    /// What the reader is told.
    pub fn to_failure(&self, expert: &ExpertId) -> Failure {
        let (code, wait) = match self {
            Self::Wait { wait, .. } => (FailureCode::RateLimited, Some(*wait)),
            Self::Cap(_) => (FailureCode::CapReached, None),
        };
        let failure = Failure::new(code, format!("{expert}: {self}")).by(expert);
        Failure {
            retry_after_ms: wait.and_then(|wait| u64::try_from(wait.as_millis()).ok()),
            ..failure
        }
    }
}
