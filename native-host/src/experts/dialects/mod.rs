//! Dialects: how to talk to experts that others have made. A dialect makes requests of a task and
//! items of the bytes that come back; sending, waiting and signing is done by
//! [`remote`](super::remote).

pub mod anthropic;
pub mod apertium;
pub mod bedrock;
mod blocks;
#[cfg(test)]
mod cuts;
mod decoder;
mod delivered;
pub mod gemini;
mod growing;
pub mod ollama;
pub mod openai_chat;
pub mod openai_responses;
#[cfg(test)]
mod quirks;
mod sources;
pub mod tal;
mod thinking;
mod thinking_parameter;
pub mod translation;
pub mod translation_models;
mod turns;

pub use decoder::{Chunk, Chunks, Decoder, Form, Reading};
pub use delivered::{blocks_done, whole_blocks_end};

use super::{
    ExpertError, Task,
    catalog::{DialectName, Endpoint},
    remote::{Exchange, Job, Outgoing},
};

/// A wire format.
pub trait Dialect: Sync {
    /// Whether it can express this task at all, by action and languages alone.
    fn can(&self, endpoint: &Endpoint, task: &Task) -> bool {
        endpoint.actions.contains(&task.action)
    }

    /// The requests for a task, to be made one after the other.
    ///
    /// # Errors
    /// When the task cannot be asked of this endpoint.
    fn exchanges(&self, job: &Job<'_>) -> Result<Vec<Exchange>, ExpertError>;

    /// The same request without what this refusal names, where that can be done without: it is
    /// sent once instead.
    fn milder(&self, request: &Outgoing, refusal: &ExpertError) -> Option<Outgoing> {
        let _ = (request, refusal);
        None
    }
}

/// The dialect of this name.
pub fn named(name: DialectName) -> &'static dyn Dialect {
    match name {
        DialectName::OpenaiChat => &openai_chat::OpenAiChat,
        DialectName::OpenaiResponses => &openai_responses::OpenAiResponses,
        DialectName::Anthropic => &anthropic::Anthropic,
        DialectName::Gemini => &gemini::GenerateContent,
        DialectName::GeminiInteractions => &gemini::Interactions,
        DialectName::Ollama => &ollama::Ollama,
        DialectName::Bedrock => &bedrock::Bedrock,
        DialectName::Tal => &tal::Tal,
        DialectName::Deepl => &translation::DEEPL,
        DialectName::Google => &translation::GOOGLE,
        DialectName::Microsoft => &translation::MICROSOFT,
        DialectName::Libretranslate => &translation::LIBRETRANSLATE,
        DialectName::BaiduFanyi => &translation::BAIDU_FANYI,
        DialectName::TencentTmt => &translation::TENCENT_TMT,
        DialectName::VolcengineMt => &translation::VOLCENGINE_MT,
        DialectName::ApertiumApy => &translation::APERTIUM_APY,
        DialectName::ChatTranslation => &translation_models::ChatTranslation,
        DialectName::QwenMt => &translation_models::QwenMt,
        DialectName::DoubaoTranslation => &translation_models::DoubaoTranslation,
    }
}
