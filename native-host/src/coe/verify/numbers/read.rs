//! Reading numbers that are written in digits: those of any script, grouped and divided as in
//! any country, with words of scale.
//!
//! What a lone mark means is not guessed: `1.234` has two readings, and two numbers agree if they
//! share one. So no language has to be known, and a finding rests on no guess.

use std::ops::Range;

use super::table::scale_at;

/// A number in digits.
#[derive(Debug, Clone, PartialEq)]
pub struct Number {
    /// Every value that it may have.
    pub readings: Vec<f64>,
    /// Its two parts, if it may be hours and minutes: `14.30`.
    pub parts: Option<[f64; 2]>,
    /// Where it stands, with its word of scale.
    pub span: Range<usize>,
    /// Its value without the word of scale.
    pub plain: f64,
    /// Whether it has a word of scale.
    pub scaled: bool,
    /// Whether it stands where dates have their month.
    pub as_month: bool,
}

impl Number {
    /// Whether both may have the same value.
    pub fn agrees(&self, other: &Self) -> bool {
        let mut readings = self.readings.iter();
        readings.any(|reading| other.may_be(*reading))
    }

    /// Whether it may have this value.
    pub fn may_be(&self, value: f64) -> bool {
        self.readings.iter().any(|reading| same(*reading, value))
    }
}

/// Equal but for rounding.
pub fn same(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs())
}

/// The value of a decimal digit of the scripts that browsers meet.
pub fn digit(character: char) -> Option<u32> {
    /// Where ten digits begin: Latin, Arabic, Persian, Devanagari, Bengali, Thai, full width.
    const ZEROS: [char; 7] = ['0', '٠', '۰', '०', '০', '๐', '０'];
    ZEROS.iter().find_map(|&zero| {
        let value = u32::from(character).checked_sub(u32::from(zero))?;
        (value < 10).then_some(value)
    })
}

/// The numbers of a text in order. Digits that follow a letter of an alphabet are part of a name
/// (`H5N1`) and none.
pub fn numbers(text: &str) -> Vec<Number> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut reader = Reader {
        text,
        characters: &characters,
        found: Vec::new(),
    };
    let mut at = 0;
    while at < characters.len() {
        at = reader.step(at);
    }
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    characters: &'t [(usize, char)],
    found: Vec<Number>,
}

/// Digits without a mark among them.
struct Group {
    value: f64,
    length: usize,
    start: usize,
    end: usize,
}

impl Reader<'_> {
    /// Reads what stands at a place; the next place.
    fn step(&mut self, at: usize) -> usize {
        if self.digit(at).is_none() {
            return at + 1;
        }
        if at > 0 && is_of_name(self.characters[at - 1].1) {
            let rest = self.characters[at..].iter();
            return at + rest.take_while(|(_, c)| c.is_alphanumeric()).count();
        }
        let (groups, marks) = self.groups(at);
        let end = groups.last().map_or(at + 1, |group| group.end);
        let one_number = marks.is_empty() || is_one_number(&groups, &marks);
        if one_number {
            self.take(&groups, &marks)
        } else {
            for group in &groups {
                self.take(std::slice::from_ref(group), &[]);
            }
            end
        }
    }

    fn character(&self, at: usize) -> Option<char> {
        self.characters.get(at).map(|&(_, character)| character)
    }

    fn digit(&self, at: usize) -> Option<u32> {
        self.character(at).and_then(digit)
    }

    fn byte(&self, at: usize) -> usize {
        let place = self.characters.get(at);
        place.map_or(self.text.len(), |&(byte, _)| byte)
    }

    /// Groups of digits and the marks between them.
    fn groups(&self, start: usize) -> (Vec<Group>, Vec<char>) {
        let (mut groups, mut marks) = (Vec::new(), Vec::new());
        let mut at = start;
        loop {
            let (begin, mut value) = (at, 0.0);
            while let Some(digit) = self.digit(at) {
                value = value * 10.0 + f64::from(digit);
                at += 1;
            }
            groups.push(Group {
                value,
                length: at - begin,
                start: begin,
                end: at,
            });
            let Some(mark) = self.character(at).and_then(mark) else {
                break;
            };
            let next = (at + 1..).take_while(|&at| self.digit(at).is_some());
            let digits = next.count();
            // A space parts numbers as well as groups; groups have three digits.
            let fits = if mark == ' ' {
                digits == 3 && groups.last().is_some_and(|group| group.length <= 3)
            } else {
                digits > 0
            };
            if !fits {
                break;
            }
            marks.push(mark);
            at += 1;
        }
        (groups, marks)
    }

    /// Enters the number made of these groups; the place behind it and its word of scale.
    fn take(&mut self, groups: &[Group], marks: &[char]) -> usize {
        let (Some(first), Some(last)) = (groups.first(), groups.last()) else {
            return 0;
        };
        let mut readings = values(groups, marks);
        let plain = readings.first().copied().unwrap_or_default();
        let parts = match (groups, marks) {
            ([hours, minutes], ['.'])
                if hours.value <= 24.0 && minutes.value < 60.0 && minutes.length == 2 =>
            {
                Some([hours.value, minutes.value])
            }
            _ => None,
        };
        let mut end = last.end;
        let mut scaled = false;
        if let Some((factors, length)) = self.scale(end) {
            scaled = true;
            readings = product(&readings, &factors);
            end += length;
            // 3万5000: what follows belongs to it.
            while self.digit(end).is_some() {
                let (groups, marks) = self.groups(end);
                if !(marks.is_empty() || is_one_number(&groups, &marks)) {
                    break;
                }
                let mut more = values(&groups, &marks);
                let Some(last) = groups.last() else { break };
                end = last.end;
                if let Some((factors, length)) = self.scale(end) {
                    more = product(&more, &factors);
                    end += length;
                }
                let sums = readings
                    .iter()
                    .flat_map(|a| more.iter().map(move |b| a + b));
                readings = sums.collect();
            }
        }
        let span = self.byte(first.start)..self.byte(end);
        let after = self.text.get(span.end..).unwrap_or_default();
        let before = self.text.get(..span.start).unwrap_or_default();
        if !scaled {
            add_readings(&mut readings, plain, before, after);
        }
        self.found.push(Number {
            as_month: !scaled && (1.0..=12.0).contains(&plain) && is_at_month(before, after),
            readings,
            parts,
            span,
            plain,
            scaled,
        });
        end
    }

    /// The factors of the words of scale at a place and how many characters they take.
    fn scale(&self, at: usize) -> Option<(Vec<f64>, usize)> {
        let rest = self.text.get(self.byte(at)..)?;
        let (factors, bytes) = scale_at(rest)?;
        Some((factors, rest.get(..bytes)?.chars().count()))
    }
}

