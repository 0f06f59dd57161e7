//! The version of the protocol and what two versions make of each other.

use serde::{Deserialize, Serialize};

/// The version that this crate speaks.
pub const PROTOCOL: Version = Version { major: 2, minor: 0 };

/// A protocol version. A new minor adds what the older side may ignore; a new major does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version {
    /// Raised when the older side can no longer understand the newer one.
    pub major: u16,
    /// Raised when something was added.
    pub minor: u16,
}

/// Whether extension and host understand each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compatibility {
    /// They do.
    Compatible,
    /// The reader has to update the host.
    HostTooOld,
    /// The reader has to update the extension.
    ExtensionTooOld,
}

impl Compatibility {
    /// Judges two versions. Only the major counts: a minor adds, and what is unknown is ignored.
    pub fn of(extension: Version, host: Version) -> Self {
        match host.major.cmp(&extension.major) {
            std::cmp::Ordering::Equal => Self::Compatible,
            std::cmp::Ordering::Less => Self::HostTooOld,
            std::cmp::Ordering::Greater => Self::ExtensionTooOld,
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(extension: (u16, u16), host: (u16, u16), expected: Compatibility) {
        let version = |(major, minor)| Version { major, minor };
        assert_eq!(
            Compatibility::of(version(extension), version(host)),
            expected
        );
    }

    #[test]
    fn equal_versions_are_compatible() {
        check((1, 0), (1, 0), Compatibility::Compatible);
    }

    #[test]
    fn a_minor_apart_is_compatible_either_way() {
        check((1, 4), (1, 0), Compatibility::Compatible);
        check((1, 0), (1, 4), Compatibility::Compatible);
    }

    #[test]
    fn the_side_with_the_older_major_has_to_update() {
        check((2, 0), (1, 9), Compatibility::HostTooOld);
        check((1, 9), (2, 0), Compatibility::ExtensionTooOld);
    }
}
