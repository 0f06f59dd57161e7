//! What a call may take, before it is made.

use std::sync::Arc;

use coterie_protocol::{Action, Usage};

use super::backstage::Estimate;
use crate::experts::{
    Expert, Task,
    prompts::estimate_tokens,
    remote::{MOST_OF_A_PAGE, RULES},
};

/// An answer that condenses or replies is taken to be at most so long, in tokens.
const SHORT_ANSWER: u64 = 2_000;

/// One that writes at length.
const LONG_ANSWER: u64 = 4_000;

impl Estimate {
    /// What this expert may take for a task, at most.
    pub fn of(expert: &Arc<dyn Expert>, task: &Task) -> Self {
        let input_tokens = input(task);
        let output_tokens = output(task, input_tokens);
        Self::with(expert, input_tokens, output_tokens)
    }

    /// The same for a step that takes the results of so many earlier ones, none of which is there
    /// yet.
    pub(super) fn taking(expert: &Arc<dyn Expert>, task: &Task, results: usize) -> Self {
        let results = u64::try_from(results).unwrap_or(u64::MAX);
        let input_tokens = input(task) + results.saturating_mul(SHORT_ANSWER);
        let output_tokens = output(task, input_tokens);
        Self::with(expert, input_tokens, output_tokens)
    }

    fn with(expert: &Arc<dyn Expert>, input_tokens: u64, output_tokens: u64) -> Self {
        let usage = Usage {
            input_tokens,
            cached_tokens: 0,
            output_tokens,
        };
        Self {
            input_tokens,
            output_tokens,
            cost: expert.cost(usage),
        }
    }
}

fn input(task: &Task) -> u64 {
    let paragraphs = task.article.paragraphs.iter();
    let page: usize = paragraphs.map(|each| estimate_tokens(&each.text)).sum();
    let turns = task.conversation.iter();
    let said: usize = turns.map(|turn| estimate_tokens(&turn.text)).sum();
    let handed: usize = task
        .handed
        .iter()
        .map(|each| estimate_tokens(&each.text))
        .sum();
    let passage = task.passage.as_deref().map_or(0, estimate_tokens);
    let all = page.min(MOST_OF_A_PAGE) + passage + said + handed + RULES;
    u64::try_from(all).unwrap_or(u64::MAX)
}

fn output(task: &Task, input_tokens: u64) -> u64 {
    match task.action {
        Action::Translate => input_tokens.saturating_mul(2),
        Action::Expand | Action::Write | Action::Code | Action::Rewrite | Action::Proofread => {
            LONG_ANSWER.max(input_tokens.saturating_mul(2))
        }
        _ => SHORT_ANSWER,
    }
}
