//! Why a key could not be kept, read or forgotten.

use std::time::Duration;

use coterie_protocol::{Failure, FailureCode, Rung, VendorId};
use thiserror::Error;

/// Why a key could not be kept, read or forgotten. None of these has a part of the key in it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// There is no such place on this machine now.
    #[error("the {} cannot be used here: {reason}", name(*.rung))]
    Unavailable {
        /// The place.
        rung: Rung,
        /// What the system says.
        reason: String,
    },
    /// The place is locked, or the reader did not unlock it.
    #[error("the {} is locked: {reason}", name(*.rung))]
    Locked {
        /// The place.
        rung: Rung,
        /// What the system says.
        reason: String,
    },
    /// The place did not answer.
    #[error("the {} did not answer within {} s", name(*.rung), after.as_secs())]
    Silent {
        /// The place.
        rung: Rung,
        /// How long it was waited for.
        after: Duration,
    },
    /// The system does not let us.
    #[error("the {} may not be used: {reason}", name(*.rung))]
    Denied {
        /// The place.
        rung: Rung,
        /// What the system says.
        reason: String,
    },
    /// The place does not take as much.
    #[error("a key of {length} bytes does not fit into the {}", name(*.rung))]
    TooLarge {
        /// The place.
        rung: Rung,
        /// How long the record of the key is, in bytes.
        length: usize,
    },
    /// What is there cannot be read as a key.
    #[error("what the {} has for this vendor is no key; set the key again", name(*.rung))]
    Damaged {
        /// The place.
        rung: Rung,
    },
    /// The place said that it keeps the key, and does not.
    #[error("the {} did not keep the key", name(*.rung))]
    NotKept {
        /// The place.
        rung: Rung,
    },
    /// A key has more parts, or fewer.
    #[error("a key of {given} parts was given, {vendor} has 1 to {limit}")]
    WrongParts {
        /// Whose.
        vendor: VendorId,
        /// How many were given.
        given: usize,
        /// How many it may have.
        limit: usize,
    },
    /// A part is too long.
    #[error("part {part} of the key has {length} bytes, at most {limit} are taken")]
    PartTooLong {
        /// Which, from 1.
        part: usize,
        /// How long it is, in bytes.
        length: usize,
        /// How long it may be, in bytes.
        limit: usize,
    },
    /// A part has a line break or another character that cannot be seen, or has nothing else.
    #[error("part {part} of the key is empty or has a line break or a control character in it")]
    Unfit {
        /// Which, from 1.
        part: usize,
    },
    /// The environment has the key, which only the reader can change.
    #[error("the key for {vendor} is set in the environment; change it there")]
    InEnvironment {
        /// Whose.
        vendor: VendorId,
    },
}

impl KeyError {
    /// What the reader is told.
    pub fn to_failure(&self) -> Failure {
        Failure::new(FailureCode::KeyStore, self.to_string())
    }
}

/// A place where keys are kept, in words.
fn name(rung: Rung) -> &'static str {
    match rung {
        Rung::Environment => "environment",
        Rung::Keychain => "system's keychain",
        Rung::KernelKeyring => "kernel's keyring",
        Rung::Memory => "memory of this run",
        Rung::File => "key file",
    }
}
