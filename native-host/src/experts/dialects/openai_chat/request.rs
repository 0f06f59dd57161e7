//! What is sent: the body of a chat completion, as the endpoint's quirks want it.

use serde::Serialize;
use serde_json::Value;

use crate::experts::{
    catalog::{Endpoint, MaxTokensField, ThinkingParameter},
    dialects::thinking_parameter::{self, Switch},
    prompts::{self, Message},
};

/// The body of a streamed chat completion.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    messages: Vec<Message>,
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_split: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thinking: Option<ThinkingType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enable_thinking: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chat_template_kwargs: Option<Value>,
}

/// Asks for a last chunk with the tokens used.
#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Debug, Serialize)]
struct ThinkingType {
    r#type: String,
}

impl<'a> Request<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, messages: Vec<Message>) -> Self {
        let quirks = &endpoint.quirks;
        let limit = |field| endpoint.output.filter(|_| quirks.max_tokens_field == field);
        let usage = quirks.usage_on_request && !quirks.strict;
        let request = Self {
            model: &endpoint.model,
            messages: if quirks.no_system_message {
                prompts::without_system(messages)
            } else {
                messages
            },
            stream: true,
            stream_options: usage.then_some(StreamOptions {
                include_usage: true,
            }),
            max_tokens: limit(MaxTokensField::MaxTokens),
            max_completion_tokens: limit(MaxTokensField::MaxCompletionTokens),
            temperature: quirks.temperature,
            reasoning_split: (quirks.split_reasoning && !quirks.strict).then_some(true),
            thinking: None,
            enable_thinking: None,
            reasoning_effort: None,
            chat_template_kwargs: None,
        };
        match thinking_parameter::of(endpoint) {
            Some(switch) if !quirks.strict => request.with(quirks.thinking_parameter, switch),
            _ => request,
        }
    }

    /// Tells the model to think or not.
    fn with(mut self, parameter: ThinkingParameter, switch: Switch) -> Self {
        match parameter {
            ThinkingParameter::None => {}
            ThinkingParameter::ThinkingType => {
                let r#type = switch.word("enabled", "disabled");
                self.thinking = Some(ThinkingType { r#type });
            }
            ThinkingParameter::EnableThinking => self.enable_thinking = Some(switch.on),
            ThinkingParameter::ReasoningEffort => {
                self.reasoning_effort = Some(switch.word("high", "none"));
            }
            ThinkingParameter::ChatTemplateKwargs => {
                let enable_thinking = serde_json::json!({ "enable_thinking": switch.on });
                self.chat_template_kwargs = Some(enable_thinking);
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::experts::{
        catalog::{self, Quirks, Thinking, ThinkingValues},
        prompts::Role,
    };

    /// The body for an endpoint is the least that is sent, changed by `difference`.
    fn check(thinking: Thinking, quirks: Quirks, difference: &Value) {
        let say = |role, content: &str| Message {
            role,
            content: content.to_owned(),
        };
        let messages = vec![say(Role::System, "Rules."), say(Role::User, "潮\"")];
        let runtimes = catalog::runtimes().unwrap();
        let mut endpoint = runtimes.runtime[0].endpoint("m");
        endpoint.thinking = thinking;
        endpoint.output = Some(2048);
        endpoint.quirks = Arc::new(quirks);
        let body = serde_json::to_value(Request::new(&endpoint, messages)).unwrap();
        let mut expected = json!({
            "model": "m",
            "messages": [
                {"role": "system", "content": "Rules."},
                {"role": "user", "content": "潮\""},
            ],
            "stream": true,
        });
        let fields = difference.as_object().unwrap().clone();
        expected.as_object_mut().unwrap().extend(fields);
        assert_eq!(body, expected);
    }

    /// Quirks without the one that is usual.
    fn plain() -> Quirks {
        Quirks {
            usage_on_request: false,
            ..Quirks::default()
        }
    }

    #[test]
    fn a_request_is_a_streamed_chat_completion_that_reports_usage() {
        let usage = json!({"stream_options": {"include_usage": true}});
        check(Thinking::Unsaid, Quirks::default(), &usage);
        check(Thinking::Unsaid, plain(), &json!({}));
    }

    #[test]
    fn a_strict_vendor_gets_the_least() {
        let strict = Quirks {
            strict: true,
            split_reasoning: true,
            thinking_parameter: ThinkingParameter::ThinkingType,
            ..Quirks::default()
        };
        check(Thinking::On, strict, &json!({}));
    }

    #[test]
    fn the_answer_is_limited_where_it_has_to_be() {
        for (max_tokens_field, difference) in [
            (MaxTokensField::MaxTokens, json!({"max_tokens": 2048})),
            (
                MaxTokensField::MaxCompletionTokens,
                json!({"max_completion_tokens": 2048}),
            ),
        ] {
            let quirks = Quirks {
                max_tokens_field,
                ..plain()
            };
            check(Thinking::Unsaid, quirks, &difference);
        }
    }

    #[test]
    fn temperature_split_and_system_are_as_the_vendor_wants_them() {
        let quirks = Quirks {
            temperature: Some(1.0),
            split_reasoning: true,
            no_system_message: true,
            ..plain()
        };
        let difference = json!({
            "temperature": 1.0,
            "reasoning_split": true,
            "messages": [{"role": "user", "content": "Rules.\n\n潮\""}],
        });
        check(Thinking::Unsaid, quirks, &difference);
    }

    #[test]
    fn each_vendor_is_told_to_think_or_not_in_its_own_words() {
        let adaptive = || ThinkingValues {
            on: "adaptive".to_owned(),
            off: "disabled".to_owned(),
        };
        for (parameter, values, on, off) in [
            (
                ThinkingParameter::ThinkingType,
                None,
                json!({"thinking": {"type": "enabled"}}),
                json!({"thinking": {"type": "disabled"}}),
            ),
            (
                ThinkingParameter::ThinkingType,
                Some(adaptive()),
                json!({"thinking": {"type": "adaptive"}}),
                json!({"thinking": {"type": "disabled"}}),
            ),
            (
                ThinkingParameter::EnableThinking,
                None,
                json!({"enable_thinking": true}),
                json!({"enable_thinking": false}),
            ),
            (
                ThinkingParameter::ReasoningEffort,
                None,
                json!({"reasoning_effort": "high"}),
                json!({"reasoning_effort": "none"}),
            ),
            (
                ThinkingParameter::ChatTemplateKwargs,
                None,
                json!({"chat_template_kwargs": {"enable_thinking": true}}),
                json!({"chat_template_kwargs": {"enable_thinking": false}}),
            ),
        ] {
            let quirks = || Quirks {
                thinking_parameter: parameter,
                thinking_values: values.clone(),
                ..plain()
            };
            check(Thinking::On, quirks(), &on);
            check(Thinking::Off, quirks(), &off);
            check(Thinking::Unsaid, quirks(), &json!({}));
            check(Thinking::Always, quirks(), &json!({}));
        }
    }
}
