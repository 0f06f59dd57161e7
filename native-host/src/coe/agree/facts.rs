//! Key facts of prose: its numbers, dates and names; where it has none, its content words.

use std::collections::BTreeSet;

use super::number;

/// Shorter words say little about the content.
const SHORTEST_WORD: usize = 4;

/// What a text states that another may state too.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    facts: BTreeSet<String>,
    words: BTreeSet<String>,
}

impl Facts {
    pub(super) fn of(text: &str) -> Self {
        let mut facts = BTreeSet::new();
        let numbers = number::numbers(text).into_iter();
        facts.extend(numbers.map(|number| format!("#{number}")));
        facts.extend(names(text));
        Self {
            facts,
            words: words(text),
        }
    }

    /// Share of facts in common (Jaccard); of the content words, where neither has facts. Words
    /// are worth less, so that their share counts by its root: two ways of saying the same share
    /// about a third.
    pub(super) fn similarity(&self, other: &Self) -> f64 {
        if self.facts.is_empty() && other.facts.is_empty() {
            return jaccard(&self.words, &other.words).sqrt();
        }
        jaccard(&self.facts, &other.facts)
    }
}

fn jaccard(one: &BTreeSet<String>, other: &BTreeSet<String>) -> f64 {
    let common = one.intersection(other).count();
    let all = one.len() + other.len() - common;
    if all == 0 {
        1.0
    } else {
        common as f64 / all as f64
    }
}

/// Words with a capital that do not begin a sentence, and words all in capitals, in lower case.
fn names(text: &str) -> impl Iterator<Item = String> {
    let mut begins = true;
    text.split_whitespace().filter_map(move |written| {
        let first = begins;
        begins = written.ends_with(['.', '!', '?', ':', '。', '！', '？'])
            || written == "-"
            || written == "*";
        let word = written.trim_matches(|it: char| !it.is_alphanumeric());
        let word = word
            .strip_suffix("'s")
            .or(word.strip_suffix("’s"))
            .unwrap_or(word);
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        let capitals = word.chars().filter(|it| it.is_uppercase()).count();
        let long = word.chars().count() > 1;
        (long && capital && (!first || capitals > 1)).then(|| word.to_lowercase())
    })
}

/// Content words in lower case; of scripts without spaces pairs of characters.
fn words(text: &str) -> BTreeSet<String> {
    let lower = text.to_lowercase();
    let mut found = BTreeSet::new();
    for word in lower.split(|it: char| !it.is_alphanumeric()) {
        let letters: Vec<char> = word.chars().collect();
        if letters.iter().any(|it| *it as u32 >= 0x2e80) {
            found.extend(letters.windows(2).map(|pair| pair.iter().collect()));
        } else if letters.len() >= SHORTEST_WORD {
            found.insert(word.to_owned());
        }
    }
    if found.is_empty() {
        found.extend(lower.split_whitespace().map(str::to_owned));
    }
    found
}
