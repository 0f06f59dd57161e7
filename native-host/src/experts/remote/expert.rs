//! The transport: sends what a dialect wrote and feeds its decoder with what comes back.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use coterie_protocol::{Action, Cost, ExpertCard, FailureCode, Finish, Usage};
use futures::StreamExt as _;
use reqwest::{
    RequestBuilder, Response,
    header::{HeaderName, HeaderValue},
};
use tokio::time::{Instant, timeout};

use super::{Exchange, Job, Moment, Outgoing, auth, refusal};
use crate::{
    experts::{
        Expert, ExpertError, Item, Items, Metadata, Task,
        catalog::{Endpoint, Pricing},
        dialects,
    },
    http::{self, AddressError},
};

/// How long to wait for tokens and end mark after the model has said that it ended: some servers
/// send neither and leave the connection open.
const AFTER_FINISH: Duration = Duration::from_secs(2);

/// An expert that is reached over HTTP.
pub struct Remote {
    endpoint: Arc<Endpoint>,
    card: ExpertCard,
    clock: fn() -> Moment,
    #[cfg(test)]
    detour: Detour,
}

/// What tests put in the place of the world.
#[cfg(test)]
#[derive(Debug, Clone, Default)]
pub(super) struct Detour {
    /// The `host:port` that is connected to in the clear, whatever the address is.
    pub(super) to: Option<String>,
    /// The client, such as one that trusts a certificate of the test.
    pub(super) client: Option<reqwest::Client>,
    /// How long an answer may take in all.
    pub(super) longest: Option<Duration>,
}

impl Remote {
    /// The expert at an endpoint.
    pub fn new(endpoint: Endpoint) -> Self {
        let card = ExpertCard {
            id: endpoint.id.clone(),
            name: endpoint.name.clone(),
            vendor: endpoint.vendor.clone(),
            place: endpoint.place,
            actions: endpoint.actions.clone(),
            price: endpoint.price.as_ref().and_then(Pricing::shown),
            seen: None,
        };
        Self {
            endpoint: Arc::new(endpoint),
            card,
            clock: Moment::now,
            #[cfg(test)]
            detour: Detour::default(),
        }
    }

    /// The same with another clock, connecting to this `host:port` whatever its address is.
    #[cfg(test)]
    pub(crate) fn detoured(mut self, clock: fn() -> Moment, to: &str) -> Self {
        self.clock = clock;
        self.detour.to = Some(to.to_owned());
        self
    }

    /// The same in another world.
    #[cfg(test)]
    pub(super) fn in_world(mut self, detour: Detour) -> Self {
        self.detour = detour;
        self
    }
}

impl Expert for Remote {
    fn card(&self) -> &ExpertCard {
        &self.card
    }

    fn can(&self, task: &Task) -> bool {
        dialects::named(self.endpoint.dialect).can(&self.endpoint, task)
    }

    fn resumes_at(&self, task: &Task) -> usize {
        // What only translates does so block by block; what reads instructions goes on anywhere.
        if self.card.actions == [Action::Translate] {
            return dialects::whole_blocks_end(&task.delivered);
        }
        task.delivered.len()
    }

    fn usually_speaks_by(&self) -> Option<Duration> {
        self.endpoint.first_token
    }

    fn skills(&self) -> crate::experts::Skills {
        self.endpoint.skills.clone()
    }

    fn context(&self) -> Option<u64> {
        self.endpoint.context.map(u64::from)
    }

    fn cost(&self, usage: Usage) -> Option<Cost> {
        self.endpoint.price.as_ref()?.cost(usage)
    }

