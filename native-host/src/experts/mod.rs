//! Experts: one trait for all of them, whatever they are made of, and the roster of those at hand.

mod expert;
mod roster;
#[cfg(test)]
pub(crate) mod scripted;
pub mod stream;

pub use expert::{Expert, ExpertError, Item, Items, Task};
pub use roster::{Roster, Search};
