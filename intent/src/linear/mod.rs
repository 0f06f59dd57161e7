//! Linear models over hashed features: which features are kept, how weights are fitted, and how they
//! are kept in 8 bits.

mod quantized;
mod solve;
mod sparse;
mod table;

pub use quantized::{Head, log_softmax};
pub use solve::{Example, Fit, Weights, fit};
pub use sparse::{Matrix, Row};
pub use table::{Table, TableBuilder};
