//! What is wanted: from what a reader did, said and left unsaid to an intent without gaps.
//!
//! An explicit action is never guessed again. Words without an action are read by the model of
//! `coterie-intent`, with what this reader usually does as its prior; a selection without words
//! gets the action that this person means.

mod habit;
mod language;
mod material;
mod mention;
mod understand;

use std::sync::Arc;

use coterie_intent::Field;
use coterie_protocol::{
    Action, ExpertId, Failure, FailureCode, LanguageTag, Length, Span, StepRole, Target, Turn,
    Understood,
};

pub use self::{habit::Leaning, understand::Wish};
use super::Request;
use crate::{experts::Task, page::Article};

/// What is wanted, with nothing left open.
#[derive(Debug, Clone)]
pub struct Intent {
    /// What to do; of a compound request, what is done first.
    pub action: Action,
    /// The reader's own words; may be empty.
    pub instruction: String,
    /// How the words were read, where there was no explicit action.
    pub understood: Option<Understood>,
    /// The parts of a compound request, in the order of doing; empty when it is simple.
    pub parts: Vec<Wish>,
    /// The page; without paragraphs when the question is about none.
    pub article: Arc<Article>,
    /// The passage that the action is done to; without, the whole article.
    pub passage: Option<String>,
    /// The language of the text worked on, where known.
    pub source: Option<LanguageTag>,
    /// The language of the answer.
    pub language: LanguageTag,
    /// How long the answer should be.
    pub length: Option<Length>,
    /// The form that the answer should have, where the reader named one: `json`, `table`.
    pub format: Option<String>,
    /// The field of knowledge.
    pub field: Field,
    /// How hard it is, from 0 to 1.
    pub difficulty: f32,
    /// Whether two right answers agree, so that one can be held against another.
    pub checkable: bool,
    /// Whether only the best will do.
    pub best: bool,
    /// The conversation so far.
    pub conversation: Vec<Turn>,
    /// The expert that the reader chose.
    pub expert: Option<ExpertId>,
}

impl Intent {
    /// Fills in what the reader left unsaid, as this reader usually means it.
    ///
    /// # Errors
    /// When nothing was asked, or there is nothing to work on.
    pub fn recognize(request: Request, leaning: &Leaning) -> Result<Self, Failure> {
        let passage = material::passage(&request)?;
        let reading = understand::read(&request, passage.as_deref(), leaning)?;
        let material = material::material(&request, passage, &reading);
        let article = if material.with_page {
            request.article.unwrap_or_else(no_article)
        } else {
            no_article()
        };
        require_text(
            reading.action,
            &article,
            material.passage.as_deref(),
            &reading,
        )?;
        let source = language::source(&article, material.passage.as_deref());
        let ask = request.ask;
        let asked = ask.language.or_else(|| reading.language.clone());
        let answer = language::of_answer(
            reading.action,
            asked,
            ask.reader_language.as_ref(),
            source.as_ref(),
        );
        Ok(Self {
            action: reading.action,
            instruction: ask.text.trim().to_owned(),
            understood: reading.understood,
            parts: reading.parts,
            article,
            passage: material.passage,
            source,
            language: answer,
            length: ask.length.or(reading.length),
            format: reading.format,
            field: reading.field,
            difficulty: reading.difficulty,
            checkable: reading.checkable,
            best: ask.best,
            conversation: ask.conversation,
            expert: ask.expert,
        })
    }

    /// An action on nothing in particular.
    #[cfg(test)]
    pub(crate) fn of_action(action: Action) -> Self {
        Self {
            action,
            instruction: String::new(),
            understood: None,
            parts: Vec::new(),
            article: no_article(),
            passage: None,
            source: None,
            language: LanguageTag::new("en"),
            length: None,
            format: None,
            field: Field::General,
            difficulty: 0.5,
            checkable: false,
            best: false,
            conversation: Vec::new(),
            expert: None,
        }
    }

    /// The work of one step that does `action`.
    pub fn task(&self, action: Action) -> Task {
        Task {
            action,
            instruction: self.instruction.clone(),
            article: Arc::clone(&self.article),
            passage: self.passage.clone(),
            source: self.source.clone(),
            language: self.language.clone(),
            length: self.length,
            conversation: self.conversation.clone(),
            delivered: String::new(),
            role: StepRole::Whole,
            handed: Vec::new(),
        }
    }
}

/// What can stand alone is asked in words; every other action needs text to be done to.
fn require_text(
    action: Action,
    article: &Article,
    passage: Option<&str>,
    reading: &understand::Read,
) -> Result<(), Failure> {
    let empty = article
        .paragraphs
        .iter()
        .all(|paragraph| paragraph.text.trim().is_empty());
    let alone = match action {
        Action::Answer | Action::Chat | Action::Write | Action::Code | Action::Math => true,
        Action::Explain | Action::Compare | Action::Translate => reading.has_words,
        _ => false,
    };
    if alone || passage.is_some() || !empty {
        return Ok(());
    }
    Err(Failure::new(
        FailureCode::NothingToRead,
        format!("the page has no text to {}", action.as_str()),
    ))
}

fn no_article() -> Arc<Article> {
    Arc::new(Article {
        title: String::new(),
        language: None,
        span: Span::WholePage,
        paragraphs: Vec::new(),
    })
}

/// What an action is done to, as the protocol says it.
fn target(label: coterie_intent::TargetLabel) -> Option<Target> {
    use coterie_intent::TargetLabel as Label;
    match label {
        Label::Selection => Some(Target::Selection),
        Label::Page => Some(Target::Page),
        Label::Draft => Some(Target::Draft),
        Label::Tabs => Some(Target::Tabs),
        Label::None => None,
    }
}

#[cfg(test)]
mod tests;
