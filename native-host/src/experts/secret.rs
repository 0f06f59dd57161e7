//! Keys: they can be used, and not shown.

use std::{fmt, sync::Arc};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use coterie_protocol::KeyPart;
use reqwest::header::HeaderValue;
use url::form_urlencoded;
use zeroize::Zeroizing;

/// The shortest text that is taken for a key where it is repeated: a shorter one would be found in
/// the middle of words.
const SHORTEST: usize = 4;

/// The beginning and the end of a key that is long enough are as good as hidden by themselves.
const FRAGMENT: usize = 12;

/// A key. Neither printing nor logging it shows anything of it, and memory forgets it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Arc<Zeroizing<String>>);

impl Secret {
    /// Takes a key as the reader gave it; nothing, if there is nothing in it.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(Arc::new(Zeroizing::new(text.to_owned()))))
    }

    /// A key of several parts, such as an id and a secret.
    pub fn of_parts(parts: &[KeyPart]) -> Option<Self> {
        let texts: Vec<&str> = parts.iter().map(|part| part.0.trim()).collect();
        Self::new(&Zeroizing::new(texts.join("\n")))
    }

    /// The value of a header after `prefix`, marked so that no log prints it. Nothing, if the
    /// key has characters that no header may have.
    pub fn header(&self, prefix: &str) -> Option<HeaderValue> {
        let text = Zeroizing::new(format!("{prefix}{}", self.0.as_str()));
        let mut value = HeaderValue::from_str(&text).ok()?;
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

    /// Takes the key out of a text that came from elsewhere, such as a vendor's error message:
    /// whole, as it stands in an address, in base64 or in hexadecimal digits, and the beginning or
    /// end that some vendors show.
    pub fn redact(&self, text: &str) -> String {
        let hide = |text: String, part: &str| text.replace(part, "[key]");
        let parts = self.0.lines().filter(|part| part.len() >= SHORTEST);
        parts.fold(text.to_owned(), |text, part| {
            let text = hide(text, part);
            let encodings = encodings(part);
            let text = encodings
                .iter()
                .fold(text, |text, encoded| hide(text, encoded));
            fragments(part).into_iter().fold(text, hide)
        })
    }
}

/// A key as it may be written otherwise.
fn encodings(part: &str) -> Vec<Zeroizing<String>> {
    let bytes = part.as_bytes();
    let in_address = form_urlencoded::byte_serialize(bytes).collect();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut encodings = vec![in_address, digits.to_uppercase(), digits];
    // What stands before it, such as a user's name, shifts how it is written: what is common to
    // all that may stand around it is looked for.
    for before in 0..3 {
        let shifted = Zeroizing::new([&[0; 2][..before], bytes].concat());
        let common = (before * 4).div_ceil(3)..shifted.len() * 4 / 3;
        for engine in [&STANDARD, &URL_SAFE] {
            let whole = Zeroizing::new(engine.encode(&*shifted));
            encodings.extend(whole.get(common.clone()).map(str::to_owned));
        }
    }
    encodings.into_iter().map(Zeroizing::new).collect()
}

/// The first and the last characters of a key, where they are not most of it.
fn fragments(part: &str) -> Vec<&str> {
    let whole = part.is_ascii() && part.len() >= FRAGMENT + SHORTEST;
    let split = |at| part.split_at_checked(at);
    let ends = [
        split(FRAGMENT).map(|(start, _)| start),
        split(part.len().saturating_sub(FRAGMENT)).map(|(_, end)| end),
    ];
    ends.into_iter().flatten().filter(|_| whole).collect()
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
    fn half_a_key_and_an_encoded_one_are_silenced_as_well() {
        let key = Secret::new("a+b/c=d-0123456789-end").unwrap();
        for repeated in [
            "a%2Bb%2Fc%3Dd-0123456789-end",
            "a+b/c=d-0123",
            "3456789-end",
        ] {
            let text = key.redact(&format!("bad key {repeated}, no"));
            assert!(
                !text.contains("0123") || repeated.len() < FRAGMENT,
                "{text}"
            );
        }
    }

    #[test]
    fn a_key_in_base64_or_in_digits_is_silenced_whatever_stands_around_it() {
        let key = "a?>b/c+d-0123456789~end";
        let secret = Secret::new(key).unwrap();
        let digits: String = key.bytes().map(|byte| format!("{byte:02x}")).collect();
        for text in [digits.to_uppercase(), digits] {
            assert_eq!(secret.redact(&text), "[key]");
        }
        for before in ["", "x", "me", "you", "user:"] {
            for after in ["", ":", "\r\n"] {
                for engine in [&STANDARD, &URL_SAFE] {
                    let text = engine.encode(format!("{before}{key}{after}"));
                    let left = secret.redact(&text).replace("[key]", "");
                    // At most what the neighbours need, and the characters shared with them.
                    let most = (before.len() + after.len()) * 4 / 3 + 6;
                    assert!(left.len() <= most, "{left} is left of {text}");
                }
            }
        }
    }

    #[test]
    fn what_is_too_short_to_be_told_from_words_is_left() {
        let key = Secret::new("on\nsk-canary-0123").unwrap();
        assert_eq!(key.redact("only sk-canary-0123"), "only [key]");
    }

    #[test]
    fn parts_are_one_a_line() {
        let parts = [" id ", "secret\n"].map(|part| KeyPart(part.to_owned()));
        let key = Secret::of_parts(&parts).unwrap();
        assert_eq!((key.part(0), key.part(1)), (Some("id"), Some("secret")));
        assert!(Secret::of_parts(&[KeyPart(" ".to_owned())]).is_none());
    }

    #[test]
    fn blanks_are_no_key_and_line_breaks_are_no_header() {
        assert_eq!(Secret::new("  \n"), None);
        assert_eq!(Secret::new("a\nb").unwrap().header(""), None);
    }
}
