//! Dates: months and days of the week are those of the source. Days and years are numbers, which
//! have a check of their own.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::LanguageTag;
use serde::Deserialize;

use super::{
    Check, Finding, Severity,
    numbers::{digit, numbers},
    scene::{Scene, Side},
};
use crate::page::is_unspaced;

const SOURCE: &str = include_str!("calendars.toml");

static TABLE: LazyLock<BTreeMap<String, Row>> =
    LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

/// How a language names months, from January, and days, from Monday. With `*` a beginning.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    months: Vec<Vec<String>>,
    days: Vec<Vec<String>>,
    /// Whether names stand inside words.
    #[serde(default)]
    inside: bool,
}

/// A month beside a number is one; a word alone may be another: `may`, `march`. In bytes.
const BESIDE: usize = 8;

/// The months and days that a text names, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Calendar {
    /// Every month that may be meant.
    months: u16,
    /// Those that are meant for certain.
    dated: u16,
    days: u8,
}

impl Calendar {
    /// Reads a text in a language.
    pub(super) fn of(text: &str, language: Option<&LanguageTag>) -> Self {
        let mut calendar = Self::default();
        calendar.read_numbers(text);
        if let Some(row) = language.and_then(|language| TABLE.get(&language.primary())) {
            calendar.read_names(text, row);
        }
        calendar
    }

    /// Whether a month, from 1, may be meant.
    pub(super) fn has_month(self, month: f64) -> bool {
        (1..=12_u8).any(|number| f64::from(number) == month && self.months & bit(number) != 0)
    }

    fn read_numbers(&mut self, text: &str) {
        for number in numbers(text).into_iter().filter(|number| number.as_month) {
            let month = (1..=12_u8).find(|month| f64::from(*month) == number.plain);
            let Some(month) = month else { continue };
            self.months |= bit(month);
            if text[number.span.end..]
                .trim_start()
                .starts_with(['月', '월'])
            {
                self.dated |= bit(month);
            }
        }
        const MONTHS: [&str; 12] = [
            "一月",
            "二月",
            "三月",
            "四月",
            "五月",
            "六月",
            "七月",
            "八月",
            "九月",
            "十月",
            "十一月",
            "十二月",
        ];
        for (name, month) in MONTHS.iter().zip(1_u8..) {
            if text.contains(name) {
                self.months |= bit(month);
            }
        }
    }

    fn read_names(&mut self, text: &str, row: &Row) {
        let lower = text.to_lowercase();
        let words = words(&lower);
        for (names, month) in row.months.iter().zip(1_u8..) {
            for (start, end) in places(&lower, &words, names, row.inside) {
                self.months |= bit(month);
                if is_beside_number(&lower, start, end) {
                    self.dated |= bit(month);
                }
            }
        }
        for (names, day) in row.days.iter().zip(0_u8..) {
            if !places(&lower, &words, names, row.inside).is_empty() {
                self.days |= 1 << day;
            }
        }
    }
}

/// Whether a word is the name of a month or a day in any language.
pub(super) fn is_of_calendar(word: &str) -> bool {
    let word = word.to_lowercase();
    let names = |row: &'static Row| row.months.iter().chain(&row.days).flatten();
    TABLE
        .values()
        .flat_map(names)
        .any(|name| match name.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == *name,
        })
}

fn bit(month: u8) -> u16 {
    1 << month
}

/// The words of a text and where they begin.
fn words(text: &str) -> Vec<(usize, &str)> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if character.is_alphabetic() {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            words.push((start, &text[start..at]));
        }
    }
    words
}

fn places(
    text: &str,
    words: &[(usize, &str)],
    names: &[String],
    inside: bool,
) -> Vec<(usize, usize)> {
    if inside {
        let found = names
            .iter()
            .flat_map(|name| text.match_indices(name.as_str()));
        return found.map(|(at, name)| (at, at + name.len())).collect();
    }
    let is = |word: &str| {
        names.iter().any(|name| match name.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == name,
        })
    };
    words
        .iter()
        .filter(|(_, word)| is(word))
        .map(|(at, word)| (*at, at + word.len()))
        .collect()
}

