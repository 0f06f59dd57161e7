//! The names of clients, requests and documents.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest client name, in bytes.
const MAX_CLIENT: usize = 32;

/// Why a name was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum IdError {
    /// The client part is empty, too long, or has a character other than ASCII letters and digits.
    #[error("client `{0}` is not 1 to {MAX_CLIENT} ASCII letters or digits")]
    Client(String),
    /// A request is written `client/number`.
    #[error("request `{0}` is not written client/number")]
    Request(String),
}

/// One panel, or whatever else asks the host: 1 to 32 ASCII letters or digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(String);

impl ClientId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ClientId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        let fits = (1..=MAX_CLIENT).contains(&text.len());
        if fits && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text))
        } else {
            Err(IdError::Client(shortened(&text)))
        }
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One request of one client, written `client/number`. The worker routes by the part before the
/// slash and keeps no table, so that it may be killed at any time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId {
    client: ClientId,
    number: u64,
}

impl RequestId {
    /// The `number`th request of `client`.
    pub fn new(client: ClientId, number: u64) -> Self {
        Self { client, number }
    }

    /// Who asked.
    pub fn client(&self) -> &ClientId {
        &self.client
    }
}

impl TryFrom<String> for RequestId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        let refused = || IdError::Request(shortened(&text));
        let (client, number) = text.split_once('/').ok_or_else(refused)?;
        let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let number = number.parse().ok().filter(|_| plain).ok_or_else(refused)?;
        Ok(Self {
            client: ClientId::try_from(client.to_owned())?,
            number,
        })
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.client, self.number)
    }
}

/// A page that the host has read and keeps while the connection lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct DocumentId(pub u32);

/// The first characters of a refused name: it came from outside and may be of any length.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, accepted: bool) {
        let parsed = RequestId::try_from(text.to_owned());
        assert_eq!(parsed.is_ok(), accepted, "{text:?} gave {parsed:?}");
        if let Ok(id) = parsed {
            assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn a_request_is_a_client_and_a_number() {
        check("a1/0", true);
        check("panel7/18446744073709551615", true);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "", "a", "/1", "a/", "a/+1", "a/-1", "a/1.0", "a b/1", "a/1/2", "é/1",
        ] {
            check(text, false);
        }
        check("a/18446744073709551616", false);
        check(&format!("{}/1", "a".repeat(MAX_CLIENT + 1)), false);
    }
}
