//! What is wanted: from what a reader did and left unsaid to an intent without gaps.

use std::sync::Arc;

use coterie_protocol::{
    Action, ExpertId, Failure, FailureCode, LanguageTag, Length, Span, StepRole, Target, Turn,
};

use super::Request;
use crate::{
    experts::Task,
    page::{Article, language_of},
};

/// What is wanted, with nothing left open.
#[derive(Debug, Clone)]
pub struct Intent {
    /// What to do.
    pub action: Action,
    /// The reader's own words; may be empty.
    pub instruction: String,
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
    /// The conversation so far.
    pub conversation: Vec<Turn>,
    /// The expert that the reader chose.
    pub expert: Option<ExpertId>,
}

impl Intent {
    /// Fills in what the reader left unsaid. An explicit action is never guessed again; words
    /// without an action are a question.
    ///
    /// # Errors
    /// When nothing was asked, or there is nothing to work on.
    pub fn recognize(request: Request) -> Result<Self, Failure> {
        let ask = &request.ask;
        let instruction = ask.text.trim().to_owned();
        let action = action(ask.action, &instruction)?;
        let passage = passage(&request)?;
        let article = request.article.unwrap_or_else(no_article);
        require_text(action, &article, passage.as_deref())?;
        let source = source(&article, passage.as_deref());
        let ask = request.ask;
        let language = answer_language(
            action,
            ask.language,
            ask.reader_language.as_ref(),
            source.as_ref(),
        );
        Ok(Self {
            action,
            instruction,
            article,
            passage,
            source,
            language,
            length: ask.length,
            conversation: ask.conversation,
            expert: ask.expert,
        })
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

fn action(explicit: Option<Action>, instruction: &str) -> Result<Action, Failure> {
    match explicit {
        Some(Action::Answer) | None if instruction.is_empty() => Err(Failure::new(
            FailureCode::NothingAsked,
            "there is neither an action nor a question",
        )),
        Some(action) => Ok(action),
        None => Ok(Action::Answer),
    }
}

/// The passage to work on: the one named in the request, else the page's selection, unless the
/// whole page is asked for.
fn passage(request: &Request) -> Result<Option<String>, Failure> {
    if request.ask.target == Some(Target::Page) {
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
        (passage, _) => Ok(passage),
    }
}

/// A question may stand alone; every other action needs text to be done to.
fn require_text(action: Action, article: &Article, passage: Option<&str>) -> Result<(), Failure> {
    let empty = article
        .paragraphs
        .iter()
        .all(|paragraph| paragraph.text.trim().is_empty());
    if action == Action::Answer || passage.is_some() || !empty {
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

/// The language of what is worked on: a passage may be in another one than its page.
fn source(article: &Article, passage: Option<&str>) -> Option<LanguageTag> {
    let of_page = article.language.as_ref();
    passage.map_or_else(|| of_page.cloned(), |passage| language_of(passage, of_page))
}

/// The language of the answer: the one asked for, else the reader's. A translation of a text that
/// is already in the reader's language goes into English, and an English one into Chinese.
fn answer_language(
    action: Action,
    asked: Option<LanguageTag>,
    reader: Option<&LanguageTag>,
    source: Option<&LanguageTag>,
) -> LanguageTag {
    let english = LanguageTag::new("en");
    let reader = reader.cloned().or_else(|| source.cloned());
    let reader = reader.unwrap_or_else(|| english.clone());
    let asked = asked.filter(|tag| !tag.as_str().is_empty());
    let is_source = |tag: &LanguageTag| source.is_some_and(|source| source.same_language(tag));
    match asked {
        Some(asked) => asked,
        None if action != Action::Translate || !is_source(&reader) => reader,
        None if !is_source(&english) => english,
        None => LanguageTag::new("zh-Hans"),
    }
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Ask, Paragraph, ParagraphKind, Selection};

    use super::*;

    fn article(language: &str, text: &str) -> Arc<Article> {
        Arc::new(Article {
            title: "Title".to_owned(),
            language: Some(LanguageTag::new(language)),
            span: Span::Article,
            paragraphs: vec![Paragraph {
                number: 1,
                kind: ParagraphKind::Text,
                text: text.to_owned(),
            }],
        })
    }

    fn translate(source: &str, reader: Option<&str>, asked: Option<&str>) -> String {
        let ask = Ask {
            action: Some(Action::Translate),
            reader_language: reader.map(LanguageTag::new),
            language: asked.map(LanguageTag::new),
            ..Ask::default()
        };
        let request = Request {
            ask,
            article: Some(article(source, "text")),
            selection: None,
        };
        Intent::recognize(request).unwrap().language.to_string()
    }

    #[test]
    fn a_translation_goes_into_the_readers_language_unless_the_text_is_already_in_it() {
        assert_eq!(translate("en", Some("de"), None), "de");
        assert_eq!(translate("de", Some("de-AT"), None), "en");
        assert_eq!(translate("en", Some("en-GB"), None), "zh-Hans");
        assert_eq!(translate("zh-CN", Some("zh-TW"), None), "zh-TW");
        assert_eq!(translate("zh-CN", Some("zh-Hans"), None), "en");
        assert_eq!(translate("fr", None, None), "en");
    }

    #[test]
    fn a_passage_may_be_in_another_language_than_its_page() {
        let request = Request {
            ask: Ask {
                action: Some(Action::Translate),
                reader_language: Some(LanguageTag::new("en")),
                selection: Some("灯塔警告船只，前方有危险的礁石。".to_owned()),
                ..Ask::default()
            },
            article: Some(article(
                "en",
                "A lighthouse warns ships of rocks and shoals.",
            )),
            selection: None,
        };
        let intent = Intent::recognize(request).unwrap();
        assert_eq!(intent.source.unwrap().primary(), "zh");
        assert_eq!(intent.language.as_str(), "en");
    }

    #[test]
    fn a_language_asked_for_is_never_guessed_again() {
        assert_eq!(translate("en", Some("en"), Some("es")), "es");
        assert_eq!(translate("es", Some("en"), Some("es")), "es");
    }

    /// What an ask about an English page with the selection "selected" comes to.
    fn check(ask: Ask, expected: Result<(Action, Option<&str>), FailureCode>) {
        let request = Request {
            ask,
            article: Some(article("en", "text")),
            selection: Some(Selection {
                text: "selected".to_owned(),
                ..Selection::default()
            }),
        };
        let intent = Intent::recognize(request).map_err(|failure| failure.code);
        let found = intent.map(|intent| (intent.action, intent.passage));
        let expected = expected.map(|(action, passage)| (action, passage.map(str::to_owned)));
        assert_eq!(found, expected);
    }

    #[test]
    fn words_without_an_action_are_a_question_and_no_words_are_nothing() {
        let ask = |text: &str| Ask {
            text: text.to_owned(),
            ..Ask::default()
        };
        check(ask("summarize?"), Ok((Action::Answer, Some("selected"))));
        check(ask("  "), Err(FailureCode::NothingAsked));
    }

    #[test]
    fn the_passage_is_the_named_one_else_the_selection_unless_the_page_is_meant() {
        let ask = |target, selection: Option<&str>| Ask {
            action: Some(Action::Explain),
            target,
            selection: selection.map(str::to_owned),
            ..Ask::default()
        };
        let explain = |passage| Ok((Action::Explain, passage));
        check(ask(None, None), explain(Some("selected")));
        check(ask(None, Some("named")), explain(Some("named")));
        check(
            ask(Some(Target::Selection), None),
            explain(Some("selected")),
        );
        check(ask(Some(Target::Page), None), explain(None));
        check(
            ask(Some(Target::Selection), Some(" ")),
            Err(FailureCode::NothingToRead),
        );
    }

    #[test]
    fn a_question_may_stand_alone_but_a_summary_needs_text() {
        let request = |action| Request {
            ask: Ask {
                action: Some(action),
                text: "why?".to_owned(),
                ..Ask::default()
            },
            ..Request::default()
        };
        assert!(Intent::recognize(request(Action::Answer)).is_ok());
        let failure = Intent::recognize(request(Action::Summarize)).unwrap_err();
        assert_eq!(failure.code, FailureCode::NothingToRead);
    }

    #[test]
    fn other_answers_come_in_the_readers_language() {
        let ask = Ask {
            action: Some(Action::Summarize),
            reader_language: Some(LanguageTag::new("zh-CN")),
            ..Ask::default()
        };
        let request = Request {
            ask,
            article: Some(article("en", "text")),
            selection: None,
        };
        let language = Intent::recognize(request).unwrap().language;
        assert_eq!(language.as_str(), "zh-CN");
    }
}
