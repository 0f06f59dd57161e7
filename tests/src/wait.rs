//! Waiting for a condition instead of for a time.

use std::{
    thread,
    time::{Duration, Instant},
};

use thiserror::Error;

/// How long to wait for what should come soon: generous, for slow machines under load.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(15);

/// A condition did not come about.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what} did not come about within {waited:?}")]
pub struct TimedOut {
    /// What was waited for.
    pub what: String,
    /// For how long.
    pub waited: Duration,
}

/// Probes until there is a value.
///
/// # Errors
/// What the probe returns as an error, at once; [`TimedOut`] when patience ends.
pub fn until<T, E: From<TimedOut>>(
    what: &str,
    patience: Duration,
    mut probe: impl FnMut() -> Result<Option<T>, E>,
) -> Result<T, E> {
    let start = Instant::now();
    loop {
        if let Some(value) = probe()? {
            return Ok(value);
        }
        if start.elapsed() > patience {
            let (what, waited) = (what.to_owned(), patience);
            return Err(E::from(TimedOut { what, waited }));
        }
        thread::sleep(PAUSE);
    }
}
