//! Ollama's own chat, which takes the length of its context: by default it is short, and what
//! does not fit is dropped without a word.

mod decode;
mod request;

use super::{Chunks, Dialect};
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job, Outgoing},
};
use decode::Lines;
use request::Request;

/// Ollama's own chat.
pub struct Ollama;

impl Dialect for Ollama {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let (endpoint, prompt) = (job.endpoint, job.prompt());
        let url = endpoint.base_url.call("api/chat");
        let body = Request::new(endpoint, job.task.action, &prompt.messages);
        let exchange = Exchange {
            request: Outgoing::json(url, &body)?,
            decoder: Box::new(Chunks::new(&endpoint.vendor, Lines::of(&endpoint.vendor))),
            read_percent: prompt.read_percent,
        };
        Ok(vec![exchange])
    }
}
