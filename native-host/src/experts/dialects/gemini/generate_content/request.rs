//! What is sent: the body of `streamGenerateContent`.

use serde::Serialize;

use crate::experts::{
    catalog::{Endpoint, MaxTokensField, Thinking},
    dialects::turns::Turns,
    prompts::Role,
};

/// The body of a streamed `generateContent`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system_instruction: Option<Content<'a>>,
    contents: Vec<Content<'a>>,
    #[serde(skip_serializing_if = "GenerationConfig::is_empty")]
    generation_config: GenerationConfig,
}

#[derive(Debug, Serialize)]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'static str>,
    parts: [Part<'a>; 1],
}

#[derive(Debug, Serialize)]
struct Part<'a> {
    text: &'a str,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct GenerationConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_config: Option<ThinkingConfig>,
}

/// Newer models take a level, older ones a budget in tokens.
#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ThinkingConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    include_thoughts: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking_budget: Option<i32>,
}

impl<'a> Request<'a> {
    pub(super) fn new(endpoint: &Endpoint, turns: &'a Turns) -> Self {
        let content = |role, text: &'a str| Content {
            role,
            parts: [Part { text }],
        };
        let contents = turns.turns.iter().map(|turn| {
            let role = match turn.role {
                Role::Assistant => "model",
                Role::System | Role::User => "user",
            };
            content(Some(role), &turn.content)
        });
        Self {
            system_instruction: (!turns.rules.is_empty()).then(|| content(None, &turns.rules)),
            contents: contents.collect(),
            generation_config: GenerationConfig::of(endpoint),
        }
    }
}

impl GenerationConfig {
    fn of(endpoint: &Endpoint) -> Self {
        let limited = endpoint.quirks.max_tokens_field != MaxTokensField::None;
        Self {
            temperature: endpoint.quirks.temperature,
            max_output_tokens: endpoint.output.filter(|_| limited),
            thinking_config: ThinkingConfig::of(endpoint),
        }
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ThinkingConfig {
    fn of(endpoint: &Endpoint) -> Option<Self> {
        let values = endpoint.quirks.thinking_values.as_ref();
        match endpoint.thinking {
            Thinking::Unsaid => None,
            Thinking::Always => Some(Self::aloud()),
            Thinking::On => {
                let how = values.map(|values| Self::how(&values.on));
                Some(Self {
                    include_thoughts: Some(true),
                    ..how.unwrap_or_default()
                })
            }
            Thinking::Off => Some(Self::how(values.map_or("0", |values| &values.off))),
        }
    }

    fn aloud() -> Self {
        Self {
            include_thoughts: Some(true),
            ..Self::default()
        }
    }

    /// A number is a budget, a word a level.
    fn how(value: &str) -> Self {
        let budget = value.parse().ok();
        Self {
            include_thoughts: None,
            thinking_level: budget.is_none().then(|| value.to_owned()),
            thinking_budget: budget,
        }
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

    fn check_thinking(thinking: Thinking, values: Option<(&str, &str)>, expected: &Value) {
        let values = values.map(|(on, off)| ThinkingValues {
            on: on.to_owned(),
            off: off.to_owned(),
        });
        let quirks = Quirks {
            thinking_values: values,
            ..Quirks::default()
        };
        let endpoint = Endpoint {
            thinking,
            quirks: Arc::new(quirks),
            ..endpoint()
        };
        assert_eq!(
            &body(&endpoint)["generationConfig"]["thinkingConfig"],
            expected
        );
    }

    #[test]
    fn rules_stand_apart_and_experts_are_called_models() {
        let expected = json!({
            "systemInstruction": {"parts": [{"text": "rules"}]},
            "contents": [
                {"role": "user", "parts": [{"text": "潮\""}]},
                {"role": "model", "parts": [{"text": "a"}]},
            ],
        });
        assert_eq!(body(&endpoint()), expected);
    }

    #[test]
    fn a_limit_is_sent_where_the_row_says_so() {
        let mut endpoint = endpoint();
        endpoint.output = Some(8192);
        assert_eq!(body(&endpoint)["generationConfig"], Value::Null);
        endpoint.quirks = Arc::new(Quirks {
            max_tokens_field: MaxTokensField::MaxTokens,
            temperature: Some(1.0),
            ..Quirks::default()
        });
        let expected = json!({"temperature": 1.0, "maxOutputTokens": 8192});
        assert_eq!(body(&endpoint)["generationConfig"], expected);
    }

    #[test]
    fn thinking_is_a_budget_or_a_level() {
        check_thinking(Thinking::Unsaid, None, &Value::Null);
        check_thinking(Thinking::Always, None, &json!({"includeThoughts": true}));
        check_thinking(Thinking::On, None, &json!({"includeThoughts": true}));
        check_thinking(Thinking::Off, None, &json!({"thinkingBudget": 0}));
        let levels = Some(("high", "minimal"));
        check_thinking(
            Thinking::On,
            levels,
            &json!({"includeThoughts": true, "thinkingLevel": "high"}),
        );
        check_thinking(Thinking::Off, levels, &json!({"thinkingLevel": "minimal"}));
    }
}
