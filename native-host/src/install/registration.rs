//! Installing and uninstalling: first a plan that can be shown, then doing it.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use coterie_protocol::HOST_NAME;
use thiserror::Error;

use super::{Browser, Environment, Existing, Family, HostManifest, browsers};

/// Where a manifest goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// For whom, in words.
    pub title: String,
    /// Of which family.
    pub family: Family,
    /// The file.
    pub file: PathBuf,
}

/// What is to be done at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub place: Place,
    /// What.
    pub what: What,
}

/// What is to be done with a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Nothing: it is as it should be, or was not there anyway.
    Nothing,
    /// It is not there yet.
    Create(HostManifest),
    /// An older one of ours is there, or a foreign one that the reader wants replaced.
    Replace(HostManifest),
    /// It goes.
    Remove,
    /// Something else is there and stays; why it is not ours.
    Refuse(String),
}

/// Why registering did not work.
#[derive(Debug, Error)]
pub enum RegistrationError {
    /// No such browser.
    #[error("{name} is not a browser that Coterie knows; choose one of {known}")]
    UnknownBrowser {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// Where this browser looks is not known for this system.
    #[error("where {browser} looks for hosts on this system is not known yet; use --profile")]
    UnknownFolder {
        /// The browser.
        browser: String,
    },
    /// No browser was ever used here.
    #[error("no browser was found; start yours once, or name it with --browser or --profile")]
    NoBrowser,
    /// The path of the binary cannot be written as JSON.
    #[error("the path {0:?} of this program is not Unicode; move it to one that is")]
    StrangePath(PathBuf),
    /// The system did not let us.
    #[error("{file}: {error}", file = file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl Place {
    /// The place for a browser.
    fn of(browser: &Browser, environment: &Environment) -> Option<Self> {
        Some(Self {
            title: browser.title.clone(),
            family: browser.family,
            file: browser.manifests(environment)?.join(manifest_name()),
        })
    }

    /// The place inside a user-data folder of a browser of the Chromium family.
    fn in_profile(profile: &Path) -> Self {
        Self {
            title: format!("profile {}", profile.display()),
            family: Family::Chromium,
            file: profile.join("NativeMessagingHosts").join(manifest_name()),
        }
    }

    fn look(&self) -> Result<Existing, RegistrationError> {
        Existing::at(&self.file).map_err(|error| failed(&self.file, error))
    }
}

fn manifest_name() -> String {
    format!("{HOST_NAME}.json")
}

fn failed(file: &Path, error: io::Error) -> RegistrationError {
    RegistrationError::Io {
        file: file.to_owned(),
        error,
    }
}

/// What installing would do: in `profile` alone if one is given, else for the browsers named,
/// else for all that were used. With `replace`, a foreign manifest is replaced.
///
/// # Errors
/// When a browser is unknown, none is found, or a file cannot be read.
pub fn install_plan(
    environment: &Environment,
    names: &[String],
    profile: Option<&Path>,
    replace: bool,
) -> Result<Vec<Change>, RegistrationError> {
    let executable = environment.executable.to_str();
    let executable =
        executable.ok_or_else(|| RegistrationError::StrangePath(environment.executable.clone()))?;
    let places = chosen(environment, names, profile, |browser| {
        browser.is_used(environment)
    })?;
    if places.is_empty() {
        return Err(RegistrationError::NoBrowser);
    }
    let change = |place: Place| {
        let wanted = HostManifest::new(place.family, executable);
        let what = match place.look()? {
            Existing::Nothing => What::Create(wanted),
            Existing::Ours(found) if found == wanted => What::Nothing,
            Existing::Ours(_) => What::Replace(wanted),
            Existing::Foreign(_) if replace => What::Replace(wanted),
            Existing::Foreign(why) => What::Refuse(why),
        };
        Ok(Change { place, what })
    };
    places.into_iter().map(change).collect()
}

/// What uninstalling would do. Only manifests of Coterie go.
///
/// # Errors
/// When a browser is unknown or a file cannot be read.
pub fn uninstall_plan(
    environment: &Environment,
    names: &[String],
    profile: Option<&Path>,
) -> Result<Vec<Change>, RegistrationError> {
    let change = |place: Place| {
        let what = match place.look()? {
            Existing::Nothing => What::Nothing,
            Existing::Ours(_) => What::Remove,
            Existing::Foreign(why) => What::Refuse(why),
        };
        Ok(Change { place, what })
    };
    let places = chosen(environment, names, profile, |_| true)?;
    places.into_iter().map(change).collect()
}

fn chosen(
    environment: &Environment,
    names: &[String],
    profile: Option<&Path>,
    otherwise: impl Fn(&Browser) -> bool,
) -> Result<Vec<Place>, RegistrationError> {
    if names.is_empty() && profile.is_none() {
        let places = browsers().iter().filter(|browser| otherwise(browser));
        return Ok(places
            .filter_map(|browser| Place::of(browser, environment))
            .collect());
    }
    let named = names.iter().map(|name| {
        let browser = Browser::named(name).ok_or_else(|| unknown(name))?;
        let unknown = || RegistrationError::UnknownFolder {
            browser: browser.title.clone(),
        };
        Place::of(browser, environment).ok_or_else(unknown)
    });
    let profile = profile.map(|profile| Ok(Place::in_profile(profile)));
    profile.into_iter().chain(named).collect()
}

fn unknown(name: &str) -> RegistrationError {
    let known: Vec<_> = browsers()
        .iter()
        .map(|browser| browser.name.as_str())
        .collect();
    RegistrationError::UnknownBrowser {
        name: name.to_owned(),
        known: known.join(", "),
    }
}

impl Change {
    /// Does it.
    ///
    /// # Errors
    /// When the system does not let us.
    pub fn apply(&self) -> Result<(), RegistrationError> {
        let file = &self.place.file;
        match &self.what {
            What::Nothing | What::Refuse(_) => Ok(()),
            What::Create(manifest) | What::Replace(manifest) => {
                write(file, &manifest.to_text()).map_err(|error| failed(file, error))
            }
            What::Remove => {
                fs::remove_file(file).map_err(|error| failed(file, error))?;
                // Goes only if it is empty, that is, if it was there for us.
                let _ = file.parent().map(fs::remove_dir);
                Ok(())
            }
        }
    }
}

/// Writes a file that others may read, whole or not at all.
fn write(file: &Path, text: &str) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder)?;
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    let written = write_draft(&draft, text).and_then(|()| fs::rename(&draft, file));
    if written.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn write_draft(draft: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o644)
        .open(draft)?;
    file.write_all(text.as_bytes())?;
    // The process may be told to give nobody else access; browsers of other users are not meant,
    // but a sandboxed part of the reader's own may need to read it.
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    file.sync_all()
}
