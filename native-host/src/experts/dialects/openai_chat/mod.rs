//! OpenAI's chat completions, which most vendors and local runtimes speak.

mod decode;
mod request;

use serde_json::Value;

use super::{Chunks, Dialect};
use crate::experts::{
    ExpertError,
    remote::{Exchange, Job, Outgoing},
};
pub(in crate::experts::dialects) use decode::Completion;
use request::Request;

/// The field that some vendors refuse although they speak the dialect.
const OFTEN_REFUSED: &str = "stream_options";

/// OpenAI's chat completions.
pub struct OpenAiChat;

impl Dialect for OpenAiChat {
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let (endpoint, prompt) = (job.endpoint, job.prompt());
        let url = endpoint.base_url.call("chat/completions");
        let exchange = Exchange {
            request: Outgoing::json(url, &Request::new(endpoint, prompt.messages))?,
            decoder: Box::new(Chunks::new(&endpoint.vendor, Completion::of(endpoint))),
            read_percent: prompt.read_percent,
        };
        Ok(vec![exchange])
    }

    fn milder(&self, request: &Outgoing, refusal: &ExpertError) -> Option<Outgoing> {
        let is_named = refusal.vendor_message.as_ref()?.contains(OFTEN_REFUSED);
        if !matches!(refusal.status, Some(400 | 422)) || !is_named {
            return None;
        }
        let mut body: Value = serde_json::from_slice(&request.body).ok()?;
        body.as_object_mut()?.remove(OFTEN_REFUSED)?;
        Some(Outgoing {
            body: serde_json::to_vec(&body).ok()?,
            ..request.clone()
        })
    }
}
