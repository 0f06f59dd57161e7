//! Vendors as the settings page shows them, and the keys that the reader has for them. A key goes
//! to the host in one message and never comes back in any.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::Zeroize;

use crate::{ExpertId, Place, Price};

/// The name of a vendor: `deepseek`, `tencent-tmt`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VendorId(pub String);

impl fmt::Display for VendorId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One vendor of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VendorCard {
    /// Its name among vendors.
    pub id: VendorId,
    /// Its name as shown.
    pub name: String,
    /// Where its experts run.
    pub place: Place,
    /// The regions that it may be used in, the usual one first; empty where there is but one.
    pub regions: Vec<String>,
    /// What its key is made of, in words of the vendor: `API key`, or `Secret id` and
    /// `Secret key`; empty where none is needed.
    pub key_parts: Vec<String>,
    /// Whether there is a key.
    pub key: KeyState,
    /// Whether a key can be tested without being charged.
    pub can_test: bool,
    /// Where a reader gets a key.
    pub key_page: Option<String>,
    /// When its row was last compared with its own pages, as `2026-11-23`.
    pub checked: String,
    /// How sure that row is.
    pub confidence: Confidence,
    /// Its models.
    pub models: Vec<ModelCard>,
}

/// One model of a vendor, whether or not it can be used now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// Its name among experts.
    pub id: ExpertId,
    /// Its name as shown.
    pub name: String,
    /// Whether the reader wants it at the table.
    pub wanted: bool,
    /// Tokens that it reads and writes at most, where known.
    pub context: Option<u32>,
    /// What it costs, where known.
    pub price: Option<Price>,
}

/// How sure a row of the catalogue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Several sources of this year agree.
    High,
    /// One source of this year.
    Medium,
    /// Not known to work; experimental.
    Low,
}

/// Whether there is a key for a vendor, and where it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum KeyState {
    /// None is needed.
    NotNeeded,
    /// There is none.
    Missing,
    /// There is one.
    Set {
        /// Where it is kept.
        rung: Rung,
    },
}

/// Where a key is kept, the safest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// The environment of the host: Coterie keeps nothing.
    Environment,
    /// The keychain of the system.
    Keychain,
    /// The keyring of the kernel, until the machine is shut down.
    KernelKeyring,
    /// The memory of the host, until the browser is closed.
    Memory,
    /// A file that only the reader can read, because the reader asked for it.
    File,
}

/// One part of a key on its way to the host. It can be written to the wire, and not be shown;
/// memory forgets it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyPart(pub String);

impl fmt::Debug for KeyPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[key]")
    }
}

impl Drop for KeyPart {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}
