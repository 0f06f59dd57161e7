//! One model behind an address that speaks chat completions.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use coterie_protocol::{Action, ExpertCard, FailureCode, Place};
use futures::StreamExt as _;
use reqwest::{RequestBuilder, Response, header::AUTHORIZATION};
use tokio::time::timeout;

use super::{Decoder, refusal, request::Request};
use crate::{
    experts::{
        Expert, ExpertError, Item, Items, Task,
        catalog::Endpoint,
        prompts::{self, estimate_tokens},
    },
    http::{self, Patience},
};

/// The context taken for granted where none is known, in tokens: Ollama's default is not larger
/// on small machines, and it drops what does not fit without a word.
const USUAL_CONTEXT: u32 = 4096;

/// The part of the context kept for rules and answer, one in so many.
const KEPT_FOR_ANSWER: usize = 3;

/// The most of a page that is sent, in tokens, however much the expert could read: it has a price
/// and takes time.
const MOST_OF_A_PAGE: usize = 48_000;

/// Tokens of the rules and the request, generously.
const RULES: usize = 500;

/// How long to wait for tokens and end mark after the model has said that it ended: some servers
/// send neither and leave the connection open.
const AFTER_FINISH: Duration = Duration::from_secs(2);

/// An expert behind an OpenAI-compatible address.
pub struct OpenAi {
    endpoint: Arc<Endpoint>,
    card: ExpertCard,
    patience: Patience,
}

impl OpenAi {
    /// The expert at an endpoint.
    pub fn new(endpoint: Endpoint) -> Self {
        let card = ExpertCard {
            id: endpoint.id.clone(),
            name: endpoint.name.clone(),
            vendor: endpoint.vendor.clone(),
            place: endpoint.place,
            actions: Action::ALL.to_vec(),
            price: endpoint.price.clone(),
        };
        let local = endpoint.place == Place::ThisMachine;
        let patience = if local {
            Patience::THIS_MACHINE
        } else {
            Patience::CLOUD
        };
        Self {
            endpoint: Arc::new(endpoint),
            card,
            patience,
        }
    }

    /// Tokens for page and passage: the rest of the context is for rules, conversation and answer.
    fn budget(&self, task: &Task) -> usize {
        let context = self.endpoint.context.unwrap_or(USUAL_CONTEXT);
        let context = usize::try_from(context).unwrap_or(usize::MAX);
        let turns = task
            .conversation
            .iter()
            .map(|turn| estimate_tokens(&turn.text));
        let said = turns.sum::<usize>() + estimate_tokens(&task.instruction);
        let left = context.saturating_sub(RULES + said);
        let budget = match task.action {
            // A translation is as long as its page.
            Action::Translate => left / 2,
            _ => left - left / KEPT_FOR_ANSWER,
        };
        budget.min(MOST_OF_A_PAGE)
    }

    /// The same with other limits of waiting.
    #[must_use]
    pub fn patient(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }
}

impl Expert for OpenAi {
    fn card(&self) -> &ExpertCard {
        &self.card
    }

    fn can(&self, _task: &Task) -> bool {
        true
    }

    fn start(&self, task: Arc<Task>) -> Items {
        let (endpoint, patience) = (Arc::clone(&self.endpoint), self.patience);
        let budget = self.budget(&task);
        let items = async_stream::stream! {
            let prompt = prompts::write(&task, budget);
            if prompt.read_percent < 100 {
                yield Item::Shortened { read_percent: prompt.read_percent };
            }
            let body = Request::new(&endpoint, &prompt.messages);
            let mut response = match send(&endpoint, &body, patience).await {
                Ok(response) => response,
                Err(error) => {
                    yield Item::Failed(redacted(&endpoint, error));
                    return;
                }
            };
            let mut decoder = Decoder::new(&endpoint.vendor);
            let mut wait = patience.first_byte;
            while !decoder.has_ended() {
                let items = match next(&mut response, &endpoint.vendor, wait).await {
                    Ok(Some(bytes)) => decoder.push(&bytes),
                    Ok(None) => decoder.finish(),
                    // All was said: how the connection ends is no matter.
                    Err(_) if decoder.is_finishing() => decoder.finish(),
                    Err(error) => decoder.broken(error),
                };
                wait = if decoder.is_finishing() { AFTER_FINISH } else { patience.idle };
                for item in items {
                    yield match item {
                        Item::Failed(error) => Item::Failed(redacted(&endpoint, error)),
                        item => item,
                    };
                }
            }
        };
        items.boxed()
    }
}

