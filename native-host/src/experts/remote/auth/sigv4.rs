//! Amazon's Signature Version 4.

use reqwest::{
    Url,
    header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue},
};

use super::{
    date::Utc,
    hash::{hex, hmac_sha256, sha256},
};
use crate::experts::{Secret, remote::Outgoing};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// The service that Bedrock's calls are signed for.
pub(super) const BEDROCK: &str = "bedrock";

/// Who signs.
pub(super) struct Credentials<'a> {
    id: &'a str,
    secret: &'a str,
    /// Of a session, for keys that are lent.
    token: Option<&'a str>,
}

impl<'a> Credentials<'a> {
    /// The parts of a key: id, secret, and a session token if there is one.
    pub(super) fn of(key: &'a Secret) -> Option<Self> {
        Some(Self {
            id: key.part(0)?,
            secret: key.part(1)?,
            token: key.part(2),
        })
    }
}

/// What a signature is good for.
pub(super) struct Scope<'a> {
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

/// Signs a request: all of its headers, its address and its body. Nothing, if the key has
/// characters that no header may have.
pub(super) fn sign(
    request: &mut Outgoing,
    credentials: &Credentials<'_>,
    scope: &Scope<'_>,
    now: &Utc,
) -> Option<()> {
    let moment = now.compact();
    let date = HeaderValue::try_from(&moment).ok()?;
    request.headers.insert(DATE, date);
    if let Some(token) = credentials.token {
        let mut token = HeaderValue::try_from(token).ok()?;
        token.set_sensitive(true);
        request.headers.insert(TOKEN, token);
    }
    let headers = canonical_headers(&request.url, &request.headers)?;
    let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let names = names.join(";");
    let digest = sha256(canonical(request, &headers, &names).as_bytes());
    let scope_text = format!(
        "{}/{}/{}/aws4_request",
        now.compact_date(),
        scope.region,
        scope.service
    );
    let text = format!("{ALGORITHM}\n{moment}\n{scope_text}\n{digest}");
    let key = signing_key(credentials.secret, scope, now);
    let signature = hex(&hmac_sha256(&key, &text));
    let id = credentials.id;
    let authorization = format!(
        "{ALGORITHM} Credential={id}/{scope_text}, SignedHeaders={names}, Signature={signature}"
    );
    let mut authorization = HeaderValue::try_from(authorization).ok()?;
    authorization.set_sensitive(true);
    request.headers.insert(AUTHORIZATION, authorization);
    Some(())
}

/// The key of one day, region and service.
fn signing_key(secret: &str, scope: &Scope<'_>, now: &Utc) -> Vec<u8> {
    let first = format!("AWS4{secret}").into_bytes();
    let day = now.compact_date();
    [&day, scope.region, scope.service, "aws4_request"]
        .iter()
        .fold(first, |key, part| hmac_sha256(&key, part))
}

/// The request in the one form that both sides write it in.
fn canonical(request: &Outgoing, headers: &[(String, String)], names: &str) -> String {
    let lines: String = headers
        .iter()
        .map(|(name, value)| format!("{name}:{value}\n"))
        .collect();
    format!(
        "{}\n{}\n{}\n{lines}\n{names}\n{}",
        request.method,
        // What is sent is encoded already; all services but S3 want it encoded once more.
        encoded(request.url.path(), true),
        canonical_query(&request.url),
        sha256(&request.body),
    )
}

/// Lower-case names and plain values, in order; with the host, which HTTP itself adds.
fn canonical_headers(url: &Url, headers: &HeaderMap) -> Option<Vec<(String, String)>> {
    let host = url.host_str()?;
    let host = url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut all = vec![("host".to_owned(), host)];
    for name in headers.keys() {
        let values = headers.get_all(name).iter();
        let values: Option<Vec<_>> = values.map(|value| plain(value).ok()).collect();
        all.push((name.as_str().to_owned(), values?.join(",")));
    }
    all.sort();
    Some(all)
}

/// A value without blanks around it, and with one for several in it.
fn plain(value: &HeaderValue) -> Result<String, reqwest::header::ToStrError> {
    let words: Vec<_> = value.to_str()?.split_ascii_whitespace().collect();
    Ok(words.join(" "))
}

