//! OpenAI's responses, which several other vendors speak as well.

mod decode;
mod request;

use super::{Chunks, Dialect};
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job, Outgoing},
};
use decode::Response;
use request::Request;

/// OpenAI's responses.
pub struct OpenAiResponses;

impl Dialect for OpenAiResponses {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let (endpoint, prompt) = (job.endpoint, job.prompt());
        let url = endpoint.base_url.call("responses");
        let exchange = Exchange {
            request: Outgoing::json(url, &Request::new(endpoint, prompt.messages))?,
            decoder: Box::new(Chunks::new(&endpoint.vendor, Response::of(endpoint))),
            read_percent: prompt.read_percent,
        };
        Ok(vec![exchange])
    }
}
