//! Experts: one trait for all of them, whatever they are made of.

mod expert;

pub use expert::{Expert, ExpertError, Item, Items, Task};
