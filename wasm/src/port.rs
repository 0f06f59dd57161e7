//! What crosses the port between the panel and the extension's worker.

use coterie_protocol::{Action, ClientId, FromHost, RequestId, Target, ToHost, split};
use serde::{Deserialize, Serialize};

/// The name of the port, by which the worker knows a panel.
pub const PORT_NAME: &str = "panel";

/// Messages to the host whose JSON has more bytes than this travel in chunks: on the way each may
/// come to take six, and the host accepts frames of 8 MiB.
const LARGEST_WHOLE: usize = 1024 * 1024;

/// What is sent of a message, given as JSON too: the message itself, or its chunks.
pub fn parts(message: &ToHost, json: &str) -> Vec<ToHost> {
    match request(message) {
        Some(id) if json.len() > LARGEST_WHOLE => {
            split(id, json).into_iter().map(ToHost::Chunk).collect()
        }
        _ => vec![message.clone()],
    }
}

/// The request that chunks of a message belong to.
fn request(message: &ToHost) -> Option<&RequestId> {
    match message {
        ToHost::Hello { id, .. }
        | ToHost::Capture { id, .. }
        | ToHost::Ask { id, .. }
        | ToHost::Experts { id }
        | ToHost::Vendors { id }
        | ToHost::SetKey { id, .. }
        | ToHost::TestKey { id, .. }
        | ToHost::RemoveKey { id, .. }
        | ToHost::Settings { id }
        | ToHost::ChangeSettings { id, .. }
        | ToHost::Usage { id, .. }
        | ToHost::Feedback { id, .. }
        | ToHost::Cancel { id } => Some(id),
        // It has nothing in it that could be long.
        ToHost::Leave { .. } => None,
        ToHost::Chunk(_) => None,
    }
}

/// A message of the panel.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum Outgoing {
    /// For the worker itself.
    Worker(WorkerCommand),
    /// For the host.
    Host {
        /// What.
        message: ToHost,
    },
}

/// What the panel asks of the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WorkerCommand {
    /// The first message of a port.
    Open {
        /// The panel's name among the host's clients.
        client: ClientId,
        /// The window that the panel stands in.
        window: i32,
    },
    /// A hand-off has been accepted.
    Taken {
        /// Which.
        nonce: String,
    },
    /// Try to reach the host now.
    Reconnect,
}

/// A message to the panel.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Incoming {
    /// From the host.
    Host {
        /// What.
        message: FromHost,
    },
    /// From the worker itself.
    Worker(WorkerNews),
}

/// What the worker tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WorkerNews {
    /// How the connection to the host stands.
    Host {
        /// The state.
        state: HostState,
        /// What the browser said of it.
        #[serde(default)]
        detail: Option<String>,
        /// When the worker will try again by itself, in milliseconds.
        #[serde(default)]
        retry_in_ms: Option<u64>,
    },
    /// The reader used a menu item.
    Handoff {
        /// What was handed over.
        handoff: Handoff,
    },
    /// The reader has given access to a tab.
    Granted {
        /// Which.
        tab: i32,
    },
}

/// How the connection to the host stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HostState {
    /// The worker is trying.
    Connecting,
    /// The host runs and listens.
    Connected,
    /// The browser knows no such host.
    Missing,
    /// The host does not let this extension in.
    Forbidden,
    /// The host's process is gone.
    Ended,
    /// Something else went wrong.
    Broken,
}

