//! Tencent Machine Translation: several texts at once, signed by [`remote`](crate::experts::remote).

use reqwest::header::{HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::{Answer, Batch, Limits, Refusal, Service, plain};
use crate::experts::{
    ExpertError,
    remote::{Job, Outgoing},
};

/// The region that is asked where the endpoint names none.
const USUAL_REGION: &str = "ap-guangzhou";

/// Tencent Machine Translation.
pub(super) struct TencentTmt;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    source: &'a str,
    target: &'a str,
    /// The account's default project.
    project_id: u32,
    source_text_list: &'a [&'a str],
}

impl Service for TencentTmt {
    fn name(&self) -> &'static str {
        "tencent_tmt"
    }

    /// The lowest that is documented; some accounts may send more.
    fn limits(&self) -> Limits {
        Limits {
            texts: usize::MAX,
            characters: 1_999,
            bytes: usize::MAX,
        }
    }

    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError> {
        let body = Body {
            source: batch.codes.source.unwrap_or("auto"),
            target: batch.codes.target,
            project_id: 0,
            source_text_list: &batch.texts,
        };
        let mut request = Outgoing::json(job.endpoint.base_url.call(""), &body)?;
        let region = job.endpoint.region.as_deref().unwrap_or(USUAL_REGION);
        for (name, value) in [
            ("x-tc-action", "TextTranslateBatch"),
            ("x-tc-version", "2018-03-21"),
            ("x-tc-region", region),
        ] {
            if let Ok(value) = HeaderValue::try_from(value) {
                request.headers.insert(HeaderName::from_static(name), value);
            }
        }
        Ok(request)
    }

    fn translations(&self, answer: &Value) -> Option<Answer> {
        let response = answer.get("Response")?;
        let text = |text: &Value| Some(text.as_str()?.to_owned());
        let texts = response.get("TargetTextList")?.as_array()?.iter();
        Some(Answer {
            translations: texts.map(text).collect::<Option<_>>()?,
            characters: response.get("UsedAmount").and_then(Value::as_u64),
            request_id: response.get("RequestId").and_then(plain),
        })
    }

    fn refusal(&self, answer: &Value) -> Option<Refusal> {
        let response = answer.get("Response")?;
        let error = response.get("Error")?;
        Some(Refusal {
            code: plain(&error["Code"])?,
            message: plain(&error["Message"]).unwrap_or_default(),
            request_id: response.get("RequestId").and_then(plain),
        })
    }
}
