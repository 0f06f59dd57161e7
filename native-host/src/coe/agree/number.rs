//! The final number of an answer, exactly: 1,000 and 1e3 and 1 000.0 are one value, 1/3 is a third.

use std::fmt;

use super::text;

/// Beyond so many digits a value is compared as it is written, without its zeros.
const MOST_DIGITS: usize = 30;
/// A longer text is not "a number with its unit".
const SHORT: usize = 32;

/// An exact value in lowest terms. Its text is the same for the same value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Number {
    /// Numerator and denominator without a common factor; the denominator is positive.
    Ratio(i128, i128),
    /// Too long to calculate with: sign, digits and power of ten.
    Long(bool, String, i64),
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ratio(top, 1) => write!(formatter, "{top}"),
            Self::Ratio(top, bottom) => write!(formatter, "{top}/{bottom}"),
            Self::Long(negative, digits, power) => {
                let sign = if *negative { "-" } else { "" };
                write!(formatter, "{sign}{digits}e{power}")
            }
        }
    }
}

impl Number {
    fn ratio(top: i128, bottom: i128) -> Option<Self> {
        let divisor = gcd(top.unsigned_abs(), bottom.unsigned_abs());
        let divisor = i128::try_from(divisor).ok().filter(|it| *it > 0)?;
        let sign = if bottom < 0 { -1 } else { 1 };
        (bottom != 0).then(|| Self::Ratio(sign * (top / divisor), sign * (bottom / divisor)))
    }

    /// From decimal digits without a point, times a power of ten.
    fn decimal(negative: bool, digits: &str, power: i64) -> Option<Self> {
        let digits = digits.trim_start_matches('0');
        let kept = digits.trim_end_matches('0');
        let power = power.checked_add(i64::try_from(digits.len() - kept.len()).ok()?)?;
        if kept.is_empty() {
            return Some(Self::Ratio(0, 1));
        }
        let size = power.unsigned_abs() as usize + kept.len();
        if size > MOST_DIGITS {
            return Some(Self::Long(negative, kept.to_owned(), power));
        }
        let value: i128 = kept.parse().ok()?;
        let value = if negative { -value } else { value };
        let scale = 10_i128.checked_pow(u32::try_from(power.unsigned_abs()).ok()?)?;
        if power >= 0 {
            Self::ratio(value.checked_mul(scale)?, 1)
        } else {
            Self::ratio(value, scale)
        }
    }

    fn over(&self, other: &Self) -> Option<Self> {
        let (Self::Ratio(top, bottom), Self::Ratio(other_top, other_bottom)) = (self, other) else {
            return None;
        };
        Self::ratio(
            top.checked_mul(*other_bottom)?,
            bottom.checked_mul(*other_top)?,
        )
    }

    fn plus(&self, other: &Self) -> Option<Self> {
        let (Self::Ratio(top, bottom), Self::Ratio(other_top, other_bottom)) = (self, other) else {
            return None;
        };
        let left = top.checked_mul(*other_bottom)?;
        let right = other_top.checked_mul(*bottom)?;
        Self::ratio(left.checked_add(right)?, bottom.checked_mul(*other_bottom)?)
    }

    fn times_ten_to(&self, power: u32) -> Option<Self> {
        match self {
            Self::Ratio(top, bottom) => {
                Self::ratio(top.checked_mul(10_i128.checked_pow(power)?)?, *bottom)
            }
            Self::Long(negative, digits, old) => {
                let power = old.checked_add(i64::from(power))?;
                Some(Self::Long(*negative, digits.clone(), power))
            }
        }
    }
}

fn gcd(mut one: u128, mut other: u128) -> u128 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

/// The number that an answer comes to: of what it names as its final answer the one after the last
/// equals sign, else the last of the text.
pub(super) fn of_answer(answer: &str) -> Option<Number> {
    if let Some(said) = text::final_answer(answer) {
        let side = said.rsplit(['=', '≈']).next().unwrap_or(said);
        let found = numbers(side).into_iter().next();
        if let Some(found) = found.or_else(|| numbers(said).pop()) {
            return Some(found);
        }
    }
    numbers(answer).pop()
}

/// Whether a text is one number with at most a sign, a currency and a unit.
pub(super) fn is_short(answer: &str) -> bool {
    let answer = answer.trim();
    let words = answer.chars().filter(|it| it.is_alphabetic()).count();
    answer.chars().count() <= SHORT
        && words <= 12
        && numbers(answer).len() == 1
        && !answer.contains(['[', '(', '{', '"', '\''])
}

