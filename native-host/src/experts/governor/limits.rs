//! What may be asked of a vendor, as data.

use std::{collections::HashMap, sync::LazyLock};

use coterie_protocol::{Place, VendorId};
use serde::Deserialize;

/// What may be asked of a vendor; what is not named has no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Requests begun in any minute.
    pub requests_per_minute: Option<u32>,
    /// Tokens sent and received in any minute.
    pub tokens_per_minute: Option<u64>,
    /// Requests under way.
    pub at_once: Option<u32>,
}

impl Limits {
    /// None at all.
    pub const NONE: Self = Self {
        requests_per_minute: None,
        tokens_per_minute: None,
        at_once: None,
    };
}

/// The limits of every vendor.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitTable {
    cloud: Limits,
    this_machine: Limits,
    #[serde(default)]
    vendor: HashMap<VendorId, Limits>,
}

impl LimitTable {
    /// The usual ones.
    pub fn usual() -> Self {
        static USUAL: LazyLock<LimitTable> = LazyLock::new(|| {
            // A test parses the same file, so that this is never without limits.
            toml::from_str(include_str!("limits.toml")).unwrap_or_default()
        });
        USUAL.clone()
    }

    /// The same, with other limits for a vendor.
    #[must_use]
    pub fn with(mut self, vendor: VendorId, limits: Limits) -> Self {
        self.vendor.insert(vendor, limits);
        self
    }

    /// Those of a vendor whose experts run there.
    pub fn of(&self, vendor: &VendorId, place: Place) -> Limits {
        let usual = match place {
            Place::BuiltIn => Limits::NONE,
            Place::ThisMachine => self.this_machine,
            Place::Cloud => self.cloud,
        };
        self.vendor.get(vendor).copied().unwrap_or(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(vendor: &str, place: Place, at_once: Option<u32>) {
        let limits = LimitTable::usual().of(&VendorId(vendor.to_owned()), place);
        assert_eq!(limits.at_once, at_once, "{vendor}");
    }

    #[test]
    fn a_vendor_has_its_own_limits_or_those_of_its_place() {
        check("tal", Place::Cloud, Some(1));
        check("nobody", Place::Cloud, Some(16));
        check("nobody", Place::ThisMachine, None);
        check("nobody", Place::BuiltIn, None);
    }

    #[test]
    fn every_limit_lets_something_through() {
        let table = LimitTable::usual();
        let some = [table.cloud, table.this_machine];
        for limits in table.vendor.values().chain(&some) {
            assert_ne!(limits.requests_per_minute, Some(0));
            assert_ne!(limits.tokens_per_minute, Some(0));
            assert_ne!(limits.at_once, Some(0));
        }
    }
}
