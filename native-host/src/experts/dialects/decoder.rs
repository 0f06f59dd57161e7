//! What all decoders share: cutting bytes into chunks of JSON, and the one end of an answer.

use coterie_protocol::{FailureCode, Finish};
use serde_json::{Value, json};

use crate::experts::{
    ExpertError, Item,
    stream::{AmazonMessage, AmazonMessages, Event, EventStream, Lines, MAX_EVENT, StreamError},
};

/// Decodes the answer to one request, however its bytes are cut. After an item that ends it,
/// nothing more comes.
pub trait Decoder: Send {
    /// Takes bytes and gives the items that they complete.
    fn push(&mut self, bytes: &[u8]) -> Vec<Item>;

    /// The items that the end of the bytes completes. The last one ends the answer.
    fn finish(&mut self) -> Vec<Item>;

    /// The connection broke: gives what is left, and this error as the end.
    fn broken(&mut self, error: ExpertError) -> Vec<Item>;

    /// Whether the answer has ended.
    fn has_ended(&self) -> bool;

    /// Whether the expert has said that it ended; only tokens and an end mark may follow.
    fn is_finishing(&self) -> bool;
}

/// What a dialect makes of the chunks of an answer.
pub trait Reading: Send {
    /// How the answer is cut into chunks.
    const FORM: Form;

    /// Takes one chunk; items go to `items`.
    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError>;

    /// How the expert said that it ended, if it has.
    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>>;

    /// Text that is still held when no more comes.
    fn rest(&mut self, items: &mut Vec<Item>) {
        let _ = items;
    }
}

/// One chunk of an answer.
#[derive(Debug, Clone, Copy)]
pub enum Chunk<'a> {
    /// JSON.
    Json {
        /// The event's type; `message` where the form has none.
        kind: &'a str,
        /// What it says.
        json: &'a Value,
    },
    /// The mark that ends a stream: `[DONE]`.
    EndMark,
}

/// How an answer is cut into chunks. One that comes whole is always understood: some servers do
/// not stream, and refusals never do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Server-sent events.
    Events,
    /// A line for each chunk.
    Lines,
    /// Amazon's binary messages; one that stands for a failure comes as a JSON `error`.
    Messages,
}

/// A decoder made of a [`Reading`].
pub struct Chunks<R> {
    vendor: String,
    reading: R,
    cutter: Cutter,
    finishing: bool,
    ended: bool,
}

/// What cuts; the first byte tells, content types do not always.
enum Cutter {
    Unknown,
    Events(Box<EventStream>),
    Lines(Lines),
    Messages(AmazonMessages),
    Whole(Vec<u8>),
}

impl<R: Reading> Chunks<R> {
    /// A decoder for an answer of `vendor`.
    pub fn new(vendor: &str, reading: R) -> Self {
        Self {
            vendor: vendor.to_owned(),
            reading,
            cutter: Cutter::Unknown,
            finishing: false,
            ended: false,
        }
    }

    fn begin(&mut self, bytes: &[u8]) -> Vec<Item> {
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        self.cutter = match (first, R::FORM) {
            // Only blank lines so far: some servers send them to keep the connection alive.
            (None, _) => return Vec::new(),
            (Some(_), Form::Lines) => Cutter::Lines(Lines::default()),
            (Some(_), Form::Messages) => Cutter::Messages(AmazonMessages::default()),
            (Some(b'{' | b'['), Form::Events) => Cutter::Whole(Vec::new()),
            (Some(_), Form::Events) => Cutter::Events(Box::default()),
        };
        self.push(bytes)
    }

    fn on_events(&mut self, events: impl IntoIterator<Item = Event>) -> Vec<Item> {
        let mut items = Vec::new();
        for event in events {
            match event {
                _ if self.ended => break,
                Event::Comment => items.push(Item::Heartbeat),
                Event::Message { kind, data, .. } => self.on_data(&kind, data.trim(), &mut items),
            }
        }
        items
    }

    fn on_messages(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        while !self.ended
            && let Cutter::Messages(messages) = &mut self.cutter
            && let Some(message) = messages.take()
        {
            match message {
                Ok(message) => self.on_message(&message, &mut items),
                Err(error) => items.push(self.malformed(&error.to_string())),
            }
        }
        items
    }

    fn on_message(&mut self, message: &AmazonMessage, items: &mut Vec<Item>) {
        let payload = serde_json::from_slice::<Value>(&message.payload);
        if let Some((code, said)) = message.failure() {
            let said = said.map_or_else(
                || payload.unwrap_or_default()["message"].take(),
                Value::from,
            );
            let json = json!({"error": {"type": code, "message": said}});
            self.on_chunk(
                Chunk::Json {
                    kind: "error",
                    json: &json,
                },
                items,
            );
        } else if let Ok(json) = payload {
            let kind = message.header(":event-type").unwrap_or("message");
            self.on_chunk(Chunk::Json { kind, json: &json }, items);
        } else {
            items.push(self.malformed("a message is not JSON"));
        }
    }

