//! Anthropic's messages, which some other vendors speak as well.

mod decode;
mod request;

use reqwest::header::HeaderValue;

use super::{Chunks, Dialect};
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job, Outgoing},
};
use decode::Reply;
use request::Request;

/// The version of the dialect that is spoken here; the catalogue may name another.
const VERSION: &str = "2023-06-01";

/// Anthropic's messages.
pub struct Anthropic;

impl Dialect for Anthropic {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let (endpoint, prompt) = (job.endpoint, job.prompt());
        let url = endpoint.base_url.call("v1/messages");
        let mut request = Outgoing::json(url, &Request::new(endpoint, prompt.messages))?;
        let version = HeaderValue::from_static(VERSION);
        request.headers.insert("anthropic-version", version);
        let exchange = Exchange {
            request,
            decoder: Box::new(Chunks::new(&endpoint.vendor, Reply::of(endpoint))),
            read_percent: prompt.read_percent,
        };
        Ok(vec![exchange])
    }
}
