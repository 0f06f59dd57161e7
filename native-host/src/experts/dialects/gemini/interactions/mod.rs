//! Interactions, of which nothing is kept by the vendor.

mod decode;
mod request;

use reqwest::header::{HeaderName, HeaderValue};

use crate::experts::{
    ExpertError,
    dialects::{Chunks, Dialect, turns::Turns},
    remote::{Exchange, Job, Outgoing},
};
use decode::Steps;
use request::Request;

/// The revision of the interface that is spoken here.
const REVISION: HeaderValue = HeaderValue::from_static("2026-05-20");
const REVISION_HEADER: HeaderName = HeaderName::from_static("api-revision");

/// Gemini's interactions.
pub struct Interactions;

impl Dialect for Interactions {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let (endpoint, prompt) = (job.endpoint, job.prompt());
        let turns = Turns::of(prompt.messages);
        let url = endpoint.base_url.call("interactions");
        let mut request = Outgoing::json(url, &Request::new(endpoint, &turns))?;
        request.headers.insert(REVISION_HEADER, REVISION);
        let exchange = Exchange {
            request,
            decoder: Box::new(Chunks::new(&endpoint.vendor, Steps::of(endpoint))),
            read_percent: prompt.read_percent,
        };
        Ok(vec![exchange])
    }
}
