//! Negation: what one text denies and the other does not.
//!
//! Languages deny in many ways ("not all" is "few" elsewhere), so there are strong signs, which
//! have to have something on the other side, and weak ones, which are enough for that.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::LanguageTag;
use serde::Deserialize;

use super::{
    Check, Finding, Severity,
    scene::{Scene, Side, offset},
};
use crate::page::sentences;

const SOURCE: &str = include_str!("negations.toml");

static TABLE: LazyLock<BTreeMap<String, Row>> =
    LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

/// The signs of a language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Row {
    /// Whether signs are found inside words: where words are written together or inflected.
    inside: bool,
    /// Written as several words: `n't` is ` not `.
    apart: Vec<(String, String)>,
    /// Denies. A word, or with `*` its beginning.
    strong: Vec<String>,
    /// May answer to a denial on the other side, and demands none.
    weak: Vec<String>,
    /// Has a sign in it and does not deny by itself; weak.
    phrases: Vec<String>,
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Signs {
    strong: usize,
    weak: usize,
}

impl Signs {
    fn any(self) -> usize {
        self.strong + self.weak
    }
}

fn row(language: &LanguageTag) -> Option<&'static Row> {
    TABLE.get(&language.primary())
}

fn signs(text: &str, row: &Row) -> Signs {
    let mut text = text.to_lowercase().replace('’', "'");
    for (form, apart) in &row.apart {
        text = text.replace(form.as_str(), apart);
    }
    if row.inside {
        inside(&text, row)
    } else {
        words(&text, row)
    }
}

/// Signs as whole words or their beginnings.
fn words(text: &str, row: &Row) -> Signs {
    let mut spread = String::with_capacity(text.len() + 2);
    spread.push(' ');
    for character in text.chars() {
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
    let mut signs = Signs::default();
    for phrase in &row.phrases {
        let phrase = format!(" {phrase} ");
        signs.weak += spread.matches(&phrase).count();
        spread = spread.replace(&phrase, " ");
    }
    let is = |word: &str, forms: &[String]| {
        forms.iter().any(|form| match form.strip_suffix('*') {
            Some(stem) => word.starts_with(stem),
            None => word == form,
        })
    };
    for word in spread.split_whitespace() {
        if is(word, &row.strong) {
            signs.strong += 1;
        } else if is(word, &row.weak) {
            signs.weak += 1;
        }
    }
    signs
}

/// Signs anywhere, the longest that begins at a place.
fn inside(text: &str, row: &Row) -> Signs {
    let mut signs = Signs::default();
    let mut rest = text;
    let longest = |rest: &str, forms: &[String]| {
        let lengths = forms
            .iter()
            .filter(|form| rest.starts_with(form.as_str()))
            .map(String::len);
        lengths.max().unwrap_or(0)
    };
    while let Some(first) = rest.chars().next() {
        let strong = longest(rest, &row.strong);
        let weak = longest(rest, &row.weak).max(longest(rest, &row.phrases));
        let taken = strong.max(weak);
        if taken == 0 {
            rest = &rest[first.len_utf8()..];
            continue;
        }
        if strong > weak {
            signs.strong += 1;
        } else {
            signs.weak += 1;
        }
        rest = &rest[taken..];
    }
    signs
}

/// Parts of which one side denies something and the other nothing.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let Some((from, to)) = scene.source_language.and_then(row).zip(row(scene.language)) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for pair in scene.pairs() {
        let (source, answer) = (pair.text(Side::Source), pair.text(Side::Answer));
        let (sources, answers) = (sentences(source), sentences(answer));
        // Sentence by sentence only where they are as many: others may have been joined.
        let aligned = sources.len() == answers.len() && sources.len() > 1;
        let parts = if aligned {
            sources.into_iter().zip(answers).collect()
        } else {
            vec![(source, answer)]
        };
        for (before, after) in parts {
            if let Some(what) = differs(signs(before, from), signs(after, to), scene.translated) {
                let start = offset(answer, after);
                let span = pair.in_answer(&(start..start + after.len()));
                findings.push(Finding::new(Check::Negation, Severity::Marked, what).at(span));
            }
        }
    }
    findings
}

/// What differs, if anything does.
fn differs(source: Signs, answer: Signs, translated: bool) -> Option<String> {
    if source.strong > 0 && answer.any() == 0 {
        return Some(format!(
            "the source denies something ({} times) and the answer nothing",
            source.strong
        ));
    }
    if answer.strong > 0 && source.any() == 0 {
        return Some(format!(
            "the answer denies something ({} times) and the source nothing",
            answer.strong
        ));
    }
    // In one language the signs are the same words.
    if !translated && source.strong.abs_diff(answer.strong) > source.weak.abs_diff(answer.weak) + 1
    {
        return Some(format!(
            "the answer denies {} times, the source {} times",
            answer.strong, source.strong
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[test]
    fn the_table_is_well_formed() {
        let table: BTreeMap<String, Row> = toml::from_str(SOURCE).unwrap();
        for language in ["en", "zh", "ja", "ko", "es", "fr", "de", "pt", "ru"] {
            assert!(table.contains_key(language), "{language}");
        }
        for (language, row) in &table {
            for form in row.strong.iter().chain(&row.weak).chain(&row.phrases) {
                assert_eq!(*form, form.to_lowercase(), "{language}");
                assert!(
                    !form.contains('’') && !form.trim().is_empty(),
                    "{language}: {form}"
                );
                assert!(!row.inside || !form.ends_with('*'), "{language}: {form}");
            }
            assert!(!row.strong.is_empty(), "{language}");
        }
    }

    #[track_caller]
    fn check(from: &str, source: &str, to: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::Negation], from, source, to, answer);
        assert_eq!(found.len(), expected, "{source} {answer}");
    }

    #[test]
    fn what_is_denied_stays_denied() {
        check("en", "The river didn't rise.", "zh", "河水没有上涨。", 0);
        check("en", "The river didn't rise.", "zh", "河水上涨了。", 1);
        check("en", "The river rose.", "zh-Hant", "河水沒有上漲。", 1);
        check("en", "He cannot swim.", "ja", "彼は泳げません。", 0);
        check("en", "He cannot swim.", "ja", "彼は泳げます。", 1);
        check("en", "Nobody came.", "ko", "아무도 오지 않았다.", 0);
        check("en", "Nobody came.", "ko", "모두 왔다.", 1);
        check(
            "de",
            "Der Fluss stieg nicht.",
            "fr",
            "Le fleuve n’est pas monté.",
            0,
        );
        check("de", "Der Fluss stieg nicht.", "es", "El río subió.", 1);
        check("ru", "Он не пришёл.", "pt", "Ele não veio.", 0);
        check("ru", "Он не пришёл.", "pt", "Ele veio.", 1);
    }

    #[test]
    fn words_that_only_look_like_denials_are_none() {
        check(
            "en",
            "Not only the river rose.",
            "zh",
            "上涨的是河水和湖水。",
            0,
        );
        check("en", "The rivers differ.", "zh", "河流不同。", 0);
        check("en", "They failed to come.", "de", "Sie kamen nicht.", 0);
        check("en", "It is very cold.", "zh", "非常冷。", 0);
        check("en", "He must go.", "ja", "彼は行かなければならない。", 0);
    }

    #[test]
    fn sentences_are_compared_one_by_one_where_they_are_as_many() {
        let source = "The river rose. Nobody was hurt. The town did not flood.";
        check(
            "en",
            source,
            "de",
            "Der Fluss stieg. Niemand wurde verletzt. Die Stadt wurde überflutet.",
            1,
        );
    }
}
