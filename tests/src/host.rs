//! The native host on its own, without a browser: frames in, messages out.

mod process;

use std::{
    io::{self, Read},
    path::Path,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use coterie_protocol::{ClientId, Event, Failure, FromHost, IdError, PROTOCOL, RequestId, ToHost};
pub use process::{HostProcess, Memory, Surroundings};
use serde::Serialize;
use thiserror::Error;

use crate::{PATIENCE, TimedOut};

/// The id of our extension in Chromium, which follows from the key in the manifest.
pub const EXTENSION_ID: &str = "pllflidencliomfokedfpldpafckapgj";

/// The caller's name that Chromium gives when our extension starts the host.
pub const CALLER: &str = "chrome-extension://pllflidencliomfokedfpldpafckapgj/";

/// Why a host could not be worked.
#[derive(Debug, Error)]
pub enum HostError {
    /// It could not be started or spoken to.
    #[error("the host cannot be reached: {0}")]
    Io(#[from] io::Error),
    /// It said nothing in time.
    #[error("the host said nothing within {waited:?}")]
    Silent {
        /// For how long.
        waited: Duration,
    },
    /// A request failed that should have gone well.
    #[error("the host says: {}", failure.message)]
    Failed {
        /// Why.
        failure: Box<Failure>,
    },
    /// It closed its output.
    #[error("the host ended")]
    Ended,
    /// It did not end in time.
    #[error(transparent)]
    TimedOut(#[from] TimedOut),
    /// A name is none.
    #[error(transparent)]
    Name(#[from] IdError),
    /// It sent something that is no message.
    #[error("the host sent {found}, which is no message: {error}")]
    NoMessage {
        /// The first characters.
        found: String,
        /// Why.
        error: serde_json::Error,
    },
}

/// A running host; it ends when dropped.
pub struct Host {
    messages: Receiver<(Instant, Vec<u8>)>,
    process: HostProcess,
}

impl Host {
    /// Starts a host as a browser does, with this configuration.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(program: &Path, caller: &str, config: &str) -> Result<Self, HostError> {
        Self::read(HostProcess::start(program, caller, config)?)
    }

    /// Begins to read what a host says.
    ///
    /// # Errors
    /// When its output was closed.
    pub fn read(mut process: HostProcess) -> Result<Self, HostError> {
        let mut output = process.take_output().ok_or(HostError::Ended)?;
        let (sender, messages) = channel();
        thread::spawn(move || {
            while let Ok(frame) = read_frame(&mut output) {
                if sender.send((Instant::now(), frame)).is_err() {
                    return;
                }
            }
        });
        Ok(Self { messages, process })
    }

    /// The process.
    pub fn process(&mut self) -> &mut HostProcess {
        &mut self.process
    }

    /// Sends a message.
    ///
    /// # Errors
    /// When the host does not read.
    pub fn send(&mut self, message: &ToHost) -> Result<(), HostError> {
        self.process.send(message)
    }

    /// Waits for the next message, with the time at which it came.
    ///
    /// # Errors
    /// When none comes in time, or the host ends.
    pub fn receive(&self) -> Result<(Instant, FromHost), HostError> {
        let (at, frame) = self
            .messages
            .recv_timeout(PATIENCE)
            .map_err(|error| match error {
                RecvTimeoutError::Timeout => HostError::Silent { waited: PATIENCE },
                RecvTimeoutError::Disconnected => HostError::Ended,
            })?;
        let message = serde_json::from_slice(&frame).map_err(|error| HostError::NoMessage {
            found: String::from_utf8_lossy(&frame).chars().take(200).collect(),
            error,
        })?;
        Ok((at, message))
    }

    /// Waits for the first message that is as wanted.
    ///
    /// # Errors
    /// When it does not come in time, a request fails before, or the host ends.
    pub fn receive_until<T>(
        &self,
        wanted: impl Fn(&FromHost) -> Option<T>,
    ) -> Result<(Instant, T), HostError> {
        loop {
            let (at, message) = self.receive()?;
            if let Some(found) = wanted(&message) {
                return Ok((at, found));
            }
            if let FromHost::Event {
                event: Event::Failed { failure },
                ..
            } = message
            {
                let failure = Box::new(failure);
                return Err(HostError::Failed { failure });
            }
        }
    }

    /// Greets as a client and waits for the welcome.
    ///
    /// # Errors
    /// When the host does not answer.
    pub fn greet(&mut self, client: &str) -> Result<Instant, HostError> {
        let id = request(client, 0)?;
        self.send(&greeting(&id))?;
        let (at, ()) = self.receive_until(|message| ends(message, &id))?;
        Ok(at)
    }

    /// The memory of the host.
    ///
    /// # Errors
    /// When the host has ended.
    pub fn memory(&self) -> Result<Memory, HostError> {
        self.process.memory()
    }
}

/// The greeting of a client.
pub fn greeting(id: &RequestId) -> ToHost {
    ToHost::Hello {
        id: id.clone(),
        protocol: PROTOCOL,
        client: coterie_protocol::Client {
            name: "tests".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
    }
}

/// The name of a request.
///
/// # Errors
/// When the client's name is none.
pub fn request(client: &str, number: u64) -> Result<RequestId, IdError> {
    Ok(RequestId::new(
        ClientId::try_from(client.to_owned())?,
        number,
    ))
}

/// Whether a message ends a request.
pub fn ends(message: &FromHost, request: &RequestId) -> Option<()> {
    match message {
        FromHost::Event { id, event } => (id == request && event.is_terminal()).then_some(()),
        FromHost::Rejected { .. } | FromHost::Chunk(_) => None,
    }
}

/// The frame of a message.
///
/// # Errors
/// When it is no JSON or longer than a length can say.
pub fn frame(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(message)?;
    let length = u32::try_from(json.len()).map_err(io::Error::other)?;
    Ok([&length.to_ne_bytes()[..], &json].concat())
}

/// Reads a frame's content.
///
/// # Errors
/// When the stream ends or the frame is larger than a browser takes.
pub fn read_frame(output: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    output.read_exact(&mut length)?;
    let length = usize::try_from(u32::from_ne_bytes(length)).map_err(io::Error::other)?;
    if length > coterie_protocol::MAX_FRAME_TO_BROWSER {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut frame = vec![0; length];
    output.read_exact(&mut frame)?;
    Ok(frame)
}
