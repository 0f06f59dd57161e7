//! Frames of native messaging.

use std::{
    collections::VecDeque,
    io,
    pin::Pin,
    task::{Context, Poll},
};

use coterie_host::session::{FrameError, FrameReader};
use coterie_protocol::MAX_FRAME_TO_HOST;
use futures::executor::block_on;
use tokio::io::{AsyncRead, ReadBuf};

use crate::pieces::pieces;

/// How reading ended.
#[derive(Debug, PartialEq, Eq)]
enum End {
    Clean,
    InsideAFrame,
    NoLength,
}

/// Frames and end are the same however the bytes arrive.
pub fn frame_decode(data: &[u8]) {
    let (wire, pieces) = pieces(data);
    assert_eq!(block_on(read(pieces)), reference(wire));
}

async fn read(pieces: Vec<&[u8]>) -> (Vec<Vec<u8>>, End) {
    let mut reader = FrameReader::new(Pieces(pieces.into()));
    let mut frames = Vec::new();
    let end = loop {
        match reader.next().await {
            Ok(Some(frame)) => frames.push(frame),
            Ok(None) => break End::Clean,
            Err(FrameError::UnexpectedEof { .. }) => break End::InsideAFrame,
            Err(FrameError::TooLarge { .. } | FrameError::BadLength { .. }) => break End::NoLength,
            Err(FrameError::Io(error)) => panic!("reading from memory failed: {error}"),
        }
    };
    (frames, end)
}

fn reference(mut wire: &[u8]) -> (Vec<Vec<u8>>, End) {
    let mut frames = Vec::new();
    let end = loop {
        if wire.is_empty() {
            break End::Clean;
        }
        let Some((header, rest)) = wire.split_first_chunk::<4>() else {
            break End::InsideAFrame;
        };
        let length = u32::from_ne_bytes(*header) as usize;
        if length == 0 || length > MAX_FRAME_TO_HOST {
            break End::NoLength;
        }
        if rest.len() < length {
            break End::InsideAFrame;
        }
        frames.push(rest[..length].to_vec());
        wire = &rest[length..];
    };
    (frames, end)
}

/// A stream that delivers one piece at a time.
struct Pieces<'a>(VecDeque<&'a [u8]>);

impl AsyncRead for Pieces<'_> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(piece) = self.0.pop_front() {
            let (now, later) = piece.split_at(piece.len().min(buffer.remaining()));
            buffer.put_slice(now);
            if !later.is_empty() {
                self.0.push_front(later);
            }
        }
        Poll::Ready(Ok(()))
    }
}
