//! Reading a page: away from the threads that serve connections, and kept for later requests.

use std::sync::Arc;

use coterie_protocol::{Captured, ClientId, DocumentId, Failure, FailureCode, Snapshot, Span};

use super::clients::{Clients, Document};
use crate::page::{self, Article, PageError, ReadOptions};

/// Reads a snapshot and keeps its text as a document of `client`.
///
/// # Errors
/// When there is nothing to read, or reading went wrong, which is a defect.
pub(super) async fn read(
    client: &ClientId,
    snapshot: Snapshot,
    clients: &Clients,
) -> Result<Captured, Failure> {
    let reading = tokio::task::spawn_blocking(move || (article(&snapshot), snapshot));
    let (article, snapshot) = reading.await.map_err(|_| defect())?;
    let article = article?;
    let document = clients.keep(
        client,
        Document {
            article: Arc::new(article.clone()),
            selection: snapshot.selection.clone(),
            address: snapshot.url.clone(),
        },
    );
    Ok(captured(document, article, snapshot))
}

fn captured(document: DocumentId, article: Article, snapshot: Snapshot) -> Captured {
    let selected = snapshot.selection.as_ref();
    Captured {
        document,
        words: article.words(),
        title: article.title,
        language: article.language,
        span: article.span,
        paragraphs: article.paragraphs,
        selection_words: selected.map_or(0, |selection| page::words(&selection.text)),
        selection: snapshot.selection,
        hidden: snapshot.hidden,
    }
}

/// The article of a page. One without text is read too if something on it is selected.
fn article(snapshot: &Snapshot) -> Result<Article, Failure> {
    let options = ReadOptions {
        url: snapshot.url.clone(),
        title: snapshot.title.clone(),
        language: snapshot.language.clone(),
    };
    match page::read(&snapshot.html, &options) {
        Ok(article) => Ok(article),
        Err(PageError::NoText { .. }) if snapshot.selection.is_some() => Ok(Article {
            title: options.title,
            language: options.language,
            span: Span::WholePage,
            paragraphs: Vec::new(),
        }),
        Err(error @ PageError::NoText { .. }) => {
            Err(Failure::new(FailureCode::NothingToRead, error.to_string()))
        }
    }
}

fn defect() -> Failure {
    Failure::new(FailureCode::Internal, "reading the page went wrong")
}
