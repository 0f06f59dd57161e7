//! The keychain of the system: Secret Service, macOS Keychain, Windows Credential Manager.

use std::sync::{Arc, Mutex, PoisonError};

use coterie_protocol::Rung;
use keyring_core::{CredentialStore, Entry, Error};
use zeroize::Zeroizing;

use super::{Backend, KeyError};

/// The name under which the reader finds our entries.
const SERVICE: &str = "Coterie";

/// The keychain of the system. It is not asked for before it is needed, since that may open a
/// dialog.
#[derive(Default)]
pub struct Keychain(Mutex<Option<Arc<CredentialStore>>>);

impl Keychain {
    /// An entry, made anew each time: one that remembers would hide that nothing is kept.
    fn entry(&self, name: &str) -> Result<Entry, KeyError> {
        let store = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            match &*known {
                Some(store) => Arc::clone(store),
                None => known.insert(open().map_err(failed)?).clone(),
            }
        };
        store.build(SERVICE, name, None).map_err(failed)
    }

    /// A connection that broke is made again the next time.
    fn told(&self, error: Error) -> KeyError {
        if matches!(error, Error::PlatformFailure(_)) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        failed(error)
    }
}

impl Backend for Keychain {
    fn rung(&self) -> Rung {
        Rung::Keychain
    }

    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        match self.entry(name)?.get_secret() {
            Ok(value) => Ok(Some(Zeroizing::new(value))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(self.told(error)),
        }
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyError> {
        let written = self.entry(name)?.set_secret(value);
        written.map_err(|error| match error {
            Error::TooLong(..) => KeyError::TooLarge {
                rung: Rung::Keychain,
                length: value.len(),
            },
            error => self.told(error),
        })
    }

    fn remove(&self, name: &str) -> Result<bool, KeyError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) => Ok(true),
            Err(Error::NoEntry) => Ok(false),
            Err(error) => Err(self.told(error)),
        }
    }
}

#[cfg(target_os = "linux")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(zbus_secret_service_keyring_store::Store::new()?)
}

#[cfg(target_os = "macos")]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}

#[cfg(windows)]
fn open() -> Result<Arc<CredentialStore>, Error> {
    Ok(windows_native_keyring_store::Store::new()?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn open() -> Result<Arc<CredentialStore>, Error> {
    let reason = "no keychain of this system is known";
    Err(Error::NotSupportedByStore(reason.to_owned()))
}

/// What the system says, without the values that some of its errors carry.
fn failed(error: Error) -> KeyError {
    let rung = Rung::Keychain;
    match error {
        Error::NoStorageAccess(error) => KeyError::Locked {
            rung,
            reason: error.to_string(),
        },
        Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => {
            KeyError::Damaged { rung }
        }
        error => KeyError::Unavailable {
            rung,
            reason: error.to_string(),
        },
    }
}