/// Letters after which digits are part of a name. Arabic writes short words onto numbers.
fn is_of_name(character: char) -> bool {
    matches!(character, 'a'..='z' | 'A'..='Z' | '_' | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{52f}')
        && !matches!(character, '\u{d7}' | '\u{f7}')
}

/// A mark that may stand inside a number, in one form.
fn mark(character: char) -> Option<char> {
    match character {
        '.' | '．' | '٫' => Some('.'),
        ',' | '，' | '٬' | '、' => Some(','),
        '\'' | '’' => Some('\''),
        ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' => Some(' '),
        _ => None,
    }
}

/// Whether groups with these marks between them are one number rather than a list or a date.
fn is_one_number(groups: &[Group], marks: &[char]) -> bool {
    let grouped = |groups: &[Group]| {
        groups[0].length <= 3 && groups[1..].iter().all(|group| group.length == 3)
    };
    let Some((&last, earlier)) = marks.split_last() else {
        return true;
    };
    match earlier.first() {
        None => true,
        Some(first) if earlier.iter().any(|mark| mark != first) => false,
        // 1,234,567 or 1.2.3; Indian 12,34,567.
        Some(&first) if first == last => {
            grouped(groups)
                || (first == ','
                    && groups[1..]
                        .iter()
                        .all(|group| matches!(group.length, 2 | 3))
                    && groups.last().is_some_and(|group| group.length == 3))
        }
        Some(_) => last != ' ' && grouped(&groups[..groups.len() - 1]),
    }
}

/// What one number may be worth.
fn values(groups: &[Group], marks: &[char]) -> Vec<f64> {
    let joined = |groups: &[Group]| {
        groups.iter().fold(0.0, |value, group| {
            value * power(group.length) + group.value
        })
    };
    let Some((last, whole)) = groups.split_last() else {
        return Vec::new();
    };
    let divided = || joined(whole) + last.value / power(last.length);
    match marks {
        [] => vec![last.value],
        [' ' | '\''] => vec![joined(groups)],
        [_] if last.length == 3 && whole[0].length <= 3 && whole[0].value > 0.0 => {
            vec![joined(groups), divided()]
        }
        [_] => vec![divided()],
        [first, .., end] if first == end => vec![joined(groups)],
        _ => vec![divided()],
    }
}

fn power(digits: usize) -> f64 {
    10_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX))
}

fn product(values: &[f64], factors: &[f64]) -> Vec<f64> {
    let products = values
        .iter()
        .flat_map(|value| factors.iter().map(move |factor| value * factor));
    products.collect()
}

