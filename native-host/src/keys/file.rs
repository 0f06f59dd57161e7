//! A file that only the reader can read, for those who ask for one.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Write as _},
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::PathBuf,
};

use coterie_protocol::Rung;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Backend, KeyError, Record};

const RUNG: Rung = Rung::File;

/// Reading and writing for the reader alone.
const OWN: u32 = 0o600;

/// The file. It is replaced as a whole, under a lock: two hosts at once lose nothing, and one that
/// dies leaves the old file or the new one.
pub struct KeyFile(PathBuf);

#[derive(Default, Serialize, Deserialize)]
struct Content {
    /// Said to those who open it.
    #[serde(default)]
    what: String,
    #[serde(default)]
    keys: BTreeMap<String, Record>,
}

impl KeyFile {
    /// The file at this path, which need not be there.
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    fn content(&self) -> Result<Content, KeyError> {
        let text = match fs::read(&self.0) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::default()),
            Err(error) => return Err(refused(&error)),
        };
        self.tighten()?;
        serde_json::from_slice(&text).map_err(|_| KeyError::Damaged { rung: RUNG })
    }

    /// Takes away what others were allowed, by a copy or a restore.
    fn tighten(&self) -> Result<(), KeyError> {
        let mode = fs::metadata(&self.0).map_err(|error| refused(&error))?;
        if mode.permissions().mode() & 0o077 != 0 {
            tracing::warn!("the key file could be read by others and is now closed to them");
            let own = Permissions::from_mode(OWN);
            fs::set_permissions(&self.0, own).map_err(|error| refused(&error))?;
        }
        Ok(())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Content) -> T) -> Result<T, KeyError> {
        let _lock = self.lock().map_err(|error| refused(&error))?;
        let mut content = self.content()?;
        let result = change(&mut content);
        content.what = "Keys of Coterie, kept here because you asked for it.".to_owned();
        self.replace(&content).map_err(|error| refused(&error))?;
        Ok(result)
    }

    /// Held until it is dropped.
    fn lock(&self) -> io::Result<File> {
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder)?;
        }
        let lock = own_file().open(self.0.with_extension("lock"))?;
        lock.lock()?;
        Ok(lock)
    }

    fn replace(&self, content: &Content) -> io::Result<()> {
        let text = Zeroizing::new(serde_json::to_vec_pretty(content)?);
        let new = self.0.with_extension("new");
        // Left by a host that died; it may be anyone's.
        let _ = fs::remove_file(&new);
        let mut file = own_file().create_new(true).open(&new)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&new, &self.0)
    }
}

impl Backend for KeyFile {
    fn rung(&self) -> Rung {
        RUNG
    }

    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let content = self.content()?;
        Ok(content.keys.get(name).map(Record::to_bytes))
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyError> {
        let record: Record =
            serde_json::from_slice(value).map_err(|_| KeyError::Damaged { rung: RUNG })?;
        self.change(|content| content.keys.insert(name.to_owned(), record))?;
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<bool, KeyError> {
        if !self.content()?.keys.contains_key(name) {
            return Ok(false);
        }
        self.change(|content| content.keys.remove(name).is_some())
    }
}

fn own_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(OWN);
    options
}

fn refused(error: &io::Error) -> KeyError {
    let reason = error.kind().to_string();
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            KeyError::Denied { rung: RUNG, reason }
        }
        _ => KeyError::Unavailable { rung: RUNG, reason },
    }
}
