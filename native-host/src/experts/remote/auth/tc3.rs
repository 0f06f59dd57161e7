//! Tencent Cloud's signature, version 3: `TC3-HMAC-SHA256`.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};

use super::{
    date::Utc,
    hash::{hex, hmac_sha256, sha256},
};
use crate::experts::remote::Outgoing;

const ALGORITHM: &str = "TC3-HMAC-SHA256";
const ACTION: HeaderName = HeaderName::from_static("x-tc-action");
const TIMESTAMP: HeaderName = HeaderName::from_static("x-tc-timestamp");

/// Signs a request to `SERVICE.tencentcloudapi.com` with a secret id and a secret key. Nothing, if
/// the id has characters that no header may have.
pub(super) fn sign(request: &mut Outgoing, id: &str, secret: &str, now: &Utc) -> Option<()> {
    let host = request.url.host_str().unwrap_or_default().to_owned();
    let service = host.split('.').next().unwrap_or_default();
    let mut signed = vec![
        ("content-type", header(request, &CONTENT_TYPE)),
        ("host", host.clone()),
    ];
    if request.headers.contains_key(ACTION) {
        signed.push(("x-tc-action", header(request, &ACTION)));
    }
    let names: Vec<_> = signed.iter().map(|(name, _)| *name).collect();
    let names = names.join(";");
    let line = |(name, value): &(&str, String)| format!("{name}:{}\n", value.to_lowercase());
    let headers: String = signed.iter().map(line).collect();
    let canonical = format!(
        "{}\n{}\n{}\n{headers}\n{names}\n{}",
        request.method,
        request.url.path(),
        request.url.query().unwrap_or_default(),
        sha256(&request.body),
    );
    let scope = format!("{}/{service}/tc3_request", now.date);
    let text = format!(
        "{ALGORITHM}\n{}\n{scope}\n{}",
        now.seconds,
        sha256(canonical.as_bytes())
    );
    let key = hmac_sha256(format!("TC3{secret}").as_bytes(), &now.date);
    let key = hmac_sha256(&hmac_sha256(&key, service), "tc3_request");
    let signature = hex(&hmac_sha256(&key, &text));
    let authorization = format!(
        "{ALGORITHM} Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"
    );
    let authorization = HeaderValue::try_from(authorization).ok()?;
    request.headers.insert(AUTHORIZATION, authorization);
    request
        .headers
        .insert(TIMESTAMP, HeaderValue::from(now.seconds));
    Some(())
}

fn header(request: &Outgoing, name: &HeaderName) -> String {
    let value = request.headers.get(name).map(HeaderValue::to_str);
    value.and_then(Result::ok).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    const BODY: &str =
        r#"{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}"#;

    /// The example of Tencent Cloud's documentation of this signature: an API of its servers,
    /// asked on 2019-02-25.
    fn check(id: &str, secret: &str, action: Option<&'static str>, expected: &str) {
        let url = "https://cvm.tencentcloudapi.com/".parse().unwrap();
        let kind = "application/json; charset=utf-8";
        let mut request = Outgoing::post(url, kind, BODY.into());
        if let Some(action) = action {
            request
                .headers
                .insert(ACTION, HeaderValue::from_static(action));
        }
        let now = Utc::of(UNIX_EPOCH + Duration::from_secs(1_551_113_065));
        sign(&mut request, id, secret, &now).unwrap();
        assert_eq!(request.headers[AUTHORIZATION], expected);
        assert_eq!(request.headers[TIMESTAMP], "1551113065");
    }

    #[test]
    fn the_published_example_has_its_published_signature() {
        let (id, secret) = (format!("AKID{}", "*".repeat(32)), "*".repeat(32));
        check(
            &id,
            &secret,
            Some("DescribeInstances"),
            &format!(
                "TC3-HMAC-SHA256 Credential={id}/2019-02-25/cvm/tc3_request, \
                 SignedHeaders=content-type;host;x-tc-action, \
                 Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
            ),
        );
    }

    #[test]
    fn so_has_the_older_example_which_signs_no_action() {
        check(
            "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            None,
            "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, \
             SignedHeaders=content-type;host, \
             Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        );
    }
}
