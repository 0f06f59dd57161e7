//! The page and the passage as quoted material, cut to what an expert can read.

use coterie_protocol::{Paragraph, ParagraphKind};

use super::estimate_tokens;
use crate::experts::{HandedKind, Task};

/// Quoted material.
pub(super) struct Material {
    /// The text, ready to stand before the request; empty when there is none.
    pub(super) text: String,
    /// How much of the page's text is in it, in percent.
    pub(super) read_percent: u8,
    numbered: bool,
}

impl Material {
    /// Quotes what a task is about. Paragraphs are taken from the beginning until the budget, in
    /// estimated tokens, is spent; the passage is always whole.
    pub(super) fn of(task: &Task, cite: bool, budget: usize) -> Self {
        let passage = task
            .passage
            .as_deref()
            .map(|text| element("passage", "", text));
        let handed: String = task
            .handed
            .iter()
            .map(|each| element(name(each.kind), "", &each.text))
            .collect();
        let spent = passage.as_deref().map_or(0, estimate_tokens) + estimate_tokens(&handed);
        // A translation of a passage needs its page only for context: a little is enough.
        let wanted = if task.passage.is_some() && !cite {
            budget / 4
        } else {
            budget
        };
        let paragraphs = task.article.paragraphs.as_slice();
        let lines: Vec<_> = paragraphs.iter().map(|each| line(each, cite)).collect();
        let fitting = fitting(&lines, wanted.saturating_sub(spent));
        let mut text = String::new();
        if fitting > 0 {
            let title = format!(
                " title=\"{}\"",
                quoted(&task.article.title).replace('"', "'")
            );
            text.push_str(&element("page", &title, &lines[..fitting].join("\n\n")));
        }
        text.push_str(passage.as_deref().unwrap_or_default());
        text.push_str(&handed);
        Self {
            text,
            read_percent: share(paragraphs, fitting),
            numbered: cite && fitting > 0,
        }
    }

    /// Whether paragraphs carry numbers that can be cited.
    pub(super) fn is_numbered(&self) -> bool {
        self.numbered
    }
}

fn element(name: &str, attributes: &str, text: &str) -> String {
    format!("<{name}{attributes}>\n{}\n</{name}>\n\n", quoted(text))
}

/// Text that cannot close the element it stands in.
fn quoted(text: &str) -> String {
    const ELEMENTS: [&str; 5] = ["page", "passage", "draft", "outline", "notes"];
    let closed = text.replace("</", "<\u{2215}");
    ELEMENTS.iter().fold(closed, |text, name| {
        text.replace(&format!("<{name}"), &format!("<\u{2009}{name}"))
    })
}

fn name(kind: HandedKind) -> &'static str {
    match kind {
        HandedKind::Draft => "draft",
        HandedKind::Outline => "outline",
        HandedKind::Notes => "notes",
    }
}

fn line(paragraph: &Paragraph, numbered: bool) -> String {
    let text = &paragraph.text;
    let marked = match paragraph.kind {
        ParagraphKind::Heading(level) => {
            format!("{} {text}", "#".repeat(usize::from(level.clamp(1, 6))))
        }
        ParagraphKind::ListItem => format!("- {text}"),
        ParagraphKind::Quote => format!("> {text}"),
        ParagraphKind::Code => format!("```\n{text}\n```"),
        ParagraphKind::Text | ParagraphKind::TableRow => text.clone(),
    };
    if numbered {
        format!("[¶{}] {marked}", paragraph.number)
    } else {
        marked
    }
}

/// How many lines from the beginning fit; one at least, so that something can be said.
fn fitting(lines: &[String], budget: usize) -> usize {
    let mut left = budget;
    let fits = |line: &&String| {
        let cost = estimate_tokens(line) + 2;
        let fits = cost <= left;
        left = left.saturating_sub(cost);
        fits
    };
    lines
        .iter()
        .take_while(fits)
        .count()
        .max(1)
        .min(lines.len())
}

fn share(paragraphs: &[Paragraph], read: usize) -> u8 {
    let length = |paragraphs: &[Paragraph]| -> usize {
        paragraphs
            .iter()
            .map(|paragraph| paragraph.text.len())
            .sum()
    };
    let percent = (length(&paragraphs[..read]) * 100).checked_div(length(paragraphs));
    u8::try_from(percent.unwrap_or(100)).unwrap_or(100)
}
