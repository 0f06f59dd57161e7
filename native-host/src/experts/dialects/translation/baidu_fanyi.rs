//! Baidu Fanyi: one text of several lines, signed with MD5.

use coterie_protocol::FailureCode;
use md5::{Digest as _, Md5};
use serde_json::Value;
use url::form_urlencoded;

use super::{Answer, Batch, Limits, Refusal, Service, each, plain};
use crate::experts::{
    ExpertError,
    remote::{Job, Outgoing, hex},
};

/// Baidu Fanyi.
pub(super) struct BaiduFanyi;

impl Service for BaiduFanyi {
    fn name(&self) -> &'static str {
        "baidu_fanyi"
    }

    fn limits(&self) -> Limits {
        Limits {
            texts: usize::MAX,
            characters: usize::MAX,
            bytes: 6_000,
        }
    }

    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError> {
        let key = job.key()?;
        let (Some(application), Some(secret)) = (key.part(0), key.part(1)) else {
            let message = "the key for Baidu Fanyi has two parts: the APP ID and the key";
            return Err(ExpertError::new(FailureCode::KeyRefused, message));
        };
        let text = batch.texts.join("\n");
        let salt = job.moment.nonce.to_string();
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("q", &text)
            .append_pair("from", batch.codes.source.unwrap_or("auto"))
            .append_pair("to", batch.codes.target)
            .append_pair("appid", application)
            .append_pair("salt", &salt)
            .append_pair("sign", &sign(application, &text, &salt, secret))
            .finish();
        let url = job.endpoint.base_url.call("api/trans/vip/translate");
        let kind = "application/x-www-form-urlencoded";
        Ok(Outgoing::post(url, kind, body.into_bytes()))
    }

    fn translations(&self, answer: &Value) -> Option<Answer> {
        Some(Answer {
            translations: each(answer.get("trans_result")?, "dst")?,
            ..Answer::default()
        })
    }

    fn refusal(&self, answer: &Value) -> Option<Refusal> {
        let code = plain(answer.get("error_code")?)?;
        // So it calls success where it says so at all.
        (code != "52000").then(|| Refusal {
            code,
            message: plain(&answer["error_msg"]).unwrap_or_default(),
            request_id: None,
        })
    }
}

fn sign(application: &str, text: &str, salt: &str, secret: &str) -> String {
    hex(&Md5::digest(format!("{application}{text}{salt}{secret}")))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_example_has_its_published_signature() {
        assert_eq!(
            super::sign("2015063000000001", "apple", "1435660288", "12345678"),
            "f89f9594663708c1605f3d736d01d2d4"
        );
    }
}
