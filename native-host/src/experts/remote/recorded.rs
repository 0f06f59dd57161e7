//! Recorded exchanges: for each vendor, the request as it documents it, and an answer in its own
//! shape with its own quirks. `tests/exchanges/README.md` describes the files.
//!
//! Each is served over real HTTP on loopback, whole and byte by byte, and decoded once more cut in
//! two at places all over it: what comes out is the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use coterie_protocol::{Action, FailureCode, Finish, LanguageTag, Paragraph, ParagraphKind, Usage};
use futures::StreamExt as _;
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::{Job, Moment, Remote};
use crate::experts::{
    Expert as _, Item, Secret, Task,
    catalog::{Catalog, Endpoint},
    dialects, scripted,
};

/// How many places each answer is cut at, besides byte by byte.
const CUTS: usize = 97;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    /// One sentence.
    what: String,
    expert: String,
    #[serde(default)]
    key: Vec<String>,
    region: Option<String>,
    #[serde(default)]
    fill: BTreeMap<String, String>,
    task: RecordedTask,
    exchange: Vec<RecordedExchange>,
    expected: Expected,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedTask {
    action: Action,
    title: Option<String>,
    /// The page, a blank line between paragraphs.
    text: Option<String>,
    #[serde(default)]
    instruction: String,
    source: Option<String>,
    language: Option<String>,
    passage: Option<String>,
    #[serde(default)]
    delivered: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedExchange {
    request: RecordedRequest,
    reply: Reply,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedRequest {
    line: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    body_base64: Option<String>,
}

fn ok() -> u16 {
    200
}

#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    text: String,
    reasoning: String,
    input_tokens: u64,
    output_tokens: u64,
    cached_tokens: u64,
    finish: Option<RecordedFinish>,
    failure: Option<FailureCode>,
    /// Compared where given.
    vendor_code: Option<String>,
    retry_after_ms: Option<u64>,
    request_id: Option<String>,
    sources: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RecordedFinish {
    Complete,
    Truncated,
}

impl Reply {
    fn bytes(&self) -> Vec<u8> {
        let text = self.body.clone().unwrap_or_default().into_bytes();
        let encoded = self.body_base64.as_ref();
        encoded.map_or(text, |encoded| {
            let encoded: String = encoded.split_whitespace().collect();
            BASE64_STANDARD.decode(encoded).unwrap()
        })
    }
}

impl Recorded {
    fn endpoint(&self) -> Result<Endpoint, String> {
        let (vendor, model) = self.expert.split_once('/').unwrap_or_default();
        let catalog = Catalog::built_in();
        let unknown = || format!("`expert`: the catalogue has no {}", self.expert);
        let key = Secret::new(&self.key.join("\n"));
        let fill = |name: &str| self.fill.get(name).cloned();
        let vendor = catalog.vendor(vendor).ok_or_else(unknown)?;
        if let Some(runtime) = vendor.runtime() {
            return Ok(runtime.endpoint(model));
        }
        let (vendor, model) = catalog.model(&self.expert).ok_or_else(unknown)?;
        vendor
            .endpoint(model, self.region.as_deref(), &fill, key.as_ref())
            .ok_or_else(|| "`expert`: is not offered in this region with this fill".to_owned())
    }

    fn task(&self) -> Task {
        let task = &self.task;
        let mut article = scripted::article();
        if let Some(title) = &task.title {
            article.title.clone_from(title);
        }
        if let Some(text) = &task.text {
            let paragraph = |(number, text): (u32, &str)| Paragraph {
                number,
                kind: ParagraphKind::Text,
                text: text.trim().to_owned(),
            };
            article.paragraphs = (1..).zip(text.split("\n\n")).map(paragraph).collect();
        }
        let tag = |tag: &Option<String>| tag.as_deref().map(LanguageTag::new);
        Task {
            instruction: task.instruction.clone(),
            article: Arc::new(article),
            passage: task.passage.clone(),
            source: tag(&task.source).or(Some(LanguageTag::new("en"))),
            language: tag(&task.language).unwrap_or(LanguageTag::new("de")),
            delivered: task.delivered.clone(),
            ..scripted::task(task.action)
        }
    }
}

/// When all of these exchanges were made.
fn clock() -> Moment {
    Moment {
        now: SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_428_000),
        nonce: 42,
    }
}

/// A request as the server got it.
#[derive(Debug)]
struct Received {
    line: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

async fn receive(socket: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = socket.read(&mut piece).await.unwrap();
        bytes.extend_from_slice(&piece[..length]);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let (line, headers) = head.split_once("\r\n").unwrap();
            let header = |line: &str| {
                let (name, value) = line.split_once(": ").unwrap();
                (name.to_ascii_lowercase(), value.to_owned())
            };
            let headers: BTreeMap<_, _> = headers.split("\r\n").map(header).collect();
            let length = headers.get("content-length");
            let length = length.map_or(0, |length| length.parse().unwrap());
            let body = &bytes[end + 4..];
            if body.len() >= length {
                return Received {
                    line: line.trim_end_matches(" HTTP/1.1").to_owned(),
                    headers,
                    body: body.to_vec(),
                };
            }
        }
        assert!(length > 0, "a request is not whole");
    }
}

/// Answers one connection after another as recorded; in pieces of so many bytes.
async fn serve(
    listener: TcpListener,
    exchanges: Vec<RecordedExchange>,
    piece: usize,
) -> Vec<Received> {
    let mut received = Vec::new();
    for exchange in exchanges {
        let (mut socket, _) = listener.accept().await.unwrap();
        socket.set_nodelay(true).unwrap();
        received.push(receive(&mut socket).await);
        let reply = exchange.reply;
        let mut head = format!(
            "HTTP/1.1 {} Recorded\r\nconnection: close\r\n",
            reply.status
        );
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let _ = socket.write_all(head.as_bytes()).await;
        for piece in reply.bytes().chunks(piece) {
            let _ = socket.write_all(piece).await;
        }
        let _ = socket.shutdown().await;
        drop(socket);
    }
    received
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

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "toml") {
            found.push(path);
        }
    }
}

/// All that is recorded.
fn all() -> Vec<(String, Recorded)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exchanges");
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&folder).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        let recorded = toml::from_str(&text);
        let recorded = recorded.unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, recorded)
    };
    paths.into_iter().map(read).collect()
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

/// Vendors whose exchange is still to be recorded.
const UNRECORDED: [&str; 5] = ["anthropic", "bedrock", "gemini", "ollama", "openai"];

#[test]
fn every_vendor_of_the_catalogue_has_a_recorded_exchange() {
    let recorded: BTreeSet<String> = all()
        .into_iter()
        .filter_map(|(_, recorded)| Some(recorded.expert.split_once('/')?.0.to_owned()))
        .collect();
    let vendors = Catalog::built_in().vendors().iter();
    let vendors: BTreeSet<_> = vendors.map(|vendor| vendor.id.0.clone()).collect();
    let missing = vendors.difference(&recorded);
    let missing: Vec<_> = missing
        .filter(|vendor| !UNRECORDED.contains(&vendor.as_str()))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}
