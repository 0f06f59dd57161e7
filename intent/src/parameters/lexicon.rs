//! Finding words of a lexicon in a text: the longest that fits at each place.

use std::{collections::HashMap, ops::Range};

use crate::text::{Script, fold, without_accents};

/// A word of a lexicon.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// What stands between `*`, each of which stands for any ending.
    pieces: Vec<String>,
    /// Which entry it belongs to.
    entry: usize,
}

/// Words of a lexicon by their first two characters, or by the only one.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: HashMap<(char, Option<char>), Vec<Word>>,
}

/// A word found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Where it stands.
    pub range: Range<usize>,
    /// Which entry it belongs to.
    pub entry: usize,
}

impl Lexicon {
    /// Adds a word of an entry: `*` stands for any ending.
    pub fn add(&mut self, word: &str, entry: usize) {
        let plain = without_accents(&fold(word));
        let pieces: Vec<String> = plain.trim().split('*').map(str::to_owned).collect();
        let mut characters = pieces.first().map_or("", String::as_str).chars();
        if let Some(first) = characters.next() {
            let key = (first, characters.next());
            self.words
                .entry(key)
                .or_default()
                .push(Word { pieces, entry });
        }
    }

    /// Sorts the words, the longest first: to be called when all are there.
    pub fn sorted(mut self) -> Self {
        for words in self.words.values_mut() {
            words.sort_by_key(|word| {
                let length: usize = word.pieces.iter().map(String::len).sum();
                (std::cmp::Reverse(length), word.entry)
            });
        }
        self
    }

    /// The words found in a text, in order; none overlaps another.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        let mut found = Vec::new();
        let (mut next, mut before) = (0, ' ');
        let mut characters = text.char_indices().peekable();
        while let Some((at, character)) = characters.next() {
            let starts = at >= next && !(is_letter(character) && is_letter(before));
            before = character;
            if !starts {
                continue;
            }
            // All words of two characters and more are longer than those of one.
            let second = characters.peek().map(|(_, second)| *second);
            let longer = second.and_then(|second| self.words.get(&(character, Some(second))));
            let shorter = self.words.get(&(character, None));
            let mut words = longer.into_iter().chain(shorter).flatten();
            if let Some((end, entry)) =
                words.find_map(|word| Some((end(text, at, word)?, word.entry)))
            {
                found.push(Hit {
                    range: at..end,
                    entry,
                });
                next = end;
            }
        }
        found
    }
}

/// Whether a character is a letter of a script with spaces between words.
fn is_letter(character: char) -> bool {
    character.is_alphabetic() && !joins(character)
}

/// Whether words that stand at this character need no space beside them.
pub fn joins(character: char) -> bool {
    Script::of(character).is_some_and(|script| script.is_unspaced() || script == Script::Hangul)
}

/// Where a word that stands at `at` ends.
fn end(text: &str, at: usize, word: &Word) -> Option<usize> {
    let mut rest = text[at..].strip_prefix(word.pieces.first()?.as_str())?;
    for piece in &word.pieces[1..] {
        rest = rest.trim_start_matches(|c: char| c.is_alphanumeric() && !joins(c));
        rest = rest.strip_prefix(piece.as_str())?;
    }
    let end = text.len() - rest.len();
    let inside = |character: char| character.is_alphanumeric() && !joins(character);
    let last = text[..end].chars().next_back()?;
    let goes_on = !joins(last) && inside(last) && rest.starts_with(inside);
    (!goes_on).then_some(end)
}
