//! The keyring of the Linux kernel: nothing is written to a disk, and it is empty after a restart.

use coterie_protocol::Rung;
use linux_keyutils::{Key, KeyError as Refusal, KeyRing, KeyRingIdentifier};
use zeroize::Zeroizing;

use super::{Backend, KeyError};

const RUNG: Rung = Rung::KernelKeyring;

/// The keyring that the kernel keeps for the reader, shared by all processes of theirs.
pub struct KernelKeyring {
    /// What names begin with.
    prefix: &'static str,
}

impl Default for KernelKeyring {
    fn default() -> Self {
        Self { prefix: "coterie" }
    }
}

impl KernelKeyring {
    /// The same under other names, for tests.
    #[cfg(test)]
    pub(super) fn named(prefix: &'static str) -> Self {
        Self { prefix }
    }

    /// The reader's keyring. A process may read in it only while one of its own keyrings links to
    /// it, which a login sees to and a service or a container does not.
    fn ring() -> Result<KeyRing, KeyError> {
        let ring = KeyRing::from_special_id(KeyRingIdentifier::User, true).map_err(refused)?;
        let own = KeyRing::from_special_id(KeyRingIdentifier::Process, true);
        own.and_then(|own| own.link_keyring(ring))
            .map_err(refused)?;
        Ok(ring)
    }

    fn find(&self, ring: KeyRing, name: &str) -> Result<Option<Key>, KeyError> {
        match ring.search(&self.description(name)) {
            Ok(key) => Ok(Some(key)),
            Err(Refusal::KeyDoesNotExist | Refusal::KeyExpired | Refusal::KeyRevoked) => Ok(None),
            Err(refusal) => Err(refused(refusal)),
        }
    }

    fn description(&self, name: &str) -> String {
        format!("{}:{name}", self.prefix)
    }
}

impl Backend for KernelKeyring {
    fn rung(&self) -> Rung {
        RUNG
    }

    fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeyError> {
        let key = self.find(Self::ring()?, name)?;
        let value = key.map(|key| key.read_to_vec()).transpose();
        Ok(value.map_err(refused)?.map(Zeroizing::new))
    }

    fn write(&self, name: &str, value: &[u8]) -> Result<(), KeyError> {
        let added = Self::ring()?.add_key(&self.description(name), value);
        added.map(|_| ()).map_err(|refusal| match refusal {
            Refusal::QuotaExceeded | Refusal::InvalidArguments => KeyError::TooLarge {
                rung: RUNG,
                length: value.len(),
            },
            refusal => refused(refusal),
        })
    }

    fn remove(&self, name: &str) -> Result<bool, KeyError> {
        let ring = Self::ring()?;
        let Some(key) = self.find(ring, name)? else {
            return Ok(false);
        };
        ring.unlink_key(key).map_err(refused)?;
        Ok(true)
    }
}

fn refused(refusal: Refusal) -> KeyError {
    let reason = refusal.to_string();
    match refusal {
        Refusal::AccessDenied | Refusal::PermissionDenied => {
            KeyError::Denied { rung: RUNG, reason }
        }
        _ => KeyError::Unavailable { rung: RUNG, reason },
    }
}
