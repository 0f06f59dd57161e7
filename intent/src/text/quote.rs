//! Which parts of a request are its material: what stands in quotation marks, and a text given
//! after a colon or on lines of its own.

use std::ops::Range;

/// Pairs of quotation marks; straight ones close themselves.
const PAIRS: [(char, char); 12] = [
    ('"', '"'),
    ('“', '”'),
    ('„', '“'),
    ('„', '”'),
    ('«', '»'),
    ('»', '«'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('‹', '›'),
    ('\'', '\''),
    ('`', '`'),
];

/// The ranges of a folded text that are only quoted, in order, in bytes and without the marks.
pub fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some((start, open)) = next_opening(text, from) {
        match closing(text, start, open) {
            Some(end) => {
                found.push(start + open.len_utf8()..end);
                from = end + text[end..].chars().next().map_or(1, char::len_utf8);
            }
            None => from = start + open.len_utf8(),
        }
    }
    if let Some(given) = given_text(text)
        && !found.iter().any(|range| range.contains(&given.start))
    {
        found.retain(|range| range.end <= given.start);
        found.push(given);
    }
    found
}

fn next_opening(text: &str, from: usize) -> Option<(usize, char)> {
    text[from..].char_indices().find_map(|(at, character)| {
        let at = from + at;
        let opens = PAIRS.iter().any(|(open, _)| *open == character);
        // An apostrophe inside of a word opens nothing.
        let inside = character == '\'' && text[..at].ends_with(char::is_alphanumeric);
        (opens && !inside).then_some((at, character))
    })
}

fn closing(text: &str, start: usize, open: char) -> Option<usize> {
    let inside = start + open.len_utf8();
    text[inside..].char_indices().find_map(|(at, character)| {
        let at = inside + at;
        let closes = PAIRS.contains(&(open, character));
        let after = text[at + character.len_utf8()..].chars().next();
        let apostrophe = character == '\'' && after.is_some_and(char::is_alphanumeric);
        (closes && !apostrophe && at > inside).then_some(at)
    })
}

/// A longer text given after a colon that ends what is wanted: `fix this: …`.
fn given_text(text: &str) -> Option<Range<usize>> {
    let (at, colon) = text.char_indices().find(|(at, character)| {
        let rest = &text[at + character.len_utf8()..];
        matches!(character, ':' | '：') && (rest.starts_with(' ') || *character == '：')
    })?;
    let start = at + colon.len_utf8();
    let (before, given) = (&text[..at], &text[start..]);
    // A list of fields after one word, `table: cities, dates`, is what is wanted.
    let frame =
        before.split_whitespace().count() + before.chars().filter(|c| *c > '\u{2E80}').count() / 2;
    (frame >= 2 && given.trim().chars().count() >= 12).then_some(start..text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<&str> = quoted(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn quotation_marks_of_many_kinds_are_found() {
        check("say \"a b\" and «c» and 「d」", &["a b", "c", "d"]);
        check("what's 'so long' in german, that's it", &["so long"]);
        check("don't, it's \"open", &[]);
    }

    #[test]
    fn a_text_after_a_colon_is_given() {
        check(
            "is this right: he don't know nothing",
            &[" he don't know nothing"],
        );
        check("table: cities, dates, prices", &[]);
    }
}
