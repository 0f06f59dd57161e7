//! What a connection remembers of each client: its greeting, its documents, its running requests.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use coterie_protocol::{
    Assembler, Chunk, ChunkError, ClientId, Compatibility, DocumentId, Failure, FailureCode,
    PROTOCOL, RequestId, Selection, Version,
};
use tokio_util::sync::CancellationToken;

use crate::page::Article;

/// The clients of one connection: more panels than anybody has open.
const CLIENTS: usize = 64;

/// The documents kept for each client; the one not used for longest is forgotten first.
const DOCUMENTS: usize = 8;

/// The bytes of all messages that one client has arriving in chunks.
const ARRIVING: usize = 96 * 1024 * 1024;

/// The requests that one client may have running.
const REQUESTS: usize = 128;

/// A page that was read.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Its text.
    pub(super) article: Arc<Article>,
    /// What was selected.
    pub(super) selection: Option<Selection>,
    /// Its address.
    pub(super) address: String,
}

/// All clients.
#[derive(Default)]
pub(super) struct Clients {
    known: Mutex<Known>,
    next_document: AtomicU32,
    everyone: CancellationToken,
}

#[derive(Default)]
struct Known {
    clients: HashMap<ClientId, Client>,
    /// Requests of clients that have left, cancelled and about to end. Their names are not free
    /// before: a client may come again under its own, and ask under that of a request of before.
    leaving: HashSet<RequestId>,
}

struct Client {
    protocol: Version,
    /// The one used last comes last.
    documents: VecDeque<(DocumentId, Document)>,
    running: HashMap<RequestId, CancellationToken>,
    assembler: Assembler,
    /// Bytes of messages that are not complete, by request.
    arriving: HashMap<RequestId, usize>,
}

impl Clients {
    /// Remembers a client; greeting again changes nothing but the version.
    ///
    /// # Errors
    /// When there are too many.
    pub(super) fn greet(&self, client: &ClientId, protocol: Version) -> Result<(), Failure> {
        let known = &mut self.known().clients;
        if !known.contains_key(client) && known.len() >= CLIENTS {
            let message = format!("more than {CLIENTS} clients at once");
            return Err(Failure::new(FailureCode::Busy, message));
        }
        let entry = known.entry(client.clone());
        entry
            .and_modify(|client| client.protocol = protocol)
            .or_insert_with(|| Client::new(protocol));
        Ok(())
    }

    /// Notes that a request runs; the token cancels it.
    ///
    /// # Errors
    /// When its client may not make it.
    pub(super) fn begin(&self, id: &RequestId) -> Result<CancellationToken, Failure> {
        let mut known = self.known();
        let client = known.clients.get_mut(id.client());
        let client = client.ok_or_else(not_greeted)?;
        client.may_ask()?;
        let token = self.everyone.child_token();
        client.running.insert(id.clone(), token.clone());
        Ok(token)
    }

    /// Whether a request runs.
    pub(super) fn is_running(&self, id: &RequestId) -> bool {
        let known = self.known();
        let client = known.clients.get(id.client());
        known.leaving.contains(id) || client.is_some_and(|client| client.running.contains_key(id))
    }

    /// Notes that a request has ended.
    pub(super) fn end(&self, id: &RequestId) {
        let mut known = self.known();
        if !known.leaving.remove(id)
            && let Some(client) = known.clients.get_mut(id.client())
        {
            client.running.remove(id);
        }
    }

    /// Cancels a request, if it still runs.
    ///
    /// # Errors
    /// When the client was not greeted: after a restart of the host, it asks for what is gone.
    pub(super) fn cancel(&self, id: &RequestId) -> Result<(), Failure> {
        let known = self.known();
        let client = known.clients.get(id.client()).ok_or_else(not_greeted)?;
        if let Some(token) = client.running.get(id) {
            token.cancel();
        }
        Ok(())
    }

    /// Cancels everything that a client has running and forgets the client.
    pub(super) fn leave(&self, client: &ClientId) {
        let mut known = self.known();
        if let Some(client) = known.clients.remove(client) {
            client.running.values().for_each(CancellationToken::cancel);
            known.leaving.extend(client.running.into_keys());
        }
    }

    /// Cancels everything and forgets everyone.
    pub(super) fn leave_all(&self) {
        self.everyone.cancel();
        self.known().clients.clear();
    }

    /// Cancelled when the connection ends.
    pub(super) fn everyone(&self) -> CancellationToken {
        self.everyone.clone()
    }

    /// Keeps a document for a client, if it is still there.
    pub(super) fn keep(&self, client: &ClientId, document: Document) -> DocumentId {
        let id = DocumentId(self.next_document.fetch_add(1, Ordering::Relaxed));
        if let Some(client) = self.known().clients.get_mut(client) {
            if client.documents.len() >= DOCUMENTS {
                client.documents.pop_front();
            }
            client.documents.push_back((id, document));
        }
        id
    }

