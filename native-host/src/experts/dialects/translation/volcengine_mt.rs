//! Volcengine Machine Translation, signed by [`remote`](crate::experts::remote).

use serde::Serialize;
use serde_json::Value;

use super::{Answer, Batch, Limits, Refusal, Service, each, plain};
use crate::experts::{
    ExpertError,
    remote::{Job, Outgoing},
};

/// Volcengine Machine Translation.
pub(super) struct VolcengineMt;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    source_language: Option<&'a str>,
    target_language: &'a str,
    text_list: &'a [&'a str],
}

impl Service for VolcengineMt {
    fn name(&self) -> &'static str {
        "volcengine_mt"
    }

    fn limits(&self) -> Limits {
        Limits {
            texts: 16,
            characters: 5_000,
            bytes: usize::MAX,
        }
    }

    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError> {
        let body = Body {
            source_language: batch.codes.source,
            target_language: batch.codes.target,
            text_list: &batch.texts,
        };
        let mut url = job.endpoint.base_url.call("");
        url.set_query(Some("Action=TranslateText&Version=2020-06-01"));
        Outgoing::json(url, &body)
    }

    fn translations(&self, answer: &Value) -> Option<Answer> {
        Some(Answer {
            translations: each(answer.get("TranslationList")?, "Translation")?,
            characters: None,
            request_id: plain(&answer["ResponseMetadata"]["RequestId"]),
        })
    }

    fn refusal(&self, answer: &Value) -> Option<Refusal> {
        let metadata = answer.get("ResponseMetadata")?;
        let error = metadata.get("Error").filter(|error| error.is_object())?;
        Some(Refusal {
            code: plain(&error["Code"])?,
            message: plain(&error["Message"]).unwrap_or_default(),
            request_id: metadata.get("RequestId").and_then(plain),
        })
    }
}
