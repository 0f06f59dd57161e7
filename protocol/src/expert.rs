//! What a client may know of an expert.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Action;

/// The name of an expert: `builtin/summarizer`, `ollama/qwen3:4b`, `apertium/eng-spa`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ExpertId(pub String);

impl fmt::Display for ExpertId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Where an expert runs, which says who sees the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// Inside the host.
    BuiltIn,
    /// A program on the reader's machine.
    ThisMachine,
    /// A vendor's servers.
    Cloud,
}

/// One expert, as shown to the reader.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpertCard {
    /// Its name among experts.
    pub id: ExpertId,
    /// Its name as shown.
    pub name: String,
    /// Who makes or runs it: `Coterie`, `Ollama`, `DeepSeek`.
    pub vendor: String,
    /// Where it runs.
    pub place: Place,
    /// What it can do.
    pub actions: Vec<Action>,
    /// What it costs, where known; what runs on this machine costs nothing.
    pub price: Option<Price>,
    /// How it did so far on this machine, where it was asked before.
    #[serde(default)]
    pub seen: Option<Seen>,
}

/// How an expert did so far, newer answers counting more.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// From asking to its first text, in milliseconds.
    pub first_text_ms: u64,
    /// Characters of text per second after that.
    pub characters_per_second: f64,
    /// Whether it is resting after failures.
    pub resting: bool,
}

/// The price of one million tokens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// Of tokens sent, per million.
    pub input: f64,
    /// Of tokens received, per million.
    pub output: f64,
    /// ISO 4217: `USD`, `CNY`.
    pub currency: String,
}
