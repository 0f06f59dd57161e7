//! Cuts what is translated into parts that a small context takes together with their translation.

use crate::{
    experts::{
        dialects::{blocks::Block, blocks_done},
        prompts::estimate_tokens,
        remote::Job,
    },
    page::sentences,
};

/// The context taken for granted where none is known, in tokens.
const USUAL_CONTEXT: u32 = 4_096;

/// Tokens of the instruction around a part, generously.
const INSTRUCTION: u32 = 128;

/// The most of a part, in tokens: these models were made for texts that are not longer, and the
/// first part's end is seen earlier.
const LONGEST_PART: u32 = 1_500;

/// A part of what is translated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Part {
    /// Markdown that goes before its translation as it is: line breaks, code.
    pub(super) before: String,
    /// Markdown to be translated.
    pub(super) text: String,
    /// Markdown that goes after its translation as it is.
    pub(super) after: String,
}

/// The parts of a task that are not delivered yet. Code is in none: it is passed on.
pub(super) fn parts(job: &Job<'_>) -> Vec<Part> {
    let fits = |text: &str| fits(job, text);
    let blocks = Block::of_task(job.task);
    let mut delivered = job.task.delivered.as_str();
    let mut parts: Vec<Part> = Vec::new();
    let mut as_it_is = String::new();
    for (index, block) in blocks.iter().enumerate().skip(blocks_done(job.task)) {
        let texts: Vec<_> = block.texts().into_iter().map(str::to_owned).collect();
        let before = index.checked_sub(1).and_then(|before| blocks.get(before));
        let rendered = block.render(before, &texts);
        let text = rendered.trim_start_matches('\n');
        let breaks = &rendered[..rendered.len() - text.len()];
        // Breaks with which the other expert ended are not repeated.
        let there = delivered.len() - delivered.trim_end_matches('\n').len();
        let breaks = &breaks[there.min(breaks.len())..];
        delivered = "";
        if block.is_code() {
            as_it_is += breaks;
            as_it_is += text;
            continue;
        }
        match parts.last_mut() {
            Some(part) if as_it_is.is_empty() && fits(&format!("{}{breaks}{text}", part.text)) => {
                part.text += breaks;
                part.text += text;
            }
            _ => {
                let before = std::mem::take(&mut as_it_is) + breaks;
                parts.extend(cut(before, text, &fits));
            }
        }
    }
    if let Some(last) = parts.last_mut() {
        last.after = as_it_is;
    }
    parts
}

/// A block as one part, or in several between its sentences.
fn cut(before: String, text: &str, fits: &impl Fn(&str) -> bool) -> Vec<Part> {
    let mut parts = vec![Part {
        before,
        ..Part::default()
    }];
    let sentences = if fits(text) {
        vec![text]
    } else {
        sentences(text)
    };
    let mut end = 0;
    for sentence in sentences {
        let Some(at) = text[end..].find(sentence) else {
            continue;
        };
        let gap = &text[end..end + at];
        end += at + sentence.len();
        match parts.last_mut() {
            Some(part)
                if part.text.is_empty() || fits(&format!("{}{gap}{sentence}", part.text)) =>
            {
                part.text += gap;
                part.text += sentence;
            }
            _ => parts.push(Part {
                before: gap.to_owned(),
                text: sentence.to_owned(),
                after: String::new(),
            }),
        }
    }
    parts
}

/// Whether a part and its translation, which may be longer, fit into what the model reads and
/// writes.
fn fits(job: &Job<'_>, text: &str) -> bool {
    let endpoint = job.endpoint;
    let context = endpoint.context.unwrap_or(USUAL_CONTEXT);
    let written = endpoint.output.unwrap_or(context);
    let most = (context.saturating_sub(INSTRUCTION) * 2 / 5)
        .min(written * 2 / 3)
        .min(LONGEST_PART);
    let characters = endpoint.quirks.characters_at_once;
    u32::try_from(estimate_tokens(text)).is_ok_and(|tokens| tokens <= most)
        && characters.is_none_or(|most| text.chars().count() <= most)
}
