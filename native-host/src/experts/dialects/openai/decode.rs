//! What comes back: chunks of a chat completion to items.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::refusal;
use crate::experts::{
    ExpertError, Item,
    stream::{Event, EventStream, StreamError},
};

/// Decodes the answer of one request, however its bytes are cut.
#[derive(Debug)]
pub struct Decoder {
    vendor: String,
    form: Form,
    finish: Option<Finish>,
    ended: bool,
}

/// An answer comes as a stream of events, or whole from servers that do not stream.
#[derive(Debug)]
enum Form {
    Stream(Box<EventStream>),
    Whole(Vec<u8>),
}

/// A chunk of a streamed answer, or a whole one. Vendors leave out and add what they like.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chunk {
    choices: Option<Vec<Choice>>,
    usage: Option<Tokens>,
    error: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    delta: Option<Text>,
    message: Option<Text>,
    finish_reason: Option<String>,
    usage: Option<Tokens>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Text {
    content: Option<String>,
    reasoning_content: Option<String>,
    reasoning: Option<String>,
    refusal: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tokens {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl Decoder {
    /// A decoder for an answer of `vendor` with this content type.
    pub fn new(vendor: &str, content_type: &str) -> Self {
        let whole = content_type
            .to_ascii_lowercase()
            .starts_with("application/json");
        let form = if whole {
            Form::Whole(Vec::new())
        } else {
            Form::Stream(Box::default())
        };
        Self {
            vendor: vendor.to_owned(),
            form,
            finish: None,
            ended: false,
        }
    }

    /// Takes bytes and gives the items that they complete. After an item that ends the answer
    /// nothing more is given.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        if self.ended {
            return Vec::new();
        }
        let Form::Stream(stream) = &mut self.form else {
            return self.keep(bytes).err().into_iter().collect();
        };
        let events = stream.push(bytes);
        self.decode(events)
    }

    /// The stream has ended: gives what is left, and the end of the answer if it was not given.
    pub fn finish(&mut self) -> Vec<Item> {
        if self.ended {
            return Vec::new();
        }
        let tail = match &mut self.form {
            Form::Whole(body) => {
                let data = String::from_utf8_lossy(body).into_owned();
                Ok(Some(Event::Message {
                    kind: String::new(),
                    data,
                    last_id: String::new(),
                }))
            }
            Form::Stream(stream) => stream.finish(),
        };
        let mut items = self.decode(tail.map(|tail| tail.into_iter().collect()));
        if !self.ended {
            items.push(self.end());
        }
        items
    }
}

impl Decoder {
    fn keep(&mut self, bytes: &[u8]) -> Result<(), Item> {
        let Form::Whole(body) = &mut self.form else {
            return Ok(());
        };
        if body.len() + bytes.len() > crate::experts::stream::MAX_EVENT {
            return Err(self.fail(malformed(&StreamError::Event)));
        }
        body.extend_from_slice(bytes);
        Ok(())
    }

    fn decode(&mut self, events: Result<Vec<Event>, StreamError>) -> Vec<Item> {
        let events = match events {
            Ok(events) => events,
            Err(error) => return vec![self.fail(malformed(&error))],
        };
        let mut items = Vec::new();
        for event in events {
            if self.ended {
                break;
            }
            if let Event::Message { data, .. } = event {
                self.on_data(data.trim(), &mut items);
            }
        }
        items
    }

    fn on_data(&mut self, data: &str, items: &mut Vec<Item>) {
        match data {
            "" => {}
            "[DONE]" => {
                // Some servers send this and no reason for having finished.
                self.finish.get_or_insert(Finish::Complete);
                items.push(self.end());
            }
            _ => match serde_json::from_str(data) {
                Ok(chunk) => self.on_chunk(chunk, items),
                Err(error) => items.push(self.fail(malformed(&error))),
            },
        }
    }

    fn on_chunk(&mut self, chunk: Chunk, items: &mut Vec<Item>) {
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            let error = refusal::from_stream(&self.vendor, &error);
            items.push(self.fail(error));
            return;
        }
        let mut usage = chunk.usage;
        for choice in chunk.choices.unwrap_or_default().into_iter().take(1) {
            usage = usage.or(choice.usage);
            if let Some(text) = choice.delta.or(choice.message) {
                items.extend(text.items());
            }
            if let Some(reason) = choice.finish_reason.as_deref() {
                self.on_finish(reason, items);
            }
        }
        if let Some(tokens) = usage
            && !self.ended
        {
            items.push(Item::Usage(tokens.usage()));
        }
    }

    fn on_finish(&mut self, reason: &str, items: &mut Vec<Item>) {
        match reason {
            "" => {}
            "length" => self.finish = Some(Finish::Truncated),
            "content_filter" => {
                let message = format!("{} declined to go on for its content policy", self.vendor);
                items.push(self.fail(ExpertError::new(FailureCode::ContentPolicy, message)));
            }
            _ => self.finish = Some(Finish::Complete),
        }
    }

    /// The end: a good one only if the server said so.
    fn end(&mut self) -> Item {
        if let Some(finish) = self.finish {
            self.ended = true;
            return Item::Finished(finish);
        }
        let message = format!("{} stopped before the end of its answer", self.vendor);
        self.fail(ExpertError::new(FailureCode::EndedEarly, message))
    }

    fn fail(&mut self, error: ExpertError) -> Item {
        self.ended = true;
        Item::Failed(error)
    }
}

impl Text {
    fn items(self) -> impl Iterator<Item = Item> {
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        let reasoning = some(self.reasoning_content).or(some(self.reasoning));
        let content = some(self.content).or(some(self.refusal));
        reasoning
            .map(Item::Reasoning)
            .into_iter()
            .chain(content.map(Item::Text))
    }
}

impl Tokens {
    fn usage(&self) -> Usage {
        Usage {
            input_tokens: self.prompt_tokens,
            output_tokens: self.completion_tokens,
        }
    }
}

/// An error that repeats nothing of what was sent: it may be a page's text.
fn malformed(error: &dyn std::error::Error) -> ExpertError {
    let message = format!("the answer cannot be read: {error}");
    ExpertError::new(FailureCode::MalformedAnswer, message)
}

#[cfg(test)]
mod tests;
