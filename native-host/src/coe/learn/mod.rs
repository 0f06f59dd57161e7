//! Getting better: from outcomes and what the reader does to how good each expert is held to be.
//!
//! Pure: [`Ratings`] come from rows and give rows, which somebody else keeps; [`panels`] come from
//! recorded outcomes.

mod features;
mod linear;
mod outcomes;
mod ratings;
mod signals;

pub use self::{
    features::{Blend, Encoder},
    linear::{Design, Linear, Sparse},
    outcomes::{Outcome, panels},
    ratings::{About, Estimate, RatingRow, Ratings},
    signals::{Signal, SignalKind},
};

#[cfg(test)]
mod tests;
