//! Amazon's binary messages.

use coterie_host::experts::stream::{AmazonMessage, AmazonMessages, MAX_EVENT};

use crate::pieces::pieces;

/// Lengths and their checksum, and the checksum at the end.
const PRELUDE: usize = 12;
const CHECKSUM: usize = 4;

/// What was read: messages, and whether the stream went wrong.
type Read = (Vec<AmazonMessage>, bool);

/// The messages are the same however the bytes arrive, and those of a plain reading of the whole.
pub fn amazon_decode(data: &[u8]) {
    let (bytes, pieces) = pieces(data);
    assert_eq!(read(pieces.iter().copied()), reference(bytes));
    // A change breaks a checksum: with right ones, what stands behind them is reached too.
    let sealed = sealed(bytes);
    let length = pieces.first().map_or(1, |piece| piece.len().max(1));
    assert_eq!(read(sealed.chunks(length)), reference(&sealed));
}

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Read {
    let mut messages = AmazonMessages::default();
    let mut found = Vec::new();
    for piece in pieces {
        messages.push(piece);
        while let Some(taken) = messages.take() {
            match taken {
                Ok(message) => found.push(message),
                Err(_) => return (found, true),
            }
        }
    }
    (found, false)
}

/// A message whose headers are so many bytes as the first one says, and the rest its payload.
fn sealed(bytes: &[u8]) -> Vec<u8> {
    let count = bytes.first().map_or(0, |count| usize::from(*count));
    let rest = bytes.get(1..).unwrap_or_default();
    let headers = count.min(rest.len());
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut message = number(PRELUDE + rest.len() + CHECKSUM).to_vec();
    message.extend_from_slice(&number(headers));
    message.extend_from_slice(&crc32fast::hash(&message).to_be_bytes());
    message.extend_from_slice(rest);
    message.extend_from_slice(&crc32fast::hash(&message).to_be_bytes());
    message
}

/// Reads the whole at once.
fn reference(mut bytes: &[u8]) -> Read {
    let mut found = Vec::new();
    while bytes.len() >= PRELUDE {
        let (length, headers) = (number(bytes, 0), number(bytes, 4));
        let fits = length <= MAX_EVENT && PRELUDE + headers + CHECKSUM <= length;
        if !fits || !holds(&bytes[..PRELUDE]) {
            return (found, true);
        }
        if bytes.len() < length {
            break;
        }
        let (message, rest) = bytes.split_at(length);
        let payload = message[PRELUDE + headers..length - CHECKSUM].to_vec();
        let headers = text_headers(&message[PRELUDE..PRELUDE + headers]);
        match headers.filter(|_| holds(message)) {
            Some(headers) => found.push(AmazonMessage { headers, payload }),
            None => return (found, true),
        }
        bytes = rest;
    }
    (found, false)
}

fn number(bytes: &[u8], at: usize) -> usize {
    let bytes: [u8; 4] = bytes[at..at + 4].try_into().unwrap();
    u32::from_be_bytes(bytes) as usize
}

/// Whether bytes end with their own checksum.
fn holds(bytes: &[u8]) -> bool {
    let (bytes, checksum) = bytes.split_at(bytes.len() - CHECKSUM);
    crc32fast::hash(bytes).to_be_bytes() == checksum
}

fn text_headers(bytes: &[u8]) -> Option<Vec<(String, String)>> {
    let mut headers = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let name_end = at + 1 + usize::from(bytes[at]);
        let name = bytes.get(at + 1..name_end)?;
        let length = match *bytes.get(name_end)? {
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            9 => 16,
            6 | 7 => {
                let length = bytes.get(name_end + 1..name_end + 3)?;
                2 + usize::from(u16::from_be_bytes([length[0], length[1]]))
            }
            _ => return None,
        };
        let value = bytes.get(name_end + 1..name_end + 1 + length)?;
        if bytes[name_end] == 7 {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            headers.push((text(name), text(&value[2..])));
        }
        at = name_end + 1 + length;
    }
    Some(headers)
}
