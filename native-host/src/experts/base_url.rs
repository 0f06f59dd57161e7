//! Where an expert listens: an address that a key and a page's text may be sent to.

use std::fmt;

use reqwest::Url;
use serde::Deserialize;
use thiserror::Error;
use url::Origin;

use super::Reach;

/// The longest part of a text that is no address that is repeated, in characters.
const REPEATED: usize = 100;

/// A checked base address: `https`, or `http` on this machine; no user, query or fragment; nowhere
/// where no expert may be. One in a private network still has to be confirmed by the reader.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct BaseUrl(Url);

/// Why an address was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BaseUrlError {
    /// It is no address at all.
    #[error("`{0}` is not a web address")]
    Unreadable(String),
    /// It would send text in the clear.
    #[error("`{0}` must begin with https://; http:// is for this machine only")]
    NotSecure(String),
    /// It carries more than an address.
    #[error("the address of `{0}` must have no user name, query or fragment")]
    NotPlain(String),
    /// It leads to the inside of a network, where no expert may be.
    #[error("no expert may be at `{0}`: this address belongs to the network itself")]
    Forbidden(String),
}

impl BaseUrl {
    /// The address of one of its calls: `chat/completions`, `models`.
    pub fn call(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url
    }

    /// The same without its path.
    #[must_use]
    pub fn root(&self) -> Self {
        let mut url = self.0.clone();
        url.set_path("");
        Self(url)
    }

