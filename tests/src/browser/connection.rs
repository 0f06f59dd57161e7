//! One connection to a browser's DevTools: calls with deadlines, events kept until taken.

use std::{
    collections::{HashMap, VecDeque},
    io::ErrorKind,
    net::TcpStream,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use serde::Deserialize;
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket, client::IntoClientRequest, protocol::WebSocketConfig};

use super::BrowserError;

/// How long a browser may take to answer. A service worker that never starts never answers.
pub(super) const ANSWER: Duration = Duration::from_secs(60);

/// Screenshots and heap snapshots are large.
const MAX_MESSAGE: usize = 256 * 1024 * 1024;

/// One connection, shared by all sessions in it.
pub(super) struct Connection {
    state: Mutex<State>,
}

struct State {
    socket: WebSocket<TcpStream>,
    next: u64,
    answers: HashMap<u64, Answer>,
    events: VecDeque<Event>,
}

/// Something that the browser reports by itself.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub(super) session: String,
    pub(super) method: String,
    pub(super) params: Value,
}

#[derive(Deserialize)]
struct Incoming {
    id: Option<u64>,
    #[serde(flatten)]
    answer: Answer,
    method: Option<String>,
    params: Option<Value>,
    #[serde(rename = "sessionId", default)]
    session: String,
}

#[derive(Deserialize)]
struct Answer {
    result: Option<Value>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    message: String,
    #[serde(default)]
    data: Option<Value>,
}

impl Connection {
    /// Connects to the browser endpoint, `ws://127.0.0.1:port/devtools/browser/...`.
    pub(super) fn open(port: u16, path: &str) -> Result<Self, BrowserError> {
        let broken = |detail: String| BrowserError::Connection {
            method: "connecting".to_owned(),
            detail,
        };
        let stream =
            TcpStream::connect(("127.0.0.1", port)).map_err(|error| broken(error.to_string()))?;
        let ready = stream
            .set_nodelay(true)
            .and_then(|()| stream.set_read_timeout(Some(ANSWER)));
        ready.map_err(|error| broken(error.to_string()))?;
        let request = format!("ws://127.0.0.1:{port}{path}")
            .into_client_request()
            .map_err(|error| broken(error.to_string()))?;
        let limits = WebSocketConfig::default()
            .max_message_size(Some(MAX_MESSAGE))
            .max_frame_size(Some(MAX_MESSAGE));
        let (socket, _response) =
            tungstenite::client::client_with_config(request, stream, Some(limits))
                .map_err(|error| broken(error.to_string()))?;
        let state = State {
            socket,
            next: 0,
            answers: HashMap::new(),
            events: VecDeque::new(),
        };
        Ok(Self {
            state: Mutex::new(state),
        })
    }

    /// Calls a method, of the browser if `session` is empty, and waits for its answer.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "every caller builds the parameters for this call"
    )]
    pub(super) fn call(
        &self,
        session: &str,
        method: &str,
        params: Value,
        patience: Duration,
    ) -> Result<Value, BrowserError> {
        let mut state = self.lock();
        let id = state.send(session, method, &params)?;
        let start = Instant::now();
        loop {
            if let Some(answer) = state.answers.remove(&id) {
                return answer.read(method);
            }
            let left = patience.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Err(BrowserError::NoAnswer {
                    method: method.to_owned(),
                    waited: patience,
                });
            }
            state.receive(method, left)?;
        }
    }

    /// Takes the events of a session that have come so far, leaving those not `wanted`.
    pub(super) fn take_events(
        &self,
        session: &str,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<Vec<Event>, BrowserError> {
        let mut state = self.lock();
        while state.receive("reading events", Duration::from_millis(1))? {}
        let (taken, left) = std::mem::take(&mut state.events)
            .into_iter()
            .partition(|event| event.session == session && wanted(event));
        state.events = left;
        Ok(Vec::from(taken))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn send(&mut self, session: &str, method: &str, params: &Value) -> Result<u64, BrowserError> {
        self.next += 1;
        let mut message = json!({"id": self.next, "method": method, "params": params});
        if !session.is_empty() {
            message["sessionId"] = json!(session);
        }
        self.socket
            .send(Message::text(message.to_string()))
            .map_err(|error| broken(method, &error))?;
        Ok(self.next)
    }

    /// Reads one message, if one comes in time; whether one came.
    fn receive(&mut self, method: &str, patience: Duration) -> Result<bool, BrowserError> {
        let patience = patience.max(Duration::from_millis(1));
        let stream = self.socket.get_ref();
        stream
            .set_read_timeout(Some(patience))
            .map_err(|error| broken(method, &error))?;
        match self.socket.read() {
            Ok(Message::Text(text)) => {
                self.keep(method, text.as_str())?;
                Ok(true)
            }
            Ok(_) => Ok(true),
            Err(tungstenite::Error::Io(error))
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                Ok(false)
            }
            Err(error) => Err(broken(method, &error)),
        }
    }

    fn keep(&mut self, method: &str, text: &str) -> Result<(), BrowserError> {
        let incoming: Incoming =
            serde_json::from_str(text).map_err(|error| broken(method, &error))?;
        if let Some(id) = incoming.id {
            self.answers.insert(id, incoming.answer);
        } else if let Some(method) = incoming.method {
            self.events.push_back(Event {
                session: incoming.session,
                method,
                params: incoming.params.unwrap_or_default(),
            });
        }
        Ok(())
    }
}

impl Answer {
    fn read(self, method: &str) -> Result<Value, BrowserError> {
        match self.error {
            None => Ok(self.result.unwrap_or_default()),
            Some(refusal) => Err(BrowserError::Refused {
                method: method.to_owned(),
                message: match refusal.data {
                    Some(data) => format!("{}: {data}", refusal.message),
                    None => refusal.message,
                },
            }),
        }
    }
}

fn broken(method: &str, error: &dyn std::error::Error) -> BrowserError {
    BrowserError::Connection {
        method: method.to_owned(),
        detail: error.to_string(),
    }
}