    fn on_data(&mut self, kind: &str, data: &str, items: &mut Vec<Item>) {
        match data {
            "" => items.push(Item::Heartbeat),
            "[DONE]" => self.on_chunk(Chunk::EndMark, items),
            text => match serde_json::from_str::<Value>(text) {
                Ok(json) => self.on_chunk(Chunk::Json { kind, json: &json }, items),
                Err(_) => items.push(self.malformed("an event is not JSON")),
            },
        }
    }

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) {
        if let Err(error) = self.reading.on_chunk(chunk, items) {
            items.push(self.fail(error));
        } else if matches!(chunk, Chunk::EndMark) {
            self.reading.ending().get_or_insert(Ok(Finish::Complete));
            items.extend(self.end());
        } else {
            self.finishing = self.reading.ending().is_some();
        }
    }

    /// Ends the answer as the expert said, or as one that was cut off.
    fn end(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        self.reading.rest(&mut items);
        self.ended = true;
        let early = || {
            let message = format!("{} stopped before the end of its answer", self.vendor);
            ExpertError::new(FailureCode::EndedEarly, message)
        };
        items.push(match self.reading.ending().take() {
            Some(Ok(finish)) => Item::Finished(finish),
            Some(Err(error)) => Item::Failed(error),
            None => Item::Failed(early()),
        });
        items
    }

    /// What could not be read is not repeated: it may be page text.
    fn malformed(&mut self, what: &str) -> Item {
        let message = format!("the answer of {} cannot be read: {what}", self.vendor);
        self.fail(ExpertError::new(FailureCode::MalformedAnswer, message))
    }

    fn fail(&mut self, error: ExpertError) -> Item {
        self.ended = true;
        Item::Failed(error)
    }
}

impl<R: Reading> Decoder for Chunks<R> {
    fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        if self.ended {
            return Vec::new();
        }
        match &mut self.cutter {
            Cutter::Unknown => self.begin(bytes),
            Cutter::Whole(json) if json.len() + bytes.len() > MAX_EVENT => {
                let message = format!("the answer is larger than {MAX_EVENT} bytes");
                vec![self.malformed(&message)]
            }
            Cutter::Whole(json) => {
                json.extend_from_slice(bytes);
                Vec::new()
            }
            Cutter::Events(events) => match events.push(bytes) {
                Ok(events) => self.on_events(events),
                Err(error) => vec![self.malformed(&error.to_string())],
            },
            Cutter::Messages(messages) => {
                messages.push(bytes);
                self.on_messages()
            }
            Cutter::Lines(lines) => {
                let mut texts = Vec::new();
                let pushed = lines.push(bytes, |line| {
                    texts.push(String::from_utf8_lossy(line).into_owned());
                    Ok::<_, StreamError>(())
                });
                let mut items = Vec::new();
                for text in texts {
                    if !self.ended {
                        self.on_data("message", text.trim(), &mut items);
                    }
                }
                if let Err(error) = pushed {
                    items.push(self.malformed(&error.to_string()));
                }
                items
            }
        }
    }

    fn finish(&mut self) -> Vec<Item> {
        if self.ended {
            return Vec::new();
        }
        let mut items = Vec::new();
        match std::mem::replace(&mut self.cutter, Cutter::Unknown) {
            // What a message lacks cannot be told: it came to an early end.
            Cutter::Unknown | Cutter::Messages(_) => {}
            Cutter::Whole(json) => {
                let text = String::from_utf8_lossy(&json);
                self.on_data("message", text.trim(), &mut items);
            }
            Cutter::Events(mut events) => match events.finish() {
                Ok(tail) => items.extend(self.on_events(tail)),
                Err(error) => items.push(self.malformed(&error.to_string())),
            },
            Cutter::Lines(mut lines) => {
                if let Some(tail) = lines.finish() {
                    let text = String::from_utf8_lossy(&tail);
                    self.on_data("message", text.trim(), &mut items);
                }
            }
        }
        if !self.ended {
            items.extend(self.end());
        }
        items
    }

    fn broken(&mut self, error: ExpertError) -> Vec<Item> {
        if self.ended {
            return Vec::new();
        }
        *self.reading.ending() = Some(Err(error));
        self.end()
    }

    fn has_ended(&self) -> bool {
        self.ended
    }

    fn is_finishing(&self) -> bool {
        self.finishing
    }
}
