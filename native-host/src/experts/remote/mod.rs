//! Experts that are reached over HTTP, whatever dialect they speak: one transport for all of them.

mod auth;
mod call;
mod exchange;
mod expert;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod recorded;
mod refusal;
mod retry_after;
#[cfg(test)]
mod tests;
mod vendor_codes;

pub(in crate::experts) use auth::{Utc, hex};
pub use call::call;
pub use exchange::{Exchange, Job, MOST_OF_A_PAGE, Moment, Outgoing, RULES, USUAL_CONTEXT};
pub use expert::Remote;
pub(in crate::experts) use refusal::{in_answer, in_stream};
