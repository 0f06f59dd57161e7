//! What is sent: the body of a chat completion.

use serde::Serialize;

use crate::experts::{catalog::Endpoint, prompts::Message};

/// The body of a streamed chat completion.
#[derive(Debug, Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    messages: &'a [Message],
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
}

/// Asks for a last chunk with the tokens used.
#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

impl<'a> Request<'a> {
    pub(super) fn new(endpoint: &'a Endpoint, messages: &'a [Message]) -> Self {
        let stream_options = StreamOptions {
            include_usage: true,
        };
        Self {
            model: &endpoint.model,
            messages,
            stream: true,
            stream_options: endpoint.quirks.usage_on_request.then_some(stream_options),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::experts::{
        catalog::{self, Quirks},
        prompts::Role,
    };

    #[test]
    fn a_request_is_a_streamed_chat_completion_that_reports_usage() {
        let messages = [Message {
            role: Role::User,
            content: "潮\"".to_owned(),
        }];
        let runtimes = catalog::runtimes().unwrap();
        let mut endpoint = runtimes.runtime[0].endpoint("m");
        let body = serde_json::to_value(Request::new(&endpoint, &messages)).unwrap();
        let mut expected = json!({
            "model": "m",
            "messages": [{"role": "user", "content": "潮\""}],
            "stream": true,
            "stream_options": {"include_usage": true},
        });
        assert_eq!(body, expected);
        endpoint.quirks = Arc::new(Quirks {
            usage_on_request: false,
            ..Quirks::default()
        });
        let body = serde_json::to_value(Request::new(&endpoint, &messages)).unwrap();
        expected.as_object_mut().unwrap().remove("stream_options");
        assert_eq!(body, expected);
    }
}
