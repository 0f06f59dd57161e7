//! What is sent: the body of `ConverseStream`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::experts::{
    catalog::{Endpoint, ThinkingParameter},
    dialects::{thinking_parameter, turns::Turns},
    prompts::Role,
};

/// The tokens that a model may think for, where it has to be told how many.
const THOUGHTS: u32 = 4096;

/// The body of `ConverseStream`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<[Block<'a>; 1]>,
    messages: Vec<Turn<'a>>,
    #[serde(skip_serializing_if = "InferenceConfig::is_empty")]
    inference_config: InferenceConfig,
    /// What is the model's own, and not Bedrock's.
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_model_request_fields: Option<Value>,
}

#[derive(Debug, Serialize)]
struct Turn<'a> {
    role: &'static str,
    content: [Block<'a>; 1],
}

#[derive(Debug, Serialize)]
struct Block<'a> {
    text: &'a str,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct InferenceConfig {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
}

impl<'a> Request<'a> {
    pub(super) fn new(endpoint: &Endpoint, turns: &'a Turns) -> Self {
        let messages = turns.turns.iter().map(|turn| Turn {
            role: match turn.role {
                Role::Assistant => "assistant",
                Role::System | Role::User => "user",
            },
            content: [Block {
                text: &turn.content,
            }],
        });
        let rules = Block { text: &turns.rules };
        Self {
            system: (!turns.rules.is_empty()).then_some([rules]),
            messages: messages.collect(),
            inference_config: InferenceConfig {
                max_tokens: endpoint.output,
                temperature: endpoint.quirks.temperature,
            },
            additional_model_request_fields: thinking(endpoint),
        }
    }
}

impl InferenceConfig {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Tells a model to think or not, in its own words.
fn thinking(endpoint: &Endpoint) -> Option<Value> {
    let switch = thinking_parameter::of(endpoint)?;
    match endpoint.quirks.thinking_parameter {
        ThinkingParameter::None => None,
        ThinkingParameter::ThinkingType => {
            let kind = switch.word("enabled", "disabled");
            let mut thinking = json!({"type": kind});
            if kind == "enabled" {
                thinking["budget_tokens"] = THOUGHTS.into();
            }
            Some(json!({"thinking": thinking}))
        }
        ThinkingParameter::ReasoningEffort => {
            Some(json!({"reasoning_effort": switch.word("high", "low")}))
        }
        ThinkingParameter::EnableThinking => Some(json!({"enable_thinking": switch.on})),
        ThinkingParameter::ChatTemplateKwargs => {
            Some(json!({"chat_template_kwargs": {"enable_thinking": switch.on}}))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::experts::{
        BaseUrl,
        catalog::{Quirks, Thinking},
        prompts::Message,
    };

    fn endpoint() -> Endpoint {
        let url = "https://bedrock-runtime.us-east-1.amazonaws.com".to_owned();
        Endpoint::open_ai("bedrock", BaseUrl::try_from(url).unwrap(), "m")
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
    fn a_request_has_blocks_of_text_and_its_limit() {
        let mut expected = json!({
            "system": [{"text": "rules"}],
            "messages": [
                {"role": "user", "content": [{"text": "潮\""}]},
                {"role": "assistant", "content": [{"text": "a"}]},
            ],
        });
        assert_eq!(body(&endpoint()), expected);
        let limited = Endpoint {
            output: Some(8192),
            ..endpoint()
        };
        expected["inferenceConfig"] = json!({"maxTokens": 8192});
        assert_eq!(body(&limited), expected);
    }

    #[test]
    fn thinking_is_said_in_the_models_own_words() {
        let check = |parameter, thinking, expected: Value| {
            let quirks = Quirks {
                thinking_parameter: parameter,
                ..Quirks::default()
            };
            let endpoint = Endpoint {
                thinking,
                quirks: Arc::new(quirks),
                ..endpoint()
            };
            assert_eq!(body(&endpoint)["additionalModelRequestFields"], expected);
        };
        check(ThinkingParameter::None, Thinking::On, Value::Null);
        check(
            ThinkingParameter::ThinkingType,
            Thinking::Always,
            Value::Null,
        );
        check(
            ThinkingParameter::ThinkingType,
            Thinking::On,
            json!({"thinking": {"type": "enabled", "budget_tokens": 4096}}),
        );
        check(
            ThinkingParameter::ThinkingType,
            Thinking::Off,
            json!({"thinking": {"type": "disabled"}}),
        );
        check(
            ThinkingParameter::ReasoningEffort,
            Thinking::On,
            json!({"reasoning_effort": "high"}),
        );
        check(
            ThinkingParameter::ChatTemplateKwargs,
            Thinking::Off,
            json!({"chat_template_kwargs": {"enable_thinking": false}}),
        );
    }
}
