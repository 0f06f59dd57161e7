//! Microsoft Translator, version 3 of its API.

use coterie_protocol::FailureCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::{Answer, Batch, Limits, Service};
use crate::experts::{
    ExpertError,
    catalog::Auth,
    remote::{Job, Outgoing},
};

const KEY: HeaderName = HeaderName::from_static("ocp-apim-subscription-key");
const REGION: HeaderName = HeaderName::from_static("ocp-apim-subscription-region");

/// Microsoft Translator.
pub(super) struct Microsoft;

#[derive(Serialize)]
struct Line<'a> {
    #[serde(rename = "Text")]
    text: &'a str,
}

impl Service for Microsoft {
    fn name(&self) -> &'static str {
        "microsoft"
    }

    fn limits(&self) -> Limits {
        Limits {
            texts: 1_000,
            characters: 50_000,
            bytes: usize::MAX,
        }
    }

    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError> {
        let mut url = job.endpoint.base_url.call("translate");
        url.query_pairs_mut()
            .append_pair("api-version", "3.0")
            .append_pair("to", batch.codes.target)
            .extend_pairs(batch.codes.source.map(|source| ("from", source)));
        let lines: Vec<_> = batch.texts.iter().map(|text| Line { text }).collect();
        let mut request = Outgoing::json(url, &lines)?;
        sign(job, &mut request.headers)?;
        Ok(request)
    }

    fn translations(&self, answer: &Value) -> Option<Answer> {
        let first = |line: &Value| {
            let text = line.get("translations")?.get(0)?.get("text")?;
            Some(text.as_str()?.to_owned())
        };
        Some(Answer {
            translations: answer
                .as_array()?
                .iter()
                .map(first)
                .collect::<Option<_>>()?,
            ..Answer::default()
        })
    }
}

/// The region of the reader's resource goes with every request: it is the key's second part, else
/// the endpoint's. A key of two parts is put here, since it is no value of one header.
fn sign(job: &Job<'_>, headers: &mut HeaderMap) -> Result<(), ExpertError> {
    let key = job.key()?;
    let unfit = |_| {
        let message = "the key or region for Microsoft Translator has characters that none has";
        ExpertError::new(FailureCode::KeyRefused, message)
    };
    let region = key.part(1).or(job.endpoint.region.as_deref());
    if let Some(region) = region {
        headers.insert(REGION, HeaderValue::try_from(region).map_err(unfit)?);
    }
    if job.endpoint.auth == Auth::InRequest
        && let Some(part) = key.part(0)
    {
        let mut value = HeaderValue::try_from(part).map_err(unfit)?;
        value.set_sensitive(true);
        headers.insert(KEY, value);
    }
    Ok(())
}
