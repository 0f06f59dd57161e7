//! Messages of the protocol.

use std::fmt::Debug;

use coterie_protocol::{Assembler, Chunk, FromHost, RequestId, ToHost, split};
use serde::{Serialize, de::DeserializeOwned};

/// What is read can be written and read again unchanged, and travels in chunks unchanged.
pub fn protocol_json(data: &[u8]) {
    again::<ToHost>(data);
    again::<FromHost>(data);
    if let Ok(text) = std::str::from_utf8(data) {
        in_chunks(text);
    }
}

fn again<T: Serialize + DeserializeOwned + PartialEq + Debug>(data: &[u8]) {
    let Ok(message) = serde_json::from_slice::<T>(data) else {
        return;
    };
    let written = serde_json::to_string(&message).expect("a message that was read can be written");
    let read: T = serde_json::from_str(&written).expect("a message that was written can be read");
    assert_eq!(read, message);
}

fn in_chunks(text: &str) {
    let id = RequestId::try_from("a/1".to_owned()).expect("a name as in the protocol");
    let mut assembler = Assembler::default();
    let mut whole = None;
    for chunk in split(&id, text) {
        let json = serde_json::to_vec(&chunk).expect("a chunk can be written");
        let chunk: Chunk = serde_json::from_slice(&json).expect("a chunk can be read");
        whole = assembler.push(chunk).expect("chunks in order");
    }
    assert_eq!(whole.as_deref(), Some(text));
}
