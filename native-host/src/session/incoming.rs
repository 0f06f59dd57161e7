//! From frames to requests: every message that needs an answer gets one, and none ends the host.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{
    Ask, Chunk, ClientId, DocumentId, Event, Failure, FailureCode, Outcome, PROTOCOL, RequestId,
    ToHost, Version, Welcome,
};
use serde::Deserialize;
use tokio::{io::AsyncRead, time::timeout};
use tokio_util::task::TaskTracker;

use super::{
    End,
    clients::{Clients, Document},
    frame::{FrameError, FrameReader},
    outbox::Outbox,
    request::{Running, Work},
};
use crate::{coe::Coterie, manage::Order};

/// Reads messages and begins what they ask for.
pub(super) struct Incoming {
    coterie: Coterie,
    clients: Arc<Clients>,
    outbox: Arc<Outbox>,
    tasks: TaskTracker,
}

impl Incoming {
    pub(super) fn new(coterie: Coterie, clients: Arc<Clients>, outbox: Arc<Outbox>) -> Self {
        Self {
            coterie,
            clients,
            outbox,
            tasks: TaskTracker::new(),
        }
    }

    /// Reads until the input ends.
    pub(super) async fn read<R: AsyncRead + Unpin>(
        &self,
        mut frames: FrameReader<R>,
    ) -> Result<End, FrameError> {
        while let Some(frame) = frames.next().await? {
            self.take(&frame).await;
        }
        Ok(End::OutOfInput)
    }

    /// Cancels everything and waits until it has stopped, but not for long.
    pub(super) async fn stop(&self, patience: Duration) {
        self.clients.leave_all();
        self.tasks.close();
        if timeout(patience, self.tasks.wait()).await.is_err() {
            tracing::warn!(left = self.tasks.len(), "requests did not stop in time");
        }
    }

    async fn take(&self, json: &[u8]) {
        match serde_json::from_slice(json) {
            Ok(ToHost::Chunk(chunk)) => self.chunk(chunk).await,
            Ok(message) => self.dispatch(message).await,
            Err(error) => self.unreadable(json, &error).await,
        }
    }

    /// Takes a chunk, and its message when it is complete.
    async fn chunk(&self, chunk: Chunk) {
        let id = chunk.id.clone();
        let json = match self.clients.assemble(chunk) {
            Ok(Some(json)) => json,
            Ok(None) => return,
            Err(failure) => return self.fail(&id, failure).await,
        };
        match serde_json::from_str(&json) {
            Ok(message) => self.dispatch(message).await,
            Err(error) => self.fail(&id, malformed(json.len(), &error)).await,
        }
    }

    async fn dispatch(&self, message: ToHost) {
        match message {
            ToHost::Hello { id, protocol, .. } => self.hello(&id, protocol).await,
            ToHost::Capture { id, snapshot } => {
                self.begin(id, Work::Capture(Box::new(snapshot))).await;
            }
            ToHost::Ask { id, ask } => self.ask(id, ask).await,
            ToHost::Experts { id } => self.begin(id, Work::Experts).await,
            ToHost::Vendors { id } => self.manage(id, Order::Vendors).await,
            ToHost::SetKey {
                id,
                vendor,
                region,
                parts,
                in_file,
            } => {
                let order = Order::SetKey {
                    vendor,
                    region,
                    parts,
                    in_file,
                };
                self.manage(id, order).await;
            }
            ToHost::TestKey { id, vendor } => self.manage(id, Order::TestKey { vendor }).await,
            ToHost::RemoveKey { id, vendor } => self.manage(id, Order::RemoveKey { vendor }).await,
            ToHost::Settings { id } => self.manage(id, Order::Settings).await,
            ToHost::ChangeSettings { id, settings } => {
                self.manage(id, Order::ChangeSettings(settings)).await;
            }
            ToHost::Usage { id, days } => self.manage(id, Order::Usage { days }).await,
            ToHost::Feedback { id, about, signal } => {
                self.begin(id, Work::Feedback(about, signal)).await;
            }
            ToHost::Cancel { id } => self.cancel(&id).await,
            ToHost::Leave { client } => self.clients.leave(&client),
            ToHost::Chunk(chunk) => {
                let message = "a message in chunks is itself a chunk";
                let failure = Failure::new(FailureCode::MalformedMessage, message);
                self.fail(&chunk.id, failure).await;
            }
        }
    }

