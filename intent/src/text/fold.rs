//! One spelling of each letter: compatibility forms composed, case folded, one kind of apostrophe,
//! Chinese in simplified characters; and a second view without accents.

use std::sync::OnceLock;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Traditional characters of frequent words beside their simplified forms: pairs in a row.
const TRADITIONAL: &str = include_str!("../../data/traditional.txt");

/// The text in one spelling. Letters that repeat more than twice in a row are kept twice.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut last = ['\0'; 2];
    for character in text.nfkc().flat_map(char::to_lowercase) {
        let character = match character {
            '\u{2019}' | '\u{2018}' | '\u{201B}' | '\u{02BC}' | '`' | '\u{B4}' => '\'',
            '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{AD}' | '\u{2060}' => continue,
            '\u{307}' if last[1] == 'i' => continue,
            _ if character.is_whitespace() => ' ',
            _ => simplified(character),
        };
        if character.is_alphabetic() && last == [character; 2] {
            continue;
        }
        last = [last[1], character];
        folded.push(character);
    }
    folded
}

/// The folded text without accents and other marks, and with ё, ß, ø and the like as they are typed
/// on a plain keyboard.
pub fn without_accents(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    let mut plain = String::with_capacity(folded.len());
    for character in folded.chars() {
        match character {
            'ß' => plain.push_str("ss"),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' => plain.push('d'),
            'ı' => plain.push('i'),
            // Marks tell syllables of Korean and Japanese apart; nobody leaves them out.
            _ if character.is_ascii() || u32::from(character) >= 0x2E80 => plain.push(character),
            _ => plain.extend(character.nfd().filter(|&part| !is_combining_mark(part))),
        }
    }
    plain
}

/// The characters among which Chinese ones have other forms.
const FIRST: u32 = 0x4E00;
const COUNT: usize = 0x5200;

/// The simplified form of a Chinese character, itself where it has none.
fn simplified(character: char) -> char {
    static FORMS: OnceLock<Vec<char>> = OnceLock::new();
    let Some(own) = place(character) else {
        return character;
    };
    let forms = FORMS.get_or_init(|| {
        let all = (FIRST..).take(COUNT);
        let mut forms: Vec<char> = all.filter_map(char::from_u32).collect();
        let lines = TRADITIONAL.lines().filter(|line| !line.starts_with('#'));
        for pair in lines.flat_map(str::split_whitespace) {
            let mut pair = pair.chars();
            if let (Some(traditional), Some(simple)) = (pair.next(), pair.next())
                && let Some(form) = place(traditional).and_then(|at| forms.get_mut(at))
            {
                *form = simple;
            }
        }
        forms
    });
    forms.get(own).copied().unwrap_or(character)
}

/// Whether a text has a Chinese character of which there is a simplified form.
pub fn is_traditional(text: &str) -> bool {
    text.chars()
        .any(|character| simplified(character) != character)
}

/// The place of a Chinese character among them.
fn place(character: char) -> Option<usize> {
    let place = u32::from(character).checked_sub(FIRST)? as usize;
    (place < COUNT).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, folded: &str, plain: &str) {
        assert_eq!(fold(text), folded);
        assert_eq!(without_accents(&fold(text)), plain);
    }

    #[test]
    fn case_width_and_repeated_letters_are_one_spelling() {
        check("ＴＬ；ＤＲ Pleeeease", "tl;dr pleease", "tl;dr pleease");
        check("I can’t", "i can't", "i can't");
        check("İ", "i", "i");
    }

    #[test]
    fn accents_are_left_out_of_the_plain_view() {
        check(
            "Résumé, Straße, ещё",
            "résumé, straße, ещё",
            "resume, strasse, еще",
        );
        check("ガ 한", "ガ 한", "ガ 한");
    }

    #[test]
    fn traditional_characters_are_read_as_simplified_ones() {
        check("幫我翻譯這篇文章", "帮我翻译这篇文章", "帮我翻译这篇文章");
    }
}
