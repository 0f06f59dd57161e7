//! The envelopes: everything that crosses the port is one of these two types.

use serde::{Deserialize, Serialize};

use crate::{Ask, Chunk, ClientId, Event, Failure, RequestId, Snapshot, Version};

/// A message of the extension to the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToHost {
    /// The greeting; the first message of every client. Ends with `Outcome::Welcome`.
    Hello {
        /// The request.
        id: RequestId,
        /// The protocol that the client speaks.
        protocol: Version,
        /// Who is asking.
        client: Client,
    },
    /// Read a page. Ends with `Outcome::Captured`.
    Capture {
        /// The request.
        id: RequestId,
        /// The page.
        snapshot: Snapshot,
    },
    /// Do something. Ends with `Outcome::Answered`.
    Ask {
        /// The request.
        id: RequestId,
        /// What.
        ask: Ask,
    },
    /// List the experts at the table. Ends with `Outcome::Experts`.
    Experts {
        /// The request.
        id: RequestId,
    },
    /// Stop a request. It ends with `Event::Cancelled`, unless it had ended already.
    Cancel {
        /// The request to stop.
        id: RequestId,
    },
    /// A client is gone: stop all its requests and forget its documents.
    Leave {
        /// The client.
        client: ClientId,
    },
    /// Part of a message that is too large for one frame.
    Chunk(Chunk),
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// What kind of client: `extension`.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A message of the host to the extension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FromHost {
    /// Something happened to a request.
    Event {
        /// The request.
        id: RequestId,
        /// What happened.
        #[serde(flatten)]
        event: Event,
    },
    /// A message could not be read, and named no request that could be told of it.
    Rejected {
        /// What was wrong with it.
        failure: Failure,
    },
    /// Part of a message that is too large for one frame.
    Chunk(Chunk),
}
