//! The scripted server, spoken to in bytes.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use super::*;
use crate::PATIENCE;

fn connect(server: &ScriptedServer) -> TcpStream {
    let stream = TcpStream::connect(server.server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

fn post(client: &mut TcpStream, model: &str, stream: bool, close: bool) {
    let body = json!({
        "model": model, "stream": stream,
        "messages": [{"role": "user", "content": "Say something about tides."}],
    })
    .to_string();
    let close = if close { "connection: close\r\n" } else { "" };
    let length = body.len();
    let head = format!(
        "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer k\r\n{close}content-length: {length}\r\n\r\n"
    );
    client.write_all(head.as_bytes()).unwrap();
    client.write_all(body.as_bytes()).unwrap();
}

/// Everything that a model sends for one request, with the chunks' framing.
fn answer(model: &str, stream: bool) -> String {
    let server = ScriptedServer::start().unwrap();
    let mut client = connect(&server);
    post(&mut client, model, stream, true);
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut bytes = Vec::new();
    let _broken_off = client.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Models that pause see a half-closed client as gone, so they are read up to a mark.
fn answer_until(model: &str, mark: &str) -> String {
    let server = ScriptedServer::start().unwrap();
    let mut client = connect(&server);
    post(&mut client, model, true, false);
    read_until(&mut client, mark)
}

fn read_until(client: &mut TcpStream, mark: &str) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    while !String::from_utf8_lossy(&bytes).contains(mark) {
        match client.read(&mut buffer).unwrap() {
            0 => panic!("no {mark:?} in {:?}", String::from_utf8_lossy(&bytes)),
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn check(model: &str, holds: &[&str], lacks: &[&str]) {
    let answer = answer(model, true);
    for text in holds {
        assert!(
            answer.contains(text),
            "{model} does not say {text:?}: {answer}"
        );
    }
    for text in lacks {
        assert!(!answer.contains(text), "{model} says {text:?}: {answer}");
    }
}

#[test]
fn good_models_stream_to_the_end_marker() {
    let last = "0\r\n\r\n";
    for model in [
        "steady:1ms",
        "slow-drip:1ms",
        "slow-first-token:1ms",
        "bytewise",
        "thinking",
    ] {
        let answer = answer_until(model, last);
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert!(answer.contains("text/event-stream"), "{answer}");
    }
    let answer = answer_until("fast:3", last);
    for text in [
        "word0 ",
        "word2 ",
        "\"finish_reason\":\"stop\"",
        "completion_tokens",
        "[DONE]",
    ] {
        assert!(answer.contains(text), "{answer}");
    }
}

#[test]
fn refusals_are_plain_responses_with_an_error() {
    check(
        "rate-limited:7",
        &["HTTP/1.1 429 ", "retry-after: 7\r\n", "\"error\""],
        &["data:"],
    );
    check("key-refused", &["HTTP/1.1 401 ", "\"error\""], &["data:"]);
    check("server-error", &["HTTP/1.1 500 ", "\"error\""], &["data:"]);
    check("no-such-model", &["HTTP/1.1 404 ", "\"error\""], &["data:"]);
}

#[test]
fn faults_in_mid_stream_come_after_text() {
    let end = "0\r\n\r\n";
    let malformed = answer_until("malformed-event", end);
    assert!(malformed.contains("\"content\"") && malformed.contains("{\"del\n\n"));
    assert!(!malformed.contains("[DONE]"));
    let error = answer_until("error-after-200", end);
    assert!(error.contains("\"content\"") && error.contains("overloaded_error"));
    let unended = answer_until("no-end-marker", end);
    assert!(!unended.contains("[DONE]") && !unended.contains("\"stop\""));
    let huge = answer_until("huge-event:100000", end);
    assert!(huge.contains(&"x".repeat(100_000)));
}

#[test]
fn a_dropped_stream_ends_without_its_last_chunk() {
    let server = ScriptedServer::start().unwrap();
    let mut client = connect(&server);
    post(&mut client, "drop-in-mid-stream:2", true, false);
    let mut bytes = Vec::new();
    let _broken_off = client.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(text.matches("\"content\"").count(), 2);
    assert!(!text.contains("\r\n0\r\n"));
}

#[test]
fn a_client_that_leaves_is_noticed_at_once() {
    for model in ["silence", "slow-first-token:60s", "slow-drip:60s"] {
        let server = ScriptedServer::start().unwrap();
        let mut client = connect(&server);
        post(&mut client, model, true, false);
        server.wait_for("the request", PATIENCE, |_| true).unwrap();
        drop(client);
        let left = std::time::Instant::now();
        let closed = |record: &Record| matches!(record.end, Some((End::ClientClosed, _)));
        let record = server.wait_for("the end", PATIENCE, closed).unwrap();
        let (_, at) = record.end.unwrap();
        assert!(
            at.saturating_duration_since(left) < Duration::from_secs(5),
            "{model}"
        );
    }
}

#[test]
fn requests_are_counted_and_kept_on_one_connection() {
    let server = ScriptedServer::start().unwrap();
    server.say("Low water is at noon.");
    let mut client = connect(&server);
    for _ in 0..2 {
        post(&mut client, "steady", false, false);
        let answer = read_until(&mut client, "total_tokens\":");
        let body = answer.split("\r\n\r\n").nth(1).unwrap();
        assert!(body.contains("Low water is at noon."), "{answer}");
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].model, "steady");
    assert_eq!(requests[1].authorization.as_deref(), Some("Bearer k"));
    assert_eq!(requests[1].last_message(), "Say something about tides.");
}

#[test]
fn models_are_listed() {
    let server = ScriptedServer::start().unwrap();
    let mut client = connect(&server);
    client
        .write_all(b"GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n")
        .unwrap();
    let answer = read_until(&mut client, "thinking");
    let body = answer.split("\r\n\r\n").nth(1).unwrap();
    assert!(
        serde_json::from_str::<Value>(body).unwrap()["data"]
            .as_array()
            .unwrap()
            .len()
            > 10
    );
}
