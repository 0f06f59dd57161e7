//! What the manager rests on: settings and usage, wherever they are kept.

use std::sync::{Mutex, PoisonError};

use coterie_protocol::{Failure, Settings, UsageReport};
use futures::{FutureExt as _, future::BoxFuture};

/// Where settings are kept.
pub trait SettingsStore: Send + Sync {
    /// The settings as they are.
    fn load(&self) -> BoxFuture<'_, Result<Settings, Failure>>;

    /// Keeps settings, if each can be as it is given.
    fn save(&self, settings: Settings) -> BoxFuture<'_, Result<(), Failure>>;
}

/// Where usage is counted.
pub trait UsageSource: Send + Sync {
    /// What was used on so many days, today included.
    fn usage(&self, days: u16) -> BoxFuture<'_, Result<UsageReport, Failure>>;
}

/// Settings of this run.
#[derive(Default)]
pub struct SettingsInMemory(Mutex<Settings>);

impl SettingsStore for SettingsInMemory {
    fn load(&self) -> BoxFuture<'_, Result<Settings, Failure>> {
        let settings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::future::ready(Ok(settings.clone())).boxed()
    }

    fn save(&self, settings: Settings) -> BoxFuture<'_, Result<(), Failure>> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = settings;
        std::future::ready(Ok(())).boxed()
    }
}

/// Usage that nobody counts.
pub struct NothingUsed;

impl UsageSource for NothingUsed {
    fn usage(&self, _days: u16) -> BoxFuture<'_, Result<UsageReport, Failure>> {
        std::future::ready(Ok(UsageReport::default())).boxed()
    }
}
