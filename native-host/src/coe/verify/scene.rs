//! What all checks of one answer share: the texts, what is expected of them, and which parts of
//! them belong together.

use std::{cell::OnceCell, ops::Range};

use coterie_protocol::LanguageTag;

use super::{Check, Material, table};
use crate::page::Letters;

/// An answer beside what it was made from.
pub(super) struct Scene<'a> {
    pub(super) material: &'a Material<'a>,
    pub(super) source: &'a str,
    pub(super) source_language: Option<&'a LanguageTag>,
    pub(super) answer: &'a str,
    pub(super) language: &'a LanguageTag,
    /// Whether every fact of the source must be in the answer.
    pub(super) kept: bool,
    /// Whether the answer may have no fact that is not in the source.
    pub(super) only: bool,
    /// Whether the answer is meant to be in another language than the source.
    pub(super) translated: bool,
    /// Whether paragraphs are cited.
    pub(super) cited: bool,
    pairs: OnceCell<Vec<Pair<'a>>>,
}

/// A part of the source and the part of the answer that was made from it.
#[derive(Debug, Clone)]
pub(super) struct Pair<'a> {
    source: &'a str,
    answer: &'a str,
    /// Where its part of the answer begins, in bytes.
    start: usize,
}

/// One of two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// What it was made from.
    Source,
    /// What was made.
    Answer,
}

impl<'a> Scene<'a> {
    pub(super) fn new(checks: &[Check], material: &'a Material<'a>, answer: &'a str) -> Self {
        let row = table::row(material.action);
        let differs = |source: &LanguageTag| !source.same_language(material.language);
        Self {
            material,
            source: material.source,
            source_language: material.source_language,
            answer,
            language: material.language,
            kept: row.kept,
            only: row.only,
            translated: material.source_language.is_some_and(differs),
            cited: checks.contains(&Check::Citations),
            pairs: OnceCell::new(),
        }
    }

    /// A faithful text and the one that is to stand in for it, in one language.
    pub(super) fn between(material: &'a Material<'a>, faithful: &'a str, elegant: &'a str) -> Self {
        Self {
            material,
            source: faithful,
            source_language: Some(material.language),
            answer: elegant,
            language: material.language,
            kept: true,
            only: true,
            translated: false,
            cited: false,
            pairs: OnceCell::new(),
        }
    }

    /// The parts that belong together: lines, if the answer keeps those of the source, else all.
    pub(super) fn pairs(&self) -> &[Pair<'a>] {
        self.pairs.get_or_init(|| {
            let (sources, answers) = (lines(self.source), lines(self.answer));
            if self.kept && self.only && sources.len() == answers.len() && sources.len() > 1 {
                let pairs = sources.into_iter().zip(answers);
                pairs
                    .map(|((_, source), (start, answer))| Pair {
                        source,
                        answer,
                        start,
                    })
                    .collect()
            } else {
                vec![Pair {
                    source: self.source,
                    answer: self.answer,
                    start: 0,
                }]
            }
        })
    }

    /// Whether both texts are written in Latin letters for the most part.
    pub(super) fn is_latin(&self) -> bool {
        is_latin(self.source) && is_latin(self.answer)
    }
}

impl<'a> Pair<'a> {
    pub(super) fn text(&self, side: Side) -> &'a str {
        match side {
            Side::Source => self.source,
            Side::Answer => self.answer,
        }
    }

    /// A range of its part of the answer as one of the whole answer.
    pub(super) fn in_answer(&self, range: &Range<usize>) -> Range<usize> {
        self.start + range.start..self.start + range.end
    }
}

/// Whether a text is written in Latin letters for the most part.
pub(super) fn is_latin(text: &str) -> bool {
    let letters = Letters::of(text);
    letters.latin * 2 > letters.total()
}

/// Where in a text one of its parts begins, in bytes.
pub(super) fn offset(text: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize)
}

/// A range with the spaces before it, so that cutting it leaves none too many.
pub(super) fn with_spaces(text: &str, range: Range<usize>) -> Range<usize> {
    text[..range.start].trim_end_matches(' ').len()..range.end
}

/// The lines with something in them and where they begin.
pub(super) fn lines(text: &str) -> Vec<(usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let at = start;
            start += line.len();
            (at, line)
        })
        .filter(|(_, line)| !line.trim().is_empty())
        .collect()
}

/// A text with fenced and inline code, addresses, citations and placeholders blanked out: what is
/// written in a language. Places stay.
pub(super) fn prose(text: &str) -> String {
    let mut blank = vec![false; text.len()];
    let mut cover = |range: Range<usize>| {
        if let Some(part) = blank.get_mut(range) {
            part.fill(true);
        }
    };
    super::code::spans(text).into_iter().for_each(&mut cover);
    super::links::links(text)
        .into_iter()
        .for_each(|link| cover(link.span));
    super::citations::marks(text)
        .into_iter()
        .for_each(|mark| cover(mark.span));
    super::slots::slots(text)
        .into_iter()
        .for_each(|slot| cover(slot.span));
    text.char_indices()
        .flat_map(|(at, character)| {
            let blanked = blank[at] && character != '\n';
            let (character, times) = if blanked {
                (' ', character.len_utf8())
            } else {
                (character, 1)
            };
            std::iter::repeat_n(character, times)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_what_is_left_without_code_and_marks() {
        let text = "Use `é(x)` from https://a.example/b now [¶3] ⟦1⟧ ok\n```\nlet x = 1;\n```\nend";
        let prose = prose(text);
        assert_eq!(prose.len(), text.len());
        let words: Vec<_> = prose.split_whitespace().collect();
        assert_eq!(words, ["Use", "from", "now", "ok", "end"]);
    }
}
