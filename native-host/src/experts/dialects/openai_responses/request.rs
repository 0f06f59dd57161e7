//! What is sent: the body of a streamed response, which the vendor is asked not to keep.

use serde::Serialize;

use crate::experts::{
    catalog::{Endpoint, MaxTokensField, ThinkingParameter},
    dialects::thinking_parameter::{self, Switch},
    prompts::{self, Message},
};

/// The body of a streamed response.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    instructions: String,
    input: Vec<Message>,
    stream: bool,
    store: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_output_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning: Option<Reasoning>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<ThinkingType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_thinking: Option<bool>,
}

#[derive(Debug, Serialize)]
struct Reasoning {
    effort: String,
}

#[derive(Debug, Serialize)]
struct ThinkingType {
    r#type: String,
}

impl<'a> Request<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, messages: Vec<Message>) -> Self {
        let quirks = &endpoint.quirks;
        let (instructions, input) = if quirks.no_system_message {
            (String::new(), prompts::without_system(messages))
        } else {
            prompts::split_system(messages)
        };
        let is_limited = quirks.max_tokens_field != MaxTokensField::None;
        let request = Self {
            model: &endpoint.model,
            instructions,
            input,
            stream: true,
            store: false,
            max_output_tokens: endpoint.output.filter(|_| is_limited),
            temperature: quirks.temperature,
            reasoning: None,
            thinking: None,
            enable_thinking: None,
        };
        match thinking_parameter::of(endpoint) {
            Some(switch) if !quirks.strict => request.with(quirks.thinking_parameter, switch),
            _ => request,
        }
    }

    /// Tells the model to think or not.
    fn with(mut self, parameter: ThinkingParameter, switch: Switch<'_>) -> Self {
        match parameter {
            ThinkingParameter::None => {}
            ThinkingParameter::ReasoningEffort => {
                let effort = switch.word("high", "none");
                self.reasoning = Some(Reasoning { effort });
            }
            ThinkingParameter::ThinkingType => {
                let r#type = switch.word("enabled", "disabled");
                self.thinking = Some(ThinkingType { r#type });
            }
            ThinkingParameter::EnableThinking | ThinkingParameter::ChatTemplateKwargs => {
                self.enable_thinking = Some(switch.on);
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
        catalog::{Quirks, Thinking},
        prompts::Role,
    };

    /// The body is the plain one, changed by `difference`.
    fn check(thinking: Thinking, quirks: Quirks, difference: &Value) {
        let say = |role, content: &str| Message {
            role,
            content: content.to_owned(),
        };
        let messages = vec![
            say(Role::System, "Rules."),
            say(Role::User, "潮"),
            say(Role::Assistant, "汐"),
            say(Role::User, "?"),
        ];
        let base_url = BaseUrl::try_from("https://v.example/v1".to_owned()).unwrap();
        let endpoint = Endpoint {
            thinking,
            output: Some(2048),
            quirks: Arc::new(quirks),
            ..Endpoint::open_ai("v", base_url, "m")
        };
        let body = serde_json::to_value(Request::new(&endpoint, messages)).unwrap();
        let mut expected = json!({
            "model": "m",
            "instructions": "Rules.",
            "input": [
                {"role": "user", "content": "潮"},
                {"role": "assistant", "content": "汐"},
                {"role": "user", "content": "?"},
            ],
            "stream": true,
            "store": false,
        });
        let fields = difference.as_object().unwrap().clone();
        expected.as_object_mut().unwrap().extend(fields);
        assert_eq!(body, expected);
    }

    #[test]
    fn a_request_is_streamed_and_not_kept() {
        check(Thinking::Unsaid, Quirks::default(), &json!({}));
    }

    #[test]
    fn a_model_is_told_to_think_or_not() {
        let quirks = |thinking_parameter| Quirks {
            thinking_parameter,
            max_tokens_field: MaxTokensField::MaxTokens,
            ..Quirks::default()
        };
        let effort = json!({"reasoning": {"effort": "high"}, "max_output_tokens": 2048});
        check(
            Thinking::On,
            quirks(ThinkingParameter::ReasoningEffort),
            &effort,
        );
        let disabled = json!({"thinking": {"type": "disabled"}, "max_output_tokens": 2048});
        check(
            Thinking::Off,
            quirks(ThinkingParameter::ThinkingType),
            &disabled,
        );
    }
}
