//! What is sent: the body of a streamed message.

use serde::Serialize;

use crate::experts::{
    catalog::{Endpoint, ThinkingParameter},
    dialects::thinking_parameter::{self, Switch},
    prompts::{self, Message},
};

/// How long an answer may be where the catalogue does not say, in tokens: the dialect wants to be
/// told, and every model of the last years writes as much.
const USUAL_OUTPUT: u32 = 8192;

/// The least that a model may be given to think, in tokens.
const LEAST_THOUGHT: u32 = 1024;

/// The body of a streamed message.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    max_tokens: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    system: String,
    messages: Vec<Message>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<Thinking>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_config: Option<OutputConfig>,
}

/// Whether to think; older models want to know how long.
#[derive(Debug, Serialize)]
struct Thinking {
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    budget_tokens: Option<u32>,
}

#[derive(Debug, Serialize)]
struct OutputConfig {
    effort: String,
}

impl<'a> Request<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, messages: Vec<Message>) -> Self {
        let quirks = &endpoint.quirks;
        let (system, messages) = if quirks.no_system_message {
            (String::new(), prompts::without_system(messages))
        } else {
            prompts::split_system(messages)
        };
        let request = Self {
            model: &endpoint.model,
            max_tokens: endpoint.output.unwrap_or(USUAL_OUTPUT),
            system,
            messages,
            stream: true,
            temperature: quirks.temperature,
            thinking: None,
            output_config: None,
        };
        match thinking_parameter::of(endpoint) {
            Some(switch) => request.with(quirks.thinking_parameter, switch),
            None => request,
        }
    }

    /// Tells the model to think or not.
    fn with(mut self, parameter: ThinkingParameter, switch: Switch<'_>) -> Self {
        match parameter {
            ThinkingParameter::None => {}
            ThinkingParameter::ReasoningEffort => {
                let effort = switch.word("high", "low");
                self.output_config = Some(OutputConfig { effort });
            }
            ThinkingParameter::ThinkingType
            | ThinkingParameter::EnableThinking
            | ThinkingParameter::ChatTemplateKwargs => {
                let r#type = switch.word("adaptive", "disabled");
                let budget = (self.max_tokens / 2).max(LEAST_THOUGHT);
                self.thinking = Some(Thinking {
                    budget_tokens: (r#type == "enabled").then_some(budget),
                    r#type,
                });
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::experts::{
        BaseUrl,
        catalog::{Quirks, Thinking as Wanted, ThinkingValues},
        prompts::Role,
    };

    /// The body is the plain one, changed by `difference`.
    fn check(output: Option<u32>, thinking: Wanted, quirks: Quirks, difference: &Value) {
        let say = |role, content: &str| Message {
            role,
            content: content.to_owned(),
        };
        let messages = vec![say(Role::System, "Rules."), say(Role::User, "潮\"")];
        let base_url = BaseUrl::try_from("https://v.example".to_owned()).unwrap();
        let endpoint = Endpoint {
            output,
            thinking,
            quirks: Arc::new(quirks),
            ..Endpoint::open_ai("v", base_url, "m")
        };
        let body = serde_json::to_value(Request::new(&endpoint, messages)).unwrap();
        let mut expected = json!({
            "model": "m",
            "max_tokens": 64_000,
            "system": "Rules.",
            "messages": [{"role": "user", "content": "潮\""}],
            "stream": true,
        });
        let fields = difference.as_object().unwrap().clone();
        expected.as_object_mut().unwrap().extend(fields);
        assert_eq!(body, expected);
    }

    #[test]
    fn the_length_is_always_told() {
        let quirks = Quirks::default;
        check(Some(64_000), Wanted::Always, quirks(), &json!({}));
        check(None, Wanted::Unsaid, quirks(), &json!({"max_tokens": 8192}));
    }

    #[test]
    fn a_model_is_told_to_think_or_not() {
        let thinking = |on: &str| Quirks {
            thinking_parameter: ThinkingParameter::ThinkingType,
            thinking_values: Some(ThinkingValues {
                on: on.to_owned(),
                off: "disabled".to_owned(),
            }),
            ..Quirks::default()
        };
        let adaptive = json!({"thinking": {"type": "adaptive"}});
        check(Some(64_000), Wanted::On, thinking("adaptive"), &adaptive);
        let enabled = json!({"thinking": {"type": "enabled", "budget_tokens": 32_000}});
        check(Some(64_000), Wanted::On, thinking("enabled"), &enabled);
        let disabled = json!({"thinking": {"type": "disabled"}});
        check(Some(64_000), Wanted::Off, thinking("enabled"), &disabled);
        let effort = Quirks {
            thinking_parameter: ThinkingParameter::ReasoningEffort,
            ..Quirks::default()
        };
        let high = json!({"output_config": {"effort": "high"}});
        check(Some(64_000), Wanted::On, effort, &high);
    }
}
