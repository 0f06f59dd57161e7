//! Amazon's event stream (`application/vnd.amazon.eventstream`): binary messages, each with
//! headers, a payload and two checksums.

use thiserror::Error;

use super::{MAX_EVENT, MAX_STREAM};

/// Length of the message, length of its headers, checksum of both.
const PRELUDE: usize = 12;

/// The checksum at the end of a message.
const CHECKSUM: usize = 4;

/// Cuts a byte stream into messages, the same however it arrives.
#[derive(Debug, Default)]
pub struct AmazonMessages {
    bytes: Vec<u8>,
    /// Where the first message that was not taken begins.
    begin: usize,
    taken: usize,
    failed: bool,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmazonMessage {
    /// Its headers whose value is text; no other says what a message is.
    pub headers: Vec<(String, String)>,
    /// What it says.
    pub payload: Vec<u8>,
}

/// A stream of which nothing more can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MessageError {
    /// A message is too long.
    #[error("a message of {0} bytes is longer than {MAX_EVENT} bytes")]
    TooLong(usize),
    /// A message's lengths do not fit each other.
    #[error("a message of {0} bytes cannot have {1} bytes of headers")]
    Lengths(usize, usize),
    /// A message is not as it was sent.
    #[error("a message has checksum {found:08x} instead of {expected:08x}")]
    Checksum {
        /// What came with it.
        expected: u32,
        /// What its bytes give.
        found: u32,
    },
    /// A header is none.
    #[error("the headers of a message cannot be read")]
    Headers,
    /// The stream does not end.
    #[error("the stream is longer than {MAX_STREAM} bytes")]
    Stream,
}

impl AmazonMessages {
    /// Takes bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.taken = self.taken.saturating_add(bytes.len());
        if self.failed || self.taken > MAX_STREAM {
            return;
        }
        // What is moved came with the last bytes, or is what they have ended: it stays linear.
        self.bytes.drain(..self.begin);
        self.begin = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next message that is whole, or why there will be no more.
    pub fn take(&mut self) -> Option<Result<AmazonMessage, MessageError>> {
        if self.failed {
            return None;
        }
        let taken = self.cut().transpose()?;
        self.failed = taken.is_err();
        Some(taken)
    }

    fn cut(&mut self) -> Result<Option<AmazonMessage>, MessageError> {
        let waiting = &self.bytes[self.begin..];
        let message = match length(waiting)? {
            Some(length) => waiting.get(..length),
            None => None,
        };
        let Some(message) = message else {
            let endless = self.taken > MAX_STREAM;
            return if endless {
                Err(MessageError::Stream)
            } else {
                Ok(None)
            };
        };
        let read = read(message)?;
        self.begin += message.len();
        Ok(Some(read))
    }
}

impl AmazonMessage {
    /// The text of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(other, _)| other == name)?;
        Some(value)
    }

    /// The code of a message that stands for a failure, and what its headers say of it.
    pub fn failure(&self) -> Option<(&str, Option<&str>)> {
        match self.header(":message-type")? {
            "exception" => Some((self.header(":exception-type").unwrap_or_default(), None)),
            "error" => {
                let said = self.header(":error-message").unwrap_or_default();
                Some((self.header(":error-code").unwrap_or_default(), Some(said)))
            }
            _ => None,
        }
    }
}

/// The length of the message that begins here, once its prelude has come.
fn length(bytes: &[u8]) -> Result<Option<usize>, MessageError> {
    let Some(prelude) = bytes.get(..PRELUDE) else {
        return Ok(None);
    };
    check(prelude)?;
    let (length, headers) = (number(&prelude[..4]), number(&prelude[4..8]));
    let (length, headers) = (length as usize, headers as usize);
    if length > MAX_EVENT {
        return Err(MessageError::TooLong(length));
    }
    if headers.saturating_add(PRELUDE + CHECKSUM) > length {
        return Err(MessageError::Lengths(length, headers));
    }
    Ok(Some(length))
}

/// Reads a whole message, whose lengths were checked.
fn read(message: &[u8]) -> Result<AmazonMessage, MessageError> {
    check(message)?;
    let headers_end = PRELUDE + number(&message[4..8]) as usize;
    let payload = message[headers_end..message.len() - CHECKSUM].to_vec();
    let headers = headers(&message[PRELUDE..headers_end]).ok_or(MessageError::Headers)?;
    Ok(AmazonMessage { headers, payload })
}

/// Bytes end with their own checksum.
fn check(bytes: &[u8]) -> Result<(), MessageError> {
    let (bytes, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    let (expected, found) = (number(checksum), crc32fast::hash(bytes));
    if expected == found {
        Ok(())
    } else {
        Err(MessageError::Checksum { expected, found })
    }
}

fn headers(mut bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut headers = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let (name, rest) = rest.split_at_checked(usize::from(*length))?;
        let (kind, rest) = rest.split_first()?;
        let (value, rest) = value(*kind, rest)?;
        if let Some(value) = value {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            headers.push((text(name), text(value)));
        }
        bytes = rest;
    }
    Some(headers)
}

/// A header's value, if it is text, and what follows it.
fn value(kind: u8, bytes: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    const BYTES: u8 = 6;
    const TEXT: u8 = 7;
    let fixed = match kind {
        // True and false.
        0 | 1 => 0,
        // Whole numbers of growing length.
        2 => 1,
        3 => 2,
        4 => 4,
        // A long number, a time.
        5 | 8 => 8,
        // A unique identifier.
        9 => 16,
        BYTES | TEXT => {
            let (length, rest) = bytes.split_at_checked(2)?;
            let length = usize::from(length[0]) << 8 | usize::from(length[1]);
            let (value, rest) = rest.split_at_checked(length)?;
            return Some(((kind == TEXT).then_some(value), rest));
        }
        _ => return None,
    };
    Some((None, bytes.get(fixed..)?))
}

fn number(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u32::from(*byte))
}

#[cfg(test)]
pub(crate) mod tests;
