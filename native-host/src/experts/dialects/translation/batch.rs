//! Packing texts into requests: as many as an engine takes, and a text that is too long for any in
//! pieces, cut between sentences.

use std::ops::Range;

use crate::{experts::catalog::Quirks, page::sentences};

/// What one request may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limits {
    /// Texts.
    pub(super) texts: usize,
    /// Characters, all texts together.
    pub(super) characters: usize,
    /// Bytes, all texts together, each with a line break.
    pub(super) bytes: usize,
}

impl Limits {
    /// The same, with what an address says of itself instead.
    pub(super) fn or(self, quirks: &Quirks) -> Self {
        Self {
            texts: quirks.texts_at_once.unwrap_or(self.texts).max(1),
            characters: quirks.characters_at_once.unwrap_or(self.characters),
            bytes: quirks.bytes_at_once.unwrap_or(self.bytes),
        }
    }

    fn take(&self, load: Load) -> bool {
        load.texts <= self.texts && load.characters <= self.characters && load.bytes <= self.bytes
    }
}

/// What texts weigh.
#[derive(Debug, Clone, Copy, Default)]
struct Load {
    texts: usize,
    characters: usize,
    bytes: usize,
}

impl Load {
    fn of(text: &str) -> Self {
        Self {
            texts: 1,
            characters: text.chars().count(),
            bytes: text.len() + 1,
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            texts: self.texts + other.texts,
            characters: self.characters + other.characters,
            bytes: self.bytes + other.bytes,
        }
    }
}

/// Which texts go together.
pub(super) fn pack<'a>(texts: impl Iterator<Item = &'a str>, limits: Limits) -> Vec<Range<usize>> {
    let mut batches: Vec<Range<usize>> = Vec::new();
    let mut load = Load::default();
    for (index, text) in texts.enumerate() {
        let more = load.and(Load::of(text));
        match batches.last_mut() {
            Some(batch) if limits.take(more) => {
                batch.end = index + 1;
                load = more;
            }
            _ => {
                batches.push(index..index + 1);
                load = Load::of(text);
            }
        }
    }
    batches
}

/// A text in pieces that each fit into a request.
pub(super) fn cut(text: &str, limits: Limits) -> Vec<&str> {
    let fits = |part: &str| limits.take(Load::of(part));
    if fits(text) {
        return vec![text];
    }
    let mut pieces = Vec::new();
    let mut begin = 0;
    let mut end = 0;
    for sentence in sentences(text) {
        let Some(at) = text[end..].find(sentence) else {
            continue;
        };
        let next = end + at + sentence.len();
        if !fits(&text[begin..next]) {
            push_within(&text[begin..end], &fits, &mut pieces);
            begin = end;
        }
        end = next;
    }
    push_within(&text[begin..end], &fits, &mut pieces);
    pieces
}

/// Appends a part; a sentence that is too long by itself is cut between words, else anywhere.
fn push_within<'a>(part: &'a str, fits: &impl Fn(&str) -> bool, pieces: &mut Vec<&'a str>) {
    let mut rest = part.trim();
    while !rest.is_empty() && !fits(rest) {
        let ends = rest
            .char_indices()
            .map(|(at, letter)| at + letter.len_utf8());
        // One character goes out in any case.
        let first = rest.chars().next().map_or(rest.len(), char::len_utf8);
        let longest = ends.take_while(|end| fits(&rest[..*end])).last();
        let longest = longest.unwrap_or(first);
        let space = rest[..longest].rfind(char::is_whitespace);
        let end = space.filter(|space| *space > 0).unwrap_or(longest);
        pieces.push(rest[..end].trim_end());
        rest = rest[end..].trim_start();
    }
    if !rest.is_empty() {
        pieces.push(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn limits(texts: usize, characters: usize, bytes: usize) -> Limits {
        Limits {
            texts,
            characters,
            bytes,
        }
    }

    fn check(limits: Limits, expected: &[&[&str]]) {
        let texts = ["one", "four", "seven", "长长"];
        let batches = pack(texts.into_iter(), limits);
        let packed: Vec<_> = batches.into_iter().map(|batch| &texts[batch]).collect();
        assert_eq!(packed, expected);
    }

    #[test]
    fn each_limit_ends_a_batch() {
        let all: &[&str] = &["one", "four", "seven", "长长"];
        check(limits(9, 99, 99), &[all]);
        check(limits(3, 99, 99), &[&all[..3], &all[3..]]);
        check(limits(9, 7, 99), &[&all[..2], &all[2..]]);
        check(limits(9, 99, 9), &[&all[..2], &all[2..3], &all[3..]]);
        check(
            limits(1, 1, 1),
            &[&all[..1], &all[1..2], &all[2..3], &all[3..]],
        );
    }

    fn check_cut(text: &str, characters: usize, expected: &[&str]) {
        assert_eq!(cut(text, limits(1, characters, 9_999)), expected);
    }

    #[test]
    fn a_long_text_is_cut_between_sentences_then_between_words_then_anywhere() {
        let text = "One is short. Two is as well. Three ends it.";
        check_cut(text, 99, &[text]);
        check_cut(
            text,
            30,
            &["One is short. Two is as well.", "Three ends it."],
        );
        check_cut("A sentence of words.", 12, &["A sentence", "of words."]);
        check_cut(
            "灯塔警告船只。它们很高。",
            7,
            &["灯塔警告船只。", "它们很高。"],
        );
        check_cut("灯塔警告船只", 4, &["灯塔警告", "船只"]);
        check_cut("ab", 0, &["a", "b"]);
    }
}