fn canonical_query(url: &Url) -> String {
    let pairs = url.query_pairs();
    let pairs = pairs.map(|(name, value)| (encoded(&name, false), encoded(&value, false)));
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

/// Percent-encodes all but what may stand anywhere in an address, and slashes if they part a path.
fn encoded(text: &str, is_path: bool) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
            char::from(byte).to_string()
        }
        b'/' if is_path => "/".to_owned(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use reqwest::Method;

    use super::*;

    const ID: &str = "AKIDEXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /// 2015-08-30T12:36:00Z, when all of Amazon's examples were signed.
    fn then() -> Utc {
        Utc::of(UNIX_EPOCH + Duration::from_secs(1_440_938_160))
    }

    fn key(parts: &[&str]) -> Secret {
        Secret::new(&parts.join("\n")).unwrap()
    }

    fn request(method: Method, url: &str, headers: &[(&'static str, &str)]) -> Outgoing {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        Outgoing {
            method,
            url: url.parse().unwrap(),
            headers: headers.collect(),
            body: Vec::new(),
        }
    }

    /// The authorization of a request in the examples' region.
    fn check(mut request: Outgoing, service: &str, headers: &str, signature: &str) -> Outgoing {
        let key = key(&[ID, SECRET]);
        let scope = Scope {
            region: "us-east-1",
            service,
        };
        sign(
            &mut request,
            &Credentials::of(&key).unwrap(),
            &scope,
            &then(),
        )
        .unwrap();
        let expected = format!(
            "AWS4-HMAC-SHA256 Credential={ID}/20150830/us-east-1/{service}/aws4_request, \
             SignedHeaders={headers}, Signature={signature}"
        );
        assert_eq!(request.headers[AUTHORIZATION], expected);
        request
    }

    #[test]
    fn requests_of_the_test_suite_have_their_published_signatures() {
        let plain = "host;x-amz-date";
        for (method, path, signature) in [
            (
                Method::GET,
                "/",
                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
            ),
            (
                Method::POST,
                "/",
                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
            ),
            (
                Method::GET,
                "/?Param2=value2&Param1=value1",
                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
            ),
        ] {
            let url = format!("https://example.amazonaws.com{path}");
            check(request(method, &url, &[]), "service", plain, signature);
        }
    }

    #[test]
    fn blanks_in_header_values_do_not_count() {
        let headers = [("my-header1", " value1"), ("my-header2", " \"a   b   c\"")];
        check(
            request(Method::GET, "https://example.amazonaws.com/", &headers),
            "service",
            "host;my-header1;my-header2;x-amz-date",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
        );
    }

    #[test]
    fn the_documented_request_has_its_documented_signature() {
        let kind = "application/x-www-form-urlencoded; charset=utf-8";
        let url = "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08";
        let signed = check(
            request(Method::GET, url, &[("content-type", kind)]),
            "iam",
            "content-type;host;x-amz-date",
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        );
        assert_eq!(signed.headers[DATE], "20150830T123600Z");
        let mut headers = canonical_headers(&signed.url, &signed.headers).unwrap();
        headers.retain(|(name, _)| name != "authorization");
        let canonical = canonical(&signed, &headers, "content-type;host;x-amz-date");
        assert_eq!(
            sha256(canonical.as_bytes()),
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
        );
    }

    #[test]
    fn the_documented_signing_key_is_derived() {
        let scope = Scope {
            region: "us-east-1",
            service: "iam",
        };
        assert_eq!(
            hex(&signing_key(SECRET, &scope, &then())),
            "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9"
        );
    }

    #[test]
    fn a_session_token_is_sent_and_signed() {
        let key = key(&[ID, SECRET, "session"]);
        let scope = Scope {
            region: "us-east-1",
            service: "service",
        };
        let mut request = request(Method::GET, "https://example.amazonaws.com/", &[]);
        sign(
            &mut request,
            &Credentials::of(&key).unwrap(),
            &scope,
            &then(),
        )
        .unwrap();
        assert_eq!(request.headers[TOKEN], "session");
        let authorization = request.headers[AUTHORIZATION].to_str().unwrap();
        assert!(authorization.contains("host;x-amz-date;x-amz-security-token"));
    }

    #[test]
    fn a_path_is_encoded_once_more_than_it_is_sent() {
        assert_eq!(
            encoded("/model/a.b-v1%3A0/x", true),
            "/model/a.b-v1%253A0/x"
        );
        assert_eq!(encoded("a/b ä", false), "a%2Fb%20%C3%A4");
    }
}
