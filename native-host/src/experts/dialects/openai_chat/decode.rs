//! What comes back: chunks of a chat completion to items. Vendors leave out, rename and add what
//! they like, so each field is looked for and none is relied upon.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde_json::Value;

use crate::experts::{
    ExpertError, Item, Metadata,
    catalog::Endpoint,
    dialects::{
        Chunk, Form, Reading,
        growing::Growing,
        sources,
        thinking::{self, ThinkingTags},
    },
    remote::{in_answer, in_stream},
};

/// Reads chunks of a chat completion, or a whole one.
#[derive(Debug, Default)]
pub(in crate::experts::dialects) struct Completion {
    vendor: String,
    /// The model asked for.
    model: String,
    text: Growing,
    reasoning: Growing,
    tags: ThinkingTags,
    metadata: Metadata,
    ending: Option<Result<Finish, ExpertError>>,
    /// Whether text and thoughts came in pieces: some vendors repeat them whole at the end.
    spoken: bool,
    thought: bool,
}

impl Completion {
    /// For an answer of `endpoint`.
    pub(in crate::experts::dialects) fn of(endpoint: &Endpoint) -> Self {
        let quirks = &endpoint.quirks;
        Self {
            vendor: endpoint.vendor.clone(),
            model: endpoint.model.clone(),
            text: Growing::new(quirks.cumulative_text),
            reasoning: Growing::new(quirks.cumulative_text),
            tags: ThinkingTags::new(quirks.unopened_thought),
            ..Self::default()
        }
    }

    fn on_body(&mut self, body: &Value, items: &mut Vec<Item>) {
        self.on_metadata(body, items);
        let choice = first_choice(body);
        self.on_said(&choice["delta"], items);
        self.on_message(&choice["message"], items);
        if let Some(reason) = finish_reason(choice) {
            self.ending = Some(meaning(&self.vendor, reason));
        }
        let places = [&body["usage"], &body["x_groq"]["usage"], &choice["usage"]];
        items.extend(places.into_iter().find_map(usage).map(Item::Usage));
    }

    fn on_said(&mut self, said: &Value, items: &mut Vec<Item>) {
        let thought = reasoning(said);
        self.thought |= !thought.is_empty();
        push(
            items,
            Item::Reasoning,
            self.reasoning.fresh(&thought).to_owned(),
        );
        let mut text = text(&said["content"]);
        text.push_str(said["refusal"].as_str().unwrap_or_default());
        self.spoken |= !text.is_empty();
        let said = self.tags.push(self.text.fresh(&text));
        push_both(items, said);
    }

    /// A whole message stands for the pieces where there were none.
    fn on_message(&mut self, message: &Value, items: &mut Vec<Item>) {
        if self.spoken {
            return;
        }
        let mut message = message.clone();
        let Some(fields) = message.as_object_mut() else {
            return;
        };
        if self.thought {
            fields.retain(|name, _| name == "content" || name == "refusal");
        }
        self.on_said(&message, items);
    }

    /// Says again only what has changed: most vendors repeat it in each chunk.
    fn on_metadata(&mut self, body: &Value, items: &mut Vec<Item>) {
        let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty());
        let id = text("request_id").or(text("sid")).or(text("id"));
        let model = text("model").filter(|model| *model != self.model);
        let mut metadata = self.metadata.clone();
        metadata.request_id = id.map(str::to_owned).or(metadata.request_id);
        metadata.model = model.map(str::to_owned).or(metadata.model);
        sources::collect(body, &mut metadata.sources);
        let choice = first_choice(body);
        sources::collect(&choice["delta"], &mut metadata.sources);
        sources::collect(&choice["message"], &mut metadata.sources);
        if metadata != self.metadata {
            self.metadata = metadata.clone();
            items.push(Item::Metadata(metadata));
        }
    }
}

impl Reading for Completion {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { kind, json } = chunk else {
            return Ok(());
        };
        // Text beside an error is still text.
        self.on_body(json, items);
        if let Some(error) = in_answer(&self.vendor, json) {
            return Err(error);
        }
        if kind == "error" && json["choices"].is_null() {
            return Err(in_stream(&self.vendor, json));
        }
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }

    fn rest(&mut self, items: &mut Vec<Item>) {
        push_both(items, self.tags.finish());
    }
}