/// Sends the request and waits for the head of a successful answer.
async fn send(
    endpoint: &Endpoint,
    body: &Request<'_>,
    patience: Patience,
) -> Result<Response, ExpertError> {
    let vendor = &endpoint.vendor;
    let request = prepare(endpoint)?.json(body).send();
    let response = timeout(patience.first_byte, request)
        .await
        .map_err(|_| silent(vendor, patience.first_byte))?
        .map_err(|error| unreachable(endpoint, &error))?;
    if response.status().is_success() {
        return Ok(response);
    }
    let (status, headers) = (response.status(), response.headers().clone());
    let body = timeout(patience.idle, beginning(response))
        .await
        .unwrap_or_default();
    Err(refusal::from_response(vendor, status, &headers, &body))
}

fn prepare(endpoint: &Endpoint) -> Result<RequestBuilder, ExpertError> {
    let no_client = || {
        let message = "this system has no certificates to check vendors with";
        ExpertError::new(FailureCode::Unreachable, message)
    };
    let client = http::client(endpoint.base_url.is_loopback()).ok_or_else(no_client)?;
    let request = client.post(endpoint.base_url.call("chat/completions"));
    let Some(key) = &endpoint.key else {
        return Ok(request);
    };
    let bad_key = || {
        let message = format!(
            "the key for {} has characters that no key may have",
            endpoint.vendor
        );
        ExpertError::new(FailureCode::KeyRefused, message)
    };
    Ok(request.header(AUTHORIZATION, key.bearer().ok_or_else(bad_key)?))
}

/// The first part of a refusal's body: enough to find the vendor's message in.
async fn beginning(mut response: Response) -> Vec<u8> {
    const ENOUGH: usize = 64 * 1024;
    let mut body = Vec::new();
    while body.len() < ENOUGH
        && let Ok(Some(bytes)) = response.chunk().await
    {
        body.extend_from_slice(&bytes);
    }
    body
}

async fn next(
    response: &mut Response,
    vendor: &str,
    wait: Duration,
) -> Result<Option<Bytes>, ExpertError> {
    let broken = |_| {
        let message = format!("the connection to {vendor} broke before the end of its answer");
        ExpertError::new(FailureCode::EndedEarly, message)
    };
    timeout(wait, response.chunk())
        .await
        .map_err(|_| silent(vendor, wait))?
        .map_err(broken)
}

fn silent(vendor: &str, waited: Duration) -> ExpertError {
    let message = format!("{vendor} said nothing for {} seconds", waited.as_secs());
    ExpertError::new(FailureCode::TimedOut, message)
}

fn unreachable(endpoint: &Endpoint, error: &reqwest::Error) -> ExpertError {
    let (vendor, host) = (&endpoint.vendor, endpoint.base_url.host());
    if error.is_timeout() {
        let message = format!("{vendor} at {host} could not be reached in time");
        return ExpertError::new(FailureCode::TimedOut, message);
    }
    ExpertError::new(
        FailureCode::Unreachable,
        format!("{vendor} at {host} could not be reached"),
    )
}

/// Some vendors repeat the key in their refusals.
fn redacted(endpoint: &Endpoint, error: ExpertError) -> ExpertError {
    let Some(key) = &endpoint.key else {
        return error;
    };
    ExpertError {
        message: key.redact(&error.message),
        ..error
    }
}
