//! Answering one chat completion request, well or badly.

use std::{
    io,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{
    Behaviour, Shared,
    record::{End, Record},
    script, wire,
};
use crate::http::{Connection, Request, head};

/// How long a silent expert holds the line: longer than any time-out of a client.
const FOREVER: Duration = Duration::from_secs(900);

/// How many deltas go out before a fault in mid-stream.
const BEFORE_FAULT: usize = 2;

/// How many deltas go out between two looks at whether the client is still there.
const LOOK: usize = 64;

/// Sends a JSON response.
pub(super) fn json(
    client: &mut Connection,
    status: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> io::Result<()> {
    let headers = [headers, &[("content-type", "application/json")]].concat();
    client.respond(status, &headers, body.to_string().as_bytes())
}

/// Answers a chat completion request as its model behaves, and records it.
pub(super) fn chat(client: &mut Connection, shared: &Shared, request: &Request) -> io::Result<()> {
    let arrived = Instant::now();
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        let error = wire::error("invalid_request_error", "the body is not JSON");
        return json(client, "400 Bad Request", &[], &error);
    };
    let model = body["model"].as_str().unwrap_or_default().to_owned();
    let streamed = body["stream"] == true;
    let record = Record {
        model: model.clone(),
        body,
        authorization: request.header("authorization").map(str::to_owned),
        arrived,
        first_delta: None,
        deltas: 0,
        end: None,
    };
    let cue = shared.cue(&record);
    // A test that directs what is said also counts what was sent: all of it.
    let prompt = match cue {
        Some(_) => record.messages().concat(),
        None => record.last_message().to_owned(),
    };
    let number = shared.records.add(record);
    let (behaviour, said) = match cue {
        Some(cue) => (Some(cue.behaviour), Some(cue.text)),
        None => (Behaviour::of(&model), shared.said()),
    };
    let Some(behaviour) = behaviour else {
        let error = wire::error("model_not_found", &format!("there is no model {model}"));
        return json(client, "404 Not Found", &[], &error);
    };
    let deltas = script::deltas(behaviour, &prompt, said.as_deref());
    let mut answer = Answer {
        client,
        shared,
        number,
        model,
        behaviour,
        prompt,
        deltas,
    };
    answer.give(streamed)
}

struct Answer<'a> {
    client: &'a mut Connection,
    shared: &'a Shared,
    number: usize,
    model: String,
    behaviour: Behaviour,
    prompt: String,
    deltas: Vec<String>,
}

impl Answer<'_> {
    fn give(&mut self, streamed: bool) -> io::Result<()> {
        let result = match self.refusal() {
            Some(result) => result,
            None if streamed => self.stream(),
            None => self.whole(),
        };
        let end = match &result {
            Ok(()) => End::Sent,
            Err(_) => End::ClientClosed,
        };
        let now = Instant::now();
        let record = &self.shared.records;
        record.change(self.number, |record| record.end = Some((end, now)));
        result
    }

    /// What goes out instead of an answer, if something does.
    fn refusal(&mut self) -> Option<io::Result<()>> {
        let client = &mut self.client;
        match self.behaviour {
            Behaviour::Silence => Some(client.pause(FOREVER)),
            Behaviour::RateLimited(seconds) => {
                let error = wire::error("rate_limit_exceeded", "too many requests");
                let wait = seconds.to_string();
                let headers = [("retry-after", wait.as_str())];
                Some(json(client, "429 Too Many Requests", &headers, &error))
            }
            Behaviour::KeyRefused => {
                let error = wire::error("invalid_api_key", "the key is not known");
                Some(json(client, "401 Unauthorized", &[], &error))
            }
            Behaviour::ServerError => {
                let error = wire::error("server_error", "something broke");
                Some(json(client, "500 Internal Server Error", &[], &error))
            }
            _ => None,
        }
    }

    fn whole(&mut self) -> io::Result<()> {
        if let Behaviour::SlowFirstToken(wait) = self.behaviour {
            self.client.pause(wait)?;
        }
        let text = self.deltas.concat();
        let usage = wire::usage(&self.prompt, &text);
        let completion = wire::completion(&self.model, &text, &usage);
        json(self.client, "200 OK", &[], &completion)
    }

    fn stream(&mut self) -> io::Result<()> {
        let head = head(
            "200 OK",
            &[
                ("content-type", "text/event-stream"),
                ("cache-control", "no-cache"),
                ("transfer-encoding", "chunked"),
            ],
        );
        self.client.send(&head)?;
        if let Behaviour::SlowFirstToken(wait) = self.behaviour {
            self.client.pause(wait)?;
        }
        if self.behaviour == Behaviour::Thinking {
            let thought = wire::thought(&self.model, "Let me think about that.");
            self.send(&thought)?;
        }
        if let Behaviour::HugeEvent(bytes) = self.behaviour {
            self.deltas = vec!["x".repeat(bytes)];
        }
        self.deltas()?;
        self.ending()
    }

    fn deltas(&mut self) -> io::Result<()> {
        let limit = match self.behaviour {
            Behaviour::DropInMidStream(after) => after,
            Behaviour::MalformedEvent | Behaviour::ErrorAfter200 => BEFORE_FAULT,
            _ => usize::MAX,
        };
        let deltas = std::mem::take(&mut self.deltas);
        for (index, text) in deltas.iter().take(limit).enumerate() {
            let event = wire::delta(&self.model, text);
            self.send(&event)?;
            self.note_delta();
            if index % LOOK == LOOK - 1 {
                self.client.look()?;
            }
            self.client.pause(self.behaviour.pace())?;
        }
        self.deltas = deltas;
        Ok(())
    }

    fn note_delta(&self) {
        let now = Instant::now();
        self.shared.records.change(self.number, |record| {
            record.first_delta.get_or_insert(now);
            record.deltas += 1;
        });
    }

    fn ending(&mut self) -> io::Result<()> {
        match self.behaviour {
            Behaviour::DropInMidStream(_) => {
                self.client.break_off()?;
                return Ok(());
            }
            Behaviour::MalformedEvent => self.send("data: {\"choices\": [{\"del\n\n")?,
            Behaviour::ErrorAfter200 => {
                let error = wire::error("overloaded_error", "overloaded");
                self.send(&wire::event(&error))?;
            }
            Behaviour::NoEndMarker => {}
            _ => {
                let usage = wire::usage(&self.prompt, &self.deltas.concat());
                self.send(&wire::ending(&self.model, &usage))?;
            }
        }
        self.client.send(b"0\r\n\r\n")
    }

    fn send(&mut self, event: &str) -> io::Result<()> {
        if self.behaviour != Behaviour::Bytewise {
            return self.client.chunk(event.as_bytes());
        }
        event
            .as_bytes()
            .chunks(1)
            .try_for_each(|byte| self.client.chunk(byte))
    }
}
