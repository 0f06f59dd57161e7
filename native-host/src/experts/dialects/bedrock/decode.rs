//! What comes back: messages of `ConverseStream` to items.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::experts::{
    ExpertError, Item,
    dialects::{Chunk, Form, Reading},
    remote::in_answer,
};

/// Reads the messages of `ConverseStream`.
#[derive(Debug)]
pub(super) struct Converse {
    vendor: String,
    ending: Option<Result<Finish, ExpertError>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ContentBlockDelta {
    delta: Delta,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Delta {
    text: Option<String>,
    reasoning_content: Option<Reasoning>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reasoning {
    text: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct MessageStop {
    stop_reason: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    usage: Option<WireUsage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct WireUsage {
    input_tokens: u64,
    output_tokens: u64,
    cache_read_input_tokens: Option<u64>,
    cache_write_input_tokens: Option<u64>,
}

impl Converse {
    /// For an answer of `vendor`.
    pub(super) fn of(vendor: &str) -> Self {
        Self {
            vendor: vendor.to_owned(),
            ending: None,
        }
    }

    fn on_delta(delta: Delta, items: &mut Vec<Item>) {
        let said = |text: Option<String>| text.filter(|text| !text.is_empty());
        let thought = delta.reasoning_content.and_then(|content| content.text);
        items.extend(said(thought).map(Item::Reasoning));
        items.extend(said(delta.text).map(Item::Text));
    }

    fn meaning(&self, reason: String) -> Result<Finish, ExpertError> {
        let (code, what) = match reason.as_str() {
            "max_tokens" => return Ok(Finish::Truncated),
            "guardrail_intervened" | "content_filtered" => (
                FailureCode::ContentPolicy,
                "declined to go on for its content policy",
            ),
            "model_context_window_exceeded" => {
                (FailureCode::TooLong, "cannot take page and answer at once")
            }
            "malformed_model_output" | "malformed_tool_use" => {
                (FailureCode::MalformedAnswer, "did not write an answer")
            }
            _ => return Ok(Finish::Complete),
        };
        let error = ExpertError::new(code, format!("{} {what}", self.vendor));
        Err(ExpertError {
            vendor_code: Some(reason),
            ..error
        })
    }

    fn read<'a, T: Deserialize<'a>>(&self, json: &'a Value) -> Result<T, ExpertError> {
        T::deserialize(json).map_err(|_| {
            let vendor = &self.vendor;
            let message = format!("the answer of {vendor} cannot be read: a message lacks parts");
            ExpertError::new(FailureCode::MalformedAnswer, message)
        })
    }

    /// An exception; it has no status.
    fn failure(&self, json: &Value) -> Option<ExpertError> {
        let error = in_answer(&self.vendor, json)?;
        let is_ours = json["error"]["type"] == "validationException";
        // Its words may tell more than that the request was a bad one.
        let code = if is_ours && error.code == FailureCode::Overloaded {
            FailureCode::BadRequest
        } else {
            error.code
        };
        Some(ExpertError { code, ..error })
    }
}

impl Reading for Converse {
    const FORM: Form = Form::Messages;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { kind, json } = chunk else {
            return Ok(());
        };
        if let Some(error) = self.failure(json) {
            return Err(error);
        }
        match kind {
            "contentBlockDelta" => {
                Self::on_delta(self.read::<ContentBlockDelta>(json)?.delta, items);
            }
            "messageStop" => {
                let stop = self.read::<MessageStop>(json)?;
                let meaning = self.meaning(stop.stop_reason);
                self.ending.get_or_insert(meaning);
            }
            "metadata" => {
                let usage = self.read::<Metadata>(json)?.usage;
                items.extend(usage.map(|usage| Item::Usage(usage.into())));
            }
            _ => {}
        }
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }
}

impl From<WireUsage> for Usage {
    /// What was cached is not in Bedrock's count of what was sent.
    fn from(wire: WireUsage) -> Self {
        let cached = wire.cache_read_input_tokens.unwrap_or_default();
        let kept = wire.cache_write_input_tokens.unwrap_or_default();
        Self {
            input_tokens: wire.input_tokens + cached + kept,
            cached_tokens: cached,
            output_tokens: wire.output_tokens,
        }
    }
}

#[cfg(test)]
mod tests;
