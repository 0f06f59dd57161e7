//! How long things may take: data from `timeouts.toml`.

use std::{sync::LazyLock, time::Duration};

use serde::Deserialize;

const SOURCE: &str = include_str!("timeouts.toml");

static TIMEOUTS: LazyLock<Timeouts> = LazyLock::new(|| {
    // A test sees to it that the file is whole; nothing waits for ever if it is not.
    toml::from_str(SOURCE).unwrap_or(Timeouts {
        connect: 10,
        total: 1800,
        cloud: USUAL,
        this_machine: USUAL,
    })
});

const USUAL: Row = Row {
    first_byte: 60,
    idle: 60,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Timeouts {
    connect: u64,
    total: u64,
    cloud: Row,
    this_machine: Row,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    first_byte: u64,
    idle: u64,
}

/// How long a connection may take to be made.
pub fn connect() -> Duration {
    Duration::from_secs(TIMEOUTS.connect)
}

/// How long a whole answer may take.
pub fn total() -> Duration {
    Duration::from_secs(TIMEOUTS.total)
}

/// How long an answer may keep us waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until its first byte.
    pub first_byte: Duration,
    /// Between two bytes; keep-alive comments count.
    pub idle: Duration,
}

impl Patience {
    /// That with vendors.
    pub fn cloud() -> Self {
        TIMEOUTS.cloud.into()
    }

    /// That with what runs on this machine.
    pub fn this_machine() -> Self {
        TIMEOUTS.this_machine.into()
    }
}

impl From<Row> for Patience {
    fn from(row: Row) -> Self {
        Self {
            first_byte: Duration::from_secs(row.first_byte),
            idle: Duration::from_secs(row.idle),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole_and_contradicts_itself_nowhere() {
        let timeouts: Timeouts = toml::from_str(SOURCE).unwrap();
        for row in [timeouts.cloud, timeouts.this_machine] {
            assert!(timeouts.connect <= row.first_byte);
            assert!(row.first_byte < timeouts.total && row.idle < timeouts.total);
        }
        assert!(timeouts.cloud.first_byte < timeouts.this_machine.first_byte);
    }
}
