//! What a dialect makes of a task: requests to send, each with the decoder of its answer.

use std::time::SystemTime;

use coterie_protocol::{Action, FailureCode};
use reqwest::{
    Method, Url,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde::Serialize;

use crate::experts::{
    ExpertError, Secret, Task,
    catalog::Endpoint,
    dialects::Decoder,
    prompts::{self, Prompt},
};

/// The context taken for granted where none is known, in tokens: Ollama's default is not larger
/// on small machines, and it drops what does not fit without a word.
pub const USUAL_CONTEXT: u32 = 4096;

/// The part of the context kept for rules and answer, one in so many.
const KEPT_FOR_ANSWER: usize = 3;

/// The most of a page that is sent, in tokens, however much the expert could read: it has a price
/// and takes time.
pub const MOST_OF_A_PAGE: usize = 48_000;

/// Tokens of the rules and the request, generously.
pub const RULES: usize = 500;

/// A task for one endpoint.
pub struct Job<'a> {
    /// Who does it.
    pub endpoint: &'a Endpoint,
    /// What is done.
    pub task: &'a Task,
    /// When; signatures need to know.
    pub moment: Moment,
}

/// What a signature takes from the world: given, so that it can be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The time.
    pub now: SystemTime,
    /// A number that is never used twice.
    pub nonce: u64,
}

/// One request and how to read its answer.
pub struct Exchange {
    /// The request, before it is signed.
    pub request: Outgoing,
    /// Reads the answer.
    pub decoder: Box<dyn Decoder>,
    /// How much of the page's text is in it, in percent.
    pub read_percent: u8,
}

/// A request as it goes out.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its method.
    pub method: Method,
    /// Where it goes: always below the endpoint's base address.
    pub url: Url,
    /// Its headers, without those that HTTP itself needs.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
}

impl Moment {
    /// This one.
    pub fn now() -> Self {
        Self {
            now: SystemTime::now(),
            nonce: rand::random(),
        }
    }
}

impl Job<'_> {
    /// What an expert that reads plain language is told.
    pub fn prompt(&self) -> Prompt {
        prompts::write(self.task, self.budget())
    }

    /// The reader's key.
    ///
    /// # Errors
    /// When there is none.
    pub fn key(&self) -> Result<&Secret, ExpertError> {
        self.endpoint.key.as_ref().ok_or_else(|| {
            let message = format!("there is no key for {}", self.endpoint.vendor);
            ExpertError::new(FailureCode::KeyRefused, message)
        })
    }

    /// Tokens for page and passage: the rest of the context is for rules, conversation and answer.
    fn budget(&self) -> usize {
        let context = self.endpoint.context.unwrap_or(USUAL_CONTEXT);
        let context = usize::try_from(context).unwrap_or(usize::MAX);
        let turns = self.task.conversation.iter();
        let turns = turns.map(|turn| prompts::estimate_tokens(&turn.text));
        let said = turns.sum::<usize>()
            + prompts::estimate_tokens(&self.task.instruction)
            + prompts::estimate_tokens(&self.task.delivered);
        let left = context.saturating_sub(RULES + said);
        let budget = match self.task.action {
            // A translation is as long as its page.
            Action::Translate => left / 2,
            _ => left - left / KEPT_FOR_ANSWER,
        };
        budget.min(MOST_OF_A_PAGE)
    }
}

impl Outgoing {
    /// A request with a body of JSON.
    ///
    /// # Errors
    /// When the body is none, which is a defect.
    pub fn json(url: Url, body: &impl Serialize) -> Result<Self, ExpertError> {
        let body = serde_json::to_vec(body).map_err(|error| {
            let message = format!("the request cannot be written: {error}");
            ExpertError::new(FailureCode::Internal, message)
        })?;
        Ok(Self::post(url, "application/json", body))
    }

    /// A request with a body of any kind.
    pub fn post(url: Url, content_type: &'static str, body: Vec<u8>) -> Self {
        let kind = (CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self {
            method: Method::POST,
            url,
            headers: HeaderMap::from_iter([kind]),
            body,
        }
    }
}
