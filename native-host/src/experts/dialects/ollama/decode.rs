//! What comes back: lines of a chat to items.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde::Deserialize;

use crate::experts::{
    ExpertError, Item,
    dialects::{Chunk, Form, Reading, thinking::ThinkingTags},
    remote::in_answer,
};

/// Reads the lines of a chat.
#[derive(Debug)]
pub(super) struct Lines {
    vendor: String,
    thinking: ThinkingTags,
    ending: Option<Result<Finish, ExpertError>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Line {
    message: Option<Message>,
    done: bool,
    done_reason: Option<String>,
    prompt_eval_count: Option<u64>,
    prompt_eval_cached_count: Option<u64>,
    eval_count: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message {
    content: Option<String>,
    thinking: Option<String>,
}

impl Lines {
    /// For an answer of `vendor`.
    pub(super) fn of(vendor: &str) -> Self {
        Self {
            vendor: vendor.to_owned(),
            thinking: ThinkingTags::default(),
            ending: None,
        }
    }

    fn on_message(&mut self, message: Message, items: &mut Vec<Item>) {
        push(items, Item::Reasoning, message.thinking.unwrap_or_default());
        // Models that Ollama does not know think inside of their answer.
        let said = self.thinking.push(&message.content.unwrap_or_default());
        push(items, Item::Reasoning, said.thought);
        push(items, Item::Text, said.answer);
    }

    fn on_end(&mut self, reason: Option<&str>) {
        let ending = match reason {
            Some("length") => Ok(Finish::Truncated),
            Some("load" | "unload") => {
                let message = format!("{} loaded its model and did not answer", self.vendor);
                Err(ExpertError::new(FailureCode::EndedEarly, message))
            }
            _ => Ok(Finish::Complete),
        };
        self.ending.get_or_insert(ending);
    }
}

impl Reading for Lines {
    const FORM: Form = Form::Lines;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { json, .. } = chunk else {
            return Ok(());
        };
        if let Some(error) = in_answer(&self.vendor, json) {
            return Err(error);
        }
        let line = Line::deserialize(json).map_err(|_| {
            let vendor = &self.vendor;
            let message = format!("the answer of {vendor} cannot be read: a line is no chat");
            ExpertError::new(FailureCode::MalformedAnswer, message)
        })?;
        if let Some(message) = line.message {
            self.on_message(message, items);
        }
        // Without both counts nothing is known: zero would be an invented number.
        if let (Some(input_tokens), Some(output_tokens)) = (line.prompt_eval_count, line.eval_count)
        {
            items.push(Item::Usage(Usage {
                input_tokens,
                cached_tokens: line.prompt_eval_cached_count.unwrap_or_default(),
                output_tokens,
            }));
        }
        if line.done {
            self.on_end(line.done_reason.as_deref());
        }
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

#[cfg(test)]
mod tests;
