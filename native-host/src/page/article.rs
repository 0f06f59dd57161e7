//! The article: what of a page the experts get to see.

use coterie_protocol::{LanguageTag, Paragraph, Span};

/// The text of a page as numbered paragraphs.
#[derive(Debug, Clone, PartialEq, Eq)]
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
