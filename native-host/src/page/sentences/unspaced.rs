//! Languages without sentence marks: Thai, Lao and the like part phrases by spaces only.

use crate::page::{Letters, is_unspaced};

/// A passage this long without a mark is cut, in letters.
const TOO_LONG: usize = 90;

/// No part is shorter than this, in letters: a space may stand inside a sentence too.
const SHORTEST: usize = 60;

/// Appends a sentence, without the white space around it, in parts where its language needs it.
pub fn split<'text>(sentence: &'text str, found: &mut Vec<&'text str>) {
    let mut rest = sentence.trim();
    if is_unmarked(rest) {
        while let Some(at) = cut(rest) {
            found.push(rest[..at].trim());
            rest = rest[at..].trim();
        }
    }
    if !rest.is_empty() {
        found.push(rest);
    }
}

/// Whether a passage is long and in a script that is written without spaces and without marks.
fn is_unmarked(text: &str) -> bool {
    let first = text.chars().find(|character| character.is_alphabetic());
    let unspaced = first.is_some_and(is_unspaced);
    unspaced && {
        let letters = Letters::of(text);
        letters.other > TOO_LONG && letters.other > letters.han + letters.kana + letters.latin
    }
}

/// The position of a space where both sides are long enough.
fn cut(text: &str) -> Option<usize> {
    let mut letters = 0;
    for (at, character) in text.char_indices() {
        if character.is_whitespace() && letters >= SHORTEST {
            return (Letters::of(&text[at..]).other >= SHORTEST / 2).then_some(at);
        }
        letters += usize::from(character.is_alphabetic());
    }
    None
}
