//! `coterie extract`: the article of a page.

use std::process::ExitCode;

use clap::Args;
use coterie_host::page::Article;
use coterie_protocol::{Paragraph, ParagraphKind};
use serde::Serialize;

use super::{Stop, input::Input, terminal};

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    input: Input,
    /// Print title, language and numbered paragraphs as JSON
    #[arg(long)]
    json: bool,
}

/// An article as JSON.
#[derive(Serialize)]
struct Extracted<'a> {
    title: &'a str,
    language: Option<&'a coterie_protocol::LanguageTag>,
    span: coterie_protocol::Span,
    paragraphs: &'a [Paragraph],
}

/// Prints the article.
pub fn extract(options: &Options) -> Result<ExitCode, Stop> {
    let article = options.input.article(None)?;
    if options.json {
        terminal::json(&Extracted {
            title: &article.title,
            language: article.language.as_ref(),
            span: article.span,
            paragraphs: &article.paragraphs,
        })?;
    } else {
        terminal::write(&as_text(&article))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The article as plain text, with the marks of Markdown for its structure.
fn as_text(article: &Article) -> String {
    let mut text = String::new();
    let mut before = None;
    for Paragraph {
        kind, text: line, ..
    } in &article.paragraphs
    {
        let together = matches!(kind, ParagraphKind::ListItem | ParagraphKind::TableRow);
        if before.is_some() && !(together && before == Some(kind)) {
            text.push('\n');
        }
        let mark = match kind {
            ParagraphKind::Heading(level) => format!("{} ", "#".repeat(usize::from(*level))),
            ParagraphKind::ListItem => "- ".to_owned(),
            ParagraphKind::Quote => "> ".to_owned(),
            ParagraphKind::Text | ParagraphKind::Code | ParagraphKind::TableRow => String::new(),
        };
        text.push_str(&format!("{mark}{line}\n"));
        before = Some(kind);
    }
    text
}
