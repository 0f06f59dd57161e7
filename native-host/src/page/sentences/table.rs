//! The table of abbreviations and the like, read once when it is first needed.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

/// The data as it is written: lists by language.
type Lists = HashMap<String, Vec<String>>;

#[derive(Deserialize)]
struct File {
    announcing: Lists,
    before_number: Lists,
    either: Lists,
    starters: Lists,
    after_ordinal: Lists,
    after_speech: Lists,
}

/// What the table says, the languages taken together: a page often quotes another language, and a
/// wrong join costs little.
#[derive(Default)]
pub struct Table {
    /// Abbreviations that never end a sentence.
    pub announcing: HashSet<String>,
    /// Abbreviations that do not end a sentence before a number.
    pub before_number: HashSet<String>,
    /// Abbreviations that may end a sentence.
    pub either: HashSet<String>,
    /// Words that often begin a sentence.
    pub starters: HashSet<String>,
    /// Words that follow an ordinal number.
    pub after_ordinal: HashSet<String>,
    /// How a sentence goes on after speech.
    pub after_speech: Vec<String>,
}

/// The table.
pub static TABLE: LazyLock<Table> = LazyLock::new(|| {
    parse(include_str!("breaks.toml"))
        // The test below parses the same file, so this default is never seen.
        .unwrap_or_default()
});

fn parse(text: &str) -> Result<Table, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    let merged = |lists: Lists| lists.into_values().flatten();
    Ok(Table {
        announcing: merged(file.announcing).collect(),
        before_number: merged(file.before_number).collect(),
        either: merged(file.either).collect(),
        starters: merged(file.starters).collect(),
        after_ordinal: merged(file.after_ordinal).collect(),
        after_speech: merged(file.after_speech).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table = parse(include_str!("breaks.toml")).expect("breaks.toml");
        let words = [&table.announcing, &table.before_number, &table.either];
        for word in words.into_iter().flatten() {
            assert_eq!(*word, word.to_lowercase());
            assert!(!word.ends_with('.'), "{word}");
        }
        assert!(table.starters.contains("the"));
    }
}
