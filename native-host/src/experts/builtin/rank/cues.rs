//! The table of cue phrases, read once when it is first needed.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use crate::page::is_unspaced;

/// Phrases by language, as the table is written.
type Lists = HashMap<String, Vec<String>>;

#[derive(Deserialize)]
struct File {
    purpose: Lists,
    result: Lists,
    aside: Lists,
}

/// Phrases ready to be looked for: those of spaced languages stand between spaces.
#[derive(Debug, Default)]
struct Table {
    purpose: Vec<String>,
    result: Vec<String>,
    aside: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test parses the same file, so the empty table is never seen.
    parse(include_str!("cues.toml")).unwrap_or_default()
});

fn parse(text: &str) -> Result<Table, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    Ok(Table {
        purpose: padded(file.purpose),
        result: padded(file.result),
        aside: padded(file.aside),
    })
}

fn padded(lists: Lists) -> Vec<String> {
    let phrases = lists.into_values().flatten();
    phrases.map(|phrase| spread(&phrase)).collect()
}

/// A text in lower case whose words stand between single spaces; unspaced scripts stay as they are.
pub fn spread(text: &str) -> String {
    if text.chars().any(is_unspaced) {
        return text.to_lowercase();
    }
    let mut spread = String::with_capacity(text.len() + 2);
    spread.push(' ');
    for character in text.chars().flat_map(char::to_lowercase) {
        let kept = if character.is_alphanumeric() {
            character
        } else {
            ' '
        };
        if kept != ' ' || !spread.ends_with(' ') {
            spread.push(kept);
        }
    }
    if !spread.ends_with(' ') {
        spread.push(' ');
    }
    spread
}

/// Which cues a sentence has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cues {
    /// It says what the text is about.
    pub purpose: bool,
    /// It says what it comes to.
    pub result: bool,
    /// It is a detail or an aside.
    pub aside: bool,
}

impl Cues {
    /// The cues of a sentence.
    pub fn of(sentence: &str) -> Self {
        let sentence = spread(sentence);
        let has = |phrases: &[String]| phrases.iter().any(|phrase| sentence.contains(phrase));
        Self {
            purpose: has(&TABLE.purpose),
            result: has(&TABLE.result),
            aside: has(&TABLE.aside),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table = parse(include_str!("cues.toml")).expect("cues.toml");
        for phrase in table
            .purpose
            .iter()
            .chain(&table.result)
            .chain(&table.aside)
        {
            assert_eq!(*phrase, phrase.to_lowercase());
            assert!(!phrase.trim().is_empty());
        }
    }

    #[test]
    fn cues_are_whole_words_or_chinese_phrases() {
        assert!(Cues::of("Here, we PROPOSE: a bridge.").purpose);
        assert!(Cues::of("本文讨论河流。").purpose);
        assert!(Cues::of("For example, rivers.").aside);
        assert_eq!(Cues::of("Novelists decode rivers."), Cues::default());
    }
}
