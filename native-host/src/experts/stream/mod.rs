//! Byte streams of experts, cut into events: linear in what arrives, bounded in what is kept.

mod amazon;
mod lines;
mod sse;

#[cfg(test)]
mod conformance;

use thiserror::Error;

#[cfg(test)]
pub(crate) use amazon::tests::message as amazon_message;
pub use amazon::{AmazonMessage, AmazonMessages, MessageError};
pub use lines::Lines;
pub use sse::{Event, EventStream};

/// The longest line, in bytes.
pub const MAX_LINE: usize = 1024 * 1024;

/// The largest event, in bytes of data.
pub const MAX_EVENT: usize = 8 * 1024 * 1024;

/// The longest stream, in bytes.
pub const MAX_STREAM: usize = 64 * 1024 * 1024;

/// A stream that passed a limit. Nothing more is read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StreamError {
    /// A line does not end.
    #[error("a line is longer than {MAX_LINE} bytes")]
    Line,
    /// An event does not end.
    #[error("an event is larger than {MAX_EVENT} bytes")]
    Event,
    /// The stream does not end.
    #[error("the stream is longer than {MAX_STREAM} bytes")]
    Stream,
}
