//! Apertium from outside: a scripted one everywhere, the real one where it is installed.

mod real;
mod scripted;

use std::sync::Arc;

use coterie_protocol::{Action, LanguageTag, Paragraph, ParagraphKind, Span, StepRole};

use crate::{experts::Task, page::Article};

/// A translation of paragraphs.
fn task(source: &str, language: &str, paragraphs: &[(ParagraphKind, &str)]) -> Task {
    let paragraph = |(index, (kind, text)): (usize, &(ParagraphKind, &str))| Paragraph {
        number: u32::try_from(index).unwrap() + 1,
        kind: *kind,
        text: (*text).to_owned(),
    };
    Task {
        action: Action::Translate,
        instruction: String::new(),
        article: Arc::new(Article {
            title: "A page".to_owned(),
            language: Some(LanguageTag::new(source)),
            span: Span::Article,
            paragraphs: paragraphs.iter().enumerate().map(paragraph).collect(),
        }),
        passage: None,
        source: Some(LanguageTag::new(source)),
        language: LanguageTag::new(language),
        length: None,
        conversation: Vec::new(),
        delivered: String::new(),
        role: StepRole::Whole,
        handed: Vec::new(),
    }
}
