//! Reading a page: HTML, Markdown or plain text in, an [`Article`] out.

use coterie_protocol::{LanguageTag, Span};
use thiserror::Error;

use super::{Article, extract::extract, language, plain, text::one_line};

/// What is known of a page besides its text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// The address; may be empty.
    pub url: String,
    /// The document's title; may be empty.
    pub title: String,
    /// The language that the document declares.
    pub language: Option<LanguageTag>,
}

/// Why a page could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PageError {
    /// There is no text at all.
    #[error("the page has no text in its {bytes} bytes")]
    NoText {
        /// The size of the document.
        bytes: usize,
    },
}

/// Reads an HTML document: its article, or everything that it shows where no article is found.
///
/// # Errors
/// [`PageError::NoText`] when there is nothing to read.
pub fn read(html: &str, options: &ReadOptions) -> Result<Article, PageError> {
    let found = extract(html);
    let span = found.span.ok_or(PageError::NoText { bytes: html.len() })?;
    let declared = options.language.clone();
    let article = Article {
        title: first_said([found.title.as_str(), &options.title]),
        language: declared.or_else(|| tag(&found.language)),
        span,
        paragraphs: found.paragraphs,
    };
    Ok(with_language(article))
}

/// Reads a document of any kind: HTML is told by its content, the rest is taken for Markdown,
/// which plain text nearly always is.
///
/// # Errors
/// [`PageError::NoText`] when there is nothing to read.
pub fn read_any(text: &str, options: &ReadOptions) -> Result<Article, PageError> {
    if plain::is_html(text) {
        return read(text, options);
    }
    let paragraphs = plain::paragraphs(text);
    if paragraphs.is_empty() {
        return Err(PageError::NoText { bytes: text.len() });
    }
    let title = plain::title(&paragraphs).unwrap_or_default();
    Ok(with_language(Article {
        title: first_said([options.title.as_str(), title]),
        language: options.language.clone(),
        span: Span::Article,
        paragraphs,
    }))
}

/// The article with its declared language checked against its text.
fn with_language(mut article: Article) -> Article {
    let declared = article.language.take();
    article.language = language::of(&article.sample(), declared.as_ref());
    article
}

/// The first text that is not empty.
fn first_said(texts: [&str; 2]) -> String {
    let mut lines = texts.into_iter().map(one_line);
    lines.find(|text| !text.is_empty()).unwrap_or_default()
}

fn tag(language: &str) -> Option<LanguageTag> {
    Some(language.trim())
        .filter(|language| !language.is_empty())
        .map(LanguageTag::new)
}
