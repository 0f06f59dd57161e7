//! Recorded exchanges: for each vendor, the request as it documents it, and an answer in its own
//! shape with its own quirks. `tests/exchanges/README.md` describes the files.
//!
//! Each is served over real HTTP on loopback, whole and byte by byte, and decoded once more cut in
//! two at places all over it: what comes out is the same.

mod file;
mod server;

use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::Arc,
    time::{Duration, SystemTime},
};

use coterie_protocol::{Finish, Usage};
use futures::StreamExt as _;
use tokio::net::TcpListener;

use super::{Job, Moment, Remote};
use crate::experts::{Expert as _, Item, catalog::Catalog, dialects};
use file::{Expected, Recorded, RecordedFinish, RecordedRequest, all};
use server::{Received, serve};

/// How many places each answer is cut at, besides byte by byte.
const CUTS: usize = 97;

/// When all of these exchanges were made.
fn clock() -> Moment {
    Moment {
        now: SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_428_000),
        nonce: 42,
    }
}

/// What the items of an answer come to.
fn sum(items: &[Item]) -> Expected {
    let mut sum = Expected::default();
    for item in items {
        match item {
            Item::Text(text) => sum.text.push_str(text),
            Item::Reasoning(text) => sum.reasoning.push_str(text),
            Item::Usage(usage) => {
                sum.input_tokens = usage.input_tokens;
                sum.output_tokens = usage.output_tokens;
                sum.cached_tokens = usage.cached_tokens;
            }
            Item::Metadata(metadata) => {
                sum.request_id = metadata.request_id.clone().or(sum.request_id);
                if !metadata.sources.is_empty() {
                    sum.sources = Some(metadata.sources.clone());
                }
            }
            Item::Finished(Finish::Truncated) => sum.finish = Some(RecordedFinish::Truncated),
            Item::Finished(_) => sum.finish = Some(RecordedFinish::Complete),
            Item::Failed(error) => {
                sum.failure = Some(error.code);
                sum.vendor_code.clone_from(&error.vendor_code);
                sum.request_id = error.request_id.clone().or(sum.request_id);
                let wait = error.retry_after.map(|wait| wait.as_millis());
                sum.retry_after_ms = wait.map(|wait| wait.try_into().unwrap());
            }
            Item::Heartbeat | Item::Shortened { .. } => {}
        }
    }
    sum
}

fn differ<T: PartialEq + Debug>(field: &str, found: &T, expected: &T, faults: &mut Vec<String>) {
    if found != expected {
        faults.push(format!("`{field}`: found {found:?}, expected {expected:?}"));
    }
}

fn compare_answers(found: &Expected, expected: &Expected, faults: &mut Vec<String>) {
    differ("expected.text", &found.text, &expected.text, faults);
    differ(
        "expected.reasoning",
        &found.reasoning,
        &expected.reasoning,
        faults,
    );
    differ(
        "expected.input_tokens",
        &found.input_tokens,
        &expected.input_tokens,
        faults,
    );
    differ(
        "expected.output_tokens",
        &found.output_tokens,
        &expected.output_tokens,
        faults,
    );
    differ(
        "expected.cached_tokens",
        &found.cached_tokens,
        &expected.cached_tokens,
        faults,
    );
    differ("expected.finish", &found.finish, &expected.finish, faults);
    differ(
        "expected.failure",
        &found.failure,
        &expected.failure,
        faults,
    );
    if expected.vendor_code.is_some() {
        differ(
            "expected.vendor_code",
            &found.vendor_code,
            &expected.vendor_code,
            faults,
        );
    }
    if expected.retry_after_ms.is_some() {
        differ(
            "expected.retry_after_ms",
            &found.retry_after_ms,
            &expected.retry_after_ms,
            faults,
        );
    }
    if expected.request_id.is_some() {
        differ(
            "expected.request_id",
            &found.request_id,
            &expected.request_id,
            faults,
        );
    }
    if expected.sources.is_some() {
        differ(
            "expected.sources",
            &found.sources,
            &expected.sources,
            faults,
        );
    }
}

fn compare_requests(found: &Received, expected: &RecordedRequest, faults: &mut Vec<String>) {
    differ("request.line", &found.line, &expected.line, faults);
    for (name, value) in &expected.headers {
        let header = found.headers.get(&name.to_ascii_lowercase());
        differ(
            &format!("request.headers.{name}"),
            &header,
            &Some(value),
            faults,
        );
    }
    let body = String::from_utf8_lossy(&found.body);
    differ("request.body", &&*body, &&*expected.body, faults);
}

