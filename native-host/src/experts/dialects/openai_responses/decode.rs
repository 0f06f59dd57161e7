//! What comes back: the events of a response to items.

use std::collections::HashSet;

use coterie_protocol::{FailureCode, Finish, Usage};
use serde_json::Value;

use crate::experts::{
    ExpertError, Item, Metadata,
    catalog::Endpoint,
    dialects::{Chunk, Form, Reading, sources},
    remote::{in_answer, in_stream},
};

/// Reads the events of a response, or a whole one.
#[derive(Debug, Default)]
pub(super) struct Response {
    vendor: String,
    /// The model asked for.
    model: String,
    metadata: Metadata,
    /// The parts, by output and content, of which pieces came: they come once more whole.
    spoken: HashSet<(u64, u64)>,
    ending: Option<Result<Finish, ExpertError>>,
    complete: bool,
}

impl Response {
    /// For an answer of `endpoint`.
    pub(super) fn of(endpoint: &Endpoint) -> Self {
        Self {
            vendor: endpoint.vendor.clone(),
            model: endpoint.model.clone(),
            ..Self::default()
        }
    }

    fn on_metadata(&mut self, response: &Value, items: &mut Vec<Item>) {
        let text = |name: &str| response[name].as_str().filter(|text| !text.is_empty());
        let model = text("model").filter(|model| *model != self.model);
        let mut metadata = self.metadata.clone();
        metadata.request_id = text("id").map(str::to_owned).or(metadata.request_id);
        metadata.model = model.map(str::to_owned).or(metadata.model);
        self.tell(metadata, items);
    }

    fn tell(&mut self, metadata: Metadata, items: &mut Vec<Item>) {
        if metadata != self.metadata {
            self.metadata = metadata.clone();
            items.push(Item::Metadata(metadata));
        }
    }

    fn on_delta(&mut self, json: &Value, items: &mut Vec<Item>) {
        self.spoken.insert(place(json));
        say(items, Item::Text, &json["delta"]);
    }

    /// A whole part; some servers send no pieces of it.
    fn on_done(&mut self, json: &Value, text: &Value, items: &mut Vec<Item>) {
        if self.spoken.insert(place(json)) {
            say(items, Item::Text, text);
        }
    }

    fn on_annotation(&mut self, annotation: &Value, items: &mut Vec<Item>) {
        let mut metadata = self.metadata.clone();
        sources::add(annotation, &mut metadata.sources);
        self.tell(metadata, items);
    }

    /// The whole response at its end, however it ended.
    fn on_response(&mut self, response: &Value, items: &mut Vec<Item>) {
        self.on_metadata(response, items);
        if self.spoken.is_empty() {
            self.on_output(&response["output"], items);
        }
        items.extend(usage(&response["usage"]).map(Item::Usage));
        self.ending = Some(self.meaning(response));
        self.complete = true;
    }

    /// All that was said, where no pieces of it came.
    fn on_output(&mut self, output: &Value, items: &mut Vec<Item>) {
        let list = |json: &Value, name: &str| json[name].as_array().cloned().unwrap_or_default();
        for entry in output.as_array().into_iter().flatten() {
            for part in list(entry, "summary") {
                say(items, Item::Reasoning, &part["text"]);
            }
            for part in list(entry, "content") {
                match part["type"].as_str().unwrap_or_default() {
                    "output_text" => say(items, Item::Text, &part["text"]),
                    "refusal" => say(items, Item::Text, &part["refusal"]),
                    "reasoning_text" => say(items, Item::Reasoning, &part["text"]),
                    _ => {}
                }
                for annotation in list(&part, "annotations") {
                    self.on_annotation(&annotation, items);
                }
            }
        }
    }

    fn meaning(&self, response: &Value) -> Result<Finish, ExpertError> {
        let reason = &response["incomplete_details"]["reason"];
        match response["status"].as_str().unwrap_or("completed") {
            "failed" => Err(in_stream(&self.vendor, response)),
            "cancelled" => {
                let message = format!("{} gave its answer up", self.vendor);
                Err(ExpertError::new(FailureCode::EndedEarly, message))
            }
            "incomplete" if reason == "content_filter" => {
                let message = format!("{} declined to go on for its content policy", self.vendor);
                Err(ExpertError::new(FailureCode::ContentPolicy, message))
            }
            "incomplete" => Ok(Finish::Truncated),
            _ => Ok(Finish::Complete),
        }
    }
}

impl Reading for Response {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { kind, json } = chunk else {
            return Ok(());
        };
        match json["type"].as_str().unwrap_or(kind) {
            "response.output_text.delta" | "response.refusal.delta" => self.on_delta(json, items),
            "response.output_text.done" => self.on_done(json, &json["text"], items),
            "response.refusal.done" => self.on_done(json, &json["refusal"], items),
            "response.reasoning_text.delta" | "response.reasoning_summary_text.delta" => {
                say(items, Item::Reasoning, &json["delta"]);
            }
            // Parts of a summary are paragraphs.
            "response.reasoning_summary_part.added" if json["summary_index"].as_u64() > Some(0) => {
                items.push(Item::Reasoning("\n\n".to_owned()));
            }
            "response.output_text.annotation.added" => {
                self.on_annotation(&json["annotation"], items);
            }
            "response.completed"
            | "response.incomplete"
            | "response.failed"
            | "response.cancelled" => self.on_response(&json["response"], items),
            "error" => return Err(in_stream(&self.vendor, json)),
            "response.created" | "response.queued" | "response.in_progress" => {
                items.push(Item::Heartbeat);
                self.on_metadata(&json["response"], items);
            }
            "keepalive" => items.push(Item::Heartbeat),
            _ if json["object"] == "response" => self.on_response(json, items),
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

fn say(items: &mut Vec<Item>, kind: fn(String) -> Item, text: &Value) {
    let text = text.as_str().filter(|text| !text.is_empty());
    items.extend(text.map(|text| kind(text.to_owned())));
}

fn place(json: &Value) -> (u64, u64) {
    let number = |name: &str| json[name].as_u64().unwrap_or(0);
    (number("output_index"), number("content_index"))
}

fn usage(json: &Value) -> Option<Usage> {
    let count = |place: &str| json.pointer(place).and_then(Value::as_u64);
    Some(Usage {
        input_tokens: count("/input_tokens")?,
        cached_tokens: count("/input_tokens_details/cached_tokens").unwrap_or(0),
        output_tokens: count("/output_tokens").unwrap_or(0),
    })
}
