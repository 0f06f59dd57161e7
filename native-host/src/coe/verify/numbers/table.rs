//! Words for numbers: data from `numerals.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::LanguageTag;
use serde::Deserialize;

use crate::page::is_unspaced;

const SOURCE: &str = include_str!("../numerals.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    scale: Scales,
    language: BTreeMap<String, Numerals>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Scales {
    words: BTreeMap<String, Vec<f64>>,
    stems: BTreeMap<String, Vec<f64>>,
    glued: BTreeMap<String, Vec<f64>>,
    not_before: Vec<String>,
}

/// How a language writes numbers in words.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numerals {
    /// Whether the words may be parts of longer ones, as where words are inflected or joined.
    pub inside: bool,
    /// The words for a value.
    pub values: BTreeMap<String, Vec<String>>,
}

impl Numerals {
    /// Those of a language, if the table has them.
    pub fn of(language: &LanguageTag) -> Option<&'static Self> {
        TABLE.language.get(&language.primary())
    }

    /// The words for a value.
    pub fn words(&self, value: f64) -> &[String] {
        let key = format!("{value}");
        self.values.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// The factors of the words of scale with which a text begins, after at most one space, and how
/// many bytes they take.
pub fn scale_at(text: &str) -> Option<(Vec<f64>, usize)> {
    let (mut factors, mut taken) = glued(text).or_else(|| spaced(text))?;
    // 100 тысяч миллионов, 千万, mil millones.
    while let Some((more, bytes)) =
        glued_east_asian(&text[taken..]).or_else(|| spaced(&text[taken..]))
    {
        factors = factors
            .iter()
            .flat_map(|one| more.iter().map(move |other| one * other))
            .collect();
        taken += bytes;
    }
    Some((factors, taken))
}

/// A word of scale that is written onto the number.
fn glued(text: &str) -> Option<(Vec<f64>, usize)> {
    glued_east_asian(text).or_else(|| {
        let (form, factors) = TABLE.scale.glued.iter().find(|(form, _)| {
            form.is_ascii()
                && text.starts_with(form.as_str())
                && !text[form.len()..].starts_with(char::is_alphanumeric)
        })?;
        Some((factors.clone(), form.len()))
    })
}

fn glued_east_asian(text: &str) -> Option<(Vec<f64>, usize)> {
    let first = text
        .chars()
        .next()
        .filter(|character| !character.is_ascii())?;
    if TABLE
        .scale
        .not_before
        .iter()
        .any(|form| text.starts_with(form))
    {
        return None;
    }
    let factors = TABLE
        .scale
        .glued
        .get(first.encode_utf8(&mut [0; 4]) as &str)?;
    Some((factors.clone(), first.len_utf8()))
}

/// A word of scale after a space, or after none.
fn spaced(text: &str) -> Option<(Vec<f64>, usize)> {
    let trimmed = text
        .strip_prefix([' ', '\u{a0}', '\u{202f}', '-'])
        .unwrap_or(text);
    let word: &str = trimmed
        .split(|character: char| !character.is_alphabetic() || is_unspaced(character))
        .next()
        .filter(|word| !word.is_empty())?;
    let lower = word.to_lowercase();
    let factors = TABLE.scale.words.get(&lower).or_else(|| {
        let mut stems = TABLE.scale.stems.iter();
        stems
            .find(|(stem, _)| lower.starts_with(stem.as_str()))
            .map(|(_, factors)| factors)
    })?;
    Some((factors.clone(), text.len() - trimmed.len() + word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        let table: Table = toml::from_str(SOURCE).unwrap();
        for (language, numerals) in &table.language {
            for (value, words) in &numerals.values {
                let number: f64 = value.parse().unwrap();
                assert_eq!(format!("{number}"), *value, "{language}");
                for word in words {
                    assert_eq!(*word, word.to_lowercase(), "{language}");
                }
            }
        }
        let scales = table.scale.words.iter().chain(&table.scale.stems);
        for (word, factors) in scales.chain(&table.scale.glued) {
            assert!(factors.iter().all(|factor| *factor >= 1.0), "{word}");
        }
    }
}
