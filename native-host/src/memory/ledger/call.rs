//! One call of an expert, as the ledger knows it.

use std::{fmt, time::Duration};

use coterie_protocol::{Cost, ExpertId, FailureCode, Usage, VendorId};
use serde_json::Value;

use crate::memory::{Money, Timestamp};

/// What belongs together: all calls made for one request of a reader. A random number, so that
/// nothing about the request can be told from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestNumber(pub(crate) i64);

impl RequestNumber {
    /// A new one.
    pub fn random() -> Self {
        Self(rand::random())
    }
}

impl fmt::Display for RequestNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:016x}", self.0)
    }
}

/// One call of an expert.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The request that it was made for.
    pub request: RequestNumber,
    /// The vendor's name among vendors.
    pub vendor: VendorId,
    /// The vendor's name as shown.
    pub vendor_name: String,
    /// The expert.
    pub expert: ExpertId,
    /// Why it was made.
    pub kind: CallKind,
    /// How it ended.
    pub outcome: CallOutcome,
    /// When it began.
    pub started: Timestamp,
    /// From its beginning to its first text.
    pub first_text: Option<Duration>,
    /// From its beginning to its end.
    pub duration: Duration,
    /// Tokens, where reported or estimated.
    pub usage: Option<Usage>,
    /// Money; nothing where a price or the tokens are unknown.
    pub cost: Option<Cost>,
    /// Whether tokens, and so money, are an estimate.
    pub estimated: bool,
}

impl Call {
    /// The money as a whole number.
    pub(crate) fn money(&self) -> Option<Money> {
        self.cost.as_ref().and_then(Money::of)
    }
}

/// Why a call was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallKind {
    /// It was the first for its step.
    First,
    /// The call before it failed.
    Retry,
    /// The call before it had not spoken in time.
    Hedge,
    /// The call before it fell silent in the middle.
    Continuation,
}

impl CallKind {
    const ALL: [Self; 4] = [Self::First, Self::Retry, Self::Hedge, Self::Continuation];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Retry => "retry",
            Self::Hedge => "hedge",
            Self::Continuation => "continuation",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallOutcome {
    /// The expert said all that it had to say.
    Done,
    /// It reached a limit of length.
    Truncated,
    /// It failed.
    Failed(FailureCode),
    /// The reader wanted it no longer.
    Cancelled,
    /// Another expert spoke first.
    LostRace,
}

impl CallOutcome {
    pub(super) fn name(self) -> String {
        let name = match self {
            Self::Done => "done",
            Self::Truncated => "truncated",
            Self::Cancelled => "cancelled",
            Self::LostRace => "lost_race",
            Self::Failed(code) => match serde_json::to_value(code) {
                Ok(Value::String(name)) => return name,
                Ok(_) | Err(_) => "internal",
            },
        };
        name.to_owned()
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "done" => Some(Self::Done),
            "truncated" => Some(Self::Truncated),
            "cancelled" => Some(Self::Cancelled),
            "lost_race" => Some(Self::LostRace),
            failure => serde_json::from_value(Value::from(failure))
                .ok()
                .map(Self::Failed),
        }
    }
}
