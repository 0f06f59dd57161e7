//! Programs that run models on this machine, as discovery looks for them.

use coterie_protocol::{Action, ExpertId, Place};
use serde::Deserialize;

use super::{DialectName, Endpoint};
use crate::experts::BaseUrl;

/// Programs that run models on this machine.
#[derive(Debug, Clone)]
pub struct Runtimes {
    /// Words in the names of models that do not write text.
    pub not_writers: Vec<String>,
    /// Beginnings of the names of models that only translate.
    pub translators: Vec<String>,
    /// The programs.
    pub runtime: Vec<Runtime>,
}

/// One program that runs models on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Runtime {
    /// Part of its experts' ids.
    pub id: String,
    /// Its name as shown.
    pub name: String,
    /// Where it lists its models as OpenAI does, and answers so.
    pub base_url: BaseUrl,
    /// What its models say they are owned by.
    pub owned_by: Option<String>,
    /// Tokens that its models read and write at most, where they do not tell.
    pub context: Option<u32>,
    /// How to talk to its models; a dialect of its own is spoken at the root of its address.
    #[serde(default = "open_ai_chat")]
    pub dialect: DialectName,
}

fn open_ai_chat() -> DialectName {
    DialectName::OpenaiChat
}

impl Runtimes {
    /// A model that a runtime offers; one that only translates is told so in its own way.
    pub fn endpoint(&self, runtime: &Runtime, model: &str) -> Endpoint {
        let name = model.rsplit('/').next().unwrap_or_default().to_lowercase();
        let mut beginnings = self.translators.iter();
        if !beginnings.any(|beginning| name.starts_with(beginning)) {
            return runtime.endpoint(model);
        }
        let told = Runtime {
            dialect: DialectName::ChatTranslation,
            ..runtime.clone()
        };
        Endpoint {
            actions: vec![Action::Translate],
            ..told.endpoint(model)
        }
    }
}

impl Runtime {
    /// A model that this runtime offers.
    pub fn endpoint(&self, model: &str) -> Endpoint {
        let base_url = match self.dialect {
            DialectName::Ollama => self.base_url.root(),
            _ => self.base_url.clone(),
        };
        let open_ai = Endpoint::open_ai(&self.id, base_url, model);
        Endpoint {
            id: ExpertId(format!("{}/{model}", self.id)),
            name: model.to_owned(),
            vendor: self.name.clone(),
            context: self.context,
            dialect: self.dialect,
            place: Place::ThisMachine,
            ..open_ai
        }
    }
}