    /// Scheme, host and port: what a key is bound to.
    pub fn origin(&self) -> Origin {
        self.0.origin()
    }

    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        self.reach() == Reach::Loopback
    }

    /// What it leads to, as far as it can be told without looking up its name.
    pub fn reach(&self) -> Reach {
        reach(&self.0)
    }

    /// The host without a port: what a reader confirms when it is in a private network.
    pub fn host_name(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host, with the port where one is given.
    pub fn host(&self) -> String {
        let host = self.0.host_str().unwrap_or_default();
        self.0
            .port()
            .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = BaseUrlError;

    fn try_from(text: String) -> Result<Self, BaseUrlError> {
        let text = text.trim();
        let mut url = parse(text).ok_or_else(|| BaseUrlError::Unreadable(shown(text)))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if has_user(text) || url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::NotPlain(host));
        }
        // A name with a dot at its end is the same name, and would be another origin.
        if let Some(name) = host.strip_suffix('.') {
            let unreadable = |_| BaseUrlError::Unreadable(shown(text));
            url.set_host(Some(name)).map_err(unreadable)?;
        }
        match (url.scheme(), reach(&url)) {
            ("https" | "http", Reach::Forbidden) => Err(BaseUrlError::Forbidden(host)),
            ("https", _) | ("http", Reach::Loopback) => Ok(Self(url)),
            _ => Err(BaseUrlError::NotSecure(host)),
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Reads an address as it stands: the parser of the web drops line breaks and turns slashes
/// around, and the reader would see another address than the one used.
fn parse(text: &str) -> Option<Url> {
    let strange = |character: char| character == '\\' || character.is_whitespace();
    if text.contains(|character: char| strange(character) || character.is_control()) {
        return None;
    }
    Url::parse(text).ok().filter(|url| url.port() != Some(0))
}

/// Whether a user stands before the host, even an empty one.
fn has_user(text: &str) -> bool {
    let after_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    let authority = after_scheme.split(['/', '?', '#']).next();
    authority.is_some_and(|authority| authority.contains('@'))
}

/// A text that is no address, without what may be a password in it.
fn shown(text: &str) -> String {
    let after_user = text.rsplit('@').next().unwrap_or_default();
    after_user.chars().take(REPEATED).collect()
}

fn reach(url: &Url) -> Reach {
    let host = url.host();
    host.map_or(Reach::Forbidden, |host| Reach::of_host(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, accepted: bool) {
        let parsed = BaseUrl::try_from(text.to_owned());
        assert_eq!(parsed.is_ok(), accepted, "{text} gave {parsed:?}");
    }

    fn check_reach(text: &str, expected: Reach) {
        let url = BaseUrl::try_from(text.to_owned()).unwrap();
        assert_eq!(url.reach(), expected, "{text}");
    }

    #[test]
    fn https_goes_anywhere() {
        for text in [
            "https://api.example.com/v1",
            "https://api.example.com:8443",
            "https://API.Example.COM/",
            "https://api.example.com./v1",
            "  https://api.example.com/v1\n",
            "https://1.1.1.1/dns",
            "https://[2606:4700:4700::1111]/v1",
            "https://api.example.com/a/../v1",
            "https://metadata.example.com/v1",
            "https://xn--bcher-kva.example/v1",
            "https://b\u{fc}cher.example/v1",
        ] {
            check_reach(text, Reach::Public);
        }
    }

    #[test]
    fn http_goes_to_this_machine_only_however_it_is_spelt() {
        for host in [
            "127.0.0.1:11434",
            "localhost:8080",
            "localhost.:8080",
            "LOCALHOST",
            "[::1]:1234",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "127.0.0.1.",
            "[0:0:0:0:0:0:0:1]",
            "127\u{3002}0\u{3002}0\u{3002}1",
        ] {
            check_reach(&format!("http://{host}/v1"), Reach::Loopback);
        }
        for host in [
            "example.com",
            "192.168.1.2",
            "10.0.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "0",
            "localhost.evil.example",
            "[::ffff:10.0.0.1]",
            "[::ffff:127.0.0.1]",
        ] {
            check(&format!("http://{host}/v1"), false);
        }
    }

    #[test]
    fn private_networks_are_left_to_the_reader() {
        for host in ["10.0.0.1", "192.168.1.2:8443", "0xc0a80102", "[fd12::1]"] {
            check_reach(&format!("https://{host}/v1"), Reach::Private);
        }
    }

    #[test]
    fn the_inside_of_networks_is_refused_even_over_https() {
        for host in [
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "[fe80::1]",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "100.100.100.200",
            "metadata.google.internal",
            "metadata.google.internal.",
            "224.0.0.1",
            "0.0.0.0",
            "[::]",
        ] {
            let parsed = BaseUrl::try_from(format!("https://{host}/v1"));
            let forbidden = matches!(parsed, Err(BaseUrlError::Forbidden(_)));
            assert!(forbidden, "{host} gave {parsed:?}");
        }
    }

    #[test]
    fn who_writes_like_another_is_not_that_other() {
        let real = BaseUrl::try_from("https://api.openai.com/v1".to_owned()).unwrap();
        for text in [
            "https://\u{430}pi.openai.com/v1",
            "https://api.open\u{430}i.com/v1",
            "https://api.openai.com.evil.example/v1",
            "https://api.openai.com:444/v1",
        ] {
            let other = BaseUrl::try_from(text.to_owned()).unwrap();
            assert_ne!(other.origin(), real.origin(), "{text}");
            assert!(other.to_string().is_ascii(), "{other} hides what it is");
        }
    }

    #[test]
    fn one_server_is_one_origin_however_it_is_spelt() {
        let real = BaseUrl::try_from("https://api.example.com/v1".to_owned()).unwrap();
        for text in [
            "https://api.example.com./v1",
            "https://API.example.com:443/other",
        ] {
            let other = BaseUrl::try_from(text.to_owned()).unwrap();
            assert_eq!(other.origin(), real.origin(), "{text}");
        }
    }

    #[test]
    fn other_schemes_and_additions_are_refused() {
        for text in [
            "",
            "example.com",
            "ftp://example.com",
            "file:///etc/passwd",
            "https://user@example.com",
            "https://a:b@example.com",
            "https://@example.com",
            "https://:@example.com",
            "https://api.example.com@evil.example",
            "https://api.example.com%40evil.example",
            "https:\\\\evil.example",
            "https://api.example.com\\@evil.example",
            "https://exam\tple.com",
            "https://example.com/\n/v1",
            "https://example.com:0",
            "https://example.com/?key=1",
            "https://example.com/#x",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_a_password() {
        for text in [
            "https://me:hunter2@example.com",
            "https://me:hunter2@exam ple.com",
            "me:hunter2@example.com",
        ] {
            let error = BaseUrl::try_from(text.to_owned()).unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn calls_are_appended_once() {
        for base in ["http://localhost:1/v1", "http://localhost:1/v1/"] {
            let base = BaseUrl::try_from(base.to_owned()).unwrap();
            assert_eq!(base.call("models").as_str(), "http://localhost:1/v1/models");
        }
    }
}
