//! What comes back: parts of a `generateContent` answer to items.

use coterie_protocol::{FailureCode, Finish, Usage};
use serde::Deserialize;

use crate::experts::{
    ExpertError, Item, Metadata,
    catalog::Endpoint,
    dialects::{Chunk, Form, Reading, gemini::malformed},
    remote::in_answer,
};

/// Reads the answers of `generateContent`, one a part of the whole.
#[derive(Debug)]
pub(super) struct Contents {
    vendor: String,
    model: String,
    ending: Option<Result<Finish, ExpertError>>,
    metadata: Metadata,
    usage: Option<Usage>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Body {
    candidates: Option<Vec<Candidate>>,
    prompt_feedback: Option<PromptFeedback>,
    usage_metadata: Option<UsageMetadata>,
    model_version: Option<String>,
    response_id: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Candidate {
    index: Option<u32>,
    content: Option<Content>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Content {
    parts: Option<Vec<Part>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Part {
    text: Option<String>,
    thought: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct PromptFeedback {
    block_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct UsageMetadata {
    prompt_token_count: Option<u64>,
    tool_use_prompt_token_count: Option<u64>,
    cached_content_token_count: Option<u64>,
    candidates_token_count: Option<u64>,
    thoughts_token_count: Option<u64>,
}

impl Contents {
    /// For an answer of this endpoint.
    pub(super) fn of(endpoint: &Endpoint) -> Self {
        Self {
            vendor: endpoint.vendor.clone(),
            model: endpoint.model.clone(),
            ending: None,
            metadata: Metadata::default(),
            usage: None,
        }
    }

    fn on_body(&mut self, body: Body, items: &mut Vec<Item>) {
        self.on_metadata(body.response_id, body.model_version, items);
        let candidates = body.candidates.unwrap_or_default();
        let first = |candidate: &Candidate| candidate.index.unwrap_or_default() == 0;
        if let Some(candidate) = candidates.into_iter().find(first) {
            self.on_candidate(candidate, items);
        }
        if let Some(usage) = body.usage_metadata.map(Usage::from)
            && self.usage != Some(usage)
        {
            self.usage = Some(usage);
            items.push(Item::Usage(usage));
        }
        let blocked = body.prompt_feedback.and_then(|said| said.block_reason);
        if let Some(reason) = blocked {
            let what = "declined to answer for its content policy";
            let error = self.ended(FailureCode::ContentPolicy, what, &reason);
            self.ending.get_or_insert(Err(error));
        }
    }

    /// Says once what the vendor repeats with every part.
    fn on_metadata(&mut self, id: Option<String>, model: Option<String>, items: &mut Vec<Item>) {
        let model = model.filter(|model| *model != self.model);
        let said = Metadata {
            request_id: id.or_else(|| self.metadata.request_id.clone()),
            model: model.or_else(|| self.metadata.model.clone()),
            sources: Vec::new(),
        };
        if said != self.metadata {
            items.push(Item::Metadata(said.clone()));
        }
        self.metadata = said;
    }

    fn on_candidate(&mut self, candidate: Candidate, items: &mut Vec<Item>) {
        let parts = candidate.content.unwrap_or_default().parts;
        for part in parts.unwrap_or_default() {
            let text = part.text.unwrap_or_default();
            match part.thought {
                _ if text.is_empty() => {}
                Some(true) => items.push(Item::Reasoning(text)),
                _ => items.push(Item::Text(text)),
            }
        }
        match candidate.finish_reason.as_deref() {
            None | Some("" | "FINISH_REASON_UNSPECIFIED") => {}
            // Some say so with every part: another reason may follow.
            Some("STOP") => {
                self.ending.get_or_insert(Ok(Finish::Complete));
            }
            Some(reason) => self.ending = Some(self.meaning(reason)),
        }
    }

    fn meaning(&self, reason: &str) -> Result<Finish, ExpertError> {
        let (code, what) = match reason {
            "MAX_TOKENS" => return Ok(Finish::Truncated),
            "SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => (
                FailureCode::ContentPolicy,
                "declined to go on for its content policy",
            ),
            "LANGUAGE" => (FailureCode::BadRequest, "does not know this language"),
            "OTHER" => (FailureCode::EndedEarly, "stopped and did not say why"),
            "MALFORMED_FUNCTION_CALL"
            | "MALFORMED_RESPONSE"
            | "UNEXPECTED_TOOL_CALL"
            | "TOO_MANY_TOOL_CALLS"
            | "MISSING_THOUGHT_SIGNATURE" => {
                (FailureCode::MalformedAnswer, "did not write an answer")
            }
            _ => return Ok(Finish::Complete),
        };
        Err(self.ended(code, what, reason))
    }

    fn ended(&self, code: FailureCode, what: &str, reason: &str) -> ExpertError {
        ExpertError {
            vendor_code: Some(reason.to_owned()),
            ..ExpertError::new(code, format!("{} {what}", self.vendor))
        }
    }
}

impl From<UsageMetadata> for Usage {
    fn from(wire: UsageMetadata) -> Self {
        let count = Option::unwrap_or_default;
        Self {
            input_tokens: count(wire.prompt_token_count) + count(wire.tool_use_prompt_token_count),
            cached_tokens: count(wire.cached_content_token_count),
            output_tokens: count(wire.candidates_token_count) + count(wire.thoughts_token_count),
        }
    }
}

impl Reading for Contents {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { json, .. } = chunk else {
            return Ok(());
        };
        // What does not stream comes as an array, and so do some errors.
        let parts = json.as_array();
        for json in parts.map_or(std::slice::from_ref(json), Vec::as_slice) {
            if let Some(error) = in_answer(&self.vendor, json) {
                return Err(error);
            }
            let body = Body::deserialize(json)
                .map_err(|_| malformed(&self.vendor, "an event is no content"))?;
            self.on_body(body, items);
        }
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }
}

#[cfg(test)]
mod tests;
