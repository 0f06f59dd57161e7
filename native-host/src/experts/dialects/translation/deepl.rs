//! DeepL, version 2 of its API.

use coterie_protocol::FailureCode;
use serde::Serialize;
use serde_json::Value;

use super::{Answer, Batch, Limits, Service, each};
use crate::experts::{
    ExpertError,
    remote::{Job, Outgoing},
};

/// The end of keys for the free API, which listens elsewhere.
const FREE: &str = ":fx";

/// DeepL.
pub(super) struct Deepl;

#[derive(Serialize)]
struct Body<'a> {
    text: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    source_lang: Option<&'a str>,
    target_lang: &'a str,
    show_billed_characters: bool,
}

impl Service for Deepl {
    fn name(&self) -> &'static str {
        "deepl"
    }

    /// The body may have 128 KiB; any character may need escaping in it.
    fn limits(&self) -> Limits {
        Limits {
            texts: 50,
            characters: usize::MAX,
            bytes: 60 * 1024,
        }
    }

    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError> {
        at_home(job)?;
        let body = Body {
            text: &batch.texts,
            source_lang: batch.codes.source,
            target_lang: batch.codes.target,
            show_billed_characters: true,
        };
        Outgoing::json(job.endpoint.base_url.call("v2/translate"), &body)
    }

    fn translations(&self, answer: &Value) -> Option<Answer> {
        let translations = answer.get("translations")?;
        let billed = |one: &Value| one.get("billed_characters")?.as_u64();
        Some(Answer {
            translations: each(translations, "text")?,
            characters: translations.as_array()?.iter().map(billed).sum(),
            request_id: None,
        })
    }
}

/// Refuses a key for the free API at the paid one and the other way round: DeepL itself only says
/// that it is wrong.
fn at_home(job: &Job<'_>) -> Result<(), ExpertError> {
    let host = job.endpoint.base_url.host();
    let free = job.key()?.part(0).is_some_and(|key| key.ends_with(FREE));
    let fits = match host.as_str() {
        "api.deepl.com" => !free,
        "api-free.deepl.com" => free,
        _ => true,
    };
    if fits {
        return Ok(());
    }
    let plan = if free {
        "DeepL API Free"
    } else {
        "DeepL API Pro"
    };
    let message = format!("this key is one for {plan}, which does not listen at {host}");
    Err(ExpertError::new(FailureCode::KeyRefused, message))
}
