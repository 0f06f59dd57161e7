//! The texts of `prompts.toml`, read once.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::{Action, LanguageTag};
use serde::Deserialize;

const SOURCE: &str = include_str!("prompts.toml");

static TEXTS: LazyLock<Texts> = LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

/// Everything in `prompts.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) rules: Rules,
    translate: ActionTexts,
    summarize: ActionTexts,
    expand: ActionTexts,
    explain: ActionTexts,
    answer: ActionTexts,
    languages: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) always: String,
    pub(super) citations: String,
    /// What is said after an answer that broke off.
    pub(super) go_on: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActionTexts {
    pub(super) page: String,
    pub(super) passage: String,
    pub(super) cite: bool,
    #[serde(default)]
    pub(super) default_length: String,
}

impl Texts {
    pub(super) fn get() -> &'static Self {
        &TEXTS
    }

    pub(super) fn action(&self, action: Action) -> &ActionTexts {
        match action {
            Action::Translate => &self.translate,
            Action::Summarize => &self.summarize,
            Action::Expand => &self.expand,
            Action::Explain => &self.explain,
            Action::Answer => &self.answer,
        }
    }

    /// The name of a language, else its tag.
    pub(super) fn language_name(&self, language: &LanguageTag) -> String {
        let same = |tag: &str| LanguageTag::new(tag).same_language(language);
        let found = self.languages.iter().find(|(tag, _)| same(tag));
        found.map_or_else(|| language.to_string(), |(_, name)| name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole_and_knows_no_other_placeholders() {
        let texts: Texts = toml::from_str(SOURCE).unwrap();
        for action in Action::ALL {
            let texts = texts.action(action);
            for text in [&texts.page, &texts.passage] {
                let left = text.replace("{language}", "").replace("{length}", "");
                assert!(!text.is_empty() && !left.contains(['{', '}']), "{text}");
            }
        }
    }

    #[test]
    fn chinese_is_named_by_its_script() {
        let name = |tag| Texts::get().language_name(&LanguageTag::new(tag));
        assert!(name("zh-CN").starts_with("Simplified"));
        assert!(name("zh-TW").starts_with("Traditional"));
        assert_eq!(name("pt-BR"), "Portuguese");
        assert_eq!(name("tlh"), "tlh");
    }
}
