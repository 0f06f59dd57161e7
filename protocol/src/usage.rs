//! What was used and spent, out of the ledger.

use serde::{Deserialize, Serialize};

use crate::{Cost, ExpertId};

/// What was used in a span of days.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct UsageReport {
    /// One line a day and expert, the newest day first.
    pub lines: Vec<UsageLine>,
    /// Spent today, in each currency.
    pub today: Vec<Cost>,
    /// Spent this month, in each currency.
    pub month: Vec<Cost>,
}

/// What one expert was used for on one day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UsageLine {
    /// The day in the reader's time zone, as `2026-11-23`.
    pub day: String,
    /// The vendor's name as shown.
    pub vendor: String,
    /// The expert.
    pub expert: ExpertId,
    /// How often it was asked.
    pub calls: u32,
    /// How often it failed.
    pub failures: u32,
    /// Tokens sent, where reported or estimated.
    pub input_tokens: u64,
    /// Tokens received, where reported or estimated.
    pub output_tokens: u64,
    /// Money spent; unknown where a price or the tokens are.
    pub cost: Option<Cost>,
    /// Whether some of these figures are estimates.
    pub estimated: bool,
}
