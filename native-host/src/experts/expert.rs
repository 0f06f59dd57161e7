//! The trait that every expert implements, and what goes in and comes out.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{
    Action, Cost, ExpertCard, Failure, FailureCode, Finish, LanguageTag, Length, StepRole, Turn,
    Usage,
};
use futures::stream::BoxStream;
use thiserror::Error;

use super::catalog::{Pricing, Skills};
use crate::page::Article;

/// One step, with everything that its expert may see.
#[derive(Debug, Clone)]
pub struct Task {
    /// What to do.
    pub action: Action,
    /// What its step is within its plan.
    pub role: StepRole,
    /// The reader's own words; may be empty.
    pub instruction: String,
    /// The page.
    pub article: Arc<Article>,
    /// The passage that the action is done to; without, the whole article.
    pub passage: Option<String>,
    /// The language of the text worked on, where known.
    pub source: Option<LanguageTag>,
    /// The language of the answer.
    pub language: LanguageTag,
    /// What other experts made for this step.
    pub handed: Vec<Handed>,
    /// How long the answer should be.
    pub length: Option<Length>,
    /// The conversation so far, oldest first.
    pub conversation: Vec<Turn>,
    /// What another expert has said of the answer before it fell silent: to be gone on from, and
    /// not to be repeated. Empty at the beginning of an answer.
    pub delivered: String,
}

/// The work of one step as it is handed to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handed {
    /// What it is.
    pub kind: HandedKind,
    /// What was made.
    pub text: String,
}

/// What one step hands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandedKind {
    /// An answer, to be polished, merged or judged.
    Draft,
    /// What an answer is to be written by.
    Outline,
    /// Notes of a part of a long text.
    Notes,
}

/// What an expert produces. `Finished` or `Failed` comes once and last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// More of the answer, as Markdown.
    Text(String),
    /// More of what it thinks aloud.
    Reasoning(String),
    /// Only so much of the page fits into what the expert can read, in percent of its text.
    Shortened {
        /// The share that was read.
        read_percent: u8,
    },
    /// Tokens so far; replaces what was reported before.
    Usage(Usage),
    /// What the vendor says about its answer; replaces, field by field, what was said before.
    Metadata(Metadata),
    /// A sign of life.
    Heartbeat,
    /// The end of the answer.
    Finished(Finish),
    /// The end, without an answer or with a part of one.
    Failed(ExpertError),
}

/// What a vendor says about its answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The name under which the vendor finds the request again.
    pub request_id: Option<String>,
    /// The model that answered, where it is not the one asked.
    pub model: Option<String>,
    /// Addresses that the answer rests on.
    pub sources: Vec<String>,
}

/// The answer of an expert as it comes. Dropping it stops the expert's work and closes whatever
/// connection or process does it.
pub type Items = BoxStream<'static, Item>;

/// Something that can do steps.
pub trait Expert: Send + Sync {
    /// Who it is.
    fn card(&self) -> &ExpertCard;

    /// Whether it can do this task, by action and languages alone: no work, no network. Where the
    /// task has `delivered` text, whether it can go on from there.
    fn can(&self, task: &Task) -> bool;

    /// How much of the delivered text it goes on from, in bytes; what comes after, it does anew.
    fn resumes_at(&self, task: &Task) -> usize {
        task.delivered.len()
    }

    /// When it has usually spoken, before anything was seen of it here, where that is known.
    fn usually_speaks_by(&self) -> Option<Duration> {
        None
    }

    /// What it is good at, from 0 to 1, before anything was seen of it here.
    fn skills(&self) -> Skills {
        Skills::new()
    }

    /// Tokens that it reads and writes at most, where known.
    fn context(&self) -> Option<u64> {
        None
    }

    /// The money that these tokens take, where known.
    fn cost(&self, usage: Usage) -> Option<Cost> {
        Pricing::flat(self.card().price.as_ref()?).cost(usage)
    }

    /// Begins the task.
    fn start(&self, task: Arc<Task>) -> Items;
}

/// Why an expert failed, with what the vendor said.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct ExpertError {
    /// The kind.
    pub code: FailureCode,
    /// What happened, with value and limit; no page text, no secret.
    pub message: String,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// The vendor's own code for it, if it gave one.
    pub vendor_code: Option<String>,
    /// The vendor's own words for it, if it gave some, in at most 300 characters.
    pub vendor_message: Option<String>,
    /// The name under which the vendor finds the request again.
    pub request_id: Option<String>,
    /// How long the vendor asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether the vendor asks to try again, or not to.
    pub should_retry: Option<bool>,
}

impl ExpertError {
    /// An error without an HTTP answer.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            status: None,
            vendor_code: None,
            vendor_message: None,
            request_id: None,
            retry_after: None,
            should_retry: None,
        }
    }

    /// The same with each of its texts rewritten, so that nothing secret is left in one.
    #[must_use]
    pub fn rewritten(self, rewrite: impl Fn(&str) -> String) -> Self {
        let other = |text: Option<String>| text.map(|text| rewrite(&text));
        Self {
            message: rewrite(&self.message),
            vendor_code: other(self.vendor_code),
            vendor_message: other(self.vendor_message),
            request_id: other(self.request_id),
            ..self
        }
    }

    /// What the reader is told.
    pub fn to_failure(&self, expert: &ExpertCard) -> Failure {
        let wait = self
            .retry_after
            .and_then(|wait| u64::try_from(wait.as_millis()).ok());
        let failure = Failure::new(self.code, self.message.clone()).by(&expert.id);
        Failure {
            retry_after_ms: wait,
            ..failure
        }
    }
}
