//! The browsers that Coterie knows, from `browsers.toml`.

use std::{path::PathBuf, sync::LazyLock};

use serde::Deserialize;
use thiserror::Error;

use super::{Environment, System};

/// How a browser names those who may call a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// By origin: `chrome-extension://ID/`.
    Chromium,
    /// By the id of the add-on.
    Firefox,
}

/// One browser.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Browser {
    /// Its name in the terminal: `chrome`.
    pub name: String,
    /// Its name as its vendor writes it.
    pub title: String,
    /// How it names callers.
    pub family: Family,
    linux: Option<Folders>,
    mac: Option<Folders>,
    windows: Option<Key>,
    #[serde(default)]
    sandboxed: Vec<String>,
    #[serde(default)]
    tried: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Folders {
    profile: String,
    manifests: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    registry: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    callers: Callers,
    browser: Vec<Browser>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Callers {
    chromium: Vec<String>,
    firefox: Vec<String>,
}

/// The table as it is in the file; a test makes sure that it can be read.
static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("browsers.toml")).unwrap_or_default());

/// Every browser.
pub fn browsers() -> &'static [Browser] {
    &TABLE.browser
}

impl Browser {
    /// The browser of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        browsers().iter().find(|browser| browser.name == name)
    }

    /// The folder that is there once the browser was used. None where it keeps none that we know.
    pub fn profile(&self, environment: &Environment) -> Option<PathBuf> {
        self.folders(environment.system)
            .map(|folders| environment.expand(&folders.profile))
    }

    /// Where it looks for host manifests.
    pub fn manifests(&self, environment: &Environment) -> Option<PathBuf> {
        self.folders(environment.system)
            .map(|folders| environment.expand(&folders.manifests))
    }

    /// Whether it has been used by this reader.
    pub fn is_used(&self, environment: &Environment) -> bool {
        self.profile(environment)
            .is_some_and(|profile| profile.is_dir())
    }

    /// The folder of a snap or flatpak package of it, if one has been used.
    pub fn sandbox(&self, environment: &Environment) -> Option<PathBuf> {
        let folders = self
            .sandboxed
            .iter()
            .map(|folder| environment.expand(folder));
        folders.into_iter().find(|folder| folder.is_dir())
    }

    fn folders(&self, system: System) -> Option<&Folders> {
        match system {
            System::Linux => self.linux.as_ref(),
            System::Mac => self.mac.as_ref(),
            System::Windows => None,
        }
    }
}

impl Family {
    /// Everyone who may call, as a host manifest of this family names them.
    pub fn callers(self) -> Vec<String> {
        match self {
            Self::Chromium => {
                let ids = TABLE.callers.chromium.iter();
                ids.map(|id| format!("chrome-extension://{id}/")).collect()
            }
            Self::Firefox => TABLE.callers.firefox.clone(),
        }
    }
}

/// Who started this process: a browser, by the arguments that browsers give.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The extension, as its browser names it.
    pub name: String,
}

/// A browser started the host for an extension that is not Coterie.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{name} may not use this host: only the extension Coterie may")]
pub struct StrangeCaller {
    /// The extension, shortened: it comes from outside.
    pub name: String,
}

impl Caller {
    /// Reads the arguments after the program's name. None when they are not those of a browser.
    ///
    /// # Errors
    /// When a browser speaks for an extension that is not ours.
    pub fn from_arguments(arguments: &[String]) -> Option<Result<Self, StrangeCaller>> {
        let (name, family) = match arguments {
            [origin, ..] if origin.starts_with("chrome-extension://") => (origin, Family::Chromium),
            [manifest, addon] if manifest.ends_with(".json") && addon.contains(['@', '{']) => {
                (addon, Family::Firefox)
            }
            _ => return None,
        };
        Some(if family.callers().contains(name) {
            Ok(Self { name: name.clone() })
        } else {
            let name = name.chars().take(80).collect();
            Err(StrangeCaller { name })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use base64::{Engine, prelude::BASE64_STANDARD};
    use sha2::{Digest, Sha256};

    use super::*;

    fn extension() -> serde_json::Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifest.json");
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn the_table_can_be_read_and_is_complete() {
        let table: Table = toml::from_str(include_str!("browsers.toml")).unwrap();
        for browser in &table.browser {
            let linux = browser.linux.as_ref().unwrap();
            assert!(linux.manifests.starts_with('{'), "{}", browser.name);
            let known = ["linux", "mac", "windows"];
            assert!(
                browser
                    .tried
                    .iter()
                    .all(|system| known.contains(&system.as_str()))
            );
            let key = browser.windows.as_ref();
            assert!(key.is_none_or(|key| key.registry.starts_with("HKEY_CURRENT_USER\\")));
        }
        for name in ["chrome", "chromium", "edge", "brave", "vivaldi", "firefox"] {
            assert!(Browser::named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_chromium_id_is_the_one_of_the_extensions_key() {
        let manifest = extension();
        let key = BASE64_STANDARD
            .decode(manifest["key"].as_str().unwrap())
            .unwrap();
        let hash = Sha256::digest(key);
        let letters = hash[..16].iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let id: String = letters.map(|digit| char::from(b'a' + digit)).collect();
        assert_eq!(
            Family::Chromium.callers(),
            [format!("chrome-extension://{id}/")]
        );
    }

    #[test]
    fn the_firefox_id_is_the_one_of_the_extension() {
        let manifest = extension();
        let id = &manifest["browser_specific_settings"]["gecko"]["id"];
        assert_eq!(Family::Firefox.callers(), [id.as_str().unwrap()]);
    }

    #[test]
    fn only_our_extension_may_call() {
        let check = |arguments: &[&str], expected: Option<bool>| {
            let arguments: Vec<_> = arguments.iter().map(|text| (*text).to_owned()).collect();
            let caller = Caller::from_arguments(&arguments);
            assert_eq!(
                caller.map(|caller| caller.is_ok()),
                expected,
                "{arguments:?}"
            );
        };
        let own = &Family::Chromium.callers()[0];
        check(&[own], Some(true));
        check(&[own, "--parent-window=12"], Some(true));
        check(&[own.trim_end_matches('/')], Some(false));
        check(&[&own.to_uppercase()], None);
        check(
            &["chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/"],
            Some(false),
        );
        check(&["chrome-extension://"], Some(false));
        let firefox = "/home/ada/.mozilla/native-messaging-hosts/org.coterie.host.json";
        check(&[firefox, "coterie@coterie.invalid"], Some(true));
        check(&[firefox, "evil@example.org"], Some(false));
        check(&[], None);
        check(&["summarize", "page.html"], None);
    }
}
