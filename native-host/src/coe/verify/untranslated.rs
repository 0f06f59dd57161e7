//! Parts of a translation that were left as they are in the source.

use std::collections::{HashMap, HashSet};

use super::{
    Check, Finding, Severity,
    finding::quoted,
    scene::{Scene, offset, prose},
};
use crate::page::{is_unspaced, is_wide, sentences};

/// So many words of the source in a row, in a language that is not the answer's, are no accident.
const WORDS: usize = 6;

/// So many of them begin with a small letter; names and titles do not.
const SMALL: usize = 4;

/// So many Chinese or Japanese characters of the source in a row.
const CHARACTERS: usize = 12;

/// Where the answer is written in an alphabet, fewer are enough.
const FOREIGN_CHARACTERS: usize = 6;

/// Sentences and runs of words that the answer shares with its source.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let same = scene
        .source_language
        .is_some_and(|source| source.primary() == scene.language.primary());
    if !scene.translated || same {
        return Vec::new();
    }
    let (source, answer) = (prose(scene.source), prose(scene.answer));
    let finding = |start: usize, end: usize| {
        let what = format!(
            "{} is left in the language of the source",
            quoted(&answer[start..end])
        );
        Finding::new(Check::Untranslated, Severity::Blocking, what).at(start..end)
    };
    let whole: HashSet<String> = sentences(&source)
        .into_iter()
        .filter(|s| is_said(s))
        .map(folded)
        .collect();
    let kept = sentences(&answer)
        .into_iter()
        .find(|sentence| is_said(sentence) && whole.contains(&folded(sentence)));
    if let Some(kept) = kept {
        let start = offset(&answer, kept);
        return vec![finding(start, start + kept.len())];
    }
    let run = run_of_words(&source, &answer).or_else(|| run_of_characters(&source, &answer));
    run.map(|(start, end)| finding(start, end))
        .into_iter()
        .collect()
}

/// Whether a sentence says something in a language: not only names, numbers and code.
fn is_said(sentence: &str) -> bool {
    let small = sentence
        .split_whitespace()
        .filter(|word| is_small(word))
        .count();
    small >= SMALL
        || sentence
            .chars()
            .filter(|&character| is_unspaced(character))
            .count()
            >= CHARACTERS
}

fn is_small(word: &str) -> bool {
    let first = word
        .trim_start_matches(|c: char| !c.is_alphanumeric())
        .chars()
        .next();
    first.is_some_and(|first| {
        first.is_lowercase()
            || (first.is_alphabetic() && !first.is_uppercase() && !is_unspaced(first))
    })
}

/// Letters and digits alone.
fn folded(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty() && !word.chars().all(is_unspaced))
        .collect()
}

/// The longest run of words of the source in the answer, in bytes of the answer.
fn run_of_words(source: &str, answer: &str) -> Option<(usize, usize)> {
    let (source, words) = (words(source), words(answer));
    let mut places: HashMap<&[&str], Vec<usize>> = HashMap::new();
    for (at, gram) in source.windows(WORDS).enumerate() {
        places.entry(gram).or_default().push(at);
    }
    for (at, gram) in words.windows(WORDS).enumerate() {
        let Some(begin) = places.get(gram).and_then(|places| places.first()) else {
            continue;
        };
        let more = words[at..].iter().zip(&source[*begin..]);
        let length = more.take_while(|(one, other)| one == other).count();
        let run = &words[at..at + length];
        if run.iter().filter(|word| is_small(word)).count() >= SMALL {
            let (first, last) = (run[0], run[length - 1]);
            return Some((offset(answer, first), offset(answer, last) + last.len()));
        }
    }
    None
}

/// A run of Chinese or Japanese characters of the source in the answer, in bytes of the answer.
fn run_of_characters(source: &str, answer: &str) -> Option<(usize, usize)> {
    let wide = answer
        .chars()
        .filter(|&character| is_unspaced(character))
        .count();
    let letters = answer
        .chars()
        .filter(|character| character.is_alphabetic())
        .count();
    let least = if wide * 3 > letters {
        CHARACTERS
    } else {
        FOREIGN_CHARACTERS
    };
    let characters: Vec<char> = source
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    let runs: HashSet<&[char]> = characters
        .windows(least)
        .filter(|run| run.iter().all(|&c| is_wide(c)))
        .collect();
    if runs.is_empty() {
        return None;
    }
    let places: Vec<(usize, char)> = answer
        .char_indices()
        .filter(|(_, character)| !character.is_whitespace())
        .collect();
    let only: Vec<char> = places.iter().map(|&(_, character)| character).collect();
    let at = only.windows(least).position(|run| runs.contains(run))?;
    let last = places[at + least - 1];
    Some((places[at].0, last.0 + last.1.len_utf8()))
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[track_caller]
    fn check(from: &str, source: &str, to: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::Untranslated], from, source, to, answer);
        assert_eq!(found.len(), expected, "{answer}");
    }

    #[test]
    fn a_sentence_that_was_left_is_found() {
        let source = "The river rose quickly last night. Nobody was hurt by the water.";
        check(
            "en",
            source,
            "de",
            "Der Fluss stieg letzte Nacht schnell. Niemand wurde vom Wasser verletzt.",
            0,
        );
        check(
            "en",
            source,
            "de",
            "Der Fluss stieg letzte Nacht schnell. Nobody was hurt by the water.",
            1,
        );
        check(
            "en",
            source,
            "zh",
            "河水昨晚迅速上涨。Nobody was hurt by the water.",
            1,
        );
        check(
            "zh",
            "昨晚河水迅速上涨，没有人受伤。",
            "en",
            "Last night 河水迅速上涨 and nobody was hurt.",
            1,
        );
    }

    #[test]
    fn names_titles_and_code_may_stay() {
        let source = "She read The Lord of the Rings by J. R. R. Tolkien and ran `git commit -m fix the bug now`.";
        check(
            "en",
            source,
            "de",
            "Sie las The Lord of the Rings von J. R. R. Tolkien und tippte `git commit -m fix the bug now`.",
            0,
        );
    }

    #[test]
    fn chinese_in_other_characters_may_be_the_same() {
        check(
            "zh-Hans",
            "人山人海人山人海人山人海人山人海",
            "zh-Hant",
            "人山人海人山人海人山人海人山人海",
            0,
        );
    }
}
