//! What is kept for a vendor: its key and the addresses that it may be sent to.

use coterie_protocol::{KeyPart, VendorId};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::KeyError;
use crate::experts::Secret;

/// The most parts of a key.
const PARTS: usize = 4;

/// The longest part of a key, in bytes.
const LONGEST_PART: usize = 8 * 1024;

/// What is kept for a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Whose key it is.
    pub vendor: VendorId,
    /// Scheme, host and port of each address that the vendor had when the key was given: it goes
    /// to no other.
    pub origins: Vec<String>,
    /// The region that the reader chose, where the vendor has several.
    #[serde(default)]
    pub region: Option<String>,
    /// Its parts.
    pub parts: Vec<KeyPart>,
    /// When it was given, in milliseconds of the Unix clock: the latest of several is the one.
    #[serde(default)]
    pub given: u64,
}

/// A key out of the environment, which the reader manages there.
#[derive(Debug, Clone)]
pub struct EnvironmentKey {
    /// Whose key it is.
    pub vendor: VendorId,
    /// Scheme, host and port of each address of the vendor.
    pub origins: Vec<String>,
    /// The key.
    pub secret: Secret,
}

impl Record {
    /// A key as the reader gave it. Blanks around its parts, which come along when one is copied,
    /// and empty parts at its end are taken away.
    ///
    /// # Errors
    /// When it is not what a key of at most `limit` parts can be.
    pub fn new(
        vendor: VendorId,
        region: Option<String>,
        parts: &[KeyPart],
        limit: usize,
    ) -> Result<Self, KeyError> {
        let trimmed = parts.iter().map(|part| KeyPart(part.0.trim().to_owned()));
        let mut trimmed: Vec<KeyPart> = trimmed.collect();
        while trimmed.len() > 1 && trimmed.last().is_some_and(|part| part.0.is_empty()) {
            trimmed.pop();
        }
        let limit = limit.min(PARTS);
        if trimmed.is_empty() || trimmed.len() > limit {
            let given = trimmed.len();
            return Err(KeyError::WrongParts {
                vendor,
                given,
                limit,
            });
        }
        for (number, part) in trimmed.iter().enumerate() {
            check_part(number + 1, &part.0)?;
        }
        Ok(Self {
            vendor,
            origins: Vec::new(),
            region,
            parts: trimmed,
            given: 0,
        })
    }

    /// The key as requests use it.
    pub fn secret(&self) -> Option<Secret> {
        Secret::of_parts(&self.parts)
    }

    /// As it is kept.
    pub(super) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads what was kept for a vendor; nothing if that is no record of it.
    pub(super) fn from_bytes(vendor: &VendorId, bytes: &[u8]) -> Option<Self> {
        let record: Self = serde_json::from_slice(bytes).ok()?;
        (record.vendor == *vendor).then_some(record)
    }
}

fn check_part(part: usize, text: &str) -> Result<(), KeyError> {
    if text.len() > LONGEST_PART {
        return Err(KeyError::PartTooLong {
            part,
            length: text.len(),
            limit: LONGEST_PART,
        });
    }
    if text.is_empty() || text.contains(char::is_control) {
        return Err(KeyError::Unfit { part });
    }
    Ok(())
}
