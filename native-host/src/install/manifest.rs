//! The host manifest: the file by which a browser finds the host.

use std::{fs, io, path::Path};

use coterie_protocol::HOST_NAME;
use serde::{Deserialize, Serialize};

use super::Family;

/// What a host manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostManifest {
    /// The name by which extensions ask for the host.
    pub name: String,
    /// What it is, for people.
    #[serde(default)]
    pub description: String,
    /// The program, by its absolute path.
    pub path: String,
    /// How it talks; always `stdio`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Who may call, in browsers of the Chromium family.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_origins: Vec<String>,
    /// Who may call, in Firefox.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_extensions: Vec<String>,
}

/// What is at the place of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Existing {
    /// Nothing.
    Nothing,
    /// A manifest of Coterie.
    Ours(HostManifest),
    /// Something else; why it is not ours.
    Foreign(String),
}

impl HostManifest {
    /// The manifest for a browser family and the program at `executable`.
    pub fn new(family: Family, executable: &str) -> Self {
        let callers = family.callers();
        let (allowed_origins, allowed_extensions) = match family {
            Family::Chromium => (callers, Vec::new()),
            Family::Firefox => (Vec::new(), callers),
        };
        Self {
            name: HOST_NAME.to_owned(),
            description: "Coterie: the native host of the side panel".to_owned(),
            path: executable.to_owned(),
            kind: "stdio".to_owned(),
            allowed_origins,
            allowed_extensions,
        }
    }

    /// The text of the file.
    pub fn to_text(&self) -> String {
        let json = serde_json::to_string_pretty(self).unwrap_or_default();
        json + "\n"
    }

    /// Who may call.
    pub fn callers(&self, family: Family) -> &[String] {
        match family {
            Family::Chromium => &self.allowed_origins,
            Family::Firefox => &self.allowed_extensions,
        }
    }
}

impl Existing {
    /// Looks at a file.
    ///
    /// # Errors
    /// When something is there that cannot be read.
    pub fn at(file: &Path) -> io::Result<Self> {
        let text = match fs::read(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::Nothing),
            Err(error) => return Err(error),
        };
        Ok(match serde_json::from_slice::<HostManifest>(&text) {
            Err(_) => Self::Foreign("it is not a host manifest".to_owned()),
            Ok(manifest) => Self::judge(manifest),
        })
    }

    fn judge(manifest: HostManifest) -> Self {
        let program = Path::new(&manifest.path).file_stem();
        if manifest.name != HOST_NAME {
            Self::Foreign(format!("it is for the host {}", shown(&manifest.name)))
        } else if program.is_none_or(|program| program != "coterie") {
            Self::Foreign(format!("it starts {}", shown(&manifest.path)))
        } else {
            Self::Ours(manifest)
        }
    }
}

/// Text of a foreign file, shortened and without control characters.
fn shown(text: &str) -> String {
    let printable = text.chars().filter(|character| !character.is_control());
    printable.take(200).collect()
}
