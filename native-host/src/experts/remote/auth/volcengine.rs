//! Volcengine's signature: `HMAC-SHA256`, much like Amazon's, with names of its own.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};

use super::{
    date::Utc,
    hash::{hex, hmac_sha256, sha256},
};
use crate::experts::remote::Outgoing;

const ALGORITHM: &str = "HMAC-SHA256";
const SIGNED: &str = "content-type;host;x-content-sha256;x-date";
const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-content-sha256");
const DATE: HeaderName = HeaderName::from_static("x-date");

/// The region of services that have but one.
pub(super) const USUAL_REGION: &str = "cn-north-1";

/// Signs a request to `SERVICE.volcengineapi.com` with an access key and its secret. Nothing, if
/// the access key has characters that no header may have.
pub(super) fn sign(
    request: &mut Outgoing,
    access_key: &str,
    secret: &str,
    region: &str,
    now: &Utc,
) -> Option<()> {
    let host = request.url.host_str().unwrap_or_default();
    let service = host.split('.').next().unwrap_or_default();
    let content = sha256(&request.body);
    let (day, moment) = (now.compact_date(), now.compact());
    let kind = request.headers.get(CONTENT_TYPE).map(HeaderValue::to_str);
    let kind = kind.and_then(Result::ok).unwrap_or_default();
    let canonical = format!(
        "{}\n{}\n{}\ncontent-type:{kind}\nhost:{host}\nx-content-sha256:{content}\n\
         x-date:{moment}\n\n{SIGNED}\n{content}",
        request.method,
        request.url.path(),
        query(request),
    );
    let scope = format!("{day}/{region}/{service}/request");
    let text = format!(
        "{ALGORITHM}\n{moment}\n{scope}\n{}",
        sha256(canonical.as_bytes())
    );
    let key = hmac_sha256(secret.as_bytes(), &day);
    let key = hmac_sha256(&hmac_sha256(&key, region), service);
    let signature = hex(&hmac_sha256(&hmac_sha256(&key, "request"), &text));
    let authorization = format!(
        "{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={SIGNED}, Signature={signature}"
    );
    let headers = [
        (AUTHORIZATION, authorization),
        (CONTENT_SHA256, content),
        (DATE, moment),
    ];
    for (name, value) in headers {
        request
            .headers
            .insert(name, HeaderValue::try_from(value).ok()?);
    }
    Some(())
}

/// The query, its parts in order.
fn query(request: &Outgoing) -> String {
    let mut parts: Vec<_> = request.url.query().unwrap_or_default().split('&').collect();
    parts.sort_unstable();
    parts.join("&")
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use reqwest::Method;

    use super::*;

    #[test]
    fn the_published_example_has_its_published_signature() {
        let url =
            "https://iam.volcengineapi.com/?Version=2018-01-01&Action=ListUsers&Limit=10&Offset=0";
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let mut request = Outgoing::post(url.parse().unwrap(), kind, Vec::new());
        request.method = Method::GET;
        let now = Utc::of(UNIX_EPOCH + Duration::from_secs(1_609_316_285));
        let key = "AKLTMjI2ODVlYzI3ZGY1NGU4ZjhjYWRjMTlmNTM5OTZkYzE";
        let secret = "TnpCak5XWXpZV1U0WkRaaE5ERmxaR0ZpTmpjeVkyUXlZek0wTWpJMU1qWQ==";
        sign(&mut request, key, secret, USUAL_REGION, &now).unwrap();
        assert_eq!(request.headers[DATE], "20201230T081805Z");
        let expected = format!(
            "HMAC-SHA256 Credential={key}/20201230/cn-north-1/iam/request, SignedHeaders={SIGNED}, \
             Signature=28eeabbbd726b87002e0fe58ad8c1c768e619b06e2646f35b6ad7ed029a6d8a7"
        );
        assert_eq!(request.headers[AUTHORIZATION], expected);
    }
}
