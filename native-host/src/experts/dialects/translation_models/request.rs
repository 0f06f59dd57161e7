//! What is sent: one message, whose shape is each model's own.

use serde::Serialize;

use super::languages::{Names, instruction};
use crate::experts::remote::Job;

/// The body of a streamed chat completion of one message.
#[derive(Debug, Serialize)]
pub(super) struct Chat<'a> {
    model: &'a str,
    messages: [Message; 1],
    stream: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<StreamOptions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_options: Option<QwenOptions<'a>>,
}

#[derive(Debug, Serialize)]
struct Message {
    role: &'static str,
    content: String,
}

#[derive(Debug, Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Debug, Serialize)]
struct QwenOptions<'a> {
    source_lang: &'a str,
    target_lang: &'a str,
}

/// The body of a streamed response to one text.
#[derive(Debug, Serialize)]
pub(super) struct Response<'a> {
    model: &'a str,
    input: [Input<'a>; 1],
    stream: bool,
}

#[derive(Debug, Serialize)]
struct Input<'a> {
    role: &'static str,
    content: [Content<'a>; 1],
}

#[derive(Debug, Serialize)]
struct Content<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    text: String,
    translation_options: DoubaoOptions<'a>,
}

#[derive(Debug, Serialize)]
struct DoubaoOptions<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    source_language: Option<&'a str>,
    target_language: &'a str,
}

/// For a model that is told in the message what to do.
pub(super) fn chat_translation<'a>(job: &Job<'a>, names: Names<'_>, text: String) -> Chat<'a> {
    let task = job.task;
    let told = instruction(task.source.as_ref(), &task.language, names, &text);
    chat(job, told, None)
}

/// For Qwen-MT.
pub(super) fn qwen_mt<'a>(job: &Job<'a>, names: Names<'a>, text: String) -> Chat<'a> {
    let options = QwenOptions {
        source_lang: names.source.unwrap_or("auto"),
        target_lang: names.target,
    };
    chat(job, text, Some(options))
}

/// For Doubao's translation model.
pub(super) fn doubao_translation<'a>(
    job: &Job<'a>,
    names: Names<'a>,
    text: String,
) -> Response<'a> {
    let content = Content {
        kind: "input_text",
        text,
        translation_options: DoubaoOptions {
            source_language: names.source,
            target_language: names.target,
        },
    };
    Response {
        model: &job.endpoint.model,
        input: [Input {
            role: "user",
            content: [content],
        }],
        stream: true,
    }
}

fn chat<'a>(job: &Job<'a>, content: String, options: Option<QwenOptions<'a>>) -> Chat<'a> {
    let usage = StreamOptions {
        include_usage: true,
    };
    Chat {
        model: &job.endpoint.model,
        messages: [Message {
            role: "user",
            content,
        }],
        stream: true,
        stream_options: job.endpoint.quirks.usage_on_request.then_some(usage),
        translation_options: options,
    }
}
