//! The files: what is recorded, and the expert and task that it is of.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use coterie_protocol::{Action, FailureCode, LanguageTag, Paragraph, ParagraphKind};
use serde::Deserialize;

use crate::experts::{
    Secret, Task,
    catalog::{Catalog, Endpoint},
    scripted,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recorded {
    /// One sentence.
    pub(super) what: String,
    pub(super) expert: String,
    #[serde(default)]
    pub(super) key: Vec<String>,
    pub(super) region: Option<String>,
    #[serde(default)]
    pub(super) fill: BTreeMap<String, String>,
    pub(super) task: RecordedTask,
    pub(super) exchange: Vec<RecordedExchange>,
    pub(super) expected: Expected,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordedTask {
    pub(super) action: Action,
    pub(super) title: Option<String>,
    /// The page, a blank line between paragraphs.
    pub(super) text: Option<String>,
    #[serde(default)]
    pub(super) instruction: String,
    pub(super) source: Option<String>,
    pub(super) language: Option<String>,
    pub(super) passage: Option<String>,
    #[serde(default)]
    pub(super) delivered: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordedExchange {
    pub(super) request: RecordedRequest,
    pub(super) reply: Reply,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordedRequest {
    pub(super) line: String,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) body: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    #[serde(default = "ok")]
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) body: Option<String>,
    pub(super) body_base64: Option<String>,
}

fn ok() -> u16 {
    200
}

#[derive(Debug, Default, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Expected {
    pub(super) text: String,
    pub(super) reasoning: String,
    pub(super) input_tokens: u64,
    pub(super) output_tokens: u64,
    pub(super) cached_tokens: u64,
    pub(super) finish: Option<RecordedFinish>,
    pub(super) failure: Option<FailureCode>,
    /// Compared where given.
    pub(super) vendor_code: Option<String>,
    pub(super) retry_after_ms: Option<u64>,
    pub(super) request_id: Option<String>,
    pub(super) sources: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum RecordedFinish {
    Complete,
    Truncated,
}

impl Reply {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let text = self.body.clone().unwrap_or_default().into_bytes();
        let encoded = self.body_base64.as_ref();
        encoded.map_or(text, |encoded| {
            let encoded: String = encoded.split_whitespace().collect();
            BASE64_STANDARD.decode(encoded).unwrap()
        })
    }
}

impl Recorded {
    pub(super) fn endpoint(&self) -> Result<Endpoint, String> {
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

    pub(super) fn task(&self) -> Task {
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
pub(super) fn all() -> Vec<(String, Recorded)> {
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