fn is_beside_number(text: &str, start: usize, end: usize) -> bool {
    let before = text[text.floor_char_boundary(start.saturating_sub(BESIDE))..start].chars();
    let after = text[end..text.floor_char_boundary(end + BESIDE)].chars();
    let near = |character: char| digit(character).is_some() && !is_unspaced(character);
    before.rev().take(4).any(near) || after.take(4).any(near)
}

/// Months and days of which another took the place.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let known = |language: Option<&LanguageTag>| {
        language.is_some_and(|language| TABLE.contains_key(&language.primary()))
    };
    if !known(scene.source_language) || !known(Some(scene.language)) {
        return findings;
    }
    for pair in scene.pairs() {
        let answer = pair.text(Side::Answer);
        let before = Calendar::of(pair.text(Side::Source), scene.source_language);
        let after = Calendar::of(answer, Some(scene.language));
        let (lost, new) = (before.dated & !after.months, after.dated & !before.months);
        let finding = |severity, what: String| {
            Finding::new(Check::Dates, severity, what).at(pair.in_answer(&(0..answer.len())))
        };
        if lost != 0 && new != 0 {
            let what = format!(
                "month {} of the source became month {}",
                lost.trailing_zeros(),
                new.trailing_zeros()
            );
            findings.push(finding(Severity::Blocking, what));
        } else if lost != 0 {
            let what = format!("month {} of the source is missing", lost.trailing_zeros());
            findings.push(finding(Severity::Marked, what));
        }
        let (lost, new) = (before.days & !after.days, after.days & !before.days);
        if lost != 0 && new != 0 {
            let what = format!(
                "day {} of the week became day {}, from Monday as 1",
                lost.trailing_zeros() + 1,
                new.trailing_zeros() + 1
            );
            findings.push(finding(Severity::Marked, what));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[test]
    fn the_table_is_well_formed() {
        let table: BTreeMap<String, Row> = toml::from_str(SOURCE).unwrap();
        for (language, row) in &table {
            assert!(matches!(row.months.len(), 0 | 12), "{language}");
            assert_eq!(row.days.len(), 7, "{language}");
            for name in row.months.iter().chain(&row.days).flatten() {
                assert_eq!(*name, name.to_lowercase(), "{language}");
            }
        }
    }

    #[track_caller]
    fn check(from: &str, source: &str, to: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::Dates], from, source, to, answer);
        assert_eq!(found.len(), expected, "{answer}: {found:?}");
    }

    #[test]
    fn months_and_days_are_those_of_the_source() {
        check(
            "en",
            "On Monday, March 12, it rained.",
            "zh",
            "3月12日，星期一，下了雨。",
            0,
        );
        check(
            "en",
            "On Monday, March 12, it rained.",
            "zh",
            "5月12日，星期一，下了雨。",
            1,
        );
        check(
            "en",
            "On Monday, March 12, it rained.",
            "de",
            "Am Dienstag, dem 12. März, regnete es.",
            1,
        );
        check(
            "de",
            "Am 12. März regnete es.",
            "en",
            "It rained on 12/3.",
            0,
        );
        check(
            "ru",
            "12 марта шёл дождь.",
            "fr",
            "Le 12 mars, il a plu.",
            0,
        );
        check(
            "ja",
            "3月12日、月曜日に雨が降った。",
            "ko",
            "3월 12일 월요일에 비가 왔다.",
            0,
        );
    }

    #[test]
    fn words_that_only_look_like_months_are_none() {
        check(
            "en",
            "It may rain; they march on.",
            "de",
            "Es kann regnen; sie marschieren weiter.",
            0,
        );
    }
}
