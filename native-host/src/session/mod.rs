//! One connection with the extension, over any byte stream: frames in, events out.
//!
//! Requests run side by side, each in a task of its own that ends with exactly one terminal
//! event. The end of the input ends them all, within a second.

mod capture;
mod clients;
mod frame;
mod incoming;
mod outbox;
mod outgoing;
mod request;
#[cfg(unix)]
pub mod stdio;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use thiserror::Error;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    task::JoinHandle,
    time::timeout,
};

pub use frame::{FrameError, FrameReader, FrameWriter};

use self::{clients::Clients, incoming::Incoming, outbox::Outbox};
use crate::coe::Coterie;

/// How long requests may take to notice that they were cancelled.
const CLEARING_UP: Duration = Duration::from_millis(300);

/// How long the browser may take to read what is left.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// How a connection ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The extension closed the port.
    OutOfInput,
    /// Nobody reads our output any more.
    OutputClosed,
}

/// How a connection ended badly.
#[derive(Debug, Error)]
pub enum SessionError {
    /// The stream from the extension cannot be understood any more.
    #[error("the input cannot be read: {0}")]
    Input(#[source] FrameError),
}

impl SessionError {
    /// The exit code of the process: 65, `EX_DATAERR` of sysexits.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => 65,
        }
    }
}

/// Serves one connection until it ends.
///
/// # Errors
/// When the input is not made of frames.
pub async fn serve<R, W>(read: R, write: W, coterie: Coterie) -> Result<End, SessionError>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let outbox = Arc::new(Outbox::default());
    let clients = Arc::new(Clients::default());
    let mut writing = tokio::spawn(outgoing::write(Arc::clone(&outbox), write));
    let incoming = Incoming::new(coterie, Arc::clone(&clients), Arc::clone(&outbox));
    let end = tokio::select! {
        end = incoming.read(FrameReader::new(read)) => end,
        _ = &mut writing => Ok(End::OutputClosed),
    };
    tracing::info!(?end, "the connection is ending");
    incoming.stop(CLEARING_UP).await;
    outbox.close();
    last_words(writing).await;
    end.map_err(SessionError::Input)
}

/// Lets the browser read what is left, if it does.
async fn last_words(mut writing: JoinHandle<()>) {
    if !writing.is_finished() && timeout(LAST_WORDS, &mut writing).await.is_err() {
        writing.abort();
    }
}
