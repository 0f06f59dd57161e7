//! What a sentence tells, by its marks: the table `marks.toml`, figures and names.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use super::super::rank::spread;
use crate::page::is_unspaced;

/// Phrases by language, as the table is written.
type Lists = HashMap<String, Vec<String>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    definition: Lists,
    cause: Lists,
    question: Lists,
}

/// Phrases ready to be looked for, the longest first.
#[derive(Debug, Default)]
struct Table {
    definition: Vec<String>,
    cause: Vec<String>,
    question: Vec<String>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test parses the same file, so the empty table is never seen.
    parse(include_str!("marks.toml")).unwrap_or_default()
});

fn parse(text: &str) -> Result<Table, toml::de::Error> {
    let file: File = toml::from_str(text)?;
    let ready = |lists: Lists| {
        let mut phrases: Vec<_> = lists
            .into_values()
            .flatten()
            .map(|phrase| spread(&phrase))
            .collect();
        phrases.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        phrases
    };
    Ok(Table {
        definition: ready(file.definition),
        cause: ready(file.cause),
        question: ready(file.question),
    })
}

/// What a sentence tells, in the order in which a reader wants to know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What something is.
    Definition,
    /// Why, or what came of it.
    Cause,
    /// How much, how many, when.
    Number,
    /// Who and where.
    Name,
    /// Anything else.
    Detail,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 5] = [
        Self::Definition,
        Self::Cause,
        Self::Number,
        Self::Name,
        Self::Detail,
    ];

    /// What a sentence tells. `about` are the words that it was chosen for: a sentence defines
    /// something only if it begins with one of them, give or take an article.
    pub fn of(sentence: &str, about: &str) -> Self {
        let text = spread(sentence);
        let has = |phrases: &[String]| phrases.iter().any(|phrase| text.contains(phrase));
        if has(&TABLE.definition) && opens_with(sentence, about) {
            Self::Definition
        } else if has(&TABLE.cause) {
            Self::Cause
        } else if has_number(sentence) {
            Self::Number
        } else if has_name(sentence) {
            Self::Name
        } else {
            Self::Detail
        }
    }
}

/// What a question or passage is about: its words without those that say nothing by themselves.
pub fn subject(question: &str) -> String {
    let mut text = spread(question);
    for phrase in &TABLE.question {
        // Neighbouring words share the space between them, so one pass is not enough.
        while text.contains(phrase.as_str()) {
            text = text.replace(phrase.as_str(), " ");
        }
    }
    text.trim().to_owned()
}

/// Whether the first few words of a sentence have one of these words, or the first few characters
/// two of these characters in a row.
fn opens_with(sentence: &str, about: &str) -> bool {
    const OPENING: usize = 5;
    let about = about.to_lowercase();
    if sentence.chars().any(is_unspaced) {
        let opening: Vec<char> = sentence.chars().take(3 * OPENING).collect();
        return opening
            .windows(2)
            .any(|pair| about.contains(&String::from_iter(pair)));
    }
    let words: Vec<_> = about
        .split(|letter: char| !letter.is_alphanumeric())
        .collect();
    let opening = sentence.split_whitespace().take(OPENING).map(|word| {
        let plain = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        plain.to_lowercase()
    });
    opening
        .filter(|word| word.chars().count() > 3)
        .any(|word| words.contains(&word.as_str()))
}

fn has_number(sentence: &str) -> bool {
    const IN_WORDS: [&str; 4] = ["百分之", "世纪", "世紀", "年代"];
    sentence.chars().any(char::is_numeric) || IN_WORDS.iter().any(|word| sentence.contains(word))
}

/// A capital letter that does not begin the sentence, or a title in Chinese marks.
fn has_name(sentence: &str) -> bool {
    let begins_with_capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let capitals = sentence
        .split_whitespace()
        .skip(1)
        .filter(|word| word.chars().count() > 1);
    capitals.clone().any(begins_with_capital) || sentence.contains('《')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table = parse(include_str!("marks.toml")).expect("marks.toml");
        assert!(!table.definition.is_empty() && !table.cause.is_empty());
        assert!(
            table
                .question
                .iter()
                .all(|phrase| !phrase.trim().is_empty())
        );
    }

    #[test]
    fn a_sentence_tells_what_its_marks_say() {
        for (sentence, about, kind) in [
            ("A lens is a set of rings.", "the lens", Kind::Definition),
            ("杀青是指用高温破坏氧化酶的工序。", "杀青", Kind::Definition),
            ("It failed because it rained.", "rain", Kind::Cause),
            ("因为水太烫，茶汤变黄。", "茶汤", Kind::Cause),
            ("It weighed 2 tonnes.", "weight", Kind::Number),
            ("They met in Paris.", "meeting", Kind::Name),
            ("They met again.", "meeting", Kind::Detail),
        ] {
            assert_eq!(Kind::of(sentence, about), kind, "{sentence}");
        }
    }

    #[test]
    fn a_question_is_about_what_it_does_not_ask_with() {
        for (question, expected) in [
            ("When was the first lens lit?", "first lens lit"),
            ("泡茶的水温为什么重要？", "泡茶 水温 重要"),
            ("What is it?", ""),
        ] {
            let found = subject(question);
            let words: Vec<_> = found
                .split(|letter: char| !letter.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .collect();
            assert_eq!(words.join(" "), expected, "{question}");
        }
    }
}
