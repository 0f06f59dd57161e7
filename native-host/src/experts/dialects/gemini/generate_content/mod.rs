//! `generateContent`.

mod decode;
mod request;

use crate::experts::{
    ExpertError,
    dialects::{Chunks, Dialect, turns::Turns},
    remote::{Exchange, Job, Outgoing},
};
use decode::Contents;
use request::Request;

/// Gemini's `generateContent`.
pub struct GenerateContent;

impl Dialect for GenerateContent {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let (endpoint, prompt) = (job.endpoint, job.prompt());
        let call = format!("models/{}:streamGenerateContent", endpoint.model);
        let mut url = endpoint.base_url.call(&call);
        url.set_query(Some("alt=sse"));
        let turns = Turns::of(prompt.messages);
        let exchange = Exchange {
            request: Outgoing::json(url, &Request::new(endpoint, &turns))?,
            decoder: Box::new(Chunks::new(&endpoint.vendor, Contents::of(endpoint))),
            read_percent: prompt.read_percent,
        };
        Ok(vec![exchange])
    }
}
