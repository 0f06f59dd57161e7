//! The reader's settings: `config.toml`.
//!
//! ```toml
//! [discovery]
//! enabled = true                            # look for local runtimes
//! [[discovery.runtime]]                     # instead of the usual places
//! id = "ollama"
//! name = "Ollama"
//! base_url = "http://127.0.0.1:11434/v1"
//!
//! [keys]
//! system = true                             # keep keys in the keychain of the system, or of the
//!                                           # kernel; without, only in memory or in a file
//! [address]                                 # what stands in braces in addresses of vendors
//! AZURE_RESOURCE_NAME = "my-resource"
//!
//! [[expert]]
//! name = "My model"
//! vendor = "My server"
//! base_url = "https://models.example.com/v1"
//! model = "my-model"
//! key_env = "MY_MODEL_KEY"                  # where the key is; left out where none is needed
//! context = 32768                           # tokens, if known
//! price = { input = 0.5, output = 1.5, currency = "USD" }   # of a million tokens, if known
//! ```

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
};

use coterie_protocol::Price;
use serde::Deserialize;
use thiserror::Error;

use crate::experts::{
    BaseUrl, Secret,
    catalog::{Auth, Catalog, Endpoint, Environment, Pricing, Runtime, Runtimes},
};

/// The reader's settings.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// How local runtimes are found.
    pub discovery: Discovery,
    /// Where keys are kept.
    pub keys: Keys,
    /// What stands in braces in addresses of vendors, by name; the environment comes after it.
    pub address: HashMap<String, String>,
    expert: Vec<OwnExpert>,
}

/// Where keys are kept.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Keys {
    /// Whether they are kept in keychains: of the system, or of the kernel.
    pub system: bool,
}

impl Default for Keys {
    fn default() -> Self {
        Self { system: true }
    }
}

/// How local runtimes are found.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Discovery {
    /// Whether to look for them at all.
    pub enabled: bool,
    /// Where to look; without, where they usually are.
    pub runtime: Option<Vec<Runtime>>,
}

impl Default for Discovery {
    fn default() -> Self {
        Self {
            enabled: true,
            runtime: None,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnExpert {
    name: String,
    vendor: String,
    base_url: BaseUrl,
    model: String,
    key_env: Option<String>,
    context: Option<u32>,
    price: Option<Price>,
}

/// Why settings could not be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file is there and cannot be read.
    #[error("could not read {path}: {error}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file says something that settings cannot say.
    #[error("{path} has a mistake in line {line}{}: {what}", of(field))]
    Mistake {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The field, where the line has one.
        field: String,
        /// What is wrong with it.
        what: String,
    },
}

impl Config {
    /// Reads the settings; a file that is not there says nothing.
    ///
    /// # Errors
    /// When the file cannot be read or has a mistake.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => {
                return Err(ConfigError::Unreadable {
                    path: path.to_owned(),
                    error,
                });
            }
        };
        toml::from_str(&text).map_err(|error| mistake(path, &text, &error))
    }

    /// Where to look for local runtimes, if anywhere.
    pub fn runtimes(&self) -> Option<Runtimes> {
        let mut runtimes = self
            .discovery
            .enabled
            .then(|| Catalog::built_in().runtimes())?;
        if let Some(own) = &self.discovery.runtime {
            runtimes.runtime.clone_from(own);
        }
        Some(runtimes)
    }

    /// The reader's own experts. One whose key is not set is left out.
    pub fn endpoints(&self, environment: Environment<'_>) -> Vec<Endpoint> {
        self.expert
            .iter()
            .filter_map(|expert| expert.endpoint(environment))
            .collect()
    }
}

impl OwnExpert {
    fn endpoint(&self, environment: Environment<'_>) -> Option<Endpoint> {
        let key = match &self.key_env {
            Some(name) => Some(Secret::new(&environment(name)?)?),
            None => None,
        };
        let auth = if key.is_some() {
            Auth::Bearer
        } else {
            Auth::None
        };
        Some(Endpoint {
            name: self.name.clone(),
            auth,
            key,
            price: self.price.as_ref().map(Pricing::flat),
            context: self.context,
            ..Endpoint::open_ai(&self.vendor, self.base_url.clone(), &self.model)
        })
    }
}

/// Where and what, without the line itself: there may be a key in it, which is just the mistake.
fn mistake(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = text.get(..start).unwrap_or_default();
    let number = before.matches('\n').count();
    let line = text.lines().nth(number).unwrap_or_default();
    let field = line.split_once('=').map_or("", |(field, _)| field.trim());
    ConfigError::Mistake {
        path: path.to_owned(),
        line: number + 1,
        field: field.to_owned(),
        what: error
            .message()
            .lines()
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

fn of(field: &str) -> String {
    match field {
        "" => String::new(),
        field => format!(", `{field}`"),
    }
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{ExpertId, Place};

    use super::*;

    const EXPERT: &str = "[[expert]]\nname = 'N'\nvendor = 'V'\nmodel = 'm'\n";

    fn read(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, text).unwrap();
        Config::read(&path)
    }

    /// A mistake is told with all of `words`.
    fn check_mistake(text: &str, words: &[&str]) {
        let message = read(text).unwrap_err().to_string();
        for word in words {
            assert!(message.contains(word), "{word} is not in: {message}");
        }
    }

    #[test]
    fn no_file_is_no_settings() {
        let config = Config::read(Path::new("/nowhere/config.toml")).unwrap();
        assert!(config.discovery.enabled);
        assert!(config.endpoints(&|_| None).is_empty());
    }

    #[test]
    fn an_expert_of_ones_own_is_at_the_table_when_its_key_is_set() {
        let text = format!("{EXPERT}base_url = 'https://m.example/v1'\nkey_env = 'K'\n");
        let config = read(&text).unwrap();
        assert!(config.endpoints(&|_| None).is_empty());
        let endpoints = config.endpoints(&|name| (name == "K").then(|| "secret".to_owned()));
        assert_eq!(endpoints[0].id, ExpertId("V/m".to_owned()));
        assert_eq!(endpoints[0].place, Place::Cloud);
    }

    #[test]
    fn an_expert_on_loopback_is_on_this_machine() {
        let config = read(&format!("{EXPERT}base_url = 'http://localhost:9/v1'\n")).unwrap();
        assert_eq!(config.endpoints(&|_| None)[0].place, Place::ThisMachine);
    }

    #[test]
    fn mistakes_name_file_line_and_field() {
        check_mistake(
            "[discovery]\nenabeld = true",
            &["config.toml", "line 2", "enabeld"],
        );
        check_mistake(EXPERT, &["config.toml", "line 1", "base_url"]);
        let insecure = format!("{EXPERT}base_url = 'http://m.example'");
        check_mistake(&insecure, &["line 5", "https://", "m.example"]);
        check_mistake("discovery = [", &["line 1"]);
        let number = format!("{EXPERT}base_url = 7");
        check_mistake(&number, &["line 5", "base_url"]);
    }

    #[test]
    fn a_key_put_where_none_belongs_is_not_repeated() {
        let text = format!("{EXPERT}base_url = 'https://m.example/v1'\nkey = 'sk-canary'");
        let message = read(&text).unwrap_err().to_string();
        assert!(!message.contains("canary"), "{message}");
        assert!(message.contains("`key`"), "{message}");
    }
}
