//! What the manager rests on: settings and usage, wherever they are kept.

use std::sync::{Mutex, PoisonError};

use coterie_protocol::{Failure, FailureCode, Settings, UsageReport};
use futures::{FutureExt as _, future::BoxFuture};

use crate::memory::{
    Database, DatabaseError, Ledger,
    settings::{self, SettingsError},
};

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

impl SettingsStore for Database {
    fn load(&self) -> BoxFuture<'_, Result<Settings, Failure>> {
        async { settings::load(self).await.map_err(|error| broken(&error)) }.boxed()
    }

    fn save(&self, settings: Settings) -> BoxFuture<'_, Result<(), Failure>> {
        async move {
            let saved = settings::save(self, &settings).await;
            saved.map_err(|error| match error {
                SettingsError::Refused { .. } => {
                    Failure::new(FailureCode::BadSetting, error.to_string())
                }
                SettingsError::Database(error) => broken(&error),
            })
        }
        .boxed()
    }
}

impl UsageSource for Ledger {
    fn usage(&self, days: u16) -> BoxFuture<'_, Result<UsageReport, Failure>> {
        async move {
            let usage = Self::usage(self, days).await;
            usage.map_err(|error| broken(&error))
        }
        .boxed()
    }
}

fn broken(error: &DatabaseError) -> Failure {
    Failure::new(FailureCode::Internal, error.to_string())
}
