//! Reading a page: away from the threads that serve connections, and kept for later requests.

use std::sync::Arc;

use coterie_protocol::{
    Captured, ClientId, DocumentId, Failure, FailureCode, Paragraph, ParagraphKind, Snapshot, Span,
};

use super::clients::{Clients, Document};
use crate::page::Article;

/// Reads a snapshot and keeps its text as a document of `client`.
///
/// # Errors
/// When reading it went wrong, which is a defect.
pub(super) async fn read(
    client: &ClientId,
    snapshot: Snapshot,
    clients: &Clients,
) -> Result<Captured, Failure> {
    let reading = tokio::task::spawn_blocking(move || (article(&snapshot), snapshot));
    let (article, snapshot) = reading.await.map_err(|_| defect())?;
    let document = clients.keep(
        client,
        Document {
            article: Arc::new(article.clone()),
            selection: snapshot.selection.clone(),
        },
    );
    Ok(captured(document, article, snapshot))
}

fn captured(document: DocumentId, article: Article, snapshot: Snapshot) -> Captured {
    let selected = snapshot.selection.as_ref();
    let paragraphs = article.paragraphs.iter();
    Captured {
        document,
        words: paragraphs.map(|paragraph| words(&paragraph.text)).sum(),
        title: article.title,
        language: article.language,
        span: article.span,
        paragraphs: article.paragraphs,
        selection_words: selected.map_or(0, |selection| words(&selection.text)),
        selection: snapshot.selection,
        hidden: snapshot.hidden,
    }
}

fn words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

fn article(snapshot: &Snapshot) -> Article {
    let options = trafilatura::Options::default().with_fallback(true);
    let extracted = trafilatura::extract(&snapshot.html, &options);
    let text = extracted
        .map(|extracted| extracted.content_text)
        .unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let paragraph = |(number, text): (u32, &str)| Paragraph {
        number,
        kind: ParagraphKind::Text,
        text: text.to_owned(),
    };
    Article {
        title: snapshot.title.clone(),
        language: snapshot.language.clone(),
        span: Span::Article,
        paragraphs: (1..).zip(lines).map(paragraph).collect(),
    }
}

fn defect() -> Failure {
    Failure::new(FailureCode::Internal, "reading the page went wrong")
}
