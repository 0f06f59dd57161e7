//! OpenAI's chat completions, which most vendors and local runtimes speak.

mod decode;
mod request;

use super::{Chunks, Dialect};
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job, Outgoing},
};
use decode::Completion;
use request::Request;

/// OpenAI's chat completions.
pub struct OpenAiChat;

impl Dialect for OpenAiChat {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let (endpoint, prompt) = (job.endpoint, job.prompt());
        let url = endpoint.base_url.call("chat/completions");
        let exchange = Exchange {
            request: Outgoing::json(url, &Request::new(endpoint, &prompt.messages))?,
            decoder: Box::new(Chunks::new(
                &endpoint.vendor,
                Completion::of(&endpoint.vendor),
            )),
            read_percent: prompt.read_percent,
        };
        Ok(vec![exchange])
    }
}
