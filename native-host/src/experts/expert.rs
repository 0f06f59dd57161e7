//! The trait that every expert implements, and what goes in and comes out.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{
    Action, ExpertCard, Failure, FailureCode, Finish, LanguageTag, Length, Turn, Usage,
};
use futures::stream::BoxStream;
use thiserror::Error;

use crate::page::Article;

/// One step, with everything that its expert may see.
#[derive(Debug, Clone)]
pub struct Task {
    /// What to do.
    pub action: Action,
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
    /// How long the answer should be.
    pub length: Option<Length>,
    /// The conversation so far, oldest first.
    pub conversation: Vec<Turn>,
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
    /// The end of the answer.
    Finished(Finish),
    /// The end, without an answer or with a part of one.
    Failed(ExpertError),
}

/// The answer of an expert as it comes. Dropping it stops the expert's work and closes whatever
/// connection or process does it.
pub type Items = BoxStream<'static, Item>;

/// Something that can do steps.
pub trait Expert: Send + Sync {
    /// Who it is.
    fn card(&self) -> &ExpertCard;

    /// Whether it can do this task, by action and languages alone: no work, no network.
    fn can(&self, task: &Task) -> bool;

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
    /// How long the vendor asks to wait.
    pub retry_after: Option<Duration>,
}

impl ExpertError {
    /// An error without an HTTP answer.
    pub fn new(code: FailureCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            status: None,
            retry_after: None,
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