    async fn manage(&self, id: RequestId, order: Order) {
        self.begin(id, Work::Manage(Box::new(order))).await;
    }

    async fn hello(&self, id: &RequestId, protocol: Version) {
        if self.in_use(id) {
            return self.fail(id, duplicate(id)).await;
        }
        if let Err(failure) = self.clients.greet(id.client(), protocol) {
            return self.fail(id, failure).await;
        }
        let outcome = Outcome::Welcome(Welcome {
            protocol: PROTOCOL,
            host_version: env!("CARGO_PKG_VERSION").to_owned(),
        });
        self.outbox.send(id, Event::Done { outcome }).await;
        self.look_around();
    }

    /// Looks for experts on this machine while the reader still reads.
    fn look_around(&self) {
        let coterie = self.coterie.clone();
        let all = self.clients.everyone();
        let search = async move { all.run_until_cancelled(coterie.prepare()).await };
        self.tasks.spawn(search);
    }

    async fn ask(&self, id: RequestId, ask: Ask) {
        match self.document(id.client(), ask.document) {
            Ok(document) => self.begin(id, Work::Ask(Box::new(ask), document)).await,
            Err(failure) => self.fail(&id, failure).await,
        }
    }

    fn document(
        &self,
        client: &ClientId,
        id: Option<DocumentId>,
    ) -> Result<Option<Document>, Failure> {
        id.map(|id| self.clients.document(client, id)).transpose()
    }

    async fn cancel(&self, id: &RequestId) {
        if let Err(failure) = self.clients.cancel(id) {
            self.fail(id, failure).await;
        }
    }

    /// Begins a request in a task of its own, if its client may make it.
    async fn begin(&self, id: RequestId, work: Work) {
        if self.in_use(&id) {
            return self.fail(&id, duplicate(&id)).await;
        }
        let cancelled = match self.clients.begin(&id) {
            Ok(cancelled) => cancelled,
            Err(failure) => return self.fail(&id, failure).await,
        };
        let running = Running::new(id, Arc::clone(&self.clients), Arc::clone(&self.outbox));
        let task = running.run(work, self.coterie.clone(), cancelled);
        self.tasks.spawn(task);
    }

    /// A name is free again when the last event of its request has gone out.
    fn in_use(&self, id: &RequestId) -> bool {
        self.clients.is_running(id) || self.outbox.holds(id)
    }

    /// Fails a request. If one of that name is running, it must not get a second end: the
    /// refusal then names none.
    async fn fail(&self, id: &RequestId, failure: Failure) {
        if self.in_use(id) {
            self.outbox.refuse(failure).await;
        } else {
            self.outbox.send(id, Event::Failed { failure }).await;
        }
    }

    /// Answers a message that cannot be read: to its request, if its name can be.
    async fn unreadable(&self, json: &[u8], error: &serde_json::Error) {
        let failure = malformed(json.len(), error);
        match name(json) {
            Some(id) => self.fail(&id, failure).await,
            None => self.outbox.refuse(failure).await,
        }
    }
}

fn duplicate(id: &RequestId) -> Failure {
    let message = format!("request {id} is still running");
    Failure::new(FailureCode::DuplicateRequest, message)
}

/// What was wrong, without what the message said: it may be page text.
fn malformed(length: usize, error: &serde_json::Error) -> Failure {
    let what = match error.classify() {
        serde_json::error::Category::Data => "is none that the host knows",
        serde_json::error::Category::Eof => "ends too early",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "is not JSON",
    };
    let (line, column) = (error.line(), error.column());
    let message = format!("a message of {length} bytes {what} (line {line}, column {column})");
    Failure::new(FailureCode::MalformedMessage, message)
}

/// The request that a message names, read as far as it can be.
fn name(json: &[u8]) -> Option<RequestId> {
    #[derive(Deserialize)]
    struct Named {
        id: RequestId,
    }
    let mut reader = serde_json::Deserializer::from_slice(json);
    Named::deserialize(&mut reader).ok().map(|named| named.id)
}
