//! What the decoders take for each event, by dialect.

use std::{hint::black_box, time::Instant};

use coterie_host::experts::catalog::DialectName;
use serde_json::{Value, json};

use crate::task::{Exchanges, exchange};

/// Events in a stream.
const EVENTS: u32 = 20_000;

/// What arrives at once, in bytes.
const PIECE: usize = 16 * 1024;

/// The figures of each dialect that is spoken.
pub fn figures() -> Vec<Value> {
    let openai = event(
        "",
        &json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m",
            "choices": [{"index": 0, "delta": {"content": " lighthouse"}, "finish_reason": null}]}),
    );
    let anthropic = event(
        "event: content_block_delta\n",
        &json!({"type": "content_block_delta", "index": 0,
            "delta": {"type": "text_delta", "text": " lighthouse"}}),
    );
    let gemini = event(
        "",
        &json!({"candidates": [{"content": {"parts": [{"text": " lighthouse"}], "role": "model"},
                "index": 0}],
            "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": 9,
                "totalTokenCount": 18},
            "modelVersion": "m", "responseId": "r"}),
    );
    let ollama = json!({"model": "m", "created_at": "2026-11-23T10:00:00Z",
        "message": {"role": "assistant", "content": " lighthouse"}, "done": false});
    let streams = [
        ("openai_chat", DialectName::OpenaiChat, openai),
        ("anthropic", DialectName::Anthropic, anthropic),
        ("gemini", DialectName::Gemini, gemini),
        ("ollama", DialectName::Ollama, format!("{ollama}\n")),
        ("bedrock", DialectName::Bedrock, String::new()),
    ];
    let figures = streams.into_iter().filter_map(|(name, dialect, event)| {
        let event = if dialect == DialectName::Bedrock {
            message(&json!({"contentBlockIndex": 0, "delta": {"text": " lighthouse"}}))
        } else {
            event.into_bytes()
        };
        let nanoseconds = decode(dialect, &event)?;
        Some(json!({"dialect": name, "ns_per_event": nanoseconds}))
    });
    figures.collect()
}

fn event(kind: &str, json: &Value) -> String {
    format!("{kind}data: {json}\n\n")
}

/// One of Amazon's binary messages.
fn message(json: &Value) -> Vec<u8> {
    let mut headers = Vec::new();
    for (name, value) in [
        (":event-type", "contentBlockDelta"),
        (":message-type", "event"),
    ] {
        headers.push(u8::try_from(name.len()).unwrap());
        headers.extend_from_slice(name.as_bytes());
        headers.push(7);
        headers.extend_from_slice(&u16::try_from(value.len()).unwrap().to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let payload = json.to_string();
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut bytes = number(16 + headers.len() + payload.len()).to_vec();
    bytes.extend_from_slice(&number(headers.len()));
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    bytes.extend_from_slice(&headers);
    bytes.extend_from_slice(payload.as_bytes());
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_be_bytes());
    bytes
}

/// Nanoseconds for an event, best of five; nothing for a dialect that is not spoken.
fn decode(dialect: DialectName, event: &[u8]) -> Option<u128> {
    let stream = event.repeat(EVENTS as usize);
    let exchanges = Exchanges::of(dialect, "http://127.0.0.1:9/v1");
    let once = || {
        let mut decoder = exchange(&exchanges)?.decoder;
        let started = Instant::now();
        let mut items = 0;
        for piece in stream.chunks(PIECE) {
            items += black_box(decoder.push(piece)).len();
        }
        let took = started.elapsed();
        assert!(items >= EVENTS as usize, "{items} items");
        Some(took)
    };
    let times: Option<Vec<_>> = (0..5).map(|_| once()).collect();
    let best = times?.into_iter().min()?;
    Some(best.as_nanos() / u128::from(EVENTS))
}
