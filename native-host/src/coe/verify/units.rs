//! Units and currencies: a number has the one that it has in the source.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use super::{
    Check, Finding, Severity,
    finding::quoted,
    numbers::{Amounts, Number},
    scene::{Scene, Side},
};
use crate::page::is_unspaced;

const SOURCE: &str = include_str!("units.toml");

static TABLE: LazyLock<BTreeMap<String, Row>> =
    LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

/// How a unit is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default)]
    symbols: Vec<String>,
    #[serde(default)]
    before: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
}

/// The unit of a number and how much of the text names it; nothing if it has none that is known.
fn unit(text: &str, number: &Number) -> Option<&'static str> {
    let after = text.get(number.span.end..)?;
    let after = after.strip_prefix(['-', '‑', '–']).unwrap_or(after);
    let after = after.trim_start_matches([' ', '\u{a0}', '\u{202f}', '\u{2009}']);
    // "5 million de dollars", "3 Millionen US-Dollar"
    let after = after
        .strip_prefix("de ")
        .or_else(|| after.strip_prefix("d’"))
        .unwrap_or(after);
    let lower: String = after
        .chars()
        .take(24)
        .flat_map(char::to_lowercase)
        .collect();
    let before = text.get(..number.span.start)?.trim_end();
    let ends = |form: &str| {
        let rest = &after[form.len()..];
        let letter = form
            .chars()
            .next_back()
            .is_some_and(|c| c.is_alphabetic() && !is_unspaced(c) && !is_hangul(c));
        !(letter && rest.starts_with(char::is_alphanumeric))
    };
    let length = |row: &Row| {
        let symbols = row
            .symbols
            .iter()
            .filter(|form| after.starts_with(form.as_str()) && ends(form));
        let words = row
            .words
            .iter()
            .filter(|form| lower.starts_with(form.as_str()));
        let before = row
            .before
            .iter()
            .filter(|form| before.ends_with(form.as_str()));
        symbols.chain(words).chain(before).map(String::len).max()
    };
    let found = TABLE
        .iter()
        .filter_map(|(name, row)| Some((length(row)?, name.as_str())));
    found
        .max_by_key(|(length, _)| *length)
        .map(|(_, name)| name)
}

fn is_hangul(character: char) -> bool {
    matches!(character, '\u{ac00}'..='\u{d7a3}')
}

/// Numbers that have another unit in the answer.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pair in scene.pairs() {
        let (source, answer) = (pair.text(Side::Source), pair.text(Side::Answer));
        let before = Amounts::of(source, scene.source_language).numbers;
        let after = Amounts::of(answer, Some(scene.language)).numbers;
        for number in &before {
            let Some(wanted) = unit(source, number) else {
                continue;
            };
            let same: Vec<&Number> = after.iter().filter(|other| other.agrees(number)).collect();
            // A number that stands there twice may have two units.
            let twice = before.iter().filter(|other| other.agrees(number)).count() > 1;
            let units: Vec<_> = same
                .iter()
                .filter_map(|number| unit(answer, number))
                .collect();
            let [only] = same.as_slice() else { continue };
            if twice || units.is_empty() || units.contains(&wanted) || confused(wanted, units[0]) {
                continue;
            }
            let what = format!(
                "{} became {}",
                quoted(&source[number.span.clone()]),
                format_args!("{} instead of {wanted}", units[0])
            );
            findings.push(
                Finding::new(Check::Units, Severity::Blocking, what).at(pair.in_answer(&only.span)),
            );
        }
    }
    findings
}

/// Units that share a word in some language.
fn confused(one: &str, other: &str) -> bool {
    const SHARED: [[&str; 2]; 7] = [
        ["pound_money", "pound_weight"],
        ["mile", "metre"],
        ["month", "minute"],
        ["minute", "metre"],
        ["tonne", "gram"],
        ["hour", "day"],
        ["week", "day"],
    ];
    SHARED
        .iter()
        .any(|pair| pair.contains(&one) && pair.contains(&other))
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[test]
    fn the_table_is_well_formed() {
        let table: BTreeMap<String, Row> = toml::from_str(SOURCE).unwrap();
        assert!(table.len() > 20);
        for (unit, row) in &table {
            for word in &row.words {
                assert_eq!(*word, word.to_lowercase(), "{unit}");
            }
        }
    }

    #[track_caller]
    fn check(from: &str, source: &str, to: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::Units], from, source, to, answer);
        assert_eq!(found.len(), expected, "{answer}: {found:?}");
    }

    #[test]
    fn a_number_keeps_its_unit() {
        check(
            "en",
            "It costs $5 and weighs 3 kg.",
            "de",
            "Es kostet 5 Dollar und wiegt 3 kg.",
            0,
        );
        check("en", "It costs $5.", "de", "Es kostet 5 Euro.", 1);
        check("en", "It is 40 miles away.", "zh", "距离40公里。", 1);
        check(
            "en",
            "It is 40 miles (64 km) away.",
            "zh",
            "距离40英里（64公里）。",
            0,
        );
        check(
            "en",
            "Prices rose 7 percent.",
            "ja",
            "物価は7％上がった。",
            0,
        );
        check(
            "en",
            "It earned $3 million.",
            "fr",
            "Il a gagné 3 millions de dollars.",
            0,
        );
    }
}
