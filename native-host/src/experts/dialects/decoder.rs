//! What all decoders share: cutting bytes into chunks of JSON, and the one end of an answer.

use coterie_protocol::{FailureCode, Finish};
use serde_json::{Value, json};

use crate::experts::{
    ExpertError, Item,
    stream::{AmazonMessage, AmazonMessages, Event, EventStream, Lines, MAX_EVENT, StreamError},
};

/// The most pieces that one value may be cut into: each is tried together with those before it.
const MOST_PIECES: usize = 16;

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

    /// Whether the expert has marked the end of its answer: nothing more is waited for.
    fn is_complete(&self) -> bool {
        false
    }

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
    /// The beginning of a value that a server cut into several events, and in how many.
    unfinished: String,
    pieces: usize,
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
            unfinished: String::new(),
            pieces: 0,
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
                Event::Message { kind, data, .. } => self.on_data(&kind, &data, &mut items),
                // What cannot be read is ignored, as the standard says.
                Event::Stray(line) if serde_json::from_str::<Value>(&line).is_err() => {}
                Event::Stray(line) => self.on_data("message", &line, &mut items),
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
                Err(error) => self.malformed(&error.to_string(), &mut items),
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
            self.malformed("a message is not JSON", items);
        }
    }

    /// The data of one event; some servers put one value into several of them.
    fn on_data(&mut self, kind: &str, data: &str, items: &mut Vec<Item>) {
        if self.unfinished.is_empty() {
            self.pieces = 0;
            return self.on_values(kind, data, items);
        }
        self.pieces += 1;
        let mut whole = std::mem::take(&mut self.unfinished);
        if self.pieces >= MOST_PIECES || whole.len() + data.len() > MAX_EVENT {
            return self.malformed("an event does not end", items);
        }
        whole.push_str(data);
        self.on_values(kind, &whole, items);
    }

    /// The values in the data of one event: mostly one, more where a server or proxy lost the
    /// line ends between events. What begins like no value is a sign of life.
    fn on_values(&mut self, kind: &str, data: &str, items: &mut Vec<Item>) {
        let mut rest = data.trim_start();
        if !rest.starts_with(['{', '[']) {
            items.push(Item::Heartbeat);
        }
        while !self.ended {
            rest = rest.trim_start();
            if let Some(glued) = rest.strip_prefix("data:") {
                rest = glued;
            } else if let Some(after) = rest.strip_prefix("[DONE]") {
                self.on_chunk(Chunk::EndMark, items);
                rest = after;
            } else if rest.starts_with(['{', '[']) {
                let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
                match values.next() {
                    Some(Ok(json)) => {
                        rest = &rest[values.byte_offset()..];
                        self.on_chunk(Chunk::Json { kind, json: &json }, items);
                    }
                    Some(Err(error)) if !error.is_eof() => {
                        return self.malformed("an event is not JSON", items);
                    }
                    _ => {
                        rest.clone_into(&mut self.unfinished);
                        return;
                    }
                }
            } else {
                return;
            }
        }
    }

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) {
        let before = items.len();
        if let Err(error) = self.reading.on_chunk(chunk, items) {
            self.fail(error, items);
        } else if matches!(chunk, Chunk::EndMark) || self.reading.is_complete() {
            self.reading.ending().get_or_insert(Ok(Finish::Complete));
            items.extend(self.end());
        } else {
            // Some servers say with each piece of text that it is the last.
            let spoke = items[before..]
                .iter()
                .any(|item| matches!(item, Item::Text(_) | Item::Reasoning(_)));
            self.finishing = !spoke && self.reading.ending().is_some();
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
    fn malformed(&mut self, what: &str, items: &mut Vec<Item>) {
        let message = format!("the answer of {} cannot be read: {what}", self.vendor);
        self.fail(
            ExpertError::new(FailureCode::MalformedAnswer, message),
            items,
        );
    }

    /// Ends with an error; text that was held back is given first.
    fn fail(&mut self, error: ExpertError, items: &mut Vec<Item>) {
        self.reading.rest(items);
        self.ended = true;
        items.push(Item::Failed(error));
    }
}

impl<R: Reading> Decoder for Chunks<R> {
    fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        if self.ended {
            return Vec::new();
        }
        let mut items = Vec::new();
        match &mut self.cutter {
            Cutter::Unknown => return self.begin(bytes),
            Cutter::Whole(json) if json.len() + bytes.len() > MAX_EVENT => {
                let message = format!("the answer is larger than {MAX_EVENT} bytes");
                self.malformed(&message, &mut items);
            }
            Cutter::Whole(json) => json.extend_from_slice(bytes),
            Cutter::Events(events) => match events.push(bytes) {
                Ok(events) => return self.on_events(events),
                Err(error) => self.malformed(&error.to_string(), &mut items),
            },
            Cutter::Messages(messages) => {
                messages.push(bytes);
                return self.on_messages();
            }
            Cutter::Lines(lines) => {
                let mut texts = Vec::new();
                let pushed = lines.push(bytes, |line| {
                    texts.push(String::from_utf8_lossy(line).into_owned());
                    Ok::<_, StreamError>(())
                });
                for text in texts {
                    if !self.ended {
                        self.on_data("message", &text, &mut items);
                    }
                }
                if let Err(error) = pushed
                    && !self.ended
                {
                    self.malformed(&error.to_string(), &mut items);
                }
            }
        }
        items
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
                self.on_data("message", &text, &mut items);
            }
            Cutter::Events(mut events) => match events.finish() {
                Ok(tail) => items.extend(self.on_events(tail)),
                Err(error) => self.malformed(&error.to_string(), &mut items),
            },
            Cutter::Lines(mut lines) => {
                if let Some(tail) = lines.finish() {
                    let text = String::from_utf8_lossy(&tail);
                    self.on_data("message", &text, &mut items);
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
