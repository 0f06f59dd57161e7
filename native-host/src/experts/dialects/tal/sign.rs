//! TAL's signature: HMAC-SHA1 over the parameters of the address and the body, in the address.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::experts::remote::{Moment, Outgoing, Utc};

/// Times are those of Beijing.
const EAST_OF_UTC: Duration = Duration::from_secs(8 * 60 * 60);

/// Puts id, time, nonce and signature into the address.
pub(super) fn sign(request: &mut Outgoing, id: &str, secret: &str, moment: &Moment) {
    let there = Utc::of(moment.now + EAST_OF_UTC);
    let timestamp = format!("{}T{}", there.date, there.time);
    let nonce = moment.nonce.to_string();
    let body = String::from_utf8_lossy(&request.body);
    let signature = signature(id, &nonce, &timestamp, &body, secret);
    request
        .url
        .query_pairs_mut()
        .append_pair("access_key_id", id)
        .append_pair("signature_nonce", &nonce)
        .append_pair("timestamp", &timestamp)
        .append_pair("signature", &signature);
}

/// The parameters are signed in the order of their names, and not escaped.
fn signature(id: &str, nonce: &str, timestamp: &str, body: &str, secret: &str) -> String {
    let text = format!(
        "access_key_id={id}&request_body={body}&signature_nonce={nonce}&timestamp={timestamp}"
    );
    let key = format!("{secret}&");
    // A key of any length is one: there is nothing to refuse.
    Hmac::<Sha1>::new_from_slice(key.as_bytes()).map_or_else(
        |_| String::new(),
        |mac| BASE64_STANDARD.encode(mac.chain_update(text).finalize().into_bytes()),
    )
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    /// There is no published value: this one was worked out with another implementation, Python's
    /// `hmac`, after TAL's published sample.
    #[test]
    fn parameters_are_signed_in_order_with_a_key_that_ends_in_an_ampersand() {
        let url = "https://openai.100tal.com/aitext/multi-70b/multi-70b/http"
            .parse()
            .unwrap();
        let body = r#"{"messages":[{"role":"user","content":"1+1=?"}]}"#;
        let mut request = Outgoing::post(url, "application/json", body.into());
        let moment = Moment {
            now: UNIX_EPOCH + Duration::from_secs(1_795_428_000),
            nonce: 42,
        };
        sign(&mut request, "id", "secret", &moment);
        assert_eq!(
            request.url.query().unwrap(),
            "access_key_id=id&signature_nonce=42&timestamp=2026-11-23T18%3A00%3A00&signature=fXPjM9VzIdyPiDDJ8IdM0wr4Tdk%3D"
        );
    }
}
