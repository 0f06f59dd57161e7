//! What comes back: the events of a message to items. What an event is stands in its JSON; some
//! proxies drop the line that says it once more.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde_json::Value;

use crate::experts::{
    ExpertError, Item, Metadata,
    catalog::Endpoint,
    dialects::{Chunk, Form, Reading, sources},
    remote::{in_answer, in_stream},
};

/// Reads the events of a message, or a whole one.
#[derive(Debug, Default)]
pub(super) struct Reply {
    vendor: String,
    /// The model asked for.
    model: String,
    tokens: Tokens,
    metadata: Metadata,
    ending: Option<Result<Finish, ExpertError>>,
    complete: bool,
}

/// Tokens as reported last, field by field: what was sent comes at the beginning, at the end, or
/// both.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tokens {
    input: u64,
    written_to_cache: u64,
    read_from_cache: u64,
    output: u64,
}

impl Reply {
    /// For an answer of `endpoint`.
    pub(super) fn of(endpoint: &Endpoint) -> Self {
        Self {
            vendor: endpoint.vendor.clone(),
            model: endpoint.model.clone(),
            ..Self::default()
        }
    }

    fn on_message(&mut self, message: &Value, items: &mut Vec<Item>) {
        let id = message["id"].as_str().filter(|id| !id.is_empty());
        let model = message["model"].as_str();
        let model = model.filter(|model| *model != self.model);
        let metadata = Metadata {
            request_id: id.map(str::to_owned),
            model: model.map(str::to_owned),
            ..self.metadata.clone()
        };
        if metadata != self.metadata {
            self.metadata = metadata.clone();
            items.push(Item::Metadata(metadata));
        }
        for block in message["content"].as_array().into_iter().flatten() {
            self.on_content(block, items);
        }
        self.on_usage(&message["usage"], items);
        self.on_stop(&message["stop_reason"]);
    }

    /// A block, or a piece of one; calls of tools and signatures are not for readers.
    fn on_content(&mut self, content: &Value, items: &mut Vec<Item>) {
        let mut say = |name: &str, kind: fn(String) -> Item| {
            let text = content[name].as_str().filter(|text| !text.is_empty());
            items.extend(text.map(|text| kind(text.to_owned())));
        };
        match content["type"].as_str().unwrap_or_default() {
            "text" | "text_delta" => say("text", Item::Text),
            "thinking" | "thinking_delta" => say("thinking", Item::Reasoning),
            "citations_delta" => self.on_citation(&content["citation"], items),
            _ => {}
        }
    }

    fn on_citation(&mut self, citation: &Value, items: &mut Vec<Item>) {
        let before = self.metadata.sources.len();
        sources::add(citation, &mut self.metadata.sources);
        if self.metadata.sources.len() > before {
            items.push(Item::Metadata(self.metadata.clone()));
        }
    }

    fn on_usage(&mut self, usage: &Value, items: &mut Vec<Item>) {
        let before = self.tokens;
        let update = |field: &mut u64, name: &str| *field = usage[name].as_u64().unwrap_or(*field);
        update(&mut self.tokens.input, "input_tokens");
        let written = "cache_creation_input_tokens";
        update(&mut self.tokens.written_to_cache, written);
        let read = "cache_read_input_tokens";
        update(&mut self.tokens.read_from_cache, read);
        update(&mut self.tokens.output, "output_tokens");
        if self.tokens != before {
            items.push(Item::Usage(self.tokens.usage()));
        }
    }

    fn on_stop(&mut self, reason: &Value) {
        let Some(reason) = reason.as_str().filter(|reason| !reason.is_empty()) else {
            return;
        };
        self.ending = Some(match reason {
            "max_tokens" | "model_context_window_exceeded" | "pause_turn" | "compaction" => {
                Ok(Finish::Truncated)
            }
            "refusal" => {
                let message = format!("{} declined to answer this", self.vendor);
                Err(ExpertError::new(FailureCode::ContentPolicy, message))
            }
            _ => Ok(Finish::Complete),
        });
    }
}

impl Tokens {
    /// Tokens that the cache has written or read are not among the others here.
    fn usage(self) -> Usage {
        Usage {
            input_tokens: self.input + self.written_to_cache + self.read_from_cache,
            cached_tokens: self.read_from_cache,
            output_tokens: self.output,
        }
    }
}

impl Reading for Reply {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { kind, json } = chunk else {
            return Ok(());
        };
        match json["type"].as_str().unwrap_or(kind) {
            "message_start" => self.on_message(&json["message"], items),
            // An answer that comes whole.
            "message" if json["content"].is_array() => self.on_message(json, items),
            "content_block_start" => self.on_content(&json["content_block"], items),
            "content_block_delta" => self.on_content(&json["delta"], items),
            "message_delta" => {
                self.on_usage(&json["usage"], items);
                self.on_stop(&json["delta"]["stop_reason"]);
            }
            "message_stop" => self.complete = true,
            "ping" => items.push(Item::Heartbeat),
            "error" => return Err(in_stream(&self.vendor, json)),
            _ => {
                if let Some(error) = in_answer(&self.vendor, json) {
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }

    fn is_complete(&self) -> bool {
        self.complete
    }
}
