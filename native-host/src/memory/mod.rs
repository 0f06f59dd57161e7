//! What is kept: settings, the ledger of calls, ratings and habits, and what hosts must know of
//! each other.
//!
//! All of it is in one SQLite file, shared by every host of this reader; see [`Database`].

mod clock;
mod database;
mod habits;
mod ledger;
mod migrations;
mod money;
mod ratings;
pub mod settings;

pub use clock::{Clock, Timestamp};
pub use database::{Database, DatabaseError, Notice};
pub use habits::{Circumstances, Ground, Habit, Habits, Lean};
pub use ledger::{Call, CallKind, CallOutcome, Ledger, Period, RequestNumber};
pub(crate) use ledger::{insert, sums};
pub use money::Money;
pub use ratings::{Rating, Ratings};
