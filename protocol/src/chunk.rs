//! Messages that do not fit in one frame travel in chunks.
//!
//! A chunk carries a slice of the message's JSON text. Chunks of one request arrive in order;
//! those of different requests may interleave.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::RequestId;

/// The text of one chunk, in bytes. As JSON inside JSON it may double, and stays below 1 MiB.
const CHUNK_TEXT: usize = 256 * 1024;

/// The largest message that may be put together from chunks, in bytes.
const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// How many messages may be under way at once.
const MAX_UNDER_WAY: usize = 16;

/// Part of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// The request that the message belongs to.
    pub id: RequestId,
    /// The place of this part, from 0.
    pub index: u32,
    /// Whether this is the last part.
    pub last: bool,
    /// A slice of the message's JSON.
    pub text: String,
}

/// Why a chunk was refused. What had arrived of its message is dropped.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChunkError {
    /// A chunk is missing, doubled or out of order.
    #[error("chunk {found} of request {id} came where chunk {expected} was due")]
    OutOfOrder {
        /// The request.
        id: RequestId,
        /// The index that was due.
        expected: u32,
        /// The index that came.
        found: u32,
    },
    /// The message is too large.
    #[error("the message of request {id} is larger than {MAX_MESSAGE} bytes")]
    TooLarge {
        /// The request.
        id: RequestId,
    },
    /// Too many messages are unfinished.
    #[error("more than {MAX_UNDER_WAY} messages are arriving in chunks at once")]
    TooMany,
}

/// Cuts the JSON text of a message into chunks.
pub fn split(id: &RequestId, json: &str) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut rest = json;
    loop {
        let (text, after) = rest.split_at(rest.floor_char_boundary(CHUNK_TEXT));
        let index = u32::try_from(chunks.len()).unwrap_or(u32::MAX);
        chunks.push(Chunk {
            id: id.clone(),
            index,
            last: after.is_empty(),
            text: text.to_owned(),
        });
        if after.is_empty() {
            return chunks;
        }
        rest = after;
    }
}

/// Puts messages together again.
#[derive(Debug, Default)]
pub struct Assembler {
    under_way: HashMap<RequestId, Partial>,
}

#[derive(Debug, Default)]
struct Partial {
    next: u32,
    text: String,
}

impl Assembler {
    /// Takes one chunk; gives the JSON text of its message when that is the last one.
    ///
    /// # Errors
    /// When chunks do not follow each other, or a limit is passed.
    pub fn push(&mut self, chunk: Chunk) -> Result<Option<String>, ChunkError> {
        let mut partial = self.under_way.remove(&chunk.id).unwrap_or_default();
        if partial.next == 0 && self.under_way.len() >= MAX_UNDER_WAY {
            return Err(ChunkError::TooMany);
        }
        if partial.next != chunk.index {
            let (expected, found) = (partial.next, chunk.index);
            return Err(ChunkError::OutOfOrder {
                id: chunk.id,
                expected,
                found,
            });
        }
        if partial.text.len() + chunk.text.len() > MAX_MESSAGE {
            return Err(ChunkError::TooLarge { id: chunk.id });
        }
        partial.next += 1;
        partial.text.push_str(&chunk.text);
        if chunk.last {
            return Ok(Some(partial.text));
        }
        self.under_way.insert(chunk.id, partial);
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{FromHost, MAX_FRAME_TO_BROWSER};

    fn id(number: u64) -> RequestId {
        RequestId::new("client".to_owned().try_into().unwrap(), number)
    }

    /// Splits and reassembles; every chunk must fit in a frame.
    fn check(json: &str) {
        let mut assembler = Assembler::default();
        let chunks = split(&id(1), json);
        let count = chunks.len();
        for (index, chunk) in chunks.into_iter().enumerate() {
            let frame = serde_json::to_vec(&FromHost::Chunk(chunk.clone())).unwrap();
            assert!(frame.len() <= MAX_FRAME_TO_BROWSER);
            let whole = assembler.push(chunk).unwrap();
            assert_eq!(whole.as_deref(), (index + 1 == count).then_some(json));
        }
    }

    #[test]
    fn a_message_comes_together_as_it_was() {
        check("");
        check("{}");
        check(&"😀".repeat(200_000));
        check(&"\\\"".repeat(500_000));
    }

    #[test]
    fn a_missing_chunk_is_an_error_and_drops_the_message() {
        let mut chunks = split(&id(1), &"x".repeat(CHUNK_TEXT * 3));
        chunks.remove(1);
        let mut assembler = Assembler::default();
        assert_eq!(assembler.push(chunks.remove(0)), Ok(None));
        let expected = ChunkError::OutOfOrder {
            id: id(1),
            expected: 1,
            found: 2,
        };
        assert_eq!(assembler.push(chunks.remove(0)), Err(expected));
        assert!(assembler.under_way.is_empty());
    }

    #[test]
    fn messages_under_way_are_bounded() {
        let mut assembler = Assembler::default();
        let first = |number| split(&id(number), &"x".repeat(CHUNK_TEXT * 2)).remove(0);
        for number in 0..MAX_UNDER_WAY as u64 {
            assert_eq!(assembler.push(first(number)), Ok(None));
        }
        assert_eq!(assembler.push(first(99)), Err(ChunkError::TooMany));
    }

    proptest! {
        #[test]
        fn any_text_comes_together(text in "(?s).{0,2000}", repeat in 1_usize..300) {
            check(&text.repeat(repeat));
        }
    }
}