/// Once over HTTP, the answers in pieces of so many bytes.
async fn over_http(
    recorded: &Recorded,
    piece: usize,
    faults: &mut Vec<String>,
) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(serve(listener, recorded.exchange.clone(), piece));
    let mut endpoint = recorded.endpoint()?;
    // The client for this machine speaks without TLS, and no machine is slow for ever.
    endpoint.patience.first_byte = Duration::from_secs(20);
    endpoint.patience.idle = Duration::from_secs(20);
    let expert = Remote::new(endpoint).detoured(clock, &address);
    let items: Vec<_> = expert.start(Arc::new(recorded.task())).collect().await;
    let is_end = |item: &&Item| matches!(item, Item::Finished(_) | Item::Failed(_));
    if items.iter().filter(is_end).count() != 1 || !items.last().as_ref().is_some_and(is_end) {
        faults.push(format!("does not end once and last: {items:?}"));
    }
    compare_answers(&sum(&items), &recorded.expected, faults);
    let served = server.is_finished() || {
        tokio::time::timeout(Duration::from_secs(1), async {
            while !server.is_finished() {
                tokio::task::yield_now().await;
            }
        })
        .await
        .is_ok()
    };
    if !served {
        server.abort();
        return Err(format!(
            "fewer requests were made than recorded; it ended with {:?}",
            items.last()
        ));
    }
    let received = server.await.unwrap();
    for (found, expected) in received.iter().zip(&recorded.exchange) {
        compare_requests(found, &expected.request, faults);
    }
    Ok(())
}

/// All answers through their decoders, each cut where `cuts` says.
fn decoded(recorded: &Recorded, cut: impl Fn(&[u8]) -> Vec<usize>) -> Option<Expected> {
    let (endpoint, task) = (recorded.endpoint().ok()?, recorded.task());
    let job = Job {
        endpoint: &endpoint,
        task: &task,
        moment: clock(),
    };
    let exchanges = dialects::named(endpoint.dialect).exchanges(&job).ok()?;
    let (mut items, mut before) = (Vec::new(), Usage::default());
    for (exchange, recorded) in exchanges.into_iter().zip(&recorded.exchange) {
        let (mut decoder, bytes) = (exchange.decoder, recorded.reply.bytes());
        let mut of_this = Vec::new();
        let mut begin = 0;
        for end in cut(&bytes).into_iter().chain([bytes.len()]) {
            of_this.extend(decoder.push(&bytes[begin..end]));
            begin = end;
        }
        of_this.extend(decoder.finish());
        let used = sum(&of_this);
        before.input_tokens += used.input_tokens;
        before.output_tokens += used.output_tokens;
        before.cached_tokens += used.cached_tokens;
        items.extend(of_this);
    }
    items.push(Item::Usage(before));
    Some(sum(&items))
}

/// However an answer is cut, it comes to the same.
fn in_pieces(recorded: &Recorded, faults: &mut Vec<String>) {
    if recorded
        .exchange
        .iter()
        .any(|exchange| exchange.reply.status != 200)
    {
        return;
    }
    let Some(whole) = decoded(recorded, |_| Vec::new()) else {
        return;
    };
    let each = decoded(recorded, |bytes| (1..bytes.len()).collect());
    differ("byte by byte", &each, &Some(whole.clone()), faults);
    for number in 1..CUTS {
        let cut = |bytes: &[u8]| vec![bytes.len() * number / CUTS];
        let found = decoded(recorded, cut);
        differ(
            &format!("cut at {number}/{CUTS}"),
            &found,
            &Some(whole.clone()),
            faults,
        );
    }
}

#[tokio::test]
async fn every_recorded_exchange_is_made_as_recorded() {
    let mut told = Vec::new();
    for (name, recorded) in all() {
        let mut faults = Vec::new();
        assert!(!recorded.what.is_empty(), "{name} does not say what it is");
        for piece in [usize::MAX, 1] {
            if let Err(fault) = over_http(&recorded, piece, &mut faults).await {
                faults.push(fault);
            }
            if !faults.is_empty() {
                break;
            }
        }
        if faults.is_empty() {
            in_pieces(&recorded, &mut faults);
        }
        told.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}

#[test]
fn every_vendor_of_the_catalogue_has_a_recorded_exchange() {
    let recorded: BTreeSet<String> = all()
        .into_iter()
        .filter_map(|(_, recorded)| Some(recorded.expert.split_once('/')?.0.to_owned()))
        .collect();
    let vendors = Catalog::built_in().vendors().iter();
    let vendors: BTreeSet<_> = vendors.map(|vendor| vendor.id.0.clone()).collect();
    let missing: Vec<_> = vendors.difference(&recorded).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
