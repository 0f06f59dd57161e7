//! Whole sessions over a pipe in memory, with virtual time and scripted experts.

mod bodies;
mod keys;
mod requests;
mod sequences;
mod stalls;

use std::{collections::HashMap, time::Duration};

use coterie_protocol::{
    Assembler, Client, ClientId, Event, FailureCode, FromHost, Outcome, PROTOCOL, RequestId, ToHost,
};
use proptest::prelude::ProptestConfig;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream},
    task::JoinHandle,
    time::timeout,
};

use super::{End, SessionError, serve};
use crate::{
    coe::Coterie,
    experts::{Item, Roster, scripted::Scripted},
};

/// With how many cases a property is tried: `COTERIE_CASES_FACTOR` times as many for a longer look.
pub(super) fn cases(usual: u32) -> ProptestConfig {
    let factor = std::env::var("COTERIE_CASES_FACTOR").ok();
    let factor = factor.map_or(1, |factor| factor.parse::<u32>().unwrap());
    ProptestConfig::with_cases(usual.saturating_mul(factor))
}

/// The extension's end of a connection.
struct Browser {
    to_host: DuplexStream,
    from_host: DuplexStream,
    assembler: Assembler,
    session: JoinHandle<Result<End, SessionError>>,
}

impl Browser {
    fn connect(roster: Roster) -> Self {
        Self::connect_to(Coterie::new(roster))
    }

    fn connect_to(coterie: Coterie) -> Self {
        let (to_host, read) = tokio::io::duplex(64 * 1024);
        let (write, from_host) = tokio::io::duplex(64 * 1024);
        Self {
            to_host,
            from_host,
            assembler: Assembler::default(),
            session: tokio::spawn(serve(read, write, coterie)),
        }
    }

    /// Connected and greeted as client `a`.
    async fn greeted(roster: Roster) -> Self {
        Self::greeted_by(Coterie::new(roster)).await
    }

    async fn greeted_by(coterie: Coterie) -> Self {
        let mut browser = Self::connect_to(coterie);
        browser.send(&hello("a/0")).await;
        assert!(matches!(browser.end_of("a/0").await, Event::Done { .. }));
        browser
    }

    async fn send_bytes(&mut self, json: &[u8]) {
        let length = u32::try_from(json.len()).unwrap();
        self.to_host.write_all(&length.to_ne_bytes()).await.unwrap();
        self.to_host.write_all(json).await.unwrap();
    }

    async fn send(&mut self, message: &ToHost) {
        self.send_bytes(&serde_json::to_vec(message).unwrap()).await;
    }

    async fn send_json(&mut self, message: &Value) {
        self.send_bytes(message.to_string().as_bytes()).await;
    }

    /// The next message, put together from chunks if need be; `None` at the end.
    async fn receive(&mut self) -> Option<FromHost> {
        loop {
            let mut header = [0; 4];
            self.from_host.read_exact(&mut header).await.ok()?;
            let length = u32::from_ne_bytes(header) as usize;
            assert!(length <= coterie_protocol::MAX_FRAME_TO_BROWSER);
            let mut json = vec![0; length];
            self.from_host.read_exact(&mut json).await.unwrap();
            match serde_json::from_slice(&json).unwrap() {
                FromHost::Chunk(chunk) => {
                    if let Some(whole) = self.assembler.push(chunk).unwrap() {
                        return Some(serde_json::from_str(&whole).unwrap());
                    }
                }
                message => return Some(message),
            }
        }
    }

    /// The terminal event of a request, which must come; what else comes is passed over.
    async fn end_of(&mut self, request: &str) -> Event {
        self.events_of(request).await.pop().unwrap()
    }

    /// All events of a request up to its terminal one; what else comes is passed over.
    async fn events_of(&mut self, request: &str) -> Vec<Event> {
        let wanted = id(request);
        let mut events = Vec::new();
        let collecting = async {
            while let Some(message) = self.receive().await {
                match message {
                    FromHost::Event { id, event } if id == wanted => {
                        let last = event.is_terminal();
                        events.push(event);
                        if last {
                            return;
                        }
                    }
                    _ => {}
                }
            }
            panic!("the connection ended before request {request}");
        };
        let waited = timeout(Duration::from_secs(600), collecting).await;
        assert!(waited.is_ok(), "request {request} has no end");
        events
    }

    /// Closes the input; gives how the session ended and what still came.
    async fn close(mut self) -> (Result<End, SessionError>, Vec<FromHost>) {
        drop(self.to_host);
        let (dummy, _) = tokio::io::duplex(1);
        self.to_host = dummy;
        let mut rest = Vec::new();
        while let Some(message) = self.receive().await {
            rest.push(message);
        }
        (self.session.await.unwrap(), rest)
    }
}

fn id(text: &str) -> RequestId {
    RequestId::try_from(text.to_owned()).unwrap()
}

fn client(text: &str) -> ClientId {
    ClientId::try_from(text.to_owned()).unwrap()
}

fn hello(request: &str) -> ToHost {
    ToHost::Hello {
        id: id(request),
        protocol: PROTOCOL,
        client: Client {
            name: "extension".to_owned(),
            version: "0.1.0".to_owned(),
        },
    }
}

/// A question about no page.
fn question(request: &str) -> ToHost {
    ToHost::Ask {
        id: id(request),
        ask: coterie_protocol::Ask {
            text: "why?".to_owned(),
            ..coterie_protocol::Ask::default()
        },
    }
}

fn cancel(request: &str) -> ToHost {
    ToHost::Cancel { id: id(request) }
}

fn text(text: &str) -> Item {
    Item::Text(text.to_owned())
}

const FINISHED: Item = Item::Finished(coterie_protocol::Finish::Complete);

/// A table with one expert that says "Because." after a while.
fn table() -> (Roster, std::sync::Arc<Scripted>) {
    let expert = Scripted::saying("a", [text("Be"), text("cause."), FINISHED]);
    seat(expert.slowly(Duration::from_millis(100)))
}

fn seat(expert: Scripted) -> (Roster, std::sync::Arc<Scripted>) {
    let expert = std::sync::Arc::new(expert);
    let seat: std::sync::Arc<dyn crate::experts::Expert> = expert.clone();
    (Roster::new().with(seat), expert)
}

/// The text that events deliver.
fn said(events: &[Event]) -> String {
    let text = |event: &Event| match event {
        Event::Delta { text, .. } => text.clone(),
        _ => String::new(),
    };
    events.iter().map(text).collect()
}

fn failure_of(event: &Event) -> Option<FailureCode> {
    match event {
        Event::Failed { failure } => Some(failure.code),
        _ => None,
    }
}

/// The code of the next message, which must be a refusal that names no request.
async fn refused(browser: &mut Browser) -> FailureCode {
    match browser.receive().await {
        Some(FromHost::Rejected { failure }) => failure.code,
        other => panic!("not refused: {other:?}"),
    }
}

/// Ends per request among messages.
fn ends(messages: &[FromHost]) -> HashMap<RequestId, usize> {
    let mut ends = HashMap::new();
    for message in messages {
        if let FromHost::Event { id, event } = message {
            let count = ends.entry(id.clone()).or_default();
            assert_eq!(*count, 0, "{id} goes on after its end");
            *count += usize::from(event.is_terminal());
        }
    }
    ends
}
