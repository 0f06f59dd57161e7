//! Pages: extraction of the article, its paragraphs and sentences, its language.
//!
//! [`read`] turns an HTML document into an [`Article`], [`read_any`] Markdown and plain text too.

mod article;
mod blocks;
mod bounds;
mod extract;
mod language;
mod plain;
mod read;
mod sentences;
mod text;

pub use article::Article;
pub(crate) use language::are_relatives;
pub use language::{Letters, is_unspaced, is_wide, of as language_of, words};
pub use read::{PageError, ReadOptions, read, read_any};
pub use sentences::sentences;
pub(crate) use text::one_line;