    fn start(&self, task: Arc<Task>) -> Items {
        let (endpoint, clock) = (Arc::clone(&self.endpoint), self.clock);
        let wire = Wire {
            endpoint: Arc::clone(&endpoint),
            clock,
            #[cfg(test)]
            detour: self.detour.clone(),
        };
        let items = async_stream::stream! {
            let job = Job { endpoint: &endpoint, task: &task, moment: clock() };
            let exchanges = match dialects::named(endpoint.dialect).exchanges(&job) {
                Ok(exchanges) => exchanges,
                Err(error) => {
                    yield Item::Failed(redacted(&endpoint, error));
                    return;
                }
            };
            let mut usage = Usage::default();
            let last = exchanges.len().saturating_sub(1);
            for (number, exchange) in exchanges.into_iter().enumerate() {
                if exchange.read_percent < 100 {
                    yield Item::Shortened { read_percent: exchange.read_percent };
                }
                let mut items = wire.answer(exchange);
                let mut of_this = Usage::default();
                let mut ended = false;
                while let Some(item) = items.next().await {
                    match item {
                        Item::Usage(reported) => {
                            of_this = reported;
                            yield Item::Usage(sum(usage, reported));
                        }
                        Item::Failed(error) => {
                            yield Item::Failed(redacted(&endpoint, error));
                            return;
                        }
                        Item::Finished(finish) => {
                            if number == last || finish == Finish::Truncated {
                                yield Item::Finished(finish);
                                return;
                            }
                            ended = true;
                        }
                        item => yield item,
                    }
                }
                if !ended {
                    return;
                }
                usage = sum(usage, of_this);
            }
            let nothing = "there is nothing to ask for";
            yield Item::Failed(ExpertError::new(FailureCode::NothingToRead, nothing));
        };
        items.boxed()
    }
}

/// A line to an endpoint for a call besides its tasks.
pub(super) fn wire(endpoint: &Endpoint) -> Wire {
    Wire {
        endpoint: Arc::new(endpoint.clone()),
        clock: Moment::now,
        #[cfg(test)]
        detour: Detour::default(),
    }
}

/// The line to an endpoint.
#[derive(Clone)]
pub(super) struct Wire {
    endpoint: Arc<Endpoint>,
    clock: fn() -> Moment,
    #[cfg(test)]
    detour: Detour,
}

impl Wire {
    /// Makes one exchange: the items of its answer.
    fn answer(&self, exchange: Exchange) -> Items {
        let wire = self.clone();
        let Exchange {
            request,
            mut decoder,
            ..
        } = exchange;
        let items = async_stream::stream! {
            let (vendor, patience) = (&wire.endpoint.vendor, wire.endpoint.patience);
            let longest = wire.longest();
            let ends = Instant::now() + longest;
            let mut response = match wire.send(request).await {
                Ok(response) => response,
                Err(error) => {
                    yield Item::Failed(error);
                    return;
                }
            };
            let id = refusal::request_id(response.headers());
            if id.is_some() {
                yield Item::Metadata(Metadata { request_id: id.clone(), ..Metadata::default() });
            }
            let mut wait = patience.first_byte;
            while !decoder.has_ended() {
                let left = ends.saturating_duration_since(Instant::now());
                let items = match next(&mut response, vendor, wait.min(left)).await {
                    Ok(Some(bytes)) => decoder.push(&bytes),
                    Ok(None) => decoder.finish(),
                    // All was said: how the connection ends is no matter.
                    Err(_) if decoder.is_finishing() => decoder.finish(),
                    Err(_) if Instant::now() >= ends => decoder.broken(endless(vendor, longest)),
                    Err(error) => decoder.broken(error),
                };
                wait = if decoder.is_finishing() { AFTER_FINISH } else { patience.idle };
                for item in items {
                    yield named(item, id.as_deref());
                }
            }
        };
        items.boxed()
    }

    fn longest(&self) -> Duration {
        #[cfg(test)]
        if let Some(longest) = self.detour.longest {
            return longest;
        }
        http::timeouts::total()
    }

    /// Sends the request, or the milder one that its refusal asks for.
    async fn send(&self, request: Outgoing) -> Result<Response, ExpertError> {
        let refused = match self.send_once(request.clone()).await {
            Err(error) => error,
            response => return response,
        };
        match dialects::named(self.endpoint.dialect).milder(&request, &refused) {
            Some(milder) => self.send_once(milder).await,
            None => Err(refused),
        }
    }

