//! One model at one address: all that a dialect needs to make an expert of it.

use std::{sync::Arc, time::Duration};

use coterie_protocol::{Action, ExpertId, Place, VendorId};
use serde::Deserialize;

use super::{Pricing, Quirks, Skills};
use crate::{
    experts::{BaseUrl, Secret},
    http::Patience,
};

/// One model, or engine, at one address.
#[derive(Debug, Clone, PartialEq)]
pub struct Endpoint {
    /// Its name among experts.
    pub id: ExpertId,
    /// Its name as shown.
    pub name: String,
    /// The vendor's name among vendors.
    pub vendor_id: VendorId,
    /// The vendor's name as shown.
    pub vendor: String,
    /// Where it runs.
    pub place: Place,
    /// What it can do.
    pub actions: Vec<Action>,
    /// How to talk to it.
    pub dialect: DialectName,
    /// Where it listens.
    pub base_url: BaseUrl,
    /// How a request shows that it comes from the reader.
    pub auth: Auth,
    /// The reader's key, if it needs one.
    pub key: Option<Secret>,
    /// What the vendor calls the model; empty for an engine that has but one.
    pub model: String,
    /// The region, where the vendor has several and a signature names it.
    pub region: Option<String>,
    /// What it costs, where known.
    pub price: Option<Pricing>,
    /// Tokens that it reads and writes at most, where known.
    pub context: Option<u32>,
    /// Tokens that it writes at most, where known.
    pub output: Option<u32>,
    /// Whether it thinks before it answers; another row of the catalogue may think otherwise.
    pub thinking: Thinking,
    /// What it is good at, before it was seen at work here.
    pub skills: Skills,
    /// When it has usually begun to speak, 95 times of 100, before it was seen at work here.
    pub first_token: Option<Duration>,
    /// In what it differs from its dialect.
    pub quirks: Arc<Quirks>,
    /// How long it may keep us waiting.
    pub patience: Patience,
}

impl Endpoint {
    /// A model behind chat completions of which nothing more is known.
    pub fn open_ai(vendor: &str, base_url: BaseUrl, model: &str) -> Self {
        let local = base_url.is_loopback();
        Self {
            id: ExpertId(format!("{vendor}/{model}")),
            name: model.to_owned(),
            vendor_id: VendorId(vendor.to_owned()),
            vendor: vendor.to_owned(),
            place: if local {
                Place::ThisMachine
            } else {
                Place::Cloud
            },
            actions: Action::ALL.to_vec(),
            dialect: DialectName::OpenaiChat,
            base_url,
            auth: Auth::None,
            key: None,
            model: model.to_owned(),
            region: None,
            price: None,
            context: None,
            output: None,
            thinking: Thinking::Unsaid,
            skills: Skills::new(),
            first_token: None,
            quirks: Arc::default(),
            patience: if local {
                Patience::this_machine()
            } else {
                Patience::cloud()
            },
        }
    }
}

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DialectName {
    /// OpenAI's chat completions.
    OpenaiChat,
    /// OpenAI's responses.
    OpenaiResponses,
    /// Anthropic's messages.
    Anthropic,
    /// Gemini's `generateContent`.
    Gemini,
    /// Gemini's interactions.
    GeminiInteractions,
    /// Ollama's own chat.
    Ollama,
    /// Amazon Bedrock's `ConverseStream`.
    Bedrock,
    /// TAL's signed calls.
    Tal,
    /// DeepL.
    Deepl,
    /// Google Translate, version 2.
    Google,
    /// Microsoft Translator, version 3.
    Microsoft,
    /// LibreTranslate.
    Libretranslate,
    /// Baidu Fanyi.
    BaiduFanyi,
    /// Tencent Machine Translation.
    TencentTmt,
    /// Volcengine Machine Translation.
    VolcengineMt,
    /// Apertium's web service.
    ApertiumApy,
    /// A translation model behind chat completions: the instruction stands in the user's message.
    ChatTranslation,
    /// Qwen-MT: chat completions with `translation_options`.
    QwenMt,
    /// Doubao's translation model: responses with `translation_options`.
    DoubaoTranslation,
}

/// How a request shows that it comes from the reader.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Auth {
    /// By nothing.
    None,
    /// `Authorization: Bearer KEY`.
    Bearer,
    /// `Authorization: SCHEME KEY`, as `DeepL-Auth-Key`.
    Scheme {
        /// The word before the key.
        scheme: String,
    },
    /// A header of its own.
    Header {
        /// Its name.
        name: String,
    },
    /// In the body or the address, where the dialect puts it.
    InRequest,
    /// Tencent Cloud's signature, version 3; the key has two parts.
    Tc3,
    /// Amazon's signature, version 4; the key has two parts, or three with a session token. One
    /// of a single part is shown as it is, as `Bearer`.
    Sigv4,
    /// Volcengine's signature; the key has two parts.
    Volcengine,
}

/// Whether a model thinks before it answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thinking {
    /// Nothing is said about it.
    #[default]
    Unsaid,
    /// It is told to.
    On,
    /// It is told not to.
    Off,
    /// It does so always.
    Always,
}