/// Whether there is a number to compare.
pub(super) fn is_found(answer: &str) -> bool {
    of_answer(answer).is_some()
}

/// All numbers of a text, in order.
pub(super) fn numbers(text: &str) -> Vec<Number> {
    let letters: Vec<char> = plain(text).chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if begins(&letters, at) {
            let (number, end) = read(&letters, at);
            found.extend(number);
            at = end.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// One way of writing: digits of other scripts, minus signs, spaces, and what LaTeX adds.
fn plain(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|letter| match letter {
            '０'..='９' => char::from(b'0' + (letter as u32 - '０' as u32) as u8),
            '−' | '–' | '﹣' | '－' => '-',
            '\u{a0}' | '\u{202f}' | '\u{2009}' => '\u{a0}',
            '．' => '.',
            '，' => ',',
            '％' => '%',
            _ => letter,
        })
        .collect();
    if !text.contains('\\') && !text.contains('{') {
        return text;
    }
    let text = text
        .replace("{,}", ",")
        .replace("\\,", "")
        .replace("\\!", "")
        .replace("\\$", "$")
        .replace("\\%", "%")
        .replace("\\times", "×")
        .replace("\\cdot", "×")
        .replace("^{", "^")
        .replace("\\left", "")
        .replace("\\right", "");
    ["\\dfrac{", "\\tfrac{", "\\frac{"]
        .iter()
        .fold(text, |text, command| text.replace(command, "{"))
        .replace("}{", "/")
}

fn digit(letters: &[char], at: usize) -> bool {
    letters.get(at).is_some_and(char::is_ascii_digit)
}

/// Whether a number begins here, and not in the middle of a word, a name or another number.
fn begins(letters: &[char], at: usize) -> bool {
    let dotted = letters[at] == '.' && digit(letters, at + 1);
    if !digit(letters, at) && !dotted {
        return false;
    }
    let before = at.checked_sub(1).map(|before| letters[before]);
    !before.is_some_and(|it| it.is_ascii_alphanumeric() || it == '_' || it == '.')
}

/// Reads a number and what belongs to it: sign, groups, power of ten, fraction, large unit.
fn read(letters: &[char], start: usize) -> (Option<Number>, usize) {
    let negative = is_negative(letters, start);
    let (digits, power, mut at) = mantissa(letters, start);
    let (exponent, after) = exponent(letters, at);
    at = after;
    let mut number = Number::decimal(negative, &digits, power.saturating_add(exponent));
    if let Some((part, end)) = fraction(letters, at, power, &number, negative) {
        number = Some(part);
        at = end;
    }
    let (scale, after) = scale(letters, at);
    if scale > 0 {
        number = number.and_then(|number| number.times_ten_to(scale));
        at = after;
    }
    (number, at)
}

/// A minus sign before the number or before its currency, that takes nothing away from anything.
fn is_negative(letters: &[char], start: usize) -> bool {
    let mut before = start;
    while before > 0 && matches!(letters[before - 1], '$' | '€' | '£' | '¥' | '{') {
        before -= 1;
    }
    if before == 0 || letters[before - 1] != '-' {
        return false;
    }
    let left = letters[..before - 1].iter().rev().find(|it| **it != ' ');
    !left.is_some_and(|it| it.is_alphanumeric() || matches!(it, ')' | ']' | '%' | '-'))
}

/// Digits without point and groups, the power of ten of the last one, and where they end.
fn mantissa(letters: &[char], start: usize) -> (String, i64, usize) {
    let mut end = start;
    let separator = |at: usize| {
        matches!(
            letters.get(at),
            Some(',' | '.' | '\'' | '’' | '\u{a0}' | ' ' | '_')
        )
    };
    while digit(letters, end) || (separator(end) && digit(letters, end + 1)) {
        // A plain space groups thousands only between groups of three.
        if letters[end] == ' ' && !is_group(letters, end + 1) {
            break;
        }
        end += 1;
    }
    let written = &letters[start..end];
    let point = decimal_point(written);
    let digits: String = written.iter().filter(|it| it.is_ascii_digit()).collect();
    let after = point.map_or(0, |point| {
        let tail = written[point + 1..].iter();
        tail.filter(|it| it.is_ascii_digit()).count()
    });
    (digits, -i64::try_from(after).unwrap_or(0), end)
}

/// Three digits and then none.
fn is_group(letters: &[char], at: usize) -> bool {
    (0..3).all(|offset| digit(letters, at + offset)) && !digit(letters, at + 3)
}

/// Where the decimal point or comma is among digits and separators. The last separator, if it comes
/// once; a single comma before exactly three digits groups thousands, a single point does not.
fn decimal_point(written: &[char]) -> Option<usize> {
    let last = written.iter().rposition(|it| matches!(it, '.' | ','))?;
    let mark = written[last];
    let times = written.iter().filter(|it| **it == mark).count();
    let tail = written.len() - last - 1;
    let zero_before = written[..last].iter().all(|it| *it == '0');
    match mark {
        _ if times > 1 => None,
        ',' if tail == 3 && !zero_before && !written.contains(&'.') => None,
        _ => Some(last),
    }
}

/// `e3`, `×10^3`, `* 10**3`.
fn exponent(letters: &[char], at: usize) -> (i64, usize) {
    let signed = |at: usize| {
        let negative = letters.get(at) == Some(&'-');
        let from = if negative || letters.get(at) == Some(&'+') {
            at + 1
        } else {
            at
        };
        let to = (from..).take_while(|at| digit(letters, *at)).count() + from;
        let value: i64 = letters[from.min(to)..to]
            .iter()
            .collect::<String>()
            .parse()
            .ok()?;
        Some((if negative { -value } else { value }, to))
    };
    if matches!(letters.get(at), Some('e' | 'E'))
        && let Some((value, end)) = signed(at + 1)
        && !letters.get(end).is_some_and(|it| it.is_alphanumeric())
    {
        return (value, end);
    }
    let next = skip(letters, at, &[' ']);
    if matches!(letters.get(next), Some('×' | 'x' | '*' | '·')) {
        let ten = skip(letters, next + 1, &[' ']);
        let hat = ten + 2;
        if letters.get(ten..hat) == Some(&['1', '0'])
            && matches!(letters.get(hat), Some('^' | '*'))
            && let Some((value, end)) = signed(skip(letters, hat, &['^', '*', '{']))
        {
            return (value, skip(letters, end, &['}']));
        }
    }
    (0, at)
}

fn skip(letters: &[char], mut at: usize, what: &[char]) -> usize {
    while letters.get(at).is_some_and(|it| what.contains(it)) {
        at += 1;
    }
    at
}

/// `1/2`, or `1 1/2` after a whole number; a second stroke makes it a date.
fn fraction(
    letters: &[char],
    at: usize,
    power: i64,
    whole: &Option<Number>,
    negative: bool,
) -> Option<(Number, usize)> {
    let whole = whole.as_ref()?;
    let stroke = skip(letters, at, &[' ']);
    let dated = |end: usize| letters.get(end) == Some(&'/');
    if letters.get(stroke) == Some(&'/') {
        let from = skip(letters, stroke + 1, &[' ']);
        if !digit(letters, from) {
            return None;
        }
        let (digits, power, end) = mantissa(letters, from);
        let bottom = Number::decimal(false, &digits, power)?;
        return (!dated(end)).then_some((whole.over(&bottom)?, end));
    }
    if power == 0 && matches!(letters.get(at), Some(' ' | '{')) && digit(letters, at + 1) {
        let (top, power, end) = mantissa(letters, at + 1);
        if power == 0 && letters.get(end) == Some(&'/') && digit(letters, end + 1) {
            let (bottom, power, end) = mantissa(letters, end + 1);
            let part = Number::decimal(negative, &top, 0)?;
            let part = part.over(&Number::decimal(false, &bottom, power)?)?;
            return (!dated(end)).then_some((whole.plus(&part)?, end));
        }
    }
    None
}

/// The power of ten of a word for a large number.
fn scale(letters: &[char], at: usize) -> (u32, usize) {
    let from = skip(letters, at, &[' ']);
    match letters.get(from) {
        Some('万' | '萬' | '만') => return (4, from + 1),
        Some('亿' | '億' | '억') => return (8, from + 1),
        _ => {}
    }
    let word: String = letters[from.min(letters.len())..]
        .iter()
        .take_while(|it| it.is_ascii_alphabetic())
        .collect();
    let power = match word.to_ascii_lowercase().as_str() {
        "thousand" => 3,
        "million" => 6,
        "billion" => 9,
        "trillion" => 12,
        _ => return (0, at),
    };
    (power, from + word.len())
}
