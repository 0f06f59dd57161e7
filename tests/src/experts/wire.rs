//! The wire format of OpenAI chat completions, from the server's side.

use serde_json::{Value, json};

/// The list of models.
pub(super) fn models<'a>(names: impl Iterator<Item = &'a str>) -> Value {
    let model = |name| json!({"id": name, "object": "model", "created": 0, "owned_by": "scripted"});
    json!({"object": "list", "data": names.map(model).collect::<Vec<_>>()})
}

/// One event of a stream.
pub(super) fn event(data: &Value) -> String {
    format!("data: {data}\n\n")
}

/// A piece of the answer.
pub(super) fn delta(model: &str, text: &str) -> String {
    event(&chunk(model, &json!({"content": text}), &Value::Null))
}

/// A piece of what was thought aloud.
pub(super) fn thought(model: &str, text: &str) -> String {
    event(&chunk(
        model,
        &json!({"reasoning_content": text}),
        &Value::Null,
    ))
}

/// How it finished, what it took, and the end marker.
pub(super) fn ending(model: &str, usage: &Value) -> String {
    let finish = event(&chunk(model, &json!({}), &json!("stop")));
    let mut last = chunk(model, &json!({}), &Value::Null);
    last["choices"] = json!([]);
    last["usage"] = usage.clone();
    format!("{finish}{}data: [DONE]\n\n", event(&last))
}

/// A whole answer, for a request without streaming.
pub(super) fn completion(model: &str, text: &str, usage: &Value) -> Value {
    json!({
        "id": "chatcmpl-scripted", "object": "chat.completion", "created": 0, "model": model,
        "choices": [{
            "index": 0, "finish_reason": "stop",
            "message": {"role": "assistant", "content": text},
        }],
        "usage": usage,
    })
}

/// An error as vendors send it.
pub(super) fn error(kind: &str, message: &str) -> Value {
    json!({"error": {"message": message, "type": kind, "param": null, "code": kind}})
}

/// Tokens: a word is one.
pub(super) fn usage(prompt: &str, answer: &str) -> Value {
    let count = |text: &str| text.split_whitespace().count().max(1);
    let (input, output) = (count(prompt), count(answer));
    json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output})
}

fn chunk(model: &str, delta: &Value, finish: &Value) -> Value {
    json!({
        "id": "chatcmpl-scripted", "object": "chat.completion.chunk", "created": 0,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    })
}
