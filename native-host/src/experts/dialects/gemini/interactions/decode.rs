//! What comes back: events of an interaction to items.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::experts::{
    ExpertError, Item, Metadata,
    catalog::Endpoint,
    dialects::{Chunk, Form, Reading, gemini::malformed},
    remote::in_answer,
};

/// Reads the events of an interaction, or a whole one.
#[derive(Debug)]
pub(super) struct Steps {
    vendor: String,
    model: String,
    ending: Option<Result<Finish, ExpertError>>,
    spoken: bool,
    id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Event {
    step: Option<Step>,
    delta: Option<Delta>,
    interaction: Option<Value>,
    status: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Step {
    #[serde(rename = "type")]
    kind: String,
    content: Option<Vec<Content>>,
    summary: Option<Vec<Content>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    text: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Delta {
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    content: Option<Content>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Interaction {
    id: Option<String>,
    model: Option<String>,
    status: Option<String>,
    usage: Option<WireUsage>,
    steps: Option<Vec<Step>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct WireUsage {
    total_input_tokens: Option<u64>,
    total_tool_use_tokens: Option<u64>,
    total_cached_tokens: Option<u64>,
    total_output_tokens: Option<u64>,
    total_thought_tokens: Option<u64>,
}

impl Steps {
    /// For an answer of this endpoint.
    pub(super) fn of(endpoint: &Endpoint) -> Self {
        Self {
            vendor: endpoint.vendor.clone(),
            model: endpoint.model.clone(),
            ending: None,
            spoken: false,
            id: None,
        }
    }

    /// A step may begin with text of its own.
    fn on_step(&mut self, step: Step, items: &mut Vec<Item>) {
        for content in step.summary.unwrap_or_default() {
            push(items, Item::Reasoning, content.text);
        }
        if step.kind == "model_output" {
            for content in step.content.unwrap_or_default() {
                self.spoken |= push(items, Item::Text, content.text);
            }
        }
    }

    fn on_delta(&mut self, delta: Delta, items: &mut Vec<Item>) {
        match delta.kind.as_str() {
            "text" => self.spoken |= push(items, Item::Text, delta.text),
            "thought_summary" => {
                let text = delta.content.and_then(|content| content.text);
                push(items, Item::Reasoning, text.or(delta.text));
            }
            // Signatures and tools, of which we have none.
            _ => {}
        }
    }

    fn on_interaction(&mut self, json: &Value, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        if let Some(error) = in_answer(&self.vendor, json) {
            return Err(error);
        }
        let interaction = self.read::<Interaction>(json)?;
        let id = interaction.id.filter(|id| self.id.as_ref() != Some(id));
        if let Some(id) = id {
            self.id = Some(id.clone());
            items.push(Item::Metadata(Metadata {
                request_id: Some(id),
                model: interaction.model.filter(|model| *model != self.model),
                sources: Vec::new(),
            }));
        }
        if !self.spoken {
            for step in interaction.steps.unwrap_or_default() {
                self.on_step(step, items);
            }
        }
        items.extend(interaction.usage.map(|usage| Item::Usage(usage.into())));
        self.on_status(interaction.status.as_deref());
        Ok(())
    }

    fn on_status(&mut self, status: Option<&str>) {
        let (code, what) = match status {
            Some("completed") => {
                self.ending.get_or_insert(Ok(Finish::Complete));
                return;
            }
            Some("incomplete") => {
                self.ending.get_or_insert(Ok(Finish::Truncated));
                return;
            }
            Some("failed") => (FailureCode::Overloaded, "failed and did not say why"),
            Some("cancelled") => (FailureCode::EndedEarly, "cancelled its answer"),
            Some("budget_exceeded") => (FailureCode::QuotaExhausted, "has no budget left"),
            Some("requires_action") => {
                let what = "asked for a tool instead of answering";
                (FailureCode::MalformedAnswer, what)
            }
            _ => return,
        };
        let error = ExpertError {
            vendor_code: status.map(str::to_owned),
            ..ExpertError::new(code, format!("{} {what}", self.vendor))
        };
        self.ending.get_or_insert(Err(error));
    }

    fn read<'a, T: Deserialize<'a>>(&self, json: &'a Value) -> Result<T, ExpertError> {
        T::deserialize(json).map_err(|_| malformed(&self.vendor, "an event is no step"))
    }
}

impl From<WireUsage> for Usage {
    fn from(wire: WireUsage) -> Self {
        let count = Option::unwrap_or_default;
        Self {
            input_tokens: count(wire.total_input_tokens) + count(wire.total_tool_use_tokens),
            cached_tokens: count(wire.total_cached_tokens),
            output_tokens: count(wire.total_output_tokens) + count(wire.total_thought_tokens),
        }
    }
}

impl Reading for Steps {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { json, .. } = chunk else {
            return Ok(());
        };
        if let Some(error) = in_answer(&self.vendor, json) {
            return Err(error);
        }
        if json["steps"].is_array() {
            return self.on_interaction(json, items);
        }
        let event = self.read::<Event>(json)?;
        if let Some(step) = event.step {
            self.on_step(step, items);
        }
        if let Some(delta) = event.delta {
            self.on_delta(delta, items);
        }
        if let Some(interaction) = event.interaction {
            self.on_interaction(&interaction, items)?;
        }
        self.on_status(event.status.as_deref());
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }
}

/// Whether there was something to say.
fn push(items: &mut Vec<Item>, kind: impl FnOnce(String) -> Item, text: Option<String>) -> bool {
    let text = text.filter(|text| !text.is_empty());
    let said = text.is_some();
    items.extend(text.map(kind));
    said
}

#[cfg(test)]
mod tests;