    /// Sends the request and waits for the head of a successful answer.
    pub(super) async fn send_once(&self, mut request: Outgoing) -> Result<Response, ExpertError> {
        let (vendor, patience) = (&self.endpoint.vendor, self.endpoint.patience);
        let moment = (self.clock)();
        fix_headers(&self.endpoint, &mut request)?;
        auth::apply(&self.endpoint, &mut request, &moment)?;
        let response = timeout(patience.first_byte, self.prepare(request)?.send())
            .await
            .map_err(|_| silent(vendor, patience.first_byte))?
            .map_err(|error| unreachable(&self.endpoint, &error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let (status, headers) = (response.status(), response.headers().clone());
        let body = timeout(patience.idle, beginning(response))
            .await
            .unwrap_or_default();
        Err(refusal::from_response(
            vendor, status, &headers, &body, moment.now,
        ))
    }

    /// The request on its way to where its key belongs; anything else is refused before a byte
    /// leaves.
    fn prepare(&self, request: Outgoing) -> Result<RequestBuilder, ExpertError> {
        let endpoint = &self.endpoint;
        if request.url.origin() != endpoint.base_url.origin() {
            let message = format!(
                "a request to {} would leave its address {}",
                endpoint.vendor, endpoint.base_url
            );
            return Err(ExpertError::new(FailureCode::Internal, message));
        }
        #[cfg(test)]
        let request = detoured(request, self.detour.to.as_deref());
        let client = http::client(&request.url).map_err(|judgement| refused(&judgement))?;
        #[cfg(test)]
        let client = self.detour.client.as_ref().unwrap_or(client);
        Ok(client
            .request(request.method, request.url)
            .headers(request.headers)
            .body(request.body))
    }
}

/// The same request to another address, which tests listen at.
#[cfg(test)]
fn detoured(request: Outgoing, to: Option<&str>) -> Outgoing {
    let Some(to) = to else {
        return request;
    };
    let path = &request.url[url::Position::BeforePath..];
    let url = format!("http://{to}{path}");
    Outgoing {
        url: url.parse().unwrap_or(request.url),
        ..request
    }
}

/// Tokens of several requests for one task.
fn sum(one: Usage, other: Usage) -> Usage {
    Usage {
        input_tokens: one.input_tokens + other.input_tokens,
        cached_tokens: one.cached_tokens + other.cached_tokens,
        output_tokens: one.output_tokens + other.output_tokens,
    }
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

fn endless(vendor: &str, longest: Duration) -> ExpertError {
    let message = format!(
        "{vendor} has not ended its answer within {} seconds",
        longest.as_secs()
    );
    ExpertError::new(FailureCode::TimedOut, message)
}

/// The address was judged before anything was sent.
fn refused(judgement: &AddressError) -> ExpertError {
    ExpertError::new(FailureCode::Unreachable, judgement.to_string())
}

fn unreachable(endpoint: &Endpoint, error: &reqwest::Error) -> ExpertError {
    if let Some(judgement) = http::judgement(error) {
        return refused(&judgement);
    }
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
    match &endpoint.key {
        Some(key) => error.rewritten(|text| key.redact(text)),
        None => error,
    }
}

/// Adds the headers that the catalogue fixes.
fn fix_headers(endpoint: &Endpoint, request: &mut Outgoing) -> Result<(), ExpertError> {
    for (name, value) in &endpoint.quirks.headers {
        let pair = HeaderName::try_from(name)
            .ok()
            .zip(HeaderValue::try_from(value).ok());
        let (name, value) = pair.ok_or_else(|| {
            let message = format!("`{name}: {value}` in the catalogue is no header");
            ExpertError::new(FailureCode::BadSetting, message)
        })?;
        request.headers.insert(name, value);
    }
    Ok(())
}

/// The head of the answer names the request better than its body.
fn named(item: Item, id: Option<&str>) -> Item {
    match (item, id) {
        (Item::Metadata(metadata), Some(id)) => Item::Metadata(Metadata {
            request_id: Some(id.to_owned()),
            ..metadata
        }),
        (Item::Failed(error), Some(id)) if error.request_id.is_none() => {
            Item::Failed(ExpertError {
                request_id: Some(id.to_owned()),
                ..error
            })
        }
        (item, _) => item,
    }
}
