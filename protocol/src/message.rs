//! The envelopes: everything that crosses the port is one of these two types.

use serde::{Deserialize, Serialize};

use crate::{
    Ask, Chunk, ClientId, Event, Failure, KeyPart, RequestId, Settings, Snapshot, VendorId, Version,
};

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
    /// List the vendors of the catalogue. Ends with `Outcome::Vendors`.
    Vendors {
        /// The request.
        id: RequestId,
    },
    /// Keep a key. Ends with `Outcome::Key`.
    SetKey {
        /// The request.
        id: RequestId,
        /// Whose key.
        vendor: VendorId,
        /// The region to use, where the vendor has several.
        #[serde(default)]
        region: Option<String>,
        /// Its parts, in the order of `VendorCard::key_parts`.
        parts: Vec<KeyPart>,
        /// Whether it may be kept in a file where nothing safer lasts.
        #[serde(default)]
        in_file: bool,
    },
    /// Find out whether a key works, without being charged. Ends with `Outcome::KeyTested`.
    TestKey {
        /// The request.
        id: RequestId,
        /// Whose key.
        vendor: VendorId,
    },
    /// Forget a key. Ends with `Outcome::Key`.
    RemoveKey {
        /// The request.
        id: RequestId,
        /// Whose key.
        vendor: VendorId,
    },
    /// Tell the settings. Ends with `Outcome::Settings`.
    Settings {
        /// The request.
        id: RequestId,
    },
    /// Change the settings. Ends with `Outcome::Settings`.
    ChangeSettings {
        /// The request.
        id: RequestId,
        /// All of them, as they shall be.
        settings: Box<Settings>,
    },
    /// Tell what was used and spent. Ends with `Outcome::Usage`.
    Usage {
        /// The request.
        id: RequestId,
        /// How many days back, today included.
        days: u16,
    },
    /// Tell what the reader did with an answer. Ends with `Outcome::Noted`.
    Feedback {
        /// The request.
        id: RequestId,
        /// The request that was answered; it need not be remembered any more.
        about: RequestId,
        /// What the reader did.
        signal: Signal,
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

/// What a reader did with an answer, which tells how good it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signal {
    /// Copied it.
    Copied,
    /// Put it into the page.
    Inserted,
    /// Said that it is good. Of this, `Bad` and `Withdrawn` the last one counts.
    Good,
    /// Said that it is bad.
    Bad,
    /// Took `Good` or `Bad` back.
    Withdrawn,
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
