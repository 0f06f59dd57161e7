//! Google Translate, version 2 of its API.

use serde::Serialize;
use serde_json::Value;

use super::{Answer, Batch, Limits, Service, each};
use crate::experts::{
    ExpertError,
    remote::{Job, Outgoing},
};

/// Google Translate.
pub(super) struct Google;

#[derive(Serialize)]
struct Body<'a> {
    q: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
    target: &'a str,
    /// Otherwise the answer is escaped as HTML.
    format: &'static str,
}

impl Service for Google {
    fn name(&self) -> &'static str {
        "google"
    }

    fn limits(&self) -> Limits {
        Limits {
            texts: 128,
            characters: 5_000,
            bytes: usize::MAX,
        }
    }

    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError> {
        let body = Body {
            q: &batch.texts,
            source: batch.codes.source,
            target: batch.codes.target,
            format: "text",
        };
        let url = job.endpoint.base_url.call("language/translate/v2");
        Outgoing::json(url, &body)
    }

    fn translations(&self, answer: &Value) -> Option<Answer> {
        Some(Answer {
            translations: each(answer.get("data")?.get("translations")?, "translatedText")?,
            ..Answer::default()
        })
    }
}
