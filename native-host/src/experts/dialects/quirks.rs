//! The quirks of vendors, one file each in `tests/quirks`: every stream in them comes out the same
//! whole, byte by byte and cut in two at places all over it.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc, time::Duration};

use coterie_protocol::{Action, FailureCode, Finish, Usage};
use serde::Deserialize;

use super::{Decoder, named};
use crate::experts::{
    BaseUrl, ExpertError, Item,
    catalog::{DialectName, Endpoint, Quirks},
    remote::{Job, Moment},
    scripted,
};

/// How many quirks of the wild are known; others are our own cases.
const KNOWN: u32 = 31;

/// How many places each stream is cut at, besides byte by byte.
const CUTS: usize = 97;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Quirk {
    /// One sentence.
    what: String,
    #[serde(default)]
    stream: Vec<Stream>,
    /// The tests that hold what is not about streams.
    kept_by: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stream {
    dialect: DialectName,
    #[serde(default)]
    quirks: Quirks,
    body: String,
    expected: Expected,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Expected {
    text: String,
    reasoning: String,
    input_tokens: u64,
    cached_tokens: u64,
    output_tokens: u64,
    finish: Option<String>,
    failure: Option<FailureCode>,
    // These are compared where given.
    vendor_code: Option<String>,
    request_id: Option<String>,
    retry_after_ms: Option<u64>,
    sources: Option<Vec<String>>,
    heartbeats: Option<usize>,
    /// Whether text or reasoning came first, as `tr` or `rt`.
    order: Option<String>,
}

impl Stream {
    /// A decoder as this dialect makes it; nothing while the dialect is not there.
    fn decoder(&self) -> Box<dyn Decoder> {
        let base_url = BaseUrl::try_from("https://v.example/v1".to_owned()).unwrap();
        let endpoint = Endpoint {
            dialect: self.dialect,
            quirks: Arc::new(self.quirks.clone()),
            ..Endpoint::open_ai("V", base_url, "m")
        };
        let job = Job {
            endpoint: &endpoint,
            task: &scripted::task(Action::Summarize),
            moment: Moment::now(),
        };
        let mut exchanges = named(self.dialect).exchanges(&job).unwrap();
        exchanges.remove(0).decoder
    }

    fn feed<'a>(&self, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Item> {
        let mut decoder = self.decoder();
        let mut items = Vec::new();
        for piece in pieces {
            items.extend(decoder.push(piece));
        }
        items.extend(decoder.finish());
        assert!(decoder.has_ended());
        items
    }

    fn check(&self, name: &str) {
        let bytes = self.body.as_bytes();
        let whole = self.feed([bytes]);
        self.expected.check(name, &whole);
        assert_eq!(self.feed(bytes.chunks(1)), whole, "{name}, byte by byte");
        for cut in (0..bytes.len()).step_by(bytes.len() / CUTS + 1) {
            let (head, tail) = bytes.split_at(cut);
            assert_eq!(self.feed([head, tail]), whole, "{name}, cut at {cut}");
        }
    }
}

impl Expected {
    fn check(&self, name: &str, items: &[Item]) {
        let mut found = Found::default();
        items.iter().for_each(|item| found.add(item));
        assert_eq!(found.text, self.text, "{name}: {items:?}");
        assert_eq!(found.reasoning, self.reasoning, "{name}: {items:?}");
        let usage = Usage {
            input_tokens: self.input_tokens,
            cached_tokens: self.cached_tokens,
            output_tokens: self.output_tokens,
        };
        assert_eq!(found.usage, usage, "{name}: {items:?}");
        assert_eq!(found.ends, 1, "{name}: {items:?}");
        self.check_end(name, items.last());
        let id = found.request_id;
        assert!(
            self.request_id.is_none() || id == self.request_id,
            "{name}: {items:?}"
        );
        if let Some(sources) = &self.sources {
            assert_eq!(&found.sources, sources, "{name}: {items:?}");
        }
        if let Some(heartbeats) = self.heartbeats {
            assert_eq!(found.heartbeats, heartbeats, "{name}: {items:?}");
        }
        if let Some(order) = &self.order {
            assert!(found.order.starts_with(order), "{name}: {items:?}");
        }
    }

    fn check_end(&self, name: &str, end: Option<&Item>) {
        match end {
            Some(Item::Finished(finish)) => {
                let finish = match finish {
                    Finish::Complete => "complete",
                    Finish::Truncated => "truncated",
                };
                assert_eq!(self.finish.as_deref(), Some(finish), "{name}");
            }
            Some(Item::Failed(error)) => self.check_failure(name, error),
            other => panic!("{name} ends with {other:?}"),
        }
    }

    fn check_failure(&self, name: &str, error: &ExpertError) {
        assert_eq!(Some(error.code), self.failure, "{name}: {error}");
        if self.vendor_code.is_some() {
            assert_eq!(error.vendor_code, self.vendor_code, "{name}");
        }
        if let Some(wait) = self.retry_after_ms {
            assert_eq!(
                error.retry_after,
                Some(Duration::from_millis(wait)),
                "{name}"
            );
        }
    }
}

/// What a stream came to.
#[derive(Debug, Default)]
struct Found {
    text: String,
    reasoning: String,
    usage: Usage,
    request_id: Option<String>,
    sources: Vec<String>,
    heartbeats: usize,
    order: String,
    ends: usize,
}

impl Found {
    fn add(&mut self, item: &Item) {
        match item {
            Item::Text(text) => {
                self.text.push_str(text);
                self.order.push('t');
            }
            Item::Reasoning(thought) => {
                self.reasoning.push_str(thought);
                self.order.push('r');
            }
            Item::Usage(usage) => self.usage = *usage,
            Item::Metadata(metadata) => {
                self.sources.clone_from(&metadata.sources);
                self.request_id.clone_from(&metadata.request_id);
            }
            Item::Heartbeat => self.heartbeats += 1,
            Item::Finished(_) => self.ends += 1,
            Item::Failed(error) => {
                self.ends += 1;
                if error.request_id.is_some() {
                    self.request_id.clone_from(&error.request_id);
                }
            }
            Item::Shortened { .. } => {}
        }
    }
}

fn all() -> Vec<(String, Quirk)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/quirks");
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let quirk = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, quirk)
    };
    files.map(read).collect()
}

#[test]
fn every_stream_comes_out_as_its_file_says_however_it_is_cut() {
    for (name, quirk) in all() {
        for (number, stream) in quirk.stream.iter().enumerate() {
            stream.check(&format!("{name}, stream {number}"));
        }
    }
}

#[test]
fn every_known_quirk_has_its_file() {
    let quirks = all();
    let number = |name: &str| name.split('-').next().unwrap().parse::<u32>().unwrap();
    let numbers: BTreeSet<_> = quirks.iter().map(|(name, _)| number(name)).collect();
    let known: BTreeSet<_> = (1..=KNOWN).collect();
    assert!(numbers.is_superset(&known), "{numbers:?}");
    assert_eq!(numbers.len(), quirks.len(), "a number stands twice");
    for (name, quirk) in quirks {
        assert!(quirk.what.ends_with('.'), "{name}");
        assert_ne!(quirk.stream.is_empty(), quirk.kept_by.is_none(), "{name}");
    }
}
