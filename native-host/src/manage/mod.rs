//! What the settings page and the terminal ask for besides answers: vendors, keys, settings, usage.

mod checkup;
mod manager;
mod order;
mod stores;
#[cfg(test)]
mod tests;

pub use checkup::{Checkup, Knock};
pub use manager::Manager;
pub use order::Order;
pub use stores::{NothingUsed, SettingsInMemory, SettingsStore, UsageSource};
