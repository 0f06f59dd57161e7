//! Whether a break that Unicode's rules propose is none.

use super::table::TABLE;
use crate::page::is_wide;

/// A sentence with an unclosed bracket is not joined with the next beyond this many bytes: the
/// bracket may never be closed.
const LONGEST_BRACKET: usize = 600;

/// Pairs between which a sentence does not end. Quotation marks only where they tell open from
/// closed and texts use them around parts of a sentence.
const BRACKETS: [(char, char); 9] = [
    ('(', ')'),
    ('[', ']'),
    ('（', '）'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('【', '】'),
    ('〈', '〉'),
    ('〔', '〕'),
];

/// Whether what comes before and what comes next are one sentence.
pub fn joins(before: &str, next: &str) -> bool {
    if before.ends_with(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        return false;
    }
    let before = before.trim();
    let next = next.trim();
    if next.is_empty() || before.is_empty() {
        return true;
    }
    is_lone_mark(next)
        || goes_on_in_lower_case(next)
        || is_list_number(before)
        || after_full_stop(before, next)
        || is_inside_brackets(before)
        || is_inside_wide_quotes(before)
        || goes_on_after_speech(before, next)
}

/// Marks without words belong to what they follow.
fn is_lone_mark(next: &str) -> bool {
    !next.chars().any(char::is_alphanumeric)
}

/// `"Why?" he asked.`
fn goes_on_in_lower_case(next: &str) -> bool {
    next.chars().next().is_some_and(char::is_lowercase)
}

/// `1. Mix the flour.`
fn is_list_number(before: &str) -> bool {
    let number = before.trim_start_matches('(').trim_end_matches(['.', ')']);
    number.len() < before.len()
        && number.len() <= 3
        && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Abbreviations, initials and ordinals.
fn after_full_stop(before: &str, next: &str) -> bool {
    let Some(sentence) = before.strip_suffix('.') else {
        return false;
    };
    let last = last_word(sentence);
    let lower = last.to_lowercase();
    let first = first_word(next);
    let starts = || TABLE.starters.contains(&first);
    let is_known = |table: &std::collections::HashSet<String>| {
        table.contains(&lower) || two_words(sentence).is_some_and(|words| table.contains(&words))
    };
    if is_known(&TABLE.announcing) {
        return !(is_initial(last) && starts());
    }
    if TABLE.before_number.contains(&lower) && next.starts_with(|first: char| first.is_numeric()) {
        return true;
    }
    if is_known(&TABLE.either) || is_initial(last) {
        return !starts() && next.starts_with(char::is_alphabetic);
    }
    is_ordinal(last) && TABLE.after_ordinal.contains(&first)
}

/// `J` in `J. Jones`, `J.R` in `J.R. Jones`; not the pronoun.
fn is_initial(word: &str) -> bool {
    let single = |part: &str| {
        let mut letters = part.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
    };
    word != "I" && !word.is_empty() && word.split(['.', '-']).all(single)
}

fn is_ordinal(word: &str) -> bool {
    (1..=2).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit())
}

fn last_word(text: &str) -> &str {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    word.trim_start_matches(|character: char| !character.is_alphanumeric())
}

/// The last two words as some abbreviations are written: `z. b`.
fn two_words(text: &str) -> Option<String> {
    let (rest, last) = text.rsplit_once(char::is_whitespace)?;
    let before = last_word(rest.trim_end());
    before
        .ends_with('.')
        .then(|| format!("{before} {last}").to_lowercase())
}

fn first_word(text: &str) -> String {
    let start = text.trim_start_matches(|character: char| !character.is_alphanumeric());
    let end = start
        .find(|character: char| !character.is_alphanumeric())
        .unwrap_or(start.len());
    start[..end].to_lowercase()
}

fn is_inside_brackets(before: &str) -> bool {
    before.len() <= LONGEST_BRACKET && BRACKETS.iter().any(|&pair| is_open(before, pair))
}

/// In Chinese a quotation of several sentences is one part of the sentence around it.
fn is_inside_wide_quotes(before: &str) -> bool {
    before.len() <= LONGEST_BRACKET
        && before.ends_with(['。', '！', '？'])
        && is_open(before, ('“', '”'))
}

fn is_open(text: &str, (open, close): (char, char)) -> bool {
    text.contains(open) && text.matches(open).count() > text.matches(close).count()
}

/// `“你去吗？”他问。` and `「行こう。」と言った。`
fn goes_on_after_speech(before: &str, next: &str) -> bool {
    before.ends_with(['”', '」', '』', '）'])
        && next.starts_with(is_wide)
        && TABLE
            .after_speech
            .iter()
            .any(|words| next.starts_with(words.as_str()))
}
