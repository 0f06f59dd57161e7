//! The host without a browser: start, overhead, memory.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use coterie_protocol::{
    Action, Ask, Captured, DocumentId, Event, FromHost, Hidden, Outcome, Snapshot, ToHost,
};
use serde::Serialize;

use super::{FigureError, Spread};
use crate::{
    PATIENCE,
    experts::{NO_DISCOVERY, ScriptedServer},
    host::{CALLER, Host, ends, request},
};

/// How much to measure.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// How often a host is started.
    pub starts: usize,
    /// How many requests are timed.
    pub requests: u64,
    /// How many streams are open at once.
    pub streams: u64,
}

impl Effort {
    /// For figures to publish.
    pub const FULL: Self = Self {
        starts: 20,
        requests: 300,
        streams: 100,
    };
    /// For a look at whether it works.
    pub const QUICK: Self = Self {
        starts: 2,
        requests: 5,
        streams: 5,
    };
}

/// What was measured of the host alone.
#[derive(Debug, Clone, Serialize)]
pub struct HostFigures {
    /// From starting the process to its welcome.
    pub start_to_handshake: Spread,
    /// From a request's frame to the arrival of the request at the expert, both on this machine.
    pub frame_to_upstream: Spread,
    /// From the expert's first delta to its frame.
    pub delta_to_frame: Spread,
    /// Resident memory after the handshake, in bytes.
    pub idle_bytes: u64,
    /// Resident memory with many answers streaming, in bytes.
    pub streaming_bytes: u64,
    /// How many answers those are.
    pub streams: u64,
}

/// Measures a host.
///
/// # Errors
/// When it does not do as it should.
pub fn host(program: &Path, effort: Effort) -> Result<HostFigures, FigureError> {
    let starts = (0..effort.starts).map(|_| start(program));
    let starts = starts.collect::<Result<Vec<_>, _>>()?;
    let (frame_to_upstream, delta_to_frame) = overhead(program, effort.requests)?;
    let (idle_bytes, streaming_bytes) = memory(program, effort.streams)?;
    Ok(HostFigures {
        start_to_handshake: Spread::of(starts),
        frame_to_upstream,
        delta_to_frame,
        idle_bytes,
        streaming_bytes,
        streams: effort.streams,
    })
}

fn start(program: &Path) -> Result<Duration, FigureError> {
    let start = Instant::now();
    let mut host = Host::start(program, CALLER, NO_DISCOVERY)?;
    Ok(host.greet("bench")? - start)
}

fn overhead(program: &Path, requests: u64) -> Result<(Spread, Spread), FigureError> {
    let server = ScriptedServer::start()?;
    let mut host = Host::start(program, CALLER, &server.config(&["fast:1"]))?;
    host.greet("bench")?;
    let document = capture(&mut host, "bench")?;
    let (mut there, mut back) = (Vec::new(), Vec::new());
    for number in 2..requests + 2 {
        let id = request("bench", number).map_err(crate::host::HostError::from)?;
        let sent = Instant::now();
        host.send(&ask(&id, document))?;
        let (delta, ()) = host.receive_until(is_delta)?;
        host.receive_until(|message| ends(message, &id))?;
        if let Some(record) = server.requests().last() {
            there.push(record.arrived.saturating_duration_since(sent));
            let spoken = record.first_delta.unwrap_or(delta);
            back.push(delta.saturating_duration_since(spoken));
        }
    }
    Ok((Spread::of(there), Spread::of(back)))
}

fn memory(program: &Path, streams: u64) -> Result<(u64, u64), FigureError> {
    let server = ScriptedServer::start()?;
    let mut host = Host::start(program, CALLER, &server.config(&["slow-drip:100ms"]))?;
    host.greet("bench")?;
    let idle = host.memory()?.resident;
    let document = capture(&mut host, "bench")?;
    for number in 2..streams + 2 {
        let id = request("bench", number).map_err(crate::host::HostError::from)?;
        host.send(&ask(&id, document))?;
    }
    let streams = usize::try_from(streams).unwrap_or(usize::MAX);
    crate::until("all streams", PATIENCE, || {
        let flowing = server.requests();
        let flowing = flowing.iter().filter(|record| record.deltas > 2).count();
        Ok::<_, FigureError>((flowing >= streams).then_some(()))
    })?;
    Ok((idle, host.memory()?.resident))
}

fn ask(id: &coterie_protocol::RequestId, document: DocumentId) -> ToHost {
    ToHost::Ask {
        id: id.clone(),
        ask: Ask {
            action: Some(Action::Summarize),
            document: Some(document),
            ..Ask::default()
        },
    }
}

fn capture(host: &mut Host, client: &str) -> Result<DocumentId, FigureError> {
    let id = request(client, 1).map_err(crate::host::HostError::from)?;
    host.send(&ToHost::Capture {
        id,
        snapshot: Snapshot {
            url: "https://example.org/".to_owned(),
            title: "The lens that moved the horizon".to_owned(),
            language: None,
            html: include_str!("../../pages/lighthouse.html").to_owned(),
            selection: None,
            hidden: Hidden::default(),
        },
    })?;
    let (_, captured) = host.receive_until(as_captured)?;
    Ok(captured.document)
}

fn as_captured(message: &FromHost) -> Option<Captured> {
    match message {
        FromHost::Event {
            event: Event::Done {
                outcome: Outcome::Captured(captured),
            },
            ..
        } => Some(captured.clone()),
        _ => None,
    }
}

fn is_delta(message: &FromHost) -> Option<()> {
    let delta = matches!(
        message,
        FromHost::Event {
            event: Event::Delta { .. },
            ..
        }
    );
    delta.then_some(())
}
