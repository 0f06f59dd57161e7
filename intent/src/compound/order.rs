//! In which order parts are done: as they are written, unless words like "before" or "but first" say
//! otherwise.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use super::Found;
use crate::text::{Script, fold, without_accents};

const LEXICON: &str = include_str!("../../data/lexicon/order.toml");

#[derive(Debug, Default, Deserialize)]
struct Lexicon {
    /// Said at the start of a part: the other one is done before it.
    later: BTreeMap<String, Vec<String>>,
    /// Said at the end of a part: the next one is done before it.
    later_at_end: BTreeMap<String, Vec<String>>,
    /// Said at the start of a part: it is done before the one written before it.
    earlier: BTreeMap<String, Vec<String>>,
}

/// Words as they are looked for.
#[derive(Debug, Default)]
struct Words {
    later: Vec<String>,
    later_at_end: Vec<String>,
    earlier: Vec<String>,
}

fn words() -> &'static Words {
    static READ: OnceLock<Words> = OnceLock::new();
    READ.get_or_init(|| {
        let read = toml::from_str::<Lexicon>(LEXICON).unwrap_or_default();
        let plain = |lists: BTreeMap<String, Vec<String>>| -> Vec<String> {
            lists
                .into_values()
                .flatten()
                .map(|word| normal(&word))
                .collect()
        };
        Words {
            later: plain(read.later),
            later_at_end: plain(read.later_at_end),
            earlier: plain(read.earlier),
        }
    })
}

fn normal(text: &str) -> String {
    let plain = without_accents(&fold(text));
    plain
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_owned()
}

/// Parts as they are written, in the order in which they are done.
pub fn order(text: &str, written: Vec<Found>) -> Vec<Found> {
    let words = words();
    let said: Vec<String> = written
        .iter()
        .map(|(range, _)| normal(&text[range.clone()]))
        .collect();
    let mut done = written;
    for index in 1..done.len() {
        let (before, after) = (&said[index - 1], &said[index]);
        let first = index == 1 && begins(before, &words.later);
        if first || ends(before, &words.later_at_end) || begins(after, &words.earlier) {
            done.swap(index - 1, index);
        }
    }
    done
}

fn begins(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| {
        text.strip_prefix(word.as_str()).is_some_and(|rest| {
            let unspaced = word
                .chars()
                .next_back()
                .and_then(Script::of)
                .is_some_and(|script| script.is_unspaced() || script == Script::Hangul);
            unspaced || !rest.starts_with(char::is_alphanumeric)
        })
    })
}

fn ends(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| text.ends_with(word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Label::{Proofread, Translate};

    #[track_caller]
    fn check(first: &str, second: &str, swapped: bool) {
        let text = format!("{first}{second}");
        let written = vec![
            (0..first.len(), Translate),
            (first.len()..text.len(), Proofread),
        ];
        let done = order(&text, written);
        assert_eq!(done[0].1 == Proofread, swapped, "{text}");
    }

    #[test]
    fn words_of_order_change_it() {
        check("Before you translate it, ", "fix the typos", true);
        check("translate it ", "but first fix the typos", true);
        check("翻成英文之前", "先把错字改了", true);
        check("英語に訳す前に", "誤字を直して", true);
        check("영어로 옮기기 전에 ", "오타부터 고쳐줘", true);
        check("translate it, ", "then fix the typos", false);
        check("translate the first page ", "and fix the typos", false);
    }
}
