//! Apertium's web service: one text, whose empty lines part what belongs apart.

use serde_json::Value;
use url::form_urlencoded;

use super::{Answer, Batch, Limits, Refusal, Service, plain};
use crate::experts::{
    ExpertError,
    remote::{Job, Outgoing},
};

/// Apertium's web service.
pub(super) struct ApertiumApy;

impl Service for ApertiumApy {
    fn name(&self) -> &'static str {
        "apertium_apy"
    }

    /// Few at once, since it translates slowly and what is there should be seen.
    fn limits(&self) -> Limits {
        Limits {
            texts: 50,
            characters: 2_000,
            bytes: usize::MAX,
        }
    }

    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError> {
        let source = batch.codes.source.unwrap_or_default();
        let pair = format!("{source}|{}", batch.codes.target);
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("langpair", &pair)
            .append_pair("markUnknown", "no")
            .append_pair("q", &batch.texts.join("\n\n"))
            .finish();
        let url = job.endpoint.base_url.call("translate");
        let kind = "application/x-www-form-urlencoded";
        Ok(Outgoing::post(url, kind, body.into_bytes()))
    }

    fn translations(&self, answer: &Value) -> Option<Answer> {
        let text = answer
            .get("responseData")?
            .get("translatedText")?
            .as_str()?;
        let lines = text.lines().filter(|line| !line.trim().is_empty());
        Some(Answer {
            translations: lines.map(str::to_owned).collect(),
            ..Answer::default()
        })
    }

    fn refusal(&self, answer: &Value) -> Option<Refusal> {
        let code = answer
            .get("responseStatus")
            .or_else(|| answer.get("code"))?;
        let code = plain(code).filter(|code| code != "200")?;
        let said = ["responseDetails", "explanation", "message"];
        let said = said.into_iter().find_map(|key| plain(&answer[key]));
        Some(Refusal {
            code,
            message: said.unwrap_or_default(),
            request_id: None,
        })
    }
}
