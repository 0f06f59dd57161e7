//! The article: what of a page the experts get to see.

use coterie_protocol::{LanguageTag, Paragraph, Span};
use serde::Serialize;

use super::language::words;

/// How much of an article is looked at to tell its language, in characters.
const SAMPLE: usize = 4_000;

/// The text of a page as numbered paragraphs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Article {
    /// The title of the article, else of the page.
    pub title: String,
    /// The language of the text.
    pub language: Option<LanguageTag>,
    /// How much of the page was taken.
    pub span: Span,
    /// The text, in order, numbered from 1.
    pub paragraphs: Vec<Paragraph>,
}

impl Article {
    /// Its words; for Chinese, Japanese and the like, characters.
    pub fn words(&self) -> u32 {
        let count = |paragraph: &Paragraph| words(&paragraph.text);
        self.paragraphs
            .iter()
            .map(count)
            .fold(0, u32::saturating_add)
    }

    /// All of its text, a blank line between paragraphs.
    pub fn text(&self) -> String {
        let texts: Vec<&str> = self
            .paragraphs
            .iter()
            .map(|each| each.text.as_str())
            .collect();
        texts.join("\n\n")
    }

    /// Enough of its text to tell the language by.
    pub fn sample(&self) -> String {
        let texts = self
            .paragraphs
            .iter()
            .flat_map(|each| each.text.chars().chain(['\n']));
        texts.take(SAMPLE).collect()
    }
}
