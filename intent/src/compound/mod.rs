//! Compound requests: where their parts begin, in which order they are done, and what each takes from
//! which.

mod candidates;
mod context;
mod order;
mod segment;
mod sources;

pub use candidates::{Candidate, candidates, canonical};
pub use context::{Context, Labels, best, surroundings};
pub use order::order;
pub use segment::{Costs, Follows, Found, Scored, contexts, segment};
pub use sources::sources;
