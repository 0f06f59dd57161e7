//! LibreTranslate, on its own or anybody's server.

use serde::Serialize;
use serde_json::Value;

use super::{Answer, Batch, Limits, Service};
use crate::experts::{
    ExpertError, Secret,
    remote::{Job, Outgoing},
};

/// LibreTranslate.
pub(super) struct LibreTranslate;

#[derive(Serialize)]
struct Body<'a> {
    q: &'a [&'a str],
    source: &'a str,
    target: &'a str,
    format: &'static str,
    /// Servers of one's own need none.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<&'a str>,
}

impl Service for LibreTranslate {
    fn name(&self) -> &'static str {
        "libretranslate"
    }

    /// The characters are those of the public server.
    fn limits(&self) -> Limits {
        Limits {
            texts: 50,
            characters: 2_000,
            bytes: usize::MAX,
        }
    }

    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError> {
        let key = job.endpoint.key.as_ref();
        let body = Body {
            q: &batch.texts,
            source: batch.codes.source.unwrap_or("auto"),
            target: batch.codes.target,
            format: "text",
            api_key: key.and_then(|key: &Secret| key.part(0)),
        };
        Outgoing::json(job.endpoint.base_url.call("translate"), &body)
    }

    fn translations(&self, answer: &Value) -> Option<Answer> {
        let texts = answer.get("translatedText")?.as_array()?;
        let text = |text: &Value| Some(text.as_str()?.to_owned());
        Some(Answer {
            translations: texts.iter().map(text).collect::<Option<_>>()?,
            ..Answer::default()
        })
    }
}