    /// A document of a client, which from now on is the one used last.
    ///
    /// # Errors
    /// When the client was not greeted or the document was forgotten.
    pub(super) fn document(&self, client: &ClientId, id: DocumentId) -> Result<Document, Failure> {
        let mut known = self.known();
        let client = known.clients.get_mut(client).ok_or_else(not_greeted)?;
        let documents = &mut client.documents;
        let place = documents.iter().position(|(kept, _)| *kept == id);
        let entry = place.and_then(|place| documents.remove(place));
        let (id, document) = entry.ok_or_else(|| forgotten(id))?;
        documents.push_back((id, document.clone()));
        Ok(document)
    }

    /// Takes a chunk; gives the JSON text of its message when it is the last one.
    ///
    /// # Errors
    /// When the client was not greeted or the chunk does not fit.
    pub(super) fn assemble(&self, chunk: Chunk) -> Result<Option<String>, Failure> {
        let mut known = self.known();
        let client = known.clients.get_mut(chunk.id.client());
        client.ok_or_else(not_greeted)?.assemble(chunk)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Client {
    fn new(protocol: Version) -> Self {
        Self {
            protocol,
            documents: VecDeque::new(),
            running: HashMap::new(),
            assembler: Assembler::default(),
            arriving: HashMap::new(),
        }
    }

    /// Keeps count of what is arriving: the assembler bounds each message, this all of them.
    fn assemble(&mut self, chunk: Chunk) -> Result<Option<String>, Failure> {
        let (id, length) = (chunk.id.clone(), chunk.text.len());
        if self.arriving.values().sum::<usize>() + length > ARRIVING {
            self.assembler = Assembler::default();
            self.arriving.clear();
            let message = format!("more than {ARRIVING} bytes are arriving in chunks at once");
            return Err(Failure::new(FailureCode::TooLarge, message));
        }
        *self.arriving.entry(id.clone()).or_default() += length;
        let whole = self.assembler.push(chunk).map_err(|error| refused(&error));
        if !matches!(whole, Ok(None)) {
            self.arriving.remove(&id);
        }
        whole
    }

    fn may_ask(&self) -> Result<(), Failure> {
        understood(self.protocol, PROTOCOL)?;
        if self.running.len() >= REQUESTS {
            let message = format!("more than {REQUESTS} requests at once");
            return Err(Failure::new(FailureCode::Busy, message));
        }
        Ok(())
    }
}

/// Whether requests of an extension that speaks one protocol can be served in another.
fn understood(extension: Version, host: Version) -> Result<(), Failure> {
    let older = match Compatibility::of(extension, host) {
        Compatibility::Compatible => return Ok(()),
        Compatibility::HostTooOld => "host",
        Compatibility::ExtensionTooOld => "extension",
    };
    let message =
        format!("the extension speaks protocol {extension}, the host {host}: update the {older}");
    Err(Failure::new(FailureCode::Incompatible, message))
}

fn refused(error: &ChunkError) -> Failure {
    let code = match error {
        ChunkError::TooLarge { .. } => FailureCode::TooLarge,
        ChunkError::OutOfOrder { .. } | ChunkError::TooMany => FailureCode::MalformedMessage,
    };
    Failure::new(code, error.to_string())
}

fn not_greeted() -> Failure {
    Failure::new(
        FailureCode::NotGreeted,
        "the client has to greet the host first",
    )
}

fn forgotten(id: DocumentId) -> Failure {
    let message = format!("document {} is not kept any more", id.0);
    Failure::new(FailureCode::UnknownDocument, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a request comes to: nothing said, or one sentence.
    fn check_versions(extension: (u16, u16), host: (u16, u16), expected: &str) {
        let version = |(major, minor)| Version { major, minor };
        let said = understood(version(extension), version(host))
            .map_or_else(|failure| failure.message, |()| String::new());
        assert_eq!(said, expected);
    }

    #[test]
    fn a_minor_apart_is_served_and_a_major_apart_is_told_whom_to_update() {
        check_versions((1, 4), (1, 4), "");
        check_versions((1, 4), (1, 3), "");
        check_versions((1, 3), (1, 4), "");
        check_versions(
            (2, 0),
            (1, 9),
            "the extension speaks protocol 2.0, the host 1.9: update the host",
        );
        check_versions(
            (1, 9),
            (2, 0),
            "the extension speaks protocol 1.9, the host 2.0: update the extension",
        );
    }

    #[test]
    fn messages_that_never_end_do_not_pile_up() {
        let clients = Clients::default();
        let client = ClientId::try_from("a".to_owned()).unwrap();
        clients.greet(&client, PROTOCOL).unwrap();
        let push = |number, index| {
            clients.assemble(Chunk {
                id: RequestId::new(client.clone(), number),
                index,
                last: false,
                text: "x".repeat(4 * 1024 * 1024),
            })
        };
        let mut pushed = 0;
        let failure = (0..).find_map(|index| {
            (0..8).find_map(|number| {
                pushed += 1;
                push(number, index).err()
            })
        });
        assert_eq!(failure.unwrap().code, FailureCode::TooLarge);
        assert_eq!(pushed, ARRIVING / (4 * 1024 * 1024) + 1);
        push(9, 0).unwrap();
    }
}
