//! Numbers that are written in words: looked for where digits of the other text have none.

use coterie_protocol::LanguageTag;

use super::table::Numerals;

/// What a text says of numbers without digits.
pub struct Spelled {
    /// The text in lower case.
    lower: String,
    /// Values of runs of Chinese numerals.
    chinese: Vec<f64>,
    /// Values of Roman numerals.
    roman: Vec<f64>,
    numerals: Option<&'static Numerals>,
}

impl Spelled {
    /// Reads a text in a language.
    pub fn of(text: &str, language: Option<&LanguageTag>) -> Self {
        Self {
            lower: text.to_lowercase(),
            chinese: chinese(text),
            roman: roman(text),
            numerals: language.and_then(Numerals::of),
        }
    }

    /// Whether the text may say this value in words.
    pub fn says(&self, value: f64) -> bool {
        let is = |found: &Vec<f64>| found.iter().any(|found| super::same(*found, value));
        is(&self.chinese) || is(&self.roman) || self.has_word(value) || self.has_words(value)
    }

    /// Whether the text has any number in words that it could have been.
    fn has_word(&self, value: f64) -> bool {
        let Some(numerals) = self.numerals else {
            return false;
        };
        let mut words = numerals.words(value).iter();
        words.any(|word| {
            if numerals.inside {
                self.lower.contains(word.as_str())
            } else {
                has_whole(&self.lower, word)
            }
        })
    }

    /// Whether the parts of a value are all there: `vingt-sept`, `two hundred`.
    fn has_words(&self, value: f64) -> bool {
        let whole = value.fract() == 0.0;
        if whole && (21.0..100.0).contains(&value) && value % 10.0 != 0.0 {
            let ones = value % 10.0;
            // soixante-quinze
            return (self.has_word(value - ones) && self.has_word(ones))
                || (value > 60.0
                    && self.has_word(value - ones - 10.0)
                    && self.has_word(ones + 10.0));
        }
        [1e9, 1e6, 1e3, 1e2].into_iter().any(|scale| {
            let times = value / scale;
            times > 1.0
                && times < 1000.0
                && times.fract() == 0.0
                && self.has_word(scale)
                && (self.has_word(times) || self.has_words(times))
        })
    }
}

/// Whether a text has a word with no letter beside it.
pub fn has_whole(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
    })
}

/// The values of all runs of Chinese numerals.
fn chinese(text: &str) -> Vec<f64> {
    let mut found = Vec::new();
    let mut run: Vec<Sign> = Vec::new();
    for character in text.chars().chain([' ']) {
        match sign(character) {
            Some(sign) => run.push(sign),
            None => {
                take(&run, &mut found);
                run.clear();
            }
        }
    }
    found
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Sign {
    Digit(f64),
    /// 10, 100 or 1,000.
    Unit(f64),
    /// 10,000 and above.
    Myriad(f64),
}

fn sign(character: char) -> Option<Sign> {
    const DIGITS: [&str; 10] = [
        "〇零",
        "一壹",
        "二两兩",
        "三叁",
        "四",
        "五",
        "六",
        "七",
        "八",
        "九",
    ];
    let digit = DIGITS
        .iter()
        .zip(0_u8..)
        .find(|(forms, _)| forms.contains(character));
    if let Some((_, value)) = digit {
        return Some(Sign::Digit(f64::from(value)));
    }
    Some(match character {
        '十' => Sign::Unit(10.0),
        '百' => Sign::Unit(100.0),
        '千' => Sign::Unit(1000.0),
        '万' | '萬' => Sign::Myriad(1e4),
        '亿' | '億' => Sign::Myriad(1e8),
        '兆' => Sign::Myriad(1e12),
        _ => return None,
    })
}

fn take(run: &[Sign], found: &mut Vec<f64>) {
    if run.is_empty() {
        return;
    }
    let digits: Vec<f64> = run
        .iter()
        .filter_map(|sign| match sign {
            Sign::Digit(digit) => Some(*digit),
            _ => None,
        })
        .collect();
    if digits.len() == run.len() {
        // 二〇二六 is a year, 三五 are three or five.
        found.push(digits.iter().fold(0.0, |value, digit| value * 10.0 + digit));
        found.extend(digits);
        return;
    }
    let (mut total, mut section, mut digit) = (0.0, 0.0, None);
    for sign in run {
        match *sign {
            Sign::Digit(value) => digit = Some(value),
            Sign::Unit(unit) => section += digit.take().unwrap_or(1.0) * unit,
            Sign::Myriad(unit) => {
                section += digit.take().unwrap_or(0.0);
                total += if section > 0.0 { section } else { 1.0 } * unit;
                section = 0.0;
            }
        }
    }
    found.push(total + section + digit.unwrap_or(0.0));
}

/// The values of all Roman numerals in capital letters, also with an ending: `XVIe`.
fn roman(text: &str) -> Vec<f64> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words.filter_map(roman_value).collect()
}

fn roman_value(word: &str) -> Option<f64> {
    let letters = word.trim_end_matches(char::is_lowercase);
    if letters.is_empty() || word.len() - letters.len() > 4 {
        return None;
    }
    let values: Vec<i32> = letters
        .chars()
        .map(|letter| {
            Some(match letter {
                'I' | 'І' => 1,
                'V' => 5,
                'X' | 'Х' => 10,
                'L' => 50,
                'C' => 100,
                'D' => 500,
                'M' => 1000,
                _ => return None,
            })
        })
        .collect::<Option<_>>()?;
    let mut total = 0;
    for (at, value) in values.iter().enumerate() {
        let subtracted = values.get(at + 1).is_some_and(|next| next > value);
        total += if subtracted { -value } else { *value };
    }
    Some(f64::from(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(language: &str, text: &str, value: f64) {
        let language = LanguageTag::new(language);
        let spelled = Spelled::of(text, Some(&language));
        assert!(spelled.says(value), "{text}: {value}");
        assert!(!spelled.says(8_117.0), "{text}");
    }

    #[test]
    fn numbers_in_words_are_found() {
        check("en", "Twenty-seven men", 27.0);
        check("en", "two hundred", 200.0);
        check("de", "siebenundzwanzig", 27.0);
        check("fr", "soixante-quinze ans", 75.0);
        check("ru", "тринадцать", 13.0);
        check("es", "cien años", 100.0);
        check("ko", "열두 명", 12.0);
    }

    #[test]
    fn chinese_numerals_are_reckoned() {
        check("zh", "二〇二六年", 2026.0);
        check("zh", "一百二十三人", 123.0);
        check("zh", "十五", 15.0);
        check("ja", "三万五千", 35_000.0);
        check("zh", "两亿", 2e8);
    }

    #[test]
    fn roman_numerals_are_reckoned() {
        check("fr", "au XVIe siècle", 16.0);
        check("es", "siglo XIX", 19.0);
        check("ru", "в XX веке", 20.0);
    }
}
