//! Starting the host as a browser would and greeting it.

use std::{path::Path, process::Stdio, time::Duration};

use coterie_protocol::{
    Client, ClientId, Compatibility, Event, FromHost, Outcome, PROTOCOL, RequestId, ToHost, Welcome,
};
use thiserror::Error;
use tokio::process::{Child, Command};

use crate::session::{FrameReader, FrameWriter};

/// How long the host may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the host did not answer a greeting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HandshakeError {
    /// It does not start.
    #[error("it does not start: {0}")]
    Start(String),
    /// It started and says nothing.
    #[error("it starts and gives no answer within {} s", PATIENCE.as_secs())]
    Silent,
    /// It ended, or what it says is no answer.
    #[error("it starts and its answer cannot be understood: {0}")]
    NoAnswer(String),
    /// It speaks another protocol.
    #[error("it speaks protocol {found} and this program {PROTOCOL}")]
    Incompatible {
        /// The protocol that it speaks.
        found: coterie_protocol::Version,
    },
}

/// Starts `executable` with the arguments of a browser, says hello and waits for the welcome.
///
/// # Errors
/// When it does not start, does not answer in time, or answers something else.
pub async fn shake_hands(
    executable: &Path,
    arguments: &[String],
) -> Result<Welcome, HandshakeError> {
    let folder = executable.parent().unwrap_or(Path::new("/"));
    let mut child = Command::new(executable)
        .args(arguments)
        // Browsers start a host in its own folder.
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| HandshakeError::Start(error.to_string()))?;
    let welcome = tokio::time::timeout(PATIENCE, greet(&mut child)).await;
    let welcome = welcome.map_err(|_| HandshakeError::Silent)??;
    match Compatibility::of(PROTOCOL, welcome.protocol) {
        Compatibility::Compatible => Ok(welcome),
        Compatibility::HostTooOld | Compatibility::ExtensionTooOld => {
            Err(HandshakeError::Incompatible {
                found: welcome.protocol,
            })
        }
    }
}

async fn greet(child: &mut Child) -> Result<Welcome, HandshakeError> {
    let no_answer = |what: String| HandshakeError::NoAnswer(what);
    let pipes = child.stdin.take().zip(child.stdout.take());
    let (input, output) = pipes.ok_or_else(|| no_answer("it has no pipes".to_owned()))?;
    let mut writer = FrameWriter::new(input);
    let hello = serde_json::to_vec(&hello()?).map_err(|error| no_answer(error.to_string()))?;
    writer
        .push(&hello)
        .map_err(|error| no_answer(error.to_string()))?;
    writer
        .flush()
        .await
        .map_err(|error| no_answer(error.to_string()))?;
    let answer = FrameReader::new(output).next().await;
    let answer = answer.map_err(|error| no_answer(error.to_string()))?;
    let answer = answer.ok_or_else(|| no_answer("it ended".to_owned()))?;
    match serde_json::from_slice(&answer) {
        Ok(FromHost::Event {
            event: Event::Done {
                outcome: Outcome::Welcome(welcome),
            },
            ..
        }) => Ok(welcome),
        Ok(_) => Err(no_answer("it is not a welcome".to_owned())),
        Err(error) => Err(no_answer(error.to_string())),
    }
}

fn hello() -> Result<ToHost, HandshakeError> {
    let client = ClientId::try_from("doctor".to_owned());
    let client = client.map_err(|error| HandshakeError::NoAnswer(error.to_string()))?;
    Ok(ToHost::Hello {
        id: RequestId::new(client, 1),
        protocol: PROTOCOL,
        client: Client {
            name: "doctor".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        },
    })
}
