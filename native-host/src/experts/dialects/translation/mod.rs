//! Translation engines: texts in, texts out, in one piece.
//!
//! [`Engine`] does what all have in common: it takes the texts out of what is translated, packs
//! them into batches that the engine takes, and puts the translations back into the structure of
//! the page. What a [`Service`] adds is how a batch is written and its answer read.

mod apertium_apy;
mod baidu_fanyi;
mod batch;
mod deepl;
mod google;
mod languages;
mod libretranslate;
mod microsoft;
mod reading;
mod refusals;
mod sheet;
mod tencent_tmt;
#[cfg(test)]
mod tests;
mod volcengine_mt;

use std::sync::Arc;

use coterie_protocol::{Action, FailureCode};
use serde_json::Value;

use super::{Chunks, Dialect};
use crate::experts::{
    ExpertError, Task,
    catalog::Endpoint,
    remote::{Exchange, Job, Outgoing},
};
use batch::Limits;
use languages::{Codes, Languages};
use reading::Translations;
use sheet::Sheet;

/// DeepL.
pub static DEEPL: Engine = Engine(&deepl::Deepl);

/// Google Translate, version 2.
pub static GOOGLE: Engine = Engine(&google::Google);

/// Microsoft Translator, version 3.
pub static MICROSOFT: Engine = Engine(&microsoft::Microsoft);

/// LibreTranslate.
pub static LIBRETRANSLATE: Engine = Engine(&libretranslate::LibreTranslate);

/// Baidu Fanyi.
pub static BAIDU_FANYI: Engine = Engine(&baidu_fanyi::BaiduFanyi);

/// Tencent Machine Translation.
pub static TENCENT_TMT: Engine = Engine(&tencent_tmt::TencentTmt);

/// Volcengine Machine Translation.
pub static VOLCENGINE_MT: Engine = Engine(&volcengine_mt::VolcengineMt);

/// Apertium's web service.
pub static APERTIUM_APY: Engine = Engine(&apertium_apy::ApertiumApy);

/// A translation engine as a dialect.
pub struct Engine(&'static dyn Service);

/// What is particular to one engine.
trait Service: Sync {
    /// Its name in `languages.toml` and `refusals.toml`.
    fn name(&self) -> &'static str;

    /// What it takes at once, by its documentation.
    fn limits(&self) -> Limits;

    /// The request for one batch.
    fn request(&self, job: &Job<'_>, batch: &Batch<'_>) -> Result<Outgoing, ExpertError>;

    /// The translations in an answer; nothing, if it has none.
    fn translations(&self, answer: &Value) -> Option<Answer>;

    /// What the engine says instead of translations, with a status of success.
    fn refusal(&self, answer: &Value) -> Option<Refusal> {
        let _ = answer;
        None
    }
}

/// Texts that go into one request.
struct Batch<'a> {
    texts: Vec<&'a str>,
    codes: Codes<'a>,
}

/// What an engine answers.
#[derive(Debug, Default)]
struct Answer {
    /// As many as there were texts, in their order.
    translations: Vec<String>,
    /// The characters that it counts, where it says so.
    characters: Option<u64>,
    /// Its name for the request.
    request_id: Option<String>,
}

/// What an engine says when it refuses.
#[derive(Debug)]
struct Refusal {
    code: String,
    message: String,
    request_id: Option<String>,
}

impl Dialect for Engine {
    fn can(&self, endpoint: &Endpoint, task: &Task) -> bool {
        let languages = Languages::of(self.0.name());
        task.action == Action::Translate
            && endpoint.actions.contains(&task.action)
            && languages
                .codes(task.source.as_ref(), &task.language)
                .is_some()
    }

    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let languages = Languages::of(self.0.name());
        let codes = languages.codes(job.task.source.as_ref(), &job.task.language);
        let codes = codes.ok_or_else(|| not_between(job))?;
        let limits = self.0.limits().or(&job.endpoint.quirks);
        let sheet = Arc::new(Sheet::of(job.task, limits));
        let exchange = |pieces: std::ops::Range<usize>| {
            let batch = Batch {
                texts: sheet.texts(pieces.clone()).collect(),
                codes,
            };
            let reading = Translations::new(&job.endpoint.vendor, self.0, &sheet, pieces);
            Ok(Exchange {
                request: self.0.request(job, &batch)?,
                decoder: Box::new(Chunks::new(&job.endpoint.vendor, reading)),
                read_percent: 100,
            })
        };
        sheet.batches(limits).into_iter().map(exchange).collect()
    }
}

fn not_between(job: &Job<'_>) -> ExpertError {
    let source = job.task.source.as_ref();
    let source = source.map_or("an unknown language", |source| source.as_str());
    let message = format!(
        "{} does not translate from {source} into {}",
        job.endpoint.vendor, job.task.language
    );
    ExpertError::new(FailureCode::NoTranslator, message)
}

/// The strings at `key` of each of `values`, if every one has it.
fn each(values: &Value, key: &str) -> Option<Vec<String>> {
    let text = |value: &Value| Some(value.get(key)?.as_str()?.to_owned());
    values.as_array()?.iter().map(text).collect()
}

/// A text or a number, as text.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
