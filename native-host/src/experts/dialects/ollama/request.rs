//! What is sent: the body of a chat, with a context as long as it needs.

use coterie_protocol::Action;
use serde::Serialize;

use crate::experts::{
    catalog::{Endpoint, Thinking},
    prompts::{Message, estimate_tokens},
};

/// The shortest context that is asked for, in tokens. Longer ones are powers of two: each change
/// makes Ollama load the model anew.
const SHORTEST_CONTEXT: usize = 4096;

/// The least room for an answer, in tokens.
const LEAST_ANSWER: usize = 1024;

/// Room for thoughts, in tokens.
const THOUGHTS: usize = 4096;

/// The body of a streamed chat.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    messages: &'a [Message],
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    think: Option<Think<'a>>,
    options: Options,
}

/// Whether to think; some models take how much instead.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Think<'a> {
    Whether(bool),
    HowMuch(&'a str),
}

#[derive(Debug, Serialize)]
struct Options {
    num_ctx: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
}

impl<'a> Request<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, action: Action, messages: &'a [Message]) -> Self {
        Self {
            model: &endpoint.model,
            messages,
            stream: true,
            think: Think::of(endpoint),
            options: Options {
                num_ctx: context(endpoint, action, messages),
                temperature: endpoint.quirks.temperature,
            },
        }
    }
}

impl<'a> Think<'a> {
    fn of(endpoint: &'a Endpoint) -> Option<Self> {
        let values = endpoint.quirks.thinking_values.as_ref();
        let says = |value: Option<&'a str>, usual| {
            let value = value.filter(|value| value.parse::<bool>() != Ok(usual));
            Some(value.map_or(Self::Whether(usual), Self::HowMuch))
        };
        match endpoint.thinking {
            Thinking::Unsaid | Thinking::Always => None,
            Thinking::On => says(values.map(|values| values.on.as_str()), true),
            Thinking::Off => says(values.map(|values| values.off.as_str()), false),
        }
    }
}

/// The context for these messages and their answer, as far as the model has it.
fn context(endpoint: &Endpoint, action: Action, messages: &[Message]) -> usize {
    let told: usize = messages
        .iter()
        .map(|message| estimate_tokens(&message.content))
        .sum();
    let answer = match action {
        // A translation is as long as its page.
        Action::Translate => told,
        _ => told / 2,
    };
    let thoughts = match endpoint.thinking {
        Thinking::On | Thinking::Always => THOUGHTS,
        Thinking::Unsaid | Thinking::Off => 0,
    };
    let needed = told + answer.max(LEAST_ANSWER) + thoughts;
    let wanted = needed.next_power_of_two().max(SHORTEST_CONTEXT);
    let most = endpoint.context.and_then(|most| usize::try_from(most).ok());
    most.map_or(wanted, |most| wanted.min(most))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::*;
    use crate::experts::{
        BaseUrl,
        catalog::{Quirks, ThinkingValues},
        prompts::Role,
    };

    fn endpoint() -> Endpoint {
        let url = "http://127.0.0.1:11434".to_owned();
        Endpoint::open_ai("ollama", BaseUrl::try_from(url).unwrap(), "qwen3:4b")
    }

    fn say(content: &str) -> [Message; 1] {
        [Message {
            role: Role::User,
            content: content.to_owned(),
        }]
    }

    #[test]
    fn a_request_is_a_streamed_chat() {
        let endpoint = endpoint();
        let messages = say("潮\"");
        let body = Request::new(&endpoint, Action::Summarize, &messages);
        let expected = json!({
            "model": "qwen3:4b",
            "messages": [{"role": "user", "content": "潮\""}],
            "stream": true,
            "options": {"num_ctx": 4096},
        });
        assert_eq!(serde_json::to_value(body).unwrap(), expected);
    }

    fn check_context(words: usize, action: Action, most: Option<u32>, expected: usize) {
        let endpoint = Endpoint {
            context: most,
            ..endpoint()
        };
        let messages = say(&"word ".repeat(words));
        assert_eq!(context(&endpoint, action, &messages), expected);
    }

    #[test]
    fn the_context_grows_with_the_page_and_no_further_than_the_model_goes() {
        check_context(10, Action::Summarize, None, 4096);
        check_context(2000, Action::Summarize, None, 4096);
        check_context(3000, Action::Summarize, None, 8192);
        check_context(3000, Action::Translate, None, 8192);
        check_context(4000, Action::Translate, None, 16_384);
        check_context(30_000, Action::Summarize, Some(40_960), 40_960);
        check_context(10, Action::Summarize, Some(2048), 2048);
    }

    #[test]
    fn thinking_is_said_and_has_room() {
        let check = |thinking, values: Option<(&str, &str)>, expected: Value| {
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
            let messages = say("a");
            let body = Request::new(&endpoint, Action::Summarize, &messages);
            let body = serde_json::to_value(body).unwrap();
            assert_eq!(body["think"], expected);
            let thinks = matches!(thinking, Thinking::On | Thinking::Always);
            assert_eq!(body["options"]["num_ctx"] == 8192, thinks);
        };
        check(Thinking::Unsaid, None, Value::Null);
        check(Thinking::Always, None, Value::Null);
        check(Thinking::On, None, json!(true));
        check(Thinking::Off, None, json!(false));
        check(Thinking::On, Some(("high", "low")), json!("high"));
        check(Thinking::Off, Some(("high", "false")), json!(false));
    }
}
