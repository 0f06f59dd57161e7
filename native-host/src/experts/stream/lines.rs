//! Bytes to lines. A line ends with LF, CR or CRLF, wherever the stream is cut.

use super::{MAX_LINE, MAX_STREAM, StreamError};

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Cuts a byte stream into lines, keeping only what has not ended yet.
#[derive(Debug, Default)]
pub struct Lines {
    unfinished: Vec<u8>,
    after_carriage_return: bool,
    begun: bool,
    taken: usize,
}

impl Lines {
    /// Takes bytes; calls `on_line` with each line that they complete, without its end.
    ///
    /// # Errors
    /// When a line or the stream passes its limit.
    pub fn push<E: From<StreamError>>(
        &mut self,
        mut bytes: &[u8],
        mut on_line: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.taken = self.taken.saturating_add(bytes.len());
        if self.taken > MAX_STREAM {
            return Err(StreamError::Stream.into());
        }
        while let Some(end) = memchr::memchr2(b'\n', b'\r', bytes) {
            let (line, rest) = (&bytes[..end], &bytes[end + 1..]);
            let half_of_pair = self.after_carriage_return && bytes[0] == b'\n';
            self.after_carriage_return = bytes[end] == b'\r';
            bytes = rest;
            if !half_of_pair {
                self.complete(line, &mut on_line)?;
            }
        }
        if !bytes.is_empty() {
            self.after_carriage_return = false;
            self.keep(bytes)?;
        }
        Ok(())
    }

    /// The last line, if the stream ended without ending it.
    pub fn finish(&mut self) -> Option<Vec<u8>> {
        let tail = self.without_mark().to_vec();
        self.unfinished.clear();
        (!tail.is_empty()).then_some(tail)
    }

    fn complete<E: From<StreamError>>(
        &mut self,
        line: &[u8],
        on_line: &mut impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        // The common case, a whole line in one read, is passed on without a copy.
        if self.unfinished.is_empty() && self.begun && line.len() <= MAX_LINE {
            return on_line(line);
        }
        self.keep(line)?;
        on_line(self.without_mark())?;
        self.begun = true;
        self.unfinished.clear();
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Result<(), StreamError> {
        if self.unfinished.len() + bytes.len() > MAX_LINE {
            return Err(StreamError::Line);
        }
        self.unfinished.extend_from_slice(bytes);
        Ok(())
    }

    /// What is kept, without the byte order mark that a stream may begin with.
    fn without_mark(&self) -> &[u8] {
        let mark = if self.begun { &[] } else { BYTE_ORDER_MARK };
        self.unfinished
            .strip_prefix(mark)
            .unwrap_or(&self.unfinished)
    }
}
