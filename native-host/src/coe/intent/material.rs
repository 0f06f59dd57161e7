//! What is worked on: the passage, the page, a text in the request itself, or the last answer.

use coterie_intent::{TargetLabel, text::quoted};
use coterie_protocol::{Action, Failure, FailureCode, Speaker, Target};

use super::understand::Read;
use crate::coe::Request;

/// What is worked on.
pub(super) struct Material {
    /// The passage; without, the page.
    pub(super) passage: Option<String>,
    /// Whether the page goes along.
    pub(super) with_page: bool,
}

/// A quotation shorter than this is a word that is spoken of, not a text to work on.
const SHORTEST_TEXT: usize = 2;

/// The passage that was named or selected, unless the whole page is asked for.
///
/// # Errors
/// When the selection is asked for and there is none.
pub(super) fn passage(request: &Request) -> Result<Option<String>, Failure> {
    let in_words = request.ask.action.is_none();
    if request.ask.target == Some(Target::Page) && !in_words {
        return Ok(None);
    }
    let selected = request.selection.as_ref().map(|selection| &selection.text);
    let passage = request.ask.selection.as_ref().or(selected);
    let passage = passage.filter(|text| !text.trim().is_empty()).cloned();
    match (passage, request.ask.target) {
        (None, Some(Target::Selection)) => Err(Failure::new(
            FailureCode::NothingToRead,
            "nothing is selected",
        )),
        (_, Some(Target::Page)) => Ok(None),
        (passage, _) => Ok(passage),
    }
}

/// What a request is about, by its words and by what is there.
pub(super) fn material(request: &Request, passage: Option<String>, read: &Read) -> Material {
    let page = Material {
        passage: None,
        with_page: true,
    };
    if read.explicit || !read.has_words {
        return Material { passage, ..page };
    }
    match read.target {
        // "Summarize this article" is about the page, whatever is selected.
        TargetLabel::Page | TargetLabel::Tabs if read.target_is_sure => page,
        TargetLabel::None if passage.is_none() => in_the_request(request, read),
        _ => match passage.or_else(|| follow_up(request, read)) {
            None => page,
            passage => Material { passage, ..page },
        },
    }
}

/// A request that is about nothing of the page: a text in it is what is worked on, and a page that
/// nothing was said of stays here.
fn in_the_request(request: &Request, read: &Read) -> Material {
    if works_on_text(read.action) {
        let words = request.ask.text.trim();
        let longest = quoted(words).into_iter().max_by_key(|range| range.len());
        let text = longest.and_then(|range| words.get(range)).map(str::trim);
        let text = text.filter(|text| text.chars().count() >= SHORTEST_TEXT);
        let passage = text.map(str::to_owned).or_else(|| follow_up(request, read));
        return Material {
            with_page: passage.is_none(),
            passage,
        };
    }
    Material {
        passage: None,
        with_page: !(read.stays_here && read.target_is_sure),
    }
}

/// "Shorter, please" after an answer is about the answer.
fn follow_up(request: &Request, read: &Read) -> Option<String> {
    if !works_on_text(read.action) || read.target == TargetLabel::Page {
        return None;
    }
    let answers = request.ask.conversation.iter().rev();
    let mut answers = answers.filter(|turn| turn.speaker == Speaker::Expert);
    answers.next().map(|turn| turn.text.clone())
}

fn works_on_text(action: Action) -> bool {
    match action {
        Action::Translate
        | Action::Expand
        | Action::Shorten
        | Action::Rewrite
        | Action::Proofread => true,
        Action::Summarize
        | Action::Explain
        | Action::Answer
        | Action::Extract
        | Action::Compare
        | Action::Write
        | Action::Code
        | Action::Math
        | Action::Chat => false,
    }
}
