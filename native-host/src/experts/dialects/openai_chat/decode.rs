//! What comes back: chunks of a chat completion to items.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::experts::{
    ExpertError, Item,
    dialects::{Chunk, Form, Reading, thinking::ThinkingTags},
    remote::in_answer,
};

/// Reads chunks of a chat completion, or a whole one.
#[derive(Debug)]
pub(super) struct Completion {
    vendor: String,
    thinking: ThinkingTags,
    ending: Option<Result<Finish, ExpertError>>,
    spoken: bool,
}

/// One event, or the whole answer: vendors leave out and add what they like.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Body {
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

impl Completion {
    /// For an answer of `vendor`.
    pub(super) fn of(vendor: &str) -> Self {
        Self {
            vendor: vendor.to_owned(),
            thinking: ThinkingTags::default(),
            ending: None,
            spoken: false,
        }
    }

    fn on_body(&mut self, body: Body, items: &mut Vec<Item>) {
        let choices = body.choices.unwrap_or_default();
        let mut usage = body.usage;
        if let Some(choice) = choices.into_iter().find(|choice| choice.index == 0) {
            usage = usage.or(choice.usage);
            self.on_choice(choice.delta, choice.message, items);
            if let Some(reason) = choice.finish_reason.filter(|reason| !reason.is_empty()) {
                self.ending
                    .get_or_insert_with(|| meaning(&self.vendor, &reason));
            }
        }
        items.extend(usage.map(|usage| {
            Item::Usage(Usage {
                input_tokens: usage.prompt_tokens,
                cached_tokens: 0,
                output_tokens: usage.completion_tokens,
            })
        }));
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
}

impl Reading for Completion {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { json, .. } = chunk else {
            return Ok(());
        };
        if let Some(error) = in_answer(&self.vendor, json) {
            return Err(error);
        }
        let body = Body::deserialize(json).map_err(|_| {
            let vendor = &self.vendor;
            let message =
                format!("the answer of {vendor} cannot be read: an event is no chat completion");
            ExpertError::new(FailureCode::MalformedAnswer, message)
        })?;
        self.on_body(body, items);
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }

    fn rest(&mut self, items: &mut Vec<Item>) {
        let rest = self.thinking.finish();
        push(items, Item::Reasoning, rest.thought);
        push(items, Item::Text, rest.answer);
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
