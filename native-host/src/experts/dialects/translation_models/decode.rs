//! What comes back: the little of chat completions and of responses that these models use.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde_json::Value;

use crate::experts::{
    ExpertError, Item,
    dialects::{Chunk, Form, Reading},
    remote::in_answer,
};

/// The shape of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stream {
    /// Chunks of a chat completion.
    Chat,
    /// Events of a response.
    Responses,
}

/// Reads the translation of one part.
#[derive(Debug)]
pub(super) struct Written {
    vendor: String,
    stream: Stream,
    /// Each piece of text repeats all before it.
    cumulative: bool,
    /// What goes before the first text.
    before: String,
    /// What goes after the last.
    after: String,
    /// Bytes of text that came so far.
    came: usize,
    ending: Option<Result<Finish, ExpertError>>,
}

impl Written {
    /// For an answer of `vendor`.
    pub(super) fn new(vendor: &str, stream: Stream, cumulative: bool) -> Self {
        Self {
            vendor: vendor.to_owned(),
            stream,
            cumulative,
            before: String::new(),
            after: String::new(),
            came: 0,
            ending: None,
        }
    }

    /// With text around it that is not translated.
    pub(super) fn between(mut self, before: String, after: String) -> Self {
        (self.before, self.after) = (before, after);
        self
    }

    fn on_chat(&mut self, json: &Value, items: &mut Vec<Item>) {
        let choice = &json["choices"][0];
        let whole = choice["message"]["content"].as_str();
        // Some repeat everything in a last message.
        let whole = whole.filter(|_| self.came == 0);
        if let Some(text) = choice["delta"]["content"].as_str().or(whole) {
            self.on_text(text, self.cumulative, items);
        }
        let usage = &json["usage"];
        tokens(usage, ["prompt_tokens", "completion_tokens"], items);
        match choice["finish_reason"].as_str() {
            None | Some("" | "null") => {}
            Some("length") => self.end(Ok(Finish::Truncated)),
            Some("content_filter" | "sensitive") => self.end(Err(self.refused())),
            Some(_) => self.end(Ok(Finish::Complete)),
        }
    }

    fn on_response(&mut self, kind: &str, json: &Value, items: &mut Vec<Item>) {
        // A response that comes whole is the `response` of its last event.
        let response = json.get("response").unwrap_or(json);
        let kind = json["type"].as_str().unwrap_or(kind);
        let status = response["status"].as_str().unwrap_or_default();
        let ended = [
            "response.completed",
            "response.incomplete",
            "response.failed",
        ];
        if kind == "response.output_text.delta" {
            self.on_text(json["delta"].as_str().unwrap_or_default(), false, items);
        } else if ended.contains(&kind) || json["object"] == "response" {
            if self.came == 0 {
                self.on_text(&output_text(response), false, items);
            }
            tokens(&response["usage"], ["input_tokens", "output_tokens"], items);
            let reason = response["incomplete_details"]["reason"].as_str();
            match (status, reason) {
                ("incomplete", Some("content_filter")) => self.end(Err(self.refused())),
                ("incomplete", _) => self.end(Ok(Finish::Truncated)),
                ("failed", _) => {
                    let error = in_answer(&self.vendor, response);
                    self.end(Err(error.unwrap_or_else(|| self.failed())));
                }
                _ => self.end(Ok(Finish::Complete)),
            }
        }
    }

    fn on_text(&mut self, text: &str, cumulative: bool, items: &mut Vec<Item>) {
        let new = if cumulative {
            text.get(self.came..).unwrap_or_default()
        } else {
            text
        };
        // Line breaks between parts are ours.
        let fresh = self.came == 0;
        self.came += new.len();
        let new = if fresh { new.trim_start() } else { new };
        if fresh && new.is_empty() {
            self.came = 0;
            return;
        }
        if !new.is_empty() {
            items.push(Item::Text(std::mem::take(&mut self.before) + new));
        }
    }

    fn end(&mut self, ending: Result<Finish, ExpertError>) {
        self.ending.get_or_insert(ending);
    }

    fn refused(&self) -> ExpertError {
        let message = format!("{} declined to go on for its content policy", self.vendor);
        ExpertError::new(FailureCode::ContentPolicy, message)
    }

    fn failed(&self) -> ExpertError {
        let message = format!("{} broke off and gave no reason", self.vendor);
        ExpertError::new(FailureCode::Overloaded, message)
    }
}

impl Reading for Written {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { kind, json } = chunk else {
            return Ok(());
        };
        // `response.created` and its like carry an `error` of null inside, never at the top.
        if let Some(error) = in_answer(&self.vendor, json) {
            return Err(error);
        }
        match self.stream {
            Stream::Chat => self.on_chat(json, items),
            Stream::Responses => self.on_response(kind, json, items),
        }
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }

    fn rest(&mut self, items: &mut Vec<Item>) {
        if self.ending == Some(Ok(Finish::Complete)) && !self.after.is_empty() {
            items.push(Item::Text(std::mem::take(&mut self.after)));
        }
    }
}

fn tokens(usage: &Value, [input, output]: [&str; 2], items: &mut Vec<Item>) {
    if let (Some(input), Some(output)) = (usage[input].as_u64(), usage[output].as_u64()) {
        items.push(Item::Usage(Usage {
            input_tokens: input,
            cached_tokens: 0,
            output_tokens: output,
        }));
    }
}

/// The text of a whole response.
fn output_text(response: &Value) -> String {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let output = list(&response["output"]).into_iter();
    let contents = output.flat_map(|output| list(&output["content"]));
    let texts = contents.filter_map(|content| content["text"].as_str().map(str::to_owned));
    texts.collect()
}
