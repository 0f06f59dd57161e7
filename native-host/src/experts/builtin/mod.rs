//! Experts that need no model, no key and no network. They choose and quote, they do not write,
//! and say so.

mod gatherer;
mod markdown;
mod phrases;
mod quotes;
mod rank;
mod reply;
mod room;
mod summarizer;

use std::sync::Arc;

pub use gatherer::Gatherer;
pub(crate) use rank::each_term;
pub use summarizer::Summarizer;

use super::Expert;
use crate::page::Article;

/// All of them.
pub fn all() -> Vec<Arc<dyn Expert>> {
    vec![Arc::new(Summarizer::new()), Arc::new(Gatherer::new())]
}

/// The sentences of an article that the summarizer chooses when no length was asked for.
pub fn summary(article: &Article) -> Vec<String> {
    let quotes = quotes::of_article(&article.paragraphs);
    let chosen = summarizer::choose(&quotes, &article.title, None);
    chosen
        .into_iter()
        .map(|index| quotes[index].text.clone())
        .collect()
}

/// The place in `sentences` of the one that says most, as the summarizer ranks them; nothing when
/// there are none.
pub(crate) fn best_sentence(sentences: &[&str]) -> Option<usize> {
    let mut best = None;
    rank::Ranking::of(sentences, "").choose(|index| {
        best = Some(index);
        false
    });
    best
}