/// Further values of hours, decades and centuries.
fn add_readings(readings: &mut Vec<f64>, plain: f64, before: &str, after: &str) {
    const DECADE: [&str; 12] = [
        "s", "’s", "'s", "er", "年代", "년대", "-х", "-е", "-ых", "х", "-tých", " 年代",
    ];
    if (1.0..=24.0).contains(&plain) && is_at_hour(before, after) {
        readings.push(if plain > 12.0 {
            plain - 12.0
        } else {
            plain + 12.0
        });
    }
    if (100.0..2100.0).contains(&plain)
        && plain % 10.0 == 0.0
        && DECADE.iter().any(|mark| after.starts_with(mark))
    {
        readings.push(plain % 100.0);
        readings.push((plain / 100.0).floor() + 1.0);
    }
}

/// Whether a number is an hour: then it may be counted to 12 or to 24.
fn is_at_hour(before: &str, after: &str) -> bool {
    const AFTER: [&str; 19] = [
        ":", "：", "h", "時", "时", "点", "點", "시", "uhr", "час", "am", "pm", "a.m", "p.m",
        "a. m", "p. m", "hod", "hora", "heure",
    ];
    const BEFORE: [&str; 8] = [
        "午前",
        "午後",
        "上午",
        "下午",
        "晚上",
        "오전",
        "오후",
        "الساعة",
    ];
    let start: String = after.trim_start().chars().take(6).collect();
    let start = start.to_lowercase();
    let end = before.trim_end();
    AFTER.iter().any(|mark| start.starts_with(mark))
        || BEFORE.iter().any(|mark| end.ends_with(mark))
}

/// Whether a number stands where dates have their month.
fn is_at_month(before: &str, after: &str) -> bool {
    const BETWEEN: [char; 5] = ['.', '/', '-', '．', '／'];
    let is_digit = |character: Option<char>| character.and_then(digit).is_some();
    let after = after.trim_start_matches(' ');
    if ["月", "월"].iter().any(|mark| after.starts_with(mark)) {
        return true;
    }
    let beside = |mut characters: &mut dyn Iterator<Item = char>| {
        characters
            .next()
            .is_some_and(|mark| BETWEEN.contains(&mark))
            && is_digit((&mut characters).next())
    };
    beside(&mut after.chars()) || beside(&mut before.chars().rev())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&[f64]]) {
        let found: Vec<_> = numbers(text).into_iter().map(|n| n.readings).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn groups_and_decimals_of_any_country() {
        check(
            "1,234.5 and 1.234,5 and 1 234,5",
            &[&[1234.5], &[1234.5], &[1234.5]],
        );
        check("1'234'567", &[&[1_234_567.0]]);
        check("12,34,567", &[&[1_234_567.0]]);
        check("3.25 or 3,25", &[&[3.25], &[3.25]]);
        check("0.125", &[&[0.125]]);
    }

    #[test]
    fn a_mark_that_may_mean_two_things_has_two_readings() {
        check("1.234", &[&[1234.0, 1.234]]);
    }

    #[test]
    fn digits_of_other_scripts() {
        check("２０２６年", &[&[2026.0]]);
        check("٢٠١٦", &[&[2016.0]]);
        check("۱۲٫۵", &[&[12.5]]);
    }

    #[test]
    fn words_of_scale_multiply() {
        check("1.5 million", &[&[1_500_000.0]]);
        check("150万", &[&[1_500_000.0]]);
        check("1億2000万人", &[&[120_000_000.0]]);
        check("3만 5천", &[&[30_000.0], &[5_000.0]]);
        check("2 Mrd. Euro", &[&[2e9]]);
        check("2,5 тысячи", &[&[2500.0]]);
        check("10千米, 10 miles", &[&[10.0], &[10.0]]);
    }

    #[test]
    fn lists_dates_and_versions_are_several_numbers() {
        check("12.3.2020", &[&[12.0], &[3.0], &[2020.0]]);
        check("7, 8 9", &[&[7.0], &[8.0], &[9.0]]);
        assert!(numbers("12.3.2020")[1].as_month);
        assert!(numbers("3月12日")[0].as_month);
        assert!(!numbers("3 books")[0].as_month);
    }

    #[test]
    fn digits_in_names_are_no_numbers() {
        check("H5N1 in A320s", &[]);
        check("COVID-19", &[&[19.0]]);
    }

    #[test]
    fn hours_and_decades_have_the_values_that_other_languages_use() {
        check("2 p.m.", &[&[2.0, 14.0]]);
        check("14:30", &[&[14.0, 2.0], &[30.0]]);
        check("下午2点", &[&[2.0, 14.0]]);
        check("1960s", &[&[1960.0, 60.0, 20.0]]);
    }
}
