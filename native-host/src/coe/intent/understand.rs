//! From words to what they ask for.

use coterie_intent::{Field, Label, LengthWish, Parameters, Presence, Prior, Reader, TargetLabel};
use coterie_protocol::{
    Action, Basis, Failure, FailureCode, LanguageTag, Length, Target, Understood,
};

use super::{Leaning, language, mention, target};
use crate::coe::Request;

/// At most so many other readings are offered.
const OTHERS: usize = 2;

/// A reading that has less than this is not worth offering.
const WORTH_OFFERING: f32 = 0.1;

/// A typed word weighs more than a habit: the most that habits add to a logarithm.
const MOST_OF_HABITS: f32 = 1.5;

/// One part of a compound request.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// What it asks for.
    pub action: Action,
    /// Its words.
    pub words: String,
    /// The language that it names.
    pub language: Option<LanguageTag>,
    /// The length that it names.
    pub length: Option<Length>,
    /// The earlier parts whose results it works on; without any, what the request is about.
    pub takes_from: Vec<usize>,
}

/// What was read.
#[derive(Debug, Clone)]
pub(super) struct Read {
    pub(super) action: Action,
    pub(super) understood: Option<Understood>,
    pub(super) parts: Vec<Wish>,
    pub(super) target: TargetLabel,
    /// Whether the words leave no doubt about the target.
    pub(super) target_is_sure: bool,
    pub(super) language: Option<LanguageTag>,
    pub(super) length: Option<Length>,
    pub(super) format: Option<String>,
    pub(super) field: Field,
    pub(super) difficulty: f32,
    pub(super) checkable: bool,
    /// Whether there were words at all.
    pub(super) has_words: bool,
    /// Whether the action was given, so that the target is too.
    pub(super) explicit: bool,
    /// Whether nothing of the page is needed, so that it need not leave the machine.
    pub(super) stays_here: bool,
}

/// From this probability on, the words have named their target.
const SURE_OF_TARGET: f32 = 0.7;

/// Reads a request.
///
/// # Errors
/// When nothing was asked.
pub(super) fn read(
    request: &Request,
    passage: Option<&str>,
    leaning: &Leaning,
) -> Result<Read, Failure> {
    let words = request.ask.text.trim();
    match (request.ask.action, words.is_empty()) {
        (
            Some(Action::Answer | Action::Chat | Action::Write | Action::Code | Action::Math),
            true,
        )
        | (None, true)
            if passage.is_none() || request.ask.action.is_some() =>
        {
            Err(Failure::new(
                FailureCode::NothingAsked,
                "there is neither an action nor a question",
            ))
        }
        (Some(action), _) => Ok(explicit(action, words)),
        (None, true) => Ok(meant(request, passage, leaning)),
        (None, false) => Ok(in_words(request, words, passage, leaning)),
    }
}

/// An explicit action, with what its words say of how.
fn explicit(action: Action, words: &str) -> Read {
    let reading = Reader::usual().read(words);
    Read {
        action,
        understood: None,
        parts: Vec::new(),
        target: TargetLabel::None,
        target_is_sure: false,
        explicit: true,
        // What was asked for says it better than what the words are read as.
        checkable: reading.checkable || matches!(action, Action::Math | Action::Extract),
        ..Read::of(&reading, !words.is_empty())
    }
}

/// A selection without words: what this reader does with such, else what most want.
fn meant(request: &Request, passage: Option<&str>, leaning: &Leaning) -> Read {
    let usual = usual(request, passage);
    let favourite = leaning.favourite().filter(|action| needs_no_words(*action));
    let because = match (favourite, leaning.because) {
        (Some(_), Some(of)) => Basis::Habit { of },
        _ => Basis::Usual,
    };
    let action = favourite.unwrap_or(usual);
    let others = [usual, Action::Explain, Action::Translate, Action::Summarize];
    let mut others: Vec<_> = others
        .into_iter()
        .filter(|other| *other != action)
        .collect();
    others.dedup();
    others.truncate(OTHERS);
    let reading = Reader::usual().read("");
    Read {
        action,
        understood: Some(Understood {
            action,
            target: Some(Target::Selection),
            because,
            sure: favourite.is_some(),
            others,
            parts: vec![action],
        }),
        target: TargetLabel::Selection,
        target_is_sure: true,
        ..Read::of(&reading, false)
    }
}

/// What most want of a passage: to read it in their language, or to understand it.
fn usual(request: &Request, passage: Option<&str>) -> Action {
    let article = request.article.clone().unwrap_or_else(super::no_article);
    let source = language::source(&article, passage);
    let reader = request.ask.reader_language.as_ref();
    let foreign = source
        .zip(reader)
        .is_some_and(|(source, reader)| !source.same_language(reader));
    if foreign {
        Action::Translate
    } else {
        Action::Explain
    }
}

fn needs_no_words(action: Action) -> bool {
    match action {
        Action::Translate
        | Action::Summarize
        | Action::Expand
        | Action::Shorten
        | Action::Rewrite
        | Action::Proofread
        | Action::Explain => true,
        Action::Answer
        | Action::Extract
        | Action::Compare
        | Action::Write
        | Action::Code
        | Action::Math
        | Action::Chat => false,
    }
}

