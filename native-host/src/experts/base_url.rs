//! Where an expert listens: an address that a key and a page's text may be sent to.

use std::{fmt, net::IpAddr};

use reqwest::Url;
use serde::Deserialize;
use thiserror::Error;
use url::Origin;

/// A checked base address: `https`, or `http` on this machine; no user, query or fragment.
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
        is_loopback(&self.0)
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
        let unreadable = |_| BaseUrlError::Unreadable(text.clone());
        let url = Url::parse(text.trim()).map_err(unreadable)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::NotPlain(host));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::NotPlain(host));
        }
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if is_loopback(&url) => Ok(Self(url)),
            _ => Err(BaseUrlError::NotSecure(host)),
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, accepted: bool) {
        let parsed = BaseUrl::try_from(text.to_owned());
        assert_eq!(parsed.is_ok(), accepted, "{text} gave {parsed:?}");
    }

    #[test]
    fn https_goes_anywhere() {
        check("https://api.example.com/v1", true);
        check("https://api.example.com:8443", true);
    }

    #[test]
    fn http_goes_to_this_machine_only_however_it_is_spelt() {
        for host in [
            "127.0.0.1:11434",
            "localhost:8080",
            "[::1]:1234",
            "127.1",
            "0x7f.1",
            "2130706433",
        ] {
            check(&format!("http://{host}/v1"), true);
        }
        for host in [
            "example.com",
            "192.168.1.2",
            "10.0.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "localhost.evil.example",
            "[::ffff:10.0.0.1]",
        ] {
            check(&format!("http://{host}/v1"), false);
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
            "https://example.com/?key=1",
            "https://example.com/#x",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_a_password() {
        let error = BaseUrl::try_from("https://me:hunter2@example.com".to_owned()).unwrap_err();
        assert!(!error.to_string().contains("hunter2"));
    }

    #[test]
    fn calls_are_appended_once() {
        for base in ["http://localhost:1/v1", "http://localhost:1/v1/"] {
            let base = BaseUrl::try_from(base.to_owned()).unwrap();
            assert_eq!(base.call("models").as_str(), "http://localhost:1/v1/models");
        }
    }
}
