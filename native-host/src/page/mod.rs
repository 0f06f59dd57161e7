//! Pages: extraction of the article, its paragraphs and sentences, its language.

mod article;

pub use article::Article;
