//! The languages of a request: of what is worked on, and of the answer.

use coterie_protocol::{Action, LanguageTag};

use crate::page::{Article, language_of};

/// The language of what is worked on: a passage may be in another one than its page.
pub(super) fn source(article: &Article, passage: Option<&str>) -> Option<LanguageTag> {
    let of_page = article.language.as_ref();
    passage.map_or_else(|| of_page.cloned(), |passage| language_of(passage, of_page))
}

/// The language of the answer: the one asked for, else the reader's. A translation of a text that
/// is already in the reader's language goes into English, and an English one into Chinese.
pub(super) fn of_answer(
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
