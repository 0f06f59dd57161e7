//! Translation models behind chat endpoints, with request shapes of their own. They read a few
//! thousand tokens: a page goes to them in parts, each of which is shown as it is written.

mod decode;
mod languages;
mod parts;
mod request;
#[cfg(test)]
mod tests;

use coterie_protocol::{Action, FailureCode};
use serde::Serialize;

use super::{Chunks, Dialect};
use crate::experts::{
    ExpertError, Task,
    catalog::Endpoint,
    remote::{Exchange, Job, Outgoing},
};
use decode::{Stream, Written};
use languages::{Family, Names};
use parts::parts;
use request::{chat_translation, doubao_translation, qwen_mt};

/// A translation model behind chat completions: what to do stands in the one message.
pub struct ChatTranslation;

/// Qwen-MT: chat completions with `translation_options`.
pub struct QwenMt;

/// Doubao's translation model: responses with `translation_options`.
pub struct DoubaoTranslation;

impl Dialect for ChatTranslation {
    fn can(&self, endpoint: &Endpoint, task: &Task) -> bool {
        can(Family::of_chat(&endpoint.model), endpoint, task)
    }

    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let names = names(Family::of_chat(&job.endpoint.model), job)?;
        exchanges(job, "chat/completions", Stream::Chat, |text| {
            chat_translation(job, names, text)
        })
    }
}

impl Dialect for QwenMt {
    fn can(&self, endpoint: &Endpoint, task: &Task) -> bool {
        can(Family::qwen_mt(), endpoint, task)
    }

    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let names = names(Family::qwen_mt(), job)?;
        exchanges(job, "chat/completions", Stream::Chat, |text| {
            qwen_mt(job, names, text)
        })
    }
}

impl Dialect for DoubaoTranslation {
    fn can(&self, endpoint: &Endpoint, task: &Task) -> bool {
        can(Family::doubao(), endpoint, task)
    }

    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError> {
        let names = names(Family::doubao(), job)?;
        exchanges(job, "responses", Stream::Responses, |text| {
            doubao_translation(job, names, text)
        })
    }
}

fn can(family: &Family, endpoint: &Endpoint, task: &Task) -> bool {
    task.action == Action::Translate
        && endpoint.actions.contains(&task.action)
        && family.names(task.source.as_ref(), &task.language).is_some()
}

fn names<'a>(family: &'a Family, job: &Job<'_>) -> Result<Names<'a>, ExpertError> {
    let names = family.names(job.task.source.as_ref(), &job.task.language);
    names.ok_or_else(|| {
        let message = format!(
            "{} does not translate into {} from the language of this text",
            job.endpoint.name, job.task.language
        );
        ExpertError::new(FailureCode::NoTranslator, message)
    })
}

/// One exchange for each part of what is translated.
fn exchanges<B: Serialize>(
    job: &Job<'_>,
    call: &str,
    stream: Stream,
    body: impl Fn(String) -> B,
) -> Result<Vec<Exchange>, ExpertError> {
    let (vendor, quirks) = (&job.endpoint.vendor, &job.endpoint.quirks);
    let url = job.endpoint.base_url.call(call);
    let exchange = |part: parts::Part| {
        let request = Outgoing::json(url.clone(), &body(part.text))?;
        let written =
            Written::new(vendor, stream, quirks.cumulative_text).between(part.before, part.after);
        Ok(Exchange {
            request,
            decoder: Box::new(Chunks::new(vendor, written)),
            read_percent: 100,
        })
    };
    parts(job).into_iter().map(exchange).collect()
}