/// Words without an action.
fn in_words(request: &Request, words: &str, passage: Option<&str>, leaning: &Leaning) -> Read {
    let has_page = request
        .article
        .as_ref()
        .is_some_and(|article| !article.paragraphs.is_empty());
    let mut prior = Prior {
        presence: Presence {
            selection: passage.is_some(),
            page: has_page,
            draft: true,
            tabs: true,
        },
        ..Prior::default()
    };
    for label in Label::ALL {
        let weight = leaning.weight(action(*label));
        prior.labels[label.index()] = weight.clamp(-MOST_OF_HABITS, MOST_OF_HABITS);
    }
    let alone = Reader::usual().read_with(
        words,
        &Prior {
            presence: prior.presence,
            ..Prior::default()
        },
    );
    // What is said clearly is never overridden by a habit.
    let reading = if alone.sure {
        alone.clone()
    } else {
        Reader::usual().read_with(words, &prior)
    };
    let swayed = reading.label() != alone.label();
    // What reads like small talk and names what the page names is a question about the page.
    let mentions = || {
        let article = request.article.as_ref();
        article.is_some_and(|article| mention::is_about(words, article))
    };
    let asks_page = reading.label() == Label::Chat && mentions();
    let best = if asks_page {
        Action::Answer
    } else {
        action(reading.label())
    };
    // Unsure, the safe thing: a question is answered, from the page where there is one.
    let safe = if has_page || passage.is_some() {
        Action::Answer
    } else {
        Action::Chat
    };
    let sure = reading.sure || swayed;
    let done = if sure { best } else { safe };
    let likely = reading
        .labels
        .iter()
        .filter(|(_, share)| *share >= WORTH_OFFERING);
    let others = likely
        .map(|(label, _)| action(*label))
        .filter(|other| *other != done);
    let others: Vec<_> = others.take(OTHERS).collect();
    let because = match leaning.because.filter(|_| swayed) {
        Some(of) => Basis::Habit { of },
        None => Basis::Words,
    };
    let parts = if sure && reading.is_compound() {
        wishes(words, &reading.parts)
    } else {
        Vec::new()
    };
    let actions = if parts.is_empty() {
        vec![done]
    } else {
        parts.iter().map(|part| part.action).collect()
    };
    Read {
        action: done,
        understood: Some(Understood {
            action: done,
            target: if asks_page {
                Some(Target::Page)
            } else {
                target(reading.target.0)
            },
            because,
            sure,
            others: if sure { Vec::new() } else { others },
            parts: actions,
        }),
        parts,
        stays_here: sure && !asks_page && is_apart(done) && !reading.is_compound(),
        ..Read::of(&reading, true)
    }
}

/// What is done without a page as well as with one.
fn is_apart(action: Action) -> bool {
    match action {
        Action::Write | Action::Code | Action::Math | Action::Chat => true,
        Action::Translate
        | Action::Summarize
        | Action::Expand
        | Action::Shorten
        | Action::Rewrite
        | Action::Proofread
        | Action::Explain
        | Action::Answer
        | Action::Extract
        | Action::Compare => false,
    }
}

fn wishes(words: &str, parts: &[coterie_intent::Part]) -> Vec<Wish> {
    let wish = |part: &coterie_intent::Part| Wish {
        action: action(part.label),
        words: words
            .get(part.span.clone())
            .unwrap_or(words)
            .trim()
            .to_owned(),
        language: tag(&part.parameters),
        length: length(&part.parameters),
        takes_from: part.takes_from.clone(),
    };
    parts.iter().map(wish).collect()
}

impl Read {
    fn of(reading: &coterie_intent::Reading, has_words: bool) -> Self {
        let (target, share) = reading.target;
        Self {
            action: action(reading.label()),
            understood: None,
            parts: Vec::new(),
            target,
            target_is_sure: share >= SURE_OF_TARGET,
            language: tag(&reading.parameters).filter(|_| has_words),
            length: length(&reading.parameters).filter(|_| has_words),
            format: reading.parameters.format.clone(),
            field: reading.field,
            difficulty: reading.difficulty,
            checkable: reading.checkable,
            has_words,
            explicit: false,
            stays_here: false,
        }
    }
}

fn tag(parameters: &Parameters) -> Option<LanguageTag> {
    parameters.target_language.as_deref().map(LanguageTag::new)
}

fn length(parameters: &Parameters) -> Option<Length> {
    Some(match parameters.length? {
        LengthWish::Words(count) => Length::Words(count),
        LengthWish::Characters(count) => Length::Characters(count),
        LengthWish::Sentences(count) | LengthWish::Points(count) | LengthWish::Lines(count) => {
            Length::Sentences(count)
        }
        LengthWish::Paragraphs(count) => Length::Paragraphs(count),
        LengthWish::Share(percent) => Length::Percent(u8::try_from(percent).ok()?),
        // The words themselves say it better.
        LengthWish::Pages(_)
        | LengthWish::Minutes(_)
        | LengthWish::Seconds(_)
        | LengthWish::Short
        | LengthWish::Long => return None,
    })
}

/// The action of a label.
pub(super) fn action(label: Label) -> Action {
    match label {
        Label::Translate => Action::Translate,
        Label::Summarize => Action::Summarize,
        Label::Expand => Action::Expand,
        Label::Shorten => Action::Shorten,
        Label::Rewrite => Action::Rewrite,
        Label::Proofread => Action::Proofread,
        Label::Explain => Action::Explain,
        Label::Answer => Action::Answer,
        Label::Extract => Action::Extract,
        Label::Compare => Action::Compare,
        Label::Write => Action::Write,
        Label::Code => Action::Code,
        Label::Math => Action::Math,
        Label::Chat => Action::Chat,
    }
}
