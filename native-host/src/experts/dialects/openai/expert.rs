//! One model behind an address that speaks chat completions.

use std::sync::Arc;

use bytes::Bytes;
use coterie_protocol::{Action, ExpertCard, FailureCode, Place};
use futures::StreamExt as _;
use reqwest::{
    RequestBuilder, Response,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use tokio::time::timeout;

use super::{Decoder, refusal, request::Request};
use crate::{
    experts::{Expert, ExpertError, Item, Items, Task, catalog::Endpoint, prompts},
    http::{self, Patience},
};

/// The context taken for granted where none is known, in tokens: Ollama's default is not larger
/// on small machines, and it drops what does not fit without a word.
const USUAL_CONTEXT: u32 = 4096;

/// The part of the context kept for rules and answer, one in so many.
const KEPT_FOR_ANSWER: u32 = 3;

/// The most of a page that is sent, in tokens, however much the expert could read: it has a price
/// and takes time.
const MOST_OF_A_PAGE: u32 = 48_000;

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

    fn budget(&self) -> usize {
        let context = self.endpoint.context.unwrap_or(USUAL_CONTEXT);
        let budget = (context - context / KEPT_FOR_ANSWER).min(MOST_OF_A_PAGE);
        usize::try_from(budget).unwrap_or(usize::MAX)
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
        let budget = self.budget();
        let items = async_stream::stream! {
            let prompt = prompts::write(&task, budget);
            if prompt.read_percent < 100 {
                yield Item::Shortened { read_percent: prompt.read_percent };
            }
            let body = Request::new(&endpoint.model, &prompt.messages);
            let mut response = match send(&endpoint, &body, patience).await {
                Ok(response) => response,
                Err(error) => {
                    yield Item::Failed(redacted(&endpoint, error));
                    return;
                }
            };
            let mut decoder = Decoder::new(&endpoint.vendor, content_type(&response));
            loop {
                let (items, last) = match next(&mut response, &endpoint.vendor, patience).await {
                    Ok(Some(bytes)) => (decoder.push(&bytes), false),
                    Ok(None) => (decoder.finish(), true),
                    Err(error) => (vec![Item::Failed(error)], true),
                };
                for item in items {
                    let end = matches!(item, Item::Finished(_) | Item::Failed(_));
                    yield item;
                    if end {
                        return;
                    }
                }
                if last {
                    return;
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
    patience: Patience,
) -> Result<Option<Bytes>, ExpertError> {
    let broken = |_| {
        let message = format!("the connection to {vendor} broke before the end of its answer");
        ExpertError::new(FailureCode::EndedEarly, message)
    };
    timeout(patience.idle, response.chunk())
        .await
        .map_err(|_| silent(vendor, patience.idle))?
        .map_err(broken)
}

fn content_type(response: &Response) -> &str {
    response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn silent(vendor: &str, waited: std::time::Duration) -> ExpertError {
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
