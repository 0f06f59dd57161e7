//! The frame of native messaging: four bytes of length in the machine's own order, then UTF-8 JSON.
//!
//! Reader and writer keep what is half done in themselves, never in a future: dropping a future
//! that has not finished loses and doubles no byte.

use std::io;

use coterie_protocol::{MAX_FRAME_TO_BROWSER, MAX_FRAME_TO_HOST};
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The bytes of the length.
const HEADER: usize = 4;

/// How much room is made at a time: memory follows the bytes that arrive, not those announced.
const STEP: usize = 16 * 1024;

/// What is kept allocated between frames.
const KEEP: usize = 64 * 1024;

/// Why frames cannot be read or written any more. Nothing after such an error can be trusted.
#[derive(Debug, Error)]
pub enum FrameError {
    /// The frame is larger than allowed.
    #[error("a frame of {length} bytes is larger than {limit}")]
    TooLarge {
        /// Its length.
        length: usize,
        /// The largest allowed.
        limit: usize,
    },
    /// The length cannot be one.
    #[error("a frame length of {length}{}", hint(*.header))]
    BadLength {
        /// The length.
        length: usize,
        /// The bytes that were taken for it.
        header: [u8; HEADER],
    },
    /// The stream ended inside a frame.
    #[error("the input ended after {got} of {expected} bytes of a frame")]
    UnexpectedEof {
        /// Bytes that came.
        got: usize,
        /// Bytes that were due.
        expected: usize,
    },
    /// The stream broke.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Somebody who prints where only frames may go: its text is read as a length.
fn hint(header: [u8; HEADER]) -> String {
    if !looks_like_text(header) {
        return String::new();
    }
    let text = String::from_utf8_lossy(&header);
    format!(
        " looks like text (`{}`): does somebody print?",
        text.escape_debug()
    )
}

fn looks_like_text(header: [u8; HEADER]) -> bool {
    header
        .iter()
        .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace())
}

/// Reads frames.
pub struct FrameReader<R> {
    source: R,
    /// What has come of the frame under way, its header first.
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    /// Reads from `source`.
    pub fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
        }
    }

    /// The next frame's content; `None` when the stream ends between two frames. Cancel-safe.
    ///
    /// # Errors
    /// When the length is not acceptable or the stream breaks or ends inside a frame.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        if !self.fill(HEADER).await? {
            return match self.buffer.len() {
                0 => Ok(None),
                got => Err(ended(got, HEADER)),
            };
        }
        let length = self.length()?;
        if !self.fill(HEADER + length).await? {
            return Err(ended(self.buffer.len(), HEADER + length));
        }
        let content = self.buffer.split_off(HEADER);
        self.buffer.clear();
        self.buffer.shrink_to(KEEP);
        Ok(Some(content))
    }

    /// Reads until there are `target` bytes; false when the stream ends before.
    async fn fill(&mut self, target: usize) -> Result<bool, FrameError> {
        while self.buffer.len() < target {
            let missing = target - self.buffer.len();
            self.buffer
                .reserve(missing.min(STEP.max(self.buffer.len())));
            let mut source = (&mut self.source).take(missing as u64);
            if source.read_buf(&mut self.buffer).await? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn length(&self) -> Result<usize, FrameError> {
        let mut header = [0; HEADER];
        header.copy_from_slice(&self.buffer[..HEADER]);
        let length = u32::from_ne_bytes(header) as usize;
        let limit = MAX_FRAME_TO_HOST;
        match length {
            0 => Err(FrameError::BadLength { length, header }),
            _ if length <= limit => Ok(length),
            _ if looks_like_text(header) => Err(FrameError::BadLength { length, header }),
            _ => Err(FrameError::TooLarge { length, limit }),
        }
    }
}

fn ended(got: usize, expected: usize) -> FrameError {
    FrameError::UnexpectedEof { got, expected }
}

/// Writes frames.
pub struct FrameWriter<W> {
    sink: W,
    buffer: Vec<u8>,
    written: usize,
}

impl<W: AsyncWrite + Unpin> FrameWriter<W> {
    /// Writes to `sink`.
    pub fn new(sink: W) -> Self {
        Self {
            sink,
            buffer: Vec::new(),
            written: 0,
        }
    }

    /// Takes a frame; [`Self::flush`] writes it, after those taken before.
    ///
    /// # Errors
    /// When it is larger than a browser accepts.
    pub fn push(&mut self, content: &[u8]) -> Result<(), FrameError> {
        let limit = MAX_FRAME_TO_BROWSER;
        let length = content.len();
        let header = u32::try_from(length).ok().filter(|_| length <= limit);
        let header = header.ok_or(FrameError::TooLarge { length, limit })?;
        self.buffer.extend_from_slice(&header.to_ne_bytes());
        self.buffer.extend_from_slice(content);
        Ok(())
    }

    /// Bytes taken and not yet written.
    pub fn pending(&self) -> usize {
        self.buffer.len() - self.written
    }

    /// Writes what was taken. Cancel-safe: the next call goes on where this one stopped.
    ///
    /// # Errors
    /// When the sink breaks.
    pub async fn flush(&mut self) -> Result<(), FrameError> {
        while self.pending() > 0 {
            match self.sink.write(&self.buffer[self.written..]).await? {
                0 => return Err(io::Error::from(io::ErrorKind::WriteZero).into()),
                written => self.written += written,
            }
        }
        self.buffer.clear();
        self.buffer.shrink_to(KEEP);
        self.written = 0;
        Ok(self.sink.flush().await?)
    }
}

#[cfg(test)]
mod tests;
