//! Terms: what of a text is counted and compared. Words in lower case, and pairs of neighbouring
//! characters where words are written without spaces.

use std::collections::HashMap;

use crate::page::is_unspaced;

/// Longer words are cut: they are addresses and other noise.
const LONGEST: usize = 40;

/// Calls `each` with every term of a text, in order.
pub fn each_term(text: &str, mut each: impl FnMut(&str)) {
    let mut word = String::new();
    let mut previous: Option<char> = None;
    let mut alone = false;
    for character in text.chars().chain([' ']) {
        if is_unspaced(character) {
            take(&mut word, &mut each);
            if let Some(before) = previous {
                each(String::from_iter([before, character]).as_str());
            }
            (alone, previous) = (previous.is_none(), Some(character));
            continue;
        }
        // A character without neighbours is a term by itself.
        if let Some(single) = previous.take().filter(|_| alone) {
            each(single.encode_utf8(&mut [0; 4]));
        }
        if is_of_word(character) {
            word.extend(character.to_lowercase());
        } else {
            take(&mut word, &mut each);
        }
    }
}

fn take(word: &mut String, each: &mut impl FnMut(&str)) {
    if !word.is_empty() {
        each(&word[..word.floor_char_boundary(LONGEST)]);
        word.clear();
    }
}

/// Letters, digits, and the marks that Arabic and Indian scripts write on letters.
fn is_of_word(character: char) -> bool {
    character.is_alphanumeric()
        || (matches!(character, '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}')
            && !matches!(character, '\u{964}' | '\u{965}'))
}

/// Numbers for terms, given in the order in which they are met.
#[derive(Debug, Default)]
pub struct Vocabulary {
    numbers: HashMap<String, u32>,
}

impl Vocabulary {
    /// The numbers of the terms of a text, terms not met before included.
    pub fn learn(&mut self, text: &str) -> Vec<u32> {
        let mut terms = Vec::new();
        each_term(text, |term| terms.push(self.number(term)));
        terms
    }

    /// The numbers of those terms of a text that were met before.
    pub fn known(&self, text: &str) -> Vec<u32> {
        let mut terms = Vec::new();
        each_term(text, |term| terms.extend(self.numbers.get(term)));
        terms
    }

    /// How many different terms were met.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    fn number(&mut self, term: &str) -> u32 {
        if let Some(&number) = self.numbers.get(term) {
            return number;
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(term.to_owned(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut terms = Vec::new();
        each_term(text, |term| terms.push(term.to_owned()));
        assert_eq!(terms, expected);
    }

    #[test]
    fn words_are_in_lower_case() {
        check("The River, 2024!", &["the", "river", "2024"]);
        check("हिन्दी में।", &["हिन्दी", "में"]);
        check("", &[]);
    }

    #[test]
    fn chinese_is_compared_by_pairs_of_characters() {
        check("河流治理，水", &["河流", "流治", "治理", "水"]);
        check("用 Rust 写的", &["用", "rust", "写的"]);
        check("AI模型", &["ai", "模型"]);
    }
}
