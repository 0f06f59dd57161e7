//! What the page agent captures and what the host makes of it.

use serde::{Deserialize, Serialize};

use crate::{DocumentId, LanguageTag};

/// A page as the page agent saw it, already without scripts, styles and hidden text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The address of the document.
    pub url: String,
    /// The document's title.
    pub title: String,
    /// What the document says of its language, if it does.
    pub language: Option<LanguageTag>,
    /// The cleaned document as HTML.
    pub html: String,
    /// What the reader had selected.
    pub selection: Option<Selection>,
    /// What was left out because nobody can see it.
    #[serde(default)]
    pub hidden: Hidden,
}

/// A passage that the reader selected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The selected text.
    pub text: String,
    /// The text just before it, up to a few hundred characters.
    #[serde(default)]
    pub before: String,
    /// The text just after it, up to a few hundred characters.
    #[serde(default)]
    pub after: String,
}

/// How much the page agent left out of a snapshot as hidden.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hidden {
    /// Elements left out, counting the topmost of each hidden part.
    pub elements: u32,
    /// Characters of text in them.
    pub characters: u32,
}

/// How much of the page the host took for its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// The main article, without navigation and the like.
    Article,
    /// Everything: no article was found.
    WholePage,
}

/// What the host read out of a snapshot: the panel shows it before anything is sent to an expert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The name by which requests refer to it, while the connection lasts.
    pub document: DocumentId,
    /// The title of the article, else of the page.
    pub title: String,
    /// The language of the text, as detected or declared.
    pub language: Option<LanguageTag>,
    /// How much of the page was taken.
    pub span: Span,
    /// Words of the article; for Chinese, Japanese and the like, characters.
    pub words: u32,
    /// The article, in order.
    pub paragraphs: Vec<Paragraph>,
    /// The selection, if there was one.
    pub selection: Option<Selection>,
    /// Words of the selection, counted as `words` is.
    pub selection_words: u32,
    /// What was left out because nobody can see it.
    pub hidden: Hidden,
}

/// One numbered block of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paragraph {
    /// Its number, from 1; answers cite it as `[¶3]`.
    pub number: u32,
    /// What it is.
    pub kind: ParagraphKind,
    /// Its text, without markup.
    pub text: String,
}

/// What a block of an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParagraphKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// Running text.
    Text,
    /// One item of a list.
    ListItem,
    /// A quotation.
    Quote,
    /// Code or other preformatted text.
    Code,
    /// One row of a table, its cells joined by tabs.
    TableRow,
}
