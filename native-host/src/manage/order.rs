//! What can be asked of the manager.

use coterie_protocol::{KeyPart, Settings, VendorId};

/// Something to be looked up or changed.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// List the vendors of the catalogue.
    Vendors,
    /// Keep a key.
    SetKey {
        /// Whose key.
        vendor: VendorId,
        /// The region to use, where the vendor has several.
        region: Option<String>,
        /// Its parts.
        parts: Vec<KeyPart>,
        /// Whether it may be kept in a file.
        in_file: bool,
    },
    /// Find out whether a key works.
    TestKey {
        /// Whose key.
        vendor: VendorId,
    },
    /// Forget a key.
    RemoveKey {
        /// Whose key.
        vendor: VendorId,
    },
    /// Tell the settings.
    Settings,
    /// Change the settings.
    ChangeSettings(Box<Settings>),
    /// Tell what was used and spent.
    Usage {
        /// How many days back, today included.
        days: u16,
    },
}
