//! One request while it runs: whatever becomes of its task, it ends with one terminal event.

use std::sync::Arc;

use coterie_protocol::{Ask, Event, Failure, FailureCode, Outcome, RequestId, Signal, Snapshot};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use super::{
    capture,
    clients::{Clients, Document},
    outbox::Outbox,
};
use crate::{
    coe::{Coterie, Request},
    manage::Order,
};

/// What a request wants.
pub(super) enum Work {
    /// A page read.
    Capture(Box<Snapshot>),
    /// An answer.
    Ask(Box<Ask>, Option<Document>),
    /// The experts listed.
    Experts,
    /// Note taken of what the reader did with an answer.
    Feedback(RequestId, Signal),
    /// Something looked up or changed.
    Manage(Box<Order>),
}

/// A request under way, held by its task.
pub(super) struct Running {
    id: RequestId,
    clients: Arc<Clients>,
    outbox: Arc<Outbox>,
    ended: bool,
}

impl Running {
    /// A request that has just begun.
    pub(super) fn new(id: RequestId, clients: Arc<Clients>, outbox: Arc<Outbox>) -> Self {
        Self {
            id,
            clients,
            outbox,
            ended: false,
        }
    }

    /// Does the work, unless it is cancelled, which drops it wherever it is.
    pub(super) async fn run(mut self, work: Work, coterie: Coterie, cancelled: CancellationToken) {
        let work = self.perform(work, &coterie);
        if cancelled.run_until_cancelled(work).await.is_none() {
            self.end(Event::Cancelled);
        }
    }

    async fn perform(&mut self, work: Work, coterie: &Coterie) {
        match work {
            Work::Capture(snapshot) => self.capture(*snapshot).await,
            Work::Ask(ask, document) => self.answer(*ask, document, coterie).await,
            Work::Experts => {
                let experts = coterie.experts().await;
                let outcome = Outcome::Experts { experts };
                self.send(Event::Done { outcome }).await;
            }
            Work::Feedback(about, signal) => {
                coterie.feedback(&about.to_string(), signal);
                let outcome = Outcome::Noted;
                self.send(Event::Done { outcome }).await;
            }
            Work::Manage(order) => {
                let event = match coterie.manager().perform(*order).await {
                    Ok(outcome) => Event::Done { outcome },
                    Err(failure) => Event::Failed { failure },
                };
                self.send(event).await;
            }
        }
    }

    async fn capture(&mut self, snapshot: Snapshot) {
        let event = match capture::read(self.id.client(), snapshot, &self.clients).await {
            Ok(captured) => Event::Done {
                outcome: Outcome::Captured(captured),
            },
            Err(failure) => Event::Failed { failure },
        };
        self.send(event).await;
    }

    async fn answer(&mut self, ask: Ask, document: Option<Document>, coterie: &Coterie) {
        let mut request = Request {
            ask,
            name: Some(self.id.to_string()),
            ..Request::default()
        };
        if let Some(document) = document {
            request.article = Some(document.article);
            request.selection = document.selection;
            request.address = Some(document.address);
        }
        let mut events = coterie.answer(request);
        while let Some(event) = events.next().await {
            self.send(event).await;
        }
    }

    /// Sends an event, when there is room for it; after a terminal one nothing any more.
    async fn send(&mut self, event: Event) {
        if self.ended {
            return;
        }
        let last = event.is_terminal();
        self.outbox.send(&self.id, event).await;
        self.ended = last;
    }

    /// Ends the request at once, unless it has ended.
    fn end(&mut self, event: Event) {
        if !self.ended {
            self.ended = true;
            self.outbox.send_now(&self.id, event);
        }
    }
}

impl Drop for Running {
    /// A task that panicked, or forgot, still answers.
    fn drop(&mut self) {
        let message = "the request ended without an answer";
        let failure = Failure::new(FailureCode::Internal, message);
        self.end(Event::Failed { failure });
        self.clients.end(&self.id);
    }
}
