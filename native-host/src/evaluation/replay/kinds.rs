//! What is assumed of tasks and experts: data from `kinds.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

const SOURCE: &str = include_str!("kinds.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test parses the same file, so the empty table is never seen.
    toml::from_str(SOURCE).unwrap_or_default()
});

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    intents: BTreeMap<String, String>,
    per_million_characters: BTreeMap<String, f64>,
    families: BTreeMap<String, String>,
    reasoning: Reasoning,
}

/// When an expert dwarfs the others.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reasoning {
    pub times_dearer: f64,
    pub better: f64,
}

pub(super) fn reasoning() -> Reasoning {
    TABLE.reasoning
}

/// The intent of a task.
pub(super) fn intent(task: &str) -> &'static str {
    longest(&TABLE.intents, task).map_or("answer", |intent| intent.as_str())
}

/// The family of an expert.
pub(super) fn family(expert: &str) -> String {
    let lower = expert.to_ascii_lowercase();
    match longest(&TABLE.families, &lower) {
        Some(family) => family.clone(),
        None => lower.split('-').next().unwrap_or(&lower).to_owned(),
    }
}

/// What an engine is assumed to cost for a text, in dollars.
pub(super) fn assumed_cost(expert: &str, text: &str) -> f64 {
    let price = longest(&TABLE.per_million_characters, expert).copied();
    price.unwrap_or(0.0) * text.chars().count() as f64 / 1e6
}

/// The value of the longest key that a name starts with.
fn longest<'a, V>(table: &'a BTreeMap<String, V>, name: &str) -> Option<&'a V> {
    let fits = table
        .iter()
        .filter(|(key, _)| name.starts_with(key.as_str()));
    fits.max_by_key(|(key, _)| key.len())
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table: Table = toml::from_str(SOURCE).expect("kinds.toml");
        assert!(
            table
                .per_million_characters
                .values()
                .all(|price| *price > 0.0)
        );
        assert!(table.reasoning.times_dearer > 1.0 && table.reasoning.better > 0.0);
    }

    #[test]
    fn the_longest_start_decides() {
        assert_eq!((intent("gsm8k"), intent("anatomy")), ("math", "answer"));
        assert_eq!(family("gpt-4o-mini"), family("o1-mini"));
        assert_eq!(family("bergamot-tiny"), family("bergamot-base"));
        assert_ne!(family("gemini-1.5-pro"), family("google"));
        assert_eq!(family("deepseek-v2.5"), "deepseek");
        assert!((assumed_cost("google", "abcde") - 1e-4).abs() < 1e-12);
        assert_eq!(assumed_cost("opusmt", "abcde"), 0.0);
    }
}
