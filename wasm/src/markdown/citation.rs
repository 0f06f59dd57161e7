//! Citations of the page's paragraphs in running text: `[¶3]`.

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// A citation of a paragraph.
    Citation(u32),
}

/// More numbers than this in one pair of brackets are not a citation.
const MOST: usize = 8;

/// Splits a text at its citations. `last` is the highest paragraph that there is.
pub fn split(text: &str, last: u32) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut from = 0;
    while let Some(found) = rest[from..].find("[¶") {
        let start = from + found;
        let Some((numbers, length)) = numbers(&rest[start..], last) else {
            from = start + 1;
            continue;
        };
        if start > 0 {
            pieces.push(Piece::Text(&rest[..start]));
        }
        pieces.extend(numbers.into_iter().map(Piece::Citation));
        rest = &rest[start + length..];
        from = 0;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// Where the text ends if a citation may still be arriving at its end.
pub fn settled(text: &str) -> usize {
    // `[¶12, ¶13` is as long as it gets before it is no citation.
    let window = text.floor_char_boundary(text.len().saturating_sub(32));
    let Some(open) = text[window..].rfind('[').map(|at| window + at) else {
        return text.len();
    };
    let after = &text[open + 1..];
    let arriving = after.is_empty() || (after.starts_with('¶') && !after.contains(']'));
    if arriving { open } else { text.len() }
}

/// The numbers of the citation that the text begins with, and how many bytes it takes.
fn numbers(text: &str, last: u32) -> Option<(Vec<u32>, usize)> {
    // Far enough for the longest, and no further: brackets may come by the thousand.
    let near = &text[..text.floor_char_boundary(96)];
    let end = near.find(']')?;
    let inside = near.get(1..end)?;
    let parts = inside.split([',', '，', '、', ';', '；', '-', '–', ' ']);
    let numbers = parts
        .filter(|part| !part.is_empty() && *part != "¶")
        .map(|part| part.strip_prefix('¶').unwrap_or(part).parse().ok())
        .map(|number| number.filter(|number| (1..=last).contains(number)))
        .collect::<Option<Vec<u32>>>()?;
    (!numbers.is_empty() && numbers.len() <= MOST).then_some((numbers, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Citation, Text};

    fn check(text: &str, expected: &[Piece<'_>]) {
        assert_eq!(split(text, 20), expected, "{text}");
    }

    #[test]
    fn citations_are_found_in_text() {
        check("Yes [¶3].", &[Text("Yes "), Citation(3), Text(".")]);
        check("[¶1][¶20]", &[Citation(1), Citation(20)]);
        check("[¶ 3, ¶4]", &[Citation(3), Citation(4)]);
        check(
            "见[¶3、5]。",
            &[Text("见"), Citation(3), Citation(5), Text("。")],
        );
        check("[¶3–5]", &[Citation(3), Citation(5)]);
    }

    #[test]
    fn what_is_no_citation_stays_text() {
        for text in [
            "[3]",
            "[¶]",
            "[¶x]",
            "[¶0]",
            "[¶21]",
            "[¶3",
            "¶3]",
            "[¶-]",
            "[¶99999999999]",
        ] {
            check(text, &[Text(text)]);
        }
        check("[¶[¶2]", &[Text("[¶"), Citation(2)]);
    }

    #[test]
    fn a_citation_that_is_still_arriving_is_held_back() {
        let held = |text: &str| text.len() - settled(text);
        assert_eq!(held("so ["), 1);
        assert_eq!(held("so [¶1"), "[¶1".len());
        assert_eq!(held("so [¶1]"), 0);
        assert_eq!(held("so [a"), 0);
        assert_eq!(held("so"), 0);
    }
}
