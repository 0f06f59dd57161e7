//! The texts of `prompts.toml`, read once.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::{Action, LanguageTag, StepRole};
use serde::Deserialize;

const SOURCE: &str = include_str!("prompts.toml");

static TEXTS: LazyLock<Texts> = LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

/// Everything in `prompts.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    pub(super) rules: Rules,
    actions: BTreeMap<Action, ActionTexts>,
    roles: BTreeMap<StepRole, RoleTexts>,
    languages: BTreeMap<String, String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    pub(super) always: String,
    pub(super) citations: String,
    /// What is said where the work of other experts is quoted.
    pub(super) handed: String,
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

impl ActionTexts {
    const fn nothing() -> Self {
        Self {
            page: String::new(),
            passage: String::new(),
            cite: false,
            default_length: String::new(),
        }
    }
}

/// What an expert is told where several work on one request.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RoleTexts {
    pub(super) text: String,
    /// Whether paragraphs are cited; without, as the action says.
    pub(super) cite: Option<bool>,
}

impl Texts {
    pub(super) fn get() -> &'static Self {
        &TEXTS
    }

    /// What experts are told to do.
    pub(super) fn action(&self, action: Action) -> &ActionTexts {
        static NOTHING: ActionTexts = ActionTexts::nothing();
        // The file has every action: a test says so.
        self.actions.get(&action).unwrap_or(&NOTHING)
    }

    /// What an expert is told of its part in the work; nothing where it does the whole.
    pub(super) fn role(&self, role: StepRole) -> Option<&RoleTexts> {
        self.roles.get(&role)
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
        for role in StepRole::ALL {
            assert_eq!(
                texts.role(role).is_none(),
                role == StepRole::Whole,
                "{role:?}"
            );
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
