//! How long the answer should be: a number with a unit, or a share of what there is.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    Said,
    lexicon::{Lexicon, joins},
};
use crate::{Label, LengthWish, text::Script};

const LENGTHS: &str = include_str!("../../data/lexicon/lengths.toml");

/// Number words of a language, by word.
type Numbers = BTreeMap<String, f64>;

/// What the file has, as far as it is read here: words by language, and `canonical` beside them.
#[derive(Debug, Default, serde::Deserialize)]
struct File {
    units: BTreeMap<String, BTreeMap<String, toml::Value>>,
    fractions: BTreeMap<String, BTreeMap<String, toml::Value>>,
    numbers: BTreeMap<String, Numbers>,
}

/// What a unit or a share makes of a number.
#[derive(Debug, Clone, Copy)]
enum Meaning {
    Unit(fn(u32) -> LengthWish),
    Share(u32),
}

struct Words {
    measures: Lexicon,
    meanings: Vec<Meaning>,
    numbers: Lexicon,
    values: Vec<u32>,
}

fn words() -> &'static Words {
    static READ: OnceLock<Words> = OnceLock::new();
    READ.get_or_init(|| {
        // A test reads it strictly; without it nothing is found.
        Words::new(toml::from_str::<File>(LENGTHS).unwrap_or_default())
    })
}

impl Words {
    fn new(file: File) -> Self {
        let mut words = Self {
            measures: Lexicon::default(),
            meanings: Vec::new(),
            numbers: Lexicon::default(),
            values: Vec::new(),
        };
        let units = file
            .units
            .into_iter()
            .filter_map(|(name, languages)| Some((Meaning::Unit(unit(&name)?), languages)));
        let shares = file
            .fractions
            .into_iter()
            .filter_map(|(name, languages)| Some((Meaning::Share(share(&name)?), languages)));
        for (entry, (meaning, languages)) in units.chain(shares).enumerate() {
            words.meanings.push(meaning);
            let lists = languages
                .values()
                .filter_map(toml::Value::as_array)
                .flatten();
            for word in lists.filter_map(toml::Value::as_str) {
                words.measures.add(word, entry);
            }
            if matches!(meaning, Meaning::Unit(unit) if matches!(unit(1), LengthWish::Share(_))) {
                // Folding makes one of the signs of all widths.
                words.measures.add("%", entry);
            }
        }
        for (word, value) in file.numbers.into_values().flatten() {
            if value >= 1.0 && value.fract() == 0.0 && !word.is_empty() {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a whole number of the lexicon"
                )]
                words.values.push(value as u32);
                words.numbers.add(&word, words.values.len() - 1);
            }
        }
        words.measures = words.measures.sorted();
        words.numbers = words.numbers.sorted();
        words
    }
}

fn unit(name: &str) -> Option<fn(u32) -> LengthWish> {
    Some(match name {
        "words" => LengthWish::Words,
        "chars" => LengthWish::Characters,
        "sentences" => LengthWish::Sentences,
        "paragraphs" => LengthWish::Paragraphs,
        "bullet points" => LengthWish::Points,
        "lines" => LengthWish::Lines,
        "pages" => LengthWish::Pages,
        "minutes" => LengthWish::Minutes,
        "seconds" => LengthWish::Seconds,
        "percent" => LengthWish::Share,
        _ => return None,
    })
}

fn share(name: &str) -> Option<u32> {
    let shares = LengthWish::SHARES.iter();
    shares
        .copied()
        .find_map(|(percent, word)| (word == name).then_some(percent))
}

/// Words after which a number tells what there is rather than what is wished.
const GIVEN: [&str; 46] = [
    "first",
    "last",
    "these",
    "those",
    "both",
    "the",
    "from",
    "has",
    "have",
    "is",
    "are",
    "only",
    "my",
    "next",
    "ersten",
    "letzten",
    "diese",
    "beiden",
    "von",
    "hat",
    "statt",
    "of",
    "primeros",
    "primeras",
    "ultimos",
    "ultimas",
    "estos",
    "estas",
    "desde",
    "tiene",
    "los",
    "las",
    "premiers",
    "premieres",
    "derniers",
    "dernieres",
    "ces",
    "les",
    "fait",
    "primeiros",
    "ultimas",
    "estes",
    "первые",
    "последние",
    "эти",
    "из",
];
const GIVEN_UNSPACED: [&str; 18] = [
    "前",
    "后",
    "最后",
    "这",
    "那",
    "第",
    "上",
    "下",
    "才",
    "只有",
    "超了",
    "超过了",
    "最初の",
    "最後の",
    "この",
    "처음",
    "마지막",
    "이",
];

