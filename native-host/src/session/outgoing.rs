//! From messages that wait to frames on the wire.

use std::sync::Arc;

use coterie_protocol::{FromHost, MAX_FRAME_TO_BROWSER, RequestId, split};
use tokio::io::AsyncWrite;

use super::{
    frame::{FrameError, FrameWriter},
    outbox::Outbox,
};

/// Small frames go out together, up to so many bytes.
const TOGETHER: usize = 32 * 1024;

/// Writes messages until the box is closed and empty, or nobody reads any more.
pub(super) async fn write(outbox: Arc<Outbox>, sink: impl AsyncWrite + Unpin) {
    let mut frames = FrameWriter::new(sink);
    while let Some(message) = outbox.next().await {
        if let Err(error) = write_some(message, &outbox, &mut frames).await {
            tracing::info!(%error, "the output was closed");
            return;
        }
    }
}

/// Writes this message and the small ones that wait behind it.
async fn write_some<W: AsyncWrite + Unpin>(
    message: FromHost,
    outbox: &Outbox,
    frames: &mut FrameWriter<W>,
) -> Result<(), FrameError> {
    encode(message, frames).await?;
    while frames.pending() < TOGETHER {
        match outbox.try_next() {
            Some(message) => encode(message, frames).await?,
            None => break,
        }
    }
    frames.flush().await
}

/// Puts a message into frames, in chunks if it is too large for one.
async fn encode<W: AsyncWrite + Unpin>(
    message: FromHost,
    frames: &mut FrameWriter<W>,
) -> Result<(), FrameError> {
    let Some(json) = to_json(&message) else {
        return Ok(());
    };
    if json.len() <= MAX_FRAME_TO_BROWSER {
        return frames.push(json.as_bytes());
    }
    let Some(id) = request_of(&message) else {
        tracing::error!(
            bytes = json.len(),
            "a message without a request is too large"
        );
        return Ok(());
    };
    for chunk in split(id, &json) {
        let chunk = to_json(&FromHost::Chunk(chunk)).unwrap_or_default();
        frames.push(chunk.as_bytes())?;
        frames.flush().await?;
    }
    Ok(())
}

fn request_of(message: &FromHost) -> Option<&RequestId> {
    match message {
        FromHost::Event { id, .. } => Some(id),
        FromHost::Chunk(chunk) => Some(&chunk.id),
        FromHost::Rejected { .. } => None,
    }
}

/// The JSON of a message. Messages have no maps with other keys than text, the only thing that
/// could fail.
fn to_json(message: &FromHost) -> Option<String> {
    let json = serde_json::to_string(message);
    json.inspect_err(|error| tracing::error!(%error, "a message cannot be written"))
        .ok()
}

#[cfg(test)]
mod tests;
