//! Loops: experts that say the same over and over.

use std::{collections::HashMap, ops::Range};

use super::{
    Check, Finding, Severity,
    finding::quoted,
    scene::{Scene, offset, prose},
};
use crate::page::{is_unspaced, sentences};

/// The longest unit that is looked for, in words; in Chinese and the like, characters.
const LONGEST_UNIT: usize = 48;

/// A unit that stands so often in a row is a loop.
const TIMES: usize = 3;

/// And so many words in all.
const LEAST: usize = 9;

/// One word may stand more often in a row: la la la.
const LEAST_OF_ONE: usize = 6;

/// A sentence that stands so often is a loop, wherever it stands.
const SENTENCES: usize = 3;

/// Shorter sentences may come again, in letters.
const SHORTEST_SENTENCE: usize = 20;

/// Loops of the answer that its source does not have.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let answer = prose(scene.answer);
    let found = row(&answer).or_else(|| again(&answer));
    let Some((span, times)) = found else {
        return Vec::new();
    };
    let source = prose(scene.source);
    if row(&source)
        .or_else(|| again(&source))
        .is_some_and(|(_, own)| own + 1 >= times)
    {
        return Vec::new();
    }
    let what = format!(
        "{} is said {times} times; {TIMES} are too many",
        quoted(&answer[span.clone()])
    );
    vec![Finding::new(Check::Repetition, Severity::Blocking, what).at(span)]
}

/// A unit that stands several times in a row: where, and how often.
fn row(text: &str) -> Option<(Range<usize>, usize)> {
    let tokens = tokens(text);
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let words = tokens.iter().map(|token| {
        let next = numbers.len();
        *numbers.entry(&text[token.clone()]).or_insert(next)
    });
    let words: Vec<usize> = words.collect();
    let same = |one: usize, other: usize| words[one] == words[other];
    for period in 1..=LONGEST_UNIT.min(tokens.len() / TIMES) {
        let least = if period == 1 {
            LEAST_OF_ONE
        } else {
            LEAST.max(period * TIMES)
        };
        let mut run = 0;
        for at in period..tokens.len() {
            run = if same(at, at - period) { run + 1 } else { 0 };
            if run + period < least {
                continue;
            }
            let begin = at + 1 - run - period;
            let unit = begin..begin + period;
            // Rows of figures are a table.
            if unit
                .clone()
                .all(|place| is_figure(&text[tokens[place].clone()]))
            {
                continue;
            }
            let more = (at + 1..tokens.len())
                .take_while(|&next| same(next, next - period))
                .count();
            let times = (run + more + period) / period;
            return Some((tokens[begin].start..tokens[at + more].end, times));
        }
    }
    None
}

fn is_figure(token: &str) -> bool {
    !token.chars().any(char::is_alphabetic)
}

/// A sentence that stands several times anywhere: the last place, and how often.
fn again(text: &str) -> Option<(Range<usize>, usize)> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for sentence in sentences(text) {
        let letters = sentence
            .chars()
            .filter(|character| character.is_alphabetic());
        let weight: usize = letters
            .map(|character| if is_unspaced(character) { 2 } else { 1 })
            .sum();
        if weight < SHORTEST_SENTENCE {
            continue;
        }
        let count = counts.entry(sentence).or_default();
        *count += 1;
        if *count >= SENTENCES {
            let start = offset(text, sentence);
            return Some((start..start + sentence.len(), *count));
        }
    }
    None
}

/// Words, and single characters where there are no spaces, in bytes.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let mut tokens = Vec::new();
    let mut word: Option<usize> = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        let alone = is_unspaced(character);
        if character.is_alphanumeric() && !alone {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take() {
            tokens.push(start..at);
        }
        if alone {
            tokens.push(at..at + character.len_utf8());
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[track_caller]
    fn check(source: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::Repetition], "de", source, "en", answer);
        assert_eq!(found.len(), expected, "{answer}");
    }

    #[test]
    fn loops_are_found() {
        let source = "Der Fluss stieg.";
        check(source, &"the river rose ".repeat(4), 1);
        check(source, &"no ".repeat(8), 1);
        check(source, &"河水上涨了，".repeat(4), 1);
        check(source, "哈哈哈哈哈哈哈哈", 1);
        let sentence = "The river rose quickly in the night.";
        check(
            source,
            &format!("{sentence} A.\n{sentence} B.\n{sentence}"),
            1,
        );
    }

    #[test]
    fn what_is_no_loop_stays() {
        check("", "The river rose, and rose, and rose again.", 0);
        check(
            "",
            "| 0 | 0 | 0 |\n|---|---|---|\n| 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
            0,
        );
        check(&"la ".repeat(9), &"la ".repeat(9), 0);
        check("", "人人为我，我为人人。", 0);
    }
}
