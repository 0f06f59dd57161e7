//! Long texts in parts: divided where the text itself is, none left out, none read twice.

use std::ops::Range;

use coterie_protocol::{Paragraph, ParagraphKind};

use crate::experts::prompts::estimate_tokens;

/// Parts of an article, by the places of their paragraphs.
pub type Parts = Vec<Range<usize>>;

/// Each part is at least so full, in parts of a hundred, before a heading may end it.
const FULL_ENOUGH: usize = 60;

/// Divides paragraphs into parts of at most `most` estimated tokens, before headings where one
/// comes at a fitting place. A paragraph that is longer than that is a part of its own. Together
/// the parts have every paragraph once.
pub fn divide(paragraphs: &[Paragraph], most: usize) -> Parts {
    let mut parts = Parts::new();
    let (mut start, mut size) = (0, 0);
    for (place, paragraph) in paragraphs.iter().enumerate() {
        let own = estimate_tokens(&paragraph.text);
        let heading = matches!(paragraph.kind, ParagraphKind::Heading(_));
        let ends = size + own > most || (heading && size * 100 >= most * FULL_ENOUGH);
        if ends && place > start {
            let cut = before_headings(paragraphs, start, place);
            let headings = &paragraphs[cut..place];
            let left: usize = headings
                .iter()
                .map(|each| estimate_tokens(&each.text))
                .sum();
            // Not even the headings fit beside what follows: they are a part of their own.
            let cut = if left + own > most { place } else { cut };
            parts.push(start..cut);
            size = if cut == place { 0 } else { left };
            start = cut;
        }
        size += own;
    }
    if start < paragraphs.len() {
        parts.push(start..paragraphs.len());
    }
    parts
}

/// A heading belongs to what follows it: the place before those that stand right before `end`.
fn before_headings(paragraphs: &[Paragraph], start: usize, end: usize) -> usize {
    let heading = |place: &usize| matches!(paragraphs[*place].kind, ParagraphKind::Heading(_));
    let run = (start..end).rev().take_while(heading).count();
    let cut = end - run;
    if cut > start { cut } else { end }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn paragraphs(kinds: &str) -> Vec<Paragraph> {
        let paragraph = |(letter, number): (char, u32)| Paragraph {
            number,
            kind: if letter == 'h' {
                ParagraphKind::Heading(2)
            } else {
                ParagraphKind::Text
            },
            // About ten tokens, or a hundred.
            text: "word ".repeat(if letter == 'L' { 80 } else { 8 }),
        };
        kinds.chars().zip(1..).map(paragraph).collect()
    }

    /// The parts, as the kinds of their paragraphs.
    fn check(kinds: &str, most: usize, expected: &str) {
        let parts = divide(&paragraphs(kinds), most);
        let shown: Vec<_> = parts.into_iter().map(|part| &kinds[part]).collect();
        assert_eq!(shown.join(" "), expected, "{kinds} in {most}");
    }

    #[test]
    fn parts_end_where_they_are_full_and_at_headings_before_that() {
        check("ttttt", 20, "tt tt t");
        check("tttt", 1000, "tttt");
        check("tththttt", 30, "tt ht htt t");
        check("", 10, "");
    }

    #[test]
    fn a_heading_stays_with_what_follows() {
        check("tthttt", 30, "tt htt t");
        check("tttht", 40, "ttt ht");
    }

    #[test]
    fn what_is_longer_than_a_part_is_one_of_its_own() {
        check("tLt", 30, "t L t");
        check("hL", 30, "h L");
    }

    proptest! {
        #[test]
        fn every_paragraph_is_read_once(kinds in "[thL]{0,60}", most in 1_usize..200) {
            let paragraphs = paragraphs(&kinds);
            let parts = divide(&paragraphs, most);
            let all: Vec<_> = parts.iter().flat_map(Clone::clone).collect();
            prop_assert_eq!(all, (0..paragraphs.len()).collect::<Vec<_>>());
            for part in parts {
                let size: usize = paragraphs[part.clone()]
                    .iter()
                    .map(|paragraph| estimate_tokens(&paragraph.text))
                    .sum();
                prop_assert!(size <= most || part.len() == 1, "{part:?} has {size} of {most}");
            }
        }
    }
}