/// The first answer of several; nothing in a chunk that has only tokens or filter results.
fn first_choice(body: &Value) -> &Value {
    let is_first = |choice: &&Value| choice["index"].as_u64().unwrap_or(0) == 0;
    let choices = body["choices"].as_array();
    choices
        .and_then(|choices| choices.iter().find(is_first))
        .unwrap_or(&Value::Null)
}

fn push(items: &mut Vec<Item>, kind: impl FnOnce(String) -> Item, text: String) {
    if !text.is_empty() {
        items.push(kind(text));
    }
}

fn push_both(items: &mut Vec<Item>, said: thinking::Said) {
    push(items, Item::Reasoning, said.thought);
    push(items, Item::Text, said.answer);
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

/// What was thought, under the first of its names that has something: vendors that send it under
/// two send the same twice.
fn reasoning(said: &Value) -> String {
    let names = ["reasoning_content", "reasoning"];
    let mut named = names.iter().filter_map(|name| said[name].as_str());
    if let Some(thought) = named.find(|thought| !thought.is_empty()) {
        return thought.to_owned();
    }
    let details = said["reasoning_details"].as_array().into_iter().flatten();
    let detail = |part: &Value| text_of_detail(part).to_owned();
    let details: String = details.map(detail).collect();
    if !details.is_empty() {
        return details;
    }
    let parts = said["content"].as_array().into_iter().flatten();
    parts.map(|part| text(&part["thinking"])).collect()
}

fn text_of_detail(part: &Value) -> &str {
    let text = |name: &str| part[name].as_str();
    text("text").or(text("summary")).unwrap_or_default()
}

/// The reason to end; some servers say `""` or `"null"` until there is one.
fn finish_reason(choice: &Value) -> Option<&str> {
    let reason = choice["finish_reason"].as_str()?;
    (!["", "null"].contains(&reason)).then_some(reason)
}

/// Tokens, where at least one number is reported.
fn usage(json: &Value) -> Option<Usage> {
    let count = |place: &str| json.pointer(place).and_then(Value::as_u64);
    let (input, output) = (count("/prompt_tokens"), count("/completion_tokens"));
    if input.is_none() && output.is_none() {
        return None;
    }
    let (input, output) = (input.unwrap_or(0), output.unwrap_or(0));
    let cached = [
        "/prompt_tokens_details/cached_tokens",
        "/prompt_cache_hit_tokens",
        "/cached_tokens",
    ];
    // Some count thoughts apart from the rest of what they said; their total tells.
    let thought = count("/completion_tokens_details/reasoning_tokens").unwrap_or(0);
    let apart = count("/total_tokens") == input.checked_add(output)?.checked_add(thought);
    Some(Usage {
        input_tokens: input,
        cached_tokens: cached.into_iter().find_map(count).unwrap_or(0),
        output_tokens: output + if apart { thought } else { 0 },
    })
}

/// What a reason to end means, with the names that vendors added.
fn meaning(vendor: &str, reason: &str) -> Result<Finish, ExpertError> {
    let (code, what) = match reason.to_ascii_lowercase().as_str() {
        "length" | "max_tokens" | "max_output_tokens" | "repetition_truncation" => {
            return Ok(Finish::Truncated);
        }
        "content_filter" | "sensitive" | "safety" | "prohibited_content" | "blocklist" => (
            FailureCode::ContentPolicy,
            "declined to go on for its content policy",
        ),
        "insufficient_system_resource" | "network_error" | "error" => {
            (FailureCode::Overloaded, "ran out of resources")
        }
        "abort" => (FailureCode::EndedEarly, "gave its answer up"),
        "model_context_window_exceeded" => {
            (FailureCode::TooLong, "cannot take page and answer at once")
        }
        _ => return Ok(Finish::Complete),
    };
    Err(ExpertError::new(code, format!("{vendor} {what}")))
}

#[cfg(test)]
mod tests;
