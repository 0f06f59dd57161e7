//! What hands and habits do to a request without changing what it wants: case, left-out punctuation,
//! typos, "please", a question mark more or less. Training adds such copies; a test holds that they
//! move few readings.

use super::Random;
use crate::text::Script;

/// A change that leaves the meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// All letters small or all capital.
    Case,
    /// No punctuation at the end and between words.
    Punctuation,
    /// Two letters of a word swapped, one left out, one doubled or one wrong.
    Typo,
    /// A word of politeness before or after.
    Please,
    /// A question mark added at the end, or left out.
    QuestionMark,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Case,
        Self::Punctuation,
        Self::Typo,
        Self::Please,
        Self::QuestionMark,
    ];

    /// The request so changed.
    pub fn apply(self, text: &str, random: &mut Random) -> String {
        match self {
            Self::Case if random.happens(500) => text.to_uppercase(),
            Self::Case => text.to_lowercase(),
            Self::Punctuation => without_punctuation(text),
            Self::Typo => with_typo(text, random),
            Self::Please => polite(text, random),
            Self::QuestionMark => match text.strip_suffix(['?', '？']) {
                Some(rest) => rest.to_owned(),
                None => format!("{}?", text.trim_end_matches(['.', '。', '!', '！'])),
            },
        }
    }
}

/// Leaves out commas, full stops and their like between words; what stands inside of numbers, words
/// and quotations stays.
fn without_punctuation(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut kept = String::with_capacity(text.len());
    for (index, &character) in characters.iter().enumerate() {
        let next = characters.get(index + 1);
        let ends = next.is_none_or(|next| next.is_whitespace());
        match character {
            ',' | '.' | '!' | ';' | ':' if ends => {}
            '。' | '！' | '¡' | '¿' => {}
            '，' | '、' | '；' => {}
            _ => kept.push(character),
        }
    }
    kept
}

/// One typo in a word of at least four letters; none where there is no such word.
fn with_typo(text: &str, random: &mut Random) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let typed = |c: char| matches!(Script::of(c), Some(Script::Latin | Script::Cyrillic));
    let inside: Vec<usize> = (1..characters.len().saturating_sub(2))
        .filter(|&at| (at - 1..=at + 2).all(|near| typed(characters[near])))
        .collect();
    let Some(&at) = inside.get(random.below(inside.len())) else {
        return text.to_owned();
    };
    match random.below(4) {
        0 => characters.swap(at, at + 1),
        1 => {
            characters.remove(at);
        }
        2 => characters.insert(at, characters[at]),
        _ => characters[at] = neighbour(characters[at], random),
    }
    characters.into_iter().collect()
}

/// A letter beside it on the keyboard.
fn neighbour(letter: char, random: &mut Random) -> char {
    const ROWS: [&str; 6] = [
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
        "йцукенгшщзх",
        "фывапролджэ",
        "ячсмитьбю",
    ];
    for row in ROWS {
        let keys: Vec<char> = row.chars().collect();
        if let Some(at) = keys.iter().position(|&key| key == letter) {
            let side = if random.happens(500) {
                at + 1
            } else {
                at.saturating_sub(1)
            };
            return keys.get(side).copied().unwrap_or(letter);
        }
    }
    letter
}

/// With a word of politeness in the language of the script.
fn polite(text: &str, random: &mut Random) -> String {
    let has = |script: Script| text.chars().any(|c| Script::of(c) == Some(script));
    let (before, after): (&[&str], &[&str]) = if has(Script::Kana) {
        (
            &["すみません、", "お手数ですが"],
            &["。お願いします", "お願いできますか"],
        )
    } else if has(Script::Hangul) {
        (&["죄송하지만 ", "혹시 "], &[" 부탁드려요", " 부탁해"])
    } else if has(Script::Han) {
        (&["请", "麻烦", "劳驾，"], &["，谢谢", "，拜托了"])
    } else if has(Script::Cyrillic) {
        (
            &["пожалуйста, ", "будьте добры, "],
            &[" пожалуйста", ", пожалуйста"],
        )
    } else {
        let text = crate::text::fold(text);
        let word = |words: &[&str]| text.split(' ').any(|word| words.contains(&word));
        if word(&[
            "der", "die", "das", "den", "und", "mir", "ich", "ist", "auf", "bitte",
        ]) {
            (&["bitte "], &[" bitte"])
        } else if word(&[
            "le", "la", "les", "moi", "une", "et", "est", "je", "du", "en",
        ]) && word(&[
            "le", "les", "moi", "une", "et", "est", "je", "du", "ce", "cette", "mon",
        ]) {
            (&["s'il te plaît "], &[" svp", " s'il vous plaît"])
        } else if word(&[
            "el", "los", "una", "y", "mi", "lo", "este", "esta", "al", "del", "o", "os", "um",
            "uma", "e", "meu", "minha", "do", "da", "isso",
        ]) {
            (&["por favor "], &[" por favor"])
        } else {
            (&["please ", "pls "], &[" please", " pls", ", please"])
        }
    };
    if random.happens(500) {
        format!("{}{text}", before[random.below(before.len())])
    } else {
        let body = text.trim_end_matches(['.', '!', '。', '！']);
        format!("{body}{}", after[random.below(after.len())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_do_what_they_say() {
        let mut random = Random::new(3);
        let mut change = |change: Change, text: &str| change.apply(text, &mut random);
        assert_eq!(
            change(Change::Punctuation, "Sum up, please. 1.5"),
            "Sum up please 1.5"
        );
        assert_eq!(change(Change::QuestionMark, "why?"), "why");
        assert_eq!(change(Change::QuestionMark, "sum up."), "sum up?");
        assert_ne!(change(Change::Typo, "translate"), "translate");
        assert_eq!(change(Change::Typo, "翻译一下"), "翻译一下");
        assert!(change(Change::Please, "traduis le texte").contains("s'il"));
    }
}