/// The length that is asked for.
pub fn wish(said: &Said, label: Label) -> Option<LengthWish> {
    let measured = matches!(
        label,
        Label::Summarize
            | Label::Expand
            | Label::Shorten
            | Label::Rewrite
            | Label::Write
            | Label::Explain
            | Label::Compare
    );
    if !measured {
        return None;
    }
    let words = words();
    let text = said.text.as_str();
    let mut best = None;
    for hit in words.measures.find(text) {
        let found = match words.meanings.get(hit.entry)? {
            Meaning::Share(percent) => {
                let changes = matches!(label, Label::Shorten | Label::Expand | Label::Summarize);
                changes.then_some((LengthWish::Share(*percent), hit.range.start))
            }
            Meaning::Unit(unit) => number_before(&text[..hit.range.start], words)
                .map(|(count, start)| (unit(count), start)),
        };
        let Some((wish, start)) = found else { continue };
        // 一点 is "a bit"; a text of many pages is what is to be summarized.
        let told = match wish {
            LengthWish::Points(1) => true,
            LengthWish::Pages(count) => label == Label::Summarize && count > 5,
            _ => false,
        };
        if told {
            continue;
        }
        let before = text[..start].trim_end_matches([' ', '-']);
        let last = before.rsplit(' ').next().unwrap_or_default();
        let given =
            GIVEN.contains(&last) || GIVEN_UNSPACED.iter().any(|word| before.ends_with(word));
        if !given {
            // What is wished comes after what there is.
            best = Some(wish);
        }
    }
    best
}

/// The number that ends a text, and where it starts: in digits, in words, or in Chinese and Korean
/// numerals. One adjective may stand between it and its unit.
fn number_before(text: &str, words: &Words) -> Option<(u32, usize)> {
    let apart = text.ends_with([' ', '-']);
    let text = text.trim_end_matches([' ', '-', '\u{2011}']);
    // 사장 is a director, not four sheets; 백자 is a hundred letters.
    let syllable = |&(count, start): &(u32, usize)| {
        let korean = |c: char| Script::of(c) == Some(Script::Hangul);
        count < 10 && text[start..].starts_with(korean)
    };
    let direct = number_at_end(text, words).filter(|found| apart || !syllable(found));
    direct.or_else(|| {
        let (before, adjective) = text.rsplit_once([' ', '-'])?;
        let short = adjective.chars().count() <= 12 && adjective.chars().all(char::is_alphabetic);
        if !short {
            return None;
        }
        // `un … para` is no paragraph: one thing needs its unit beside it.
        let number = number_at_end(before.trim_end_matches([' ', '-']), words);
        number.filter(|(count, _)| *count > 1)
    })
}

fn number_at_end(text: &str, words: &Words) -> Option<(u32, usize)> {
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let digits = &text[text.trim_end_matches(digit).len()..];
    let digits = digits.trim_start_matches(['.', ',']);
    if !digits.is_empty() {
        let plain: String = digits.chars().filter(char::is_ascii_digit).collect();
        return Some((plain.parse().ok()?, text.len() - digits.len()));
    }
    if let Some(found) = numerals_at_end(text) {
        return Some(found);
    }
    let hits = words.numbers.find(text);
    let last = hits.last().filter(|hit| hit.range.end == text.len())?;
    Some((*words.values.get(last.entry)?, last.range.start))
}

/// A number in Chinese or Sino-Korean numerals: 三百五十, 천, 사백.
fn numerals_at_end(text: &str) -> Option<(u32, usize)> {
    let start = text.trim_end_matches(|c| numeral(c).is_some()).len();
    let korean = |c: char| Script::of(c) == Some(Script::Hangul);
    // Inside of a Korean word its syllables are no numerals.
    if text[start..].starts_with(korean) && text[..start].ends_with(korean) {
        return None;
    }
    let (mut total, mut section, mut digit) = (0_u32, 0_u32, 0_u32);
    for value in text[start..].chars().filter_map(numeral) {
        match value {
            0..10 => digit = value,
            10_000 => {
                total = (total + section + digit).max(1).checked_mul(10_000)?;
                (section, digit) = (0, 0);
            }
            unit => {
                section += digit.max(1) * unit;
                digit = 0;
            }
        }
    }
    let value = total + section + digit;
    (value > 0).then_some((value, start))
}

fn numeral(character: char) -> Option<u32> {
    if !joins(character) {
        return None;
    }
    Some(match character {
        '〇' | '零' => 0,
        '一' | '일' => 1,
        '二' | '两' | '兩' | '이' => 2,
        '三' | '삼' => 3,
        '四' | '사' => 4,
        '五' | '오' => 5,
        '六' | '육' => 6,
        '七' | '칠' => 7,
        '八' | '팔' => 8,
        '九' | '구' => 9,
        '十' | '십' => 10,
        '百' | '백' => 100,
        '千' | '천' => 1000,
        '万' | '만' => 10_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lexicon_is_read() {
        let read = toml::from_str::<File>(LENGTHS);
        assert!(read.is_ok(), "{read:?}");
    }
}
