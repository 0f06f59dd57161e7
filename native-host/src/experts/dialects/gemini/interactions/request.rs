//! What is sent: the body of an interaction.

use serde::Serialize;

use crate::experts::{
    catalog::{Endpoint, MaxTokensField, Thinking},
    dialects::turns::Turns,
    prompts::Role,
};

/// The body of a streamed interaction.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    input: Vec<Step<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    system_instruction: &'a str,
    stream: bool,
    /// Kept by the vendor, unless it is told not to.
    store: bool,
    #[serde(skip_serializing_if = "GenerationConfig::is_empty")]
    generation_config: GenerationConfig<'a>,
}

#[derive(Debug, Serialize)]
struct Step<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    content: [Content<'a>; 1],
}

#[derive(Debug, Serialize)]
struct Content<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: &'a str,
}

#[derive(Debug, Default, PartialEq, Serialize)]
struct GenerationConfig<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_level: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_summaries: Option<&'static str>,
}

impl<'a> Request<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, turns: &'a Turns) -> Self {
        let input = turns.turns.iter().map(|turn| Step {
            kind: match turn.role {
                Role::Assistant => "model_output",
                Role::System | Role::User => "user_input",
            },
            content: [Content {
                kind: "text",
                text: &turn.content,
            }],
        });
        Self {
            model: &endpoint.model,
            input: input.collect(),
            system_instruction: &turns.rules,
            stream: true,
            store: false,
            generation_config: GenerationConfig::of(endpoint),
        }
    }
}

impl<'a> GenerationConfig<'a> {
    fn of(endpoint: &'a Endpoint) -> Self {
        let limited = endpoint.quirks.max_tokens_field != MaxTokensField::None;
        let values = endpoint.quirks.thinking_values.as_ref();
        let level = match endpoint.thinking {
            Thinking::On => values.map(|values| values.on.as_str()),
            // There is no word for not at all.
            Thinking::Off => Some(values.map_or("minimal", |values| &values.off)),
            Thinking::Unsaid | Thinking::Always => None,
        };
        let aloud = matches!(endpoint.thinking, Thinking::On | Thinking::Always);
        Self {
            temperature: endpoint.quirks.temperature,
            max_output_tokens: endpoint.output.filter(|_| limited),
            thinking_level: level,
            thinking_summaries: aloud.then_some("auto"),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::experts::{
        BaseUrl,
        catalog::{Quirks, ThinkingValues},
        prompts::Message,
    };

    fn endpoint() -> Endpoint {
        let url = "https://generativelanguage.googleapis.com/v1beta".to_owned();
        Endpoint::open_ai("gemini", BaseUrl::try_from(url).unwrap(), "m")
    }

    fn body(endpoint: &Endpoint) -> Value {
        let say = |role, content: &str| Message {
            role,
            content: content.to_owned(),
        };
        let turns = Turns::of(vec![
            say(Role::System, "rules"),
            say(Role::User, "潮\""),
            say(Role::Assistant, "a"),
        ]);
        serde_json::to_value(Request::new(endpoint, &turns)).unwrap()
    }

    #[test]
    fn the_conversation_is_steps_and_nothing_is_stored() {
        let expected = json!({
            "model": "m",
            "input": [
                {"type": "user_input", "content": [{"type": "text", "text": "潮\""}]},
                {"type": "model_output", "content": [{"type": "text", "text": "a"}]},
            ],
            "system_instruction": "rules",
            "stream": true,
            "store": false,
        });
        assert_eq!(body(&endpoint()), expected);
    }

    #[test]
    fn thinking_is_a_level_and_heard_as_summaries() {
        let check = |thinking, expected: Value| {
            let values = ThinkingValues {
                on: "high".to_owned(),
                off: "low".to_owned(),
            };
            let quirks = Quirks {
                thinking_values: Some(values),
                ..Quirks::default()
            };
            let endpoint = Endpoint {
                thinking,
                quirks: Arc::new(quirks),
                ..endpoint()
            };
            assert_eq!(body(&endpoint)["generation_config"], expected);
        };
        check(Thinking::Unsaid, Value::Null);
        check(Thinking::Always, json!({"thinking_summaries": "auto"}));
        check(
            Thinking::On,
            json!({"thinking_level": "high", "thinking_summaries": "auto"}),
        );
        check(Thinking::Off, json!({"thinking_level": "low"}));
    }
}
