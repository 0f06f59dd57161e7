//! What doing a step needs besides experts: limits to keep, what was seen of each expert, and the
//! books. A trait, so that the scheduling is tested without a database.

use std::{any::Any, sync::Arc, time::Duration};

use coterie_protocol::{Action, Cost, ExpertCard, ExpertId, Failure, Profile, Signal, Turn, Usage};
use futures::future::BoxFuture;

use crate::{
    coe::{Leaning, Request, learn::SignalKind},
    memory::{CallKind, CallOutcome, RequestNumber},
};

/// What stands behind the stage.
pub trait Backstage: Send + Sync {
    /// What matters most to the reader.
    fn profile(&self) -> Profile;

    /// How an expert stands now.
    fn standing(&self, expert: &ExpertCard) -> Standing;

    /// Asks whether an expert may be asked now.
    fn admit<'a>(
        &'a self,
        expert: &'a ExpertCard,
        estimate: &'a Estimate,
    ) -> BoxFuture<'a, Result<Admitted, Refused>>;

    /// How good an expert is at an action: what the catalogue says, and what was learned of it.
    fn rating(&self, _action: Action, _expert: &ExpertCard, prior: f64) -> Rating {
        Rating {
            quality: prior,
            learned: false,
        }
    }

    /// The expert that a conversation was held with, whose cache of it is warm.
    fn warm(&self, _conversation: &[Turn]) -> Option<ExpertId> {
        None
    }

    /// Learns from what came of an answer.
    fn learn(&self, _lessons: Vec<Lesson>) {}

    /// Takes note of what the reader did with an answer, by the name of its request.
    fn feedback(&self, _about: &str, _signal: Signal) {}

    /// How this reader leans with a request like this, before a word of it is read.
    fn leaning<'a>(&'a self, _request: &'a Request) -> BoxFuture<'a, Leaning> {
        Box::pin(async { Leaning::default() })
    }

    /// Takes note of what this reader wants of a page like this.
    fn wanted(&self, _request: &Request, _action: Action) {}

    /// Takes note of who answered, for what the reader says of it later.
    fn answered(&self, _name: &str, _lessons: Vec<Lesson>) {}

    /// A number from 0 to 1 that keeps those who failed together from coming back together.
    fn spread(&self) -> f64;

    /// Takes note of a call that has ended.
    fn note(&self, ended: Ended<'_>);
}

/// How an expert stands.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Standing {
    /// Whether it is resting after failures.
    pub resting: bool,
    /// The time by which it has spoken in 95 of 100 calls, where enough were seen.
    pub usually_speaks_by: Option<Duration>,
}

/// How good an expert is at something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rating {
    /// From 0 to 1.
    pub quality: f64,
    /// Whether what this reader did before is in it.
    pub learned: bool,
}

/// Something that was seen of an expert at an action.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// What it did.
    pub action: Action,
    /// Who.
    pub expert: ExpertCard,
    /// What happened.
    pub kind: SignalKind,
}

/// What a call may take, at most.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estimate {
    /// Tokens sent.
    pub input_tokens: u64,
    /// Tokens received.
    pub output_tokens: u64,
    /// Money, where the price is known.
    pub cost: Option<Cost>,
}

/// Leave to make one call.
#[derive(Default)]
pub struct Admitted {
    /// A share of the limits that is held while the call runs; dropping it gives it back.
    pub permit: Option<Permit>,
    /// Spent so far and the limit, when spending comes near it.
    pub near_cap: Option<(Cost, Cost)>,
}

/// A share of the limits, in whatever form the stage keeps it.
pub type Permit = Box<dyn Any + Send>;

/// Why a call may not be made now.
#[derive(Debug, Clone, PartialEq)]
pub enum Refused {
    /// It may be made after a while.
    Wait(Duration, Failure),
    /// It may not be made at all.
    Never(Failure),
}

/// A call that has ended.
pub struct Ended<'a> {
    /// The request that it was made for.
    pub request: RequestNumber,
    /// Who was asked.
    pub expert: &'a ExpertCard,
    /// What it was made for.
    pub kind: CallKind,
    /// How it ended.
    pub outcome: CallOutcome,
    /// From asking to the first text.
    pub first_text: Option<Duration>,
    /// From asking to the end.
    pub duration: Duration,
    /// Characters of text received.
    pub characters: u64,
    /// Tokens, as reported or else estimated.
    pub usage: Option<Usage>,
    /// Money, where the price is known.
    pub cost: Option<Cost>,
    /// Whether tokens and money are an estimate.
    pub estimated: bool,
    /// How long the vendor asked to wait.
    pub retry_after: Option<Duration>,
    /// What was held while it ran.
    pub permit: Option<Permit>,
}

/// Nothing behind the stage: no limits, nothing seen, no books.
#[derive(Debug, Clone, Copy, Default)]
pub struct BareStage;

impl BareStage {
    /// As it is passed around.
    pub fn shared() -> Arc<dyn Backstage> {
        Arc::new(Self)
    }
}

impl Backstage for BareStage {
    fn profile(&self) -> Profile {
        Profile::Balanced
    }

    fn standing(&self, _expert: &ExpertCard) -> Standing {
        Standing::default()
    }

    fn admit<'a>(
        &'a self,
        _expert: &'a ExpertCard,
        _estimate: &'a Estimate,
    ) -> BoxFuture<'a, Result<Admitted, Refused>> {
        Box::pin(async { Ok(Admitted::default()) })
    }

    fn spread(&self) -> f64 {
        0.0
    }

    fn note(&self, _ended: Ended<'_>) {}
}
