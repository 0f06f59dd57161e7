//! The settings page: keys, models, the reader's own addresses, what matters, limits, and what was
//! used. What it does is decided in `state`, as for the panel; the rest shows it.

mod app;
mod own;
mod page;
mod spending;
mod state;
#[cfg(test)]
mod tests;
mod usage;
mod vendor;

pub use app::Counter;
pub use page::page;
use state::{Command, Desk, Part, Said};
