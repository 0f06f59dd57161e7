//! Keys: they can be used, and not shown.

use std::fmt;

use reqwest::header::HeaderValue;

/// A key. Neither printing nor logging it shows anything of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a key as the reader gave it; nothing, if there is nothing in it.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The value of a header after `prefix`, marked so that no log prints it. Nothing, if the
    /// key has characters that no header may have.
    pub fn header(&self, prefix: &str) -> Option<HeaderValue> {
        let mut value = HeaderValue::try_from(format!("{prefix}{}", self.0)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Whether it ends so; some vendors tell kinds of accounts apart by that.
    pub fn ends_with(&self, end: &str) -> bool {
        self.0.ends_with(end)
    }

    /// One part of a key that has several, from 0: an id and a secret, one a line.
    pub fn part(&self, number: usize) -> Option<&str> {
        self.0.lines().nth(number).filter(|part| !part.is_empty())
    }

    /// Takes the key out of a text that came from elsewhere, such as a vendor's error message.
    pub fn redact(&self, text: &str) -> String {
        let hide = |text: String, part: &str| text.replace(part, "[key]");
        let parts = self.0.lines().filter(|part| !part.is_empty());
        parts.fold(text.to_owned(), hide)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[key]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "sk-canary-0123456789";

    #[test]
    fn a_key_is_never_printed() {
        let key = Secret::new(CANARY).unwrap();
        let header = key.header("Bearer ").unwrap();
        assert!(!format!("{key:?} {header:?}").contains("canary"));
        assert_eq!(header.to_str().unwrap(), format!("Bearer {CANARY}"));
    }

    #[test]
    fn a_vendor_that_repeats_the_key_is_silenced() {
        let key = Secret::new(CANARY).unwrap();
        assert_eq!(key.redact(&format!("bad key {CANARY}.")), "bad key [key].");
    }

    #[test]
    fn blanks_are_no_key_and_line_breaks_are_no_header() {
        assert_eq!(Secret::new("  \n"), None);
        assert_eq!(Secret::new("a\nb").unwrap().header(""), None);
    }
}
