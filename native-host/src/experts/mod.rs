//! Experts: one trait for all of them, whatever they are made of, and the roster of those at hand.

mod address;
mod base_url;
pub mod builtin;
pub mod catalog;
mod decision;
pub mod dialects;
pub mod discovery;
mod expert;
pub mod governor;
pub mod health;
pub mod prompts;
pub mod remote;
mod roster;
#[cfg(test)]
pub(crate) mod scripted;
mod secret;
pub mod stream;
mod vendors;

pub use address::Reach;
pub use base_url::{BaseUrl, BaseUrlError};
pub(crate) use builtin::each_term;
pub use catalog::{Skill, Skills};
pub use decision::{Decision, LONGEST_WAIT, MOST_RETRIES};
pub use expert::{Expert, ExpertError, Handed, HandedKind, Item, Items, Metadata, Task};
pub use roster::{Roster, Search};
pub use secret::Secret;
pub use vendors::{Values, Vendors, own_id};
