//! What comes back: chunks of a chat completion to items.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::{refusal, thinking::Thinking};
use crate::experts::{
    ExpertError, Item,
    stream::{Event, EventStream, MAX_EVENT},
};

/// Decodes the answer of one request, however its bytes are cut. After an item that ends it,
/// nothing more comes.
#[derive(Debug)]
pub struct Decoder {
    vendor: String,
    form: Form,
    thinking: Thinking,
    /// How the model said that it ended.
    finish: Option<Result<Finish, ExpertError>>,
    spoken: bool,
    ended: bool,
}

/// An answer comes as a stream of events, or whole from servers that do not stream. Its first byte
/// tells; content types do not always.
#[derive(Debug)]
enum Form {
    Unknown,
    Stream(Box<EventStream>),
    Whole(Vec<u8>),
}

/// One event, or the whole answer: vendors leave out and add what they like.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Chunk {
    choices: Option<Vec<Choice>>,
    usage: Option<WireUsage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    index: u32,
    delta: Option<Said>,
    message: Option<Said>,
    finish_reason: Option<String>,
    usage: Option<WireUsage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Said {
    content: Value,
    reasoning_content: Option<String>,
    reasoning: Option<String>,
    refusal: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireUsage {
    prompt_tokens: u64,
    completion_tokens: u64,
}

impl Decoder {
    /// A decoder for an answer of `vendor`.
    pub fn new(vendor: &str) -> Self {
        Self {
            vendor: vendor.to_owned(),
            form: Form::Unknown,
            thinking: Thinking::default(),
            finish: None,
            spoken: false,
            ended: false,
        }
    }

    /// Takes bytes and gives the items that they complete.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<Item> {
        if self.ended {
            return Vec::new();
        }
        match &mut self.form {
            Form::Unknown => self.begin(bytes),
            Form::Whole(json) if json.len() + bytes.len() > MAX_EVENT => {
                let message = format!("the answer is larger than {MAX_EVENT} bytes");
                vec![self.malformed(&message)]
            }
            Form::Whole(json) => {
                json.extend_from_slice(bytes);
                Vec::new()
            }
            Form::Stream(events) => match events.push(bytes) {
                Ok(events) => self.on_events(events),
                Err(error) => vec![self.malformed(&error.to_string())],
            },
        }
    }

    /// The items that the end of the bytes completes. The last one ends the answer.
    pub fn finish(&mut self) -> Vec<Item> {
        if self.ended {
            return Vec::new();
        }
        let mut items = match std::mem::replace(&mut self.form, Form::Unknown) {
            Form::Unknown => Vec::new(),
            Form::Whole(json) => self.on_json(&json),
            Form::Stream(mut events) => match events.finish() {
                Ok(tail) => self.on_events(tail),
                Err(error) => vec![self.malformed(&error.to_string())],
            },
        };
        if !self.ended {
            items.extend(self.end());
        }
        items
    }

    /// The connection broke: gives what is left, and this error as the end.
    pub fn broken(&mut self, error: ExpertError) -> Vec<Item> {
        self.finish = Some(Err(error));
        self.end()
    }

    /// Whether the answer has ended.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether the model has said that it ended; only tokens and the end mark may follow.
    pub fn is_finishing(&self) -> bool {
        self.finish.is_some()
    }

    fn begin(&mut self, bytes: &[u8]) -> Vec<Item> {
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        self.form = match first {
            // Only blank lines so far: some servers send them to keep the connection alive.
            None => return Vec::new(),
            Some(b'{') => Form::Whole(Vec::new()),
            Some(_) => Form::Stream(Box::default()),
        };
        self.push(bytes)
    }

    fn on_events(&mut self, events: impl IntoIterator<Item = Event>) -> Vec<Item> {
        let mut items = Vec::new();
        for event in events {
            if let Event::Message { data, .. } = event
                && !self.ended
            {
                items.extend(self.on_data(data.trim()));
            }
        }
        items
    }

    fn on_data(&mut self, data: &str) -> Vec<Item> {
        match data {
            "" => Vec::new(),
            "[DONE]" => {
                self.finish.get_or_insert(Ok(Finish::Complete));
                self.end()
            }
            json => self.on_json(json.as_bytes()),
        }
    }

    fn on_json(&mut self, json: &[u8]) -> Vec<Item> {
        let Ok(json) = serde_json::from_slice::<Value>(json) else {
            return vec![self.malformed("an event is not JSON")];
        };
        if let Some(error) = refusal::in_answer(&self.vendor, &json) {
            return vec![self.fail(error)];
        }
        match Chunk::deserialize(json) {
            Ok(chunk) => self.on_chunk(chunk),
            Err(_) => vec![self.malformed("an event is no chat completion")],
        }
    }

    fn on_chunk(&mut self, chunk: Chunk) -> Vec<Item> {
        let mut items = Vec::new();
        let choices = chunk.choices.unwrap_or_default();
        let mut usage = chunk.usage;
        if let Some(choice) = choices.into_iter().find(|choice| choice.index == 0) {
            usage = usage.or(choice.usage);
            self.on_choice(choice.delta, choice.message, &mut items);
            if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
                self.finish
                    .get_or_insert_with(|| meaning(&self.vendor, &reason));
            }
        }
        items.extend(usage.map(|usage| {
            Item::Usage(Usage {
                input_tokens: usage.prompt_tokens,
                output_tokens: usage.completion_tokens,
            })
        }));
        items
    }

    /// A message stands for the deltas where there were none; some vendors repeat all in one.
    fn on_choice(&mut self, delta: Option<Said>, message: Option<Said>, items: &mut Vec<Item>) {
        let message = message.filter(|_| !self.spoken);
        let Some(said) = delta.or(message) else {
            return;
        };
        let reasoning = said.reasoning_content.or(said.reasoning);
        push(items, Item::Reasoning, reasoning.unwrap_or_default());
        let text = text(&said.content) + &said.refusal.unwrap_or_default();
        self.spoken |= !text.is_empty();
        let said = self.thinking.push(&text);
        push(items, Item::Reasoning, said.thought);
        push(items, Item::Text, said.answer);
    }

    /// Ends the answer as the model said, or as one that was cut off.
    fn end(&mut self) -> Vec<Item> {
        let mut items = Vec::new();
        let rest = self.thinking.finish();
        push(&mut items, Item::Reasoning, rest.thought);
        push(&mut items, Item::Text, rest.answer);
        self.ended = true;
        let early = || {
            let message = format!("{} stopped before the end of its answer", self.vendor);
            ExpertError::new(FailureCode::EndedEarly, message)
        };
        items.push(match self.finish.take() {
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

fn push(items: &mut Vec<Item>, kind: impl FnOnce(String) -> Item, text: String) {
    if !text.is_empty() {
        items.push(kind(text));
    }
}

/// Text, or the text of parts.
fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let texts = parts.iter().filter_map(|part| part["text"].as_str());
            texts.collect()
        }
        _ => String::new(),
    }
}

/// What a reason to end means, with the names that vendors added.
fn meaning(vendor: &str, reason: &str) -> Result<Finish, ExpertError> {
    let (code, what) = match reason {
        "length" | "max_tokens" => return Ok(Finish::Truncated),
        "content_filter" | "sensitive" => (
            FailureCode::ContentPolicy,
            "declined to go on for its content policy",
        ),
        "insufficient_system_resource" | "network_error" => {
            (FailureCode::Overloaded, "ran out of resources")
        }
        "model_context_window_exceeded" => {
            (FailureCode::TooLong, "cannot take page and answer at once")
        }
        _ => return Ok(Finish::Complete),
    };
    Err(ExpertError::new(code, format!("{vendor} {what}")))
}

#[cfg(test)]
mod tests;
