//! Reads what a typed request wants.
pub mod evaluation;
pub mod features;
mod judgement;
mod label;
pub mod linear;
pub mod model;
pub mod text;
pub mod training;
pub use label::{Field, Label, TargetLabel, UnknownName};
pub mod compound;
mod parameters;
mod reader;
mod reading;
pub use reader::Reader;
pub use reading::{LengthWish, Parameters, Part, Presence, Prior, Reading};
