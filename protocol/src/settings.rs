//! What the reader can set, kept by the host for all browsers.

use serde::{Deserialize, Serialize};

use crate::{Cost, ExpertId};

/// The reader's settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// What matters most when an expert is chosen.
    pub profile: Profile,
    /// The most money that may be spent on a day, in one currency.
    pub daily_cap: Option<Cost>,
    /// The most money that may be spent in a month, in one currency.
    pub monthly_cap: Option<Cost>,
    /// Experts of the catalogue that are not wanted at the table.
    pub unwanted: Vec<ExpertId>,
    /// OpenAI-compatible addresses of the reader's own.
    pub own_endpoints: Vec<OwnEndpoint>,
    /// Hosts in private networks that may be sent to, which the reader has confirmed one by one.
    pub confirmed_hosts: Vec<String>,
}

/// What matters most when an expert is chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// The first word.
    Fast,
    /// Each as far as it is worth it.
    #[default]
    Balanced,
    /// The answer.
    Best,
    /// That nothing leaves this machine.
    Private,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::Fast, Self::Balanced, Self::Best, Self::Private];

    /// The name used on the wire and in the terminal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Balanced => "balanced",
            Self::Best => "best",
            Self::Private => "private",
        }
    }
}

/// An OpenAI-compatible address of the reader's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnEndpoint {
    /// Its name as shown; also the vendor under which its key is kept.
    pub name: String,
    /// What `/chat/completions` is appended to.
    pub base_url: String,
    /// What the server calls the model.
    pub model: String,
}