/// A menu item that the reader used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Handoff {
    /// Tells it from the others: it may be handed over more than once.
    pub nonce: String,
    /// What to do.
    pub action: Action,
    /// What to do it to.
    pub target: Target,
    /// The tab that the menu was opened on.
    pub tab: i32,
    /// The frame of that tab.
    #[serde(default)]
    pub frame: i32,
    /// The selected text, as the browser gave it.
    #[serde(default)]
    pub selection: Option<String>,
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Ask, Assembler, Event};
    use serde_json::json;

    use super::*;

    #[test]
    fn messages_to_worker_and_host_have_the_shape_that_the_worker_reads() {
        let client = ClientId::try_from("abc".to_owned()).unwrap();
        let check = |message: Outgoing, expected: serde_json::Value| {
            assert_eq!(serde_json::to_value(message).unwrap(), expected);
        };
        let open = WorkerCommand::Open {
            client: client.clone(),
            window: 7,
        };
        check(
            Outgoing::Worker(open),
            json!({"to": "worker", "kind": "open", "client": "abc", "window": 7}),
        );
        check(
            Outgoing::Worker(WorkerCommand::Reconnect),
            json!({"to": "worker", "kind": "reconnect"}),
        );
        let message = ToHost::Cancel {
            id: RequestId::new(client, 1),
        };
        check(
            Outgoing::Host { message },
            json!({"to": "host", "message": {"kind": "cancel", "id": "abc/1"}}),
        );
    }

    /// Cuts a message; its parts must fit in a frame and come together as it was.
    #[track_caller]
    fn check_parts(message: &ToHost, whole: bool) {
        let json = serde_json::to_string(message).unwrap();
        let parts = parts(message, &json);
        if whole {
            assert_eq!(parts, std::slice::from_ref(message));
            return;
        }
        let mut assembler = Assembler::default();
        let mut assembled = None;
        assert!(parts.len() > 1);
        for part in parts {
            assert!(serde_json::to_vec(&part).unwrap().len() <= LARGEST_WHOLE);
            let ToHost::Chunk(chunk) = part else {
                panic!("not a chunk");
            };
            assembled = assembler.push(chunk).unwrap();
        }
        assert_eq!(assembled.as_deref(), Some(json.as_str()));
    }

    #[test]
    fn whatever_is_large_in_a_message_makes_it_travel_in_chunks() {
        let id = RequestId::new(ClientId::try_from("abc".to_owned()).unwrap(), 1);
        let ask = |text: &str| ToHost::Ask {
            id: id.clone(),
            ask: Ask {
                selection: Some(text.to_owned()),
                ..Ask::default()
            },
        };
        let capture = |html: &str| ToHost::Capture {
            id: id.clone(),
            snapshot: serde_json::from_value(json!({"url": "", "title": "", "html": html}))
                .unwrap(),
        };
        check_parts(&ask("tide"), true);
        check_parts(&capture("<p>tide"), true);
        check_parts(&ask(&"tide ".repeat(300_000)), false);
        check_parts(&capture(&"tide ".repeat(300_000)), false);
        // As JSON each of these takes two bytes.
        check_parts(&ask(&"\"".repeat(600_000)), false);
        check_parts(&ToHost::Cancel { id }, true);
    }

    fn read(message: serde_json::Value) -> Incoming {
        serde_json::from_value(message).unwrap()
    }

    #[test]
    fn news_of_the_worker_are_read() {
        let news = read(json!({"from": "worker", "kind": "host", "state": "ended",
            "detail": "Native host has exited.", "retry_in_ms": 250}));
        let expected = WorkerNews::Host {
            state: HostState::Ended,
            detail: Some("Native host has exited.".to_owned()),
            retry_in_ms: Some(250),
        };
        assert_eq!(news, Incoming::Worker(expected));
        let bare = read(
            json!({"from": "worker", "kind": "host", "state": "connected",
            "detail": null, "retry_in_ms": null}),
        );
        assert!(matches!(
            bare,
            Incoming::Worker(WorkerNews::Host { detail: None, .. })
        ));
        let handoff = read(
            json!({"from": "worker", "kind": "handoff", "handoff": {"nonce": "n",
            "action": "expand", "target": "selection", "tab": 3, "frame": 0, "selection": "x"}}),
        );
        assert!(
            matches!(handoff, Incoming::Worker(WorkerNews::Handoff { handoff })
            if handoff.action == Action::Expand && handoff.selection.as_deref() == Some("x"))
        );
    }

    #[test]
    fn events_of_the_host_are_read() {
        let event = read(json!({"from": "host", "message":
            {"kind": "event", "id": "abc/1", "event": "delta", "step": 0, "text": "x"}}));
        assert!(
            matches!(event, Incoming::Host { message: FromHost::Event { event, .. } }
            if matches!(event, Event::Delta { .. }))
        );
    }
}
