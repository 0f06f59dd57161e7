//! What these models are told and what they call languages, from `models.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::LanguageTag;
use serde::Deserialize;

const SOURCE: &str = include_str!("models.toml");

static MODELS: LazyLock<Models> = LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

static NONE: Family = Family(BTreeMap::new());

/// Everything in `models.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Models {
    instruction: Instruction,
    chat: Vec<ChatFamily>,
    qwen_mt: Family,
    doubao: Family,
    /// Names of languages in Chinese, for instructions in it.
    chinese: Family,
}

/// What models behind chat completions are told.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Instruction {
    /// From or into Chinese.
    chinese: String,
    /// Between other languages.
    other: String,
}

/// Models behind chat completions that know the same languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChatFamily {
    /// What their names begin with, in lower case; without, all others.
    models: Vec<String>,
    languages: Family,
}

/// The languages that models know, by tag in lower case, with the models' names of them.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Family(BTreeMap<String, String>);

/// The names of the languages of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names<'a> {
    /// Of what is translated, where it is known.
    pub(super) source: Option<&'a str>,
    /// Of the translation.
    pub(super) target: &'a str,
}

impl Family {
    /// Those of a model behind chat completions.
    pub(super) fn of_chat(model: &str) -> &'static Self {
        let name = model.rsplit('/').next().unwrap_or_default().to_lowercase();
        let is = |family: &&ChatFamily| {
            let mut beginnings = family.models.iter();
            family.models.is_empty() || beginnings.any(|beginning| name.starts_with(beginning))
        };
        let family = MODELS.chat.iter().find(is);
        family.map_or(&NONE, |family| &family.languages)
    }

    /// Those of Qwen-MT.
    pub(super) fn qwen_mt() -> &'static Self {
        &MODELS.qwen_mt
    }

    /// Those of Doubao's translation model.
    pub(super) fn doubao() -> &'static Self {
        &MODELS.doubao
    }

    /// The names of two languages; nothing, if one is not known to the models.
    pub(super) fn names(
        &self,
        source: Option<&LanguageTag>,
        target: &LanguageTag,
    ) -> Option<Names<'_>> {
        Some(Names {
            source: match source {
                Some(source) => Some(self.name(source)?),
                None => None,
            },
            target: self.name(target)?,
        })
    }

    fn name(&self, language: &LanguageTag) -> Option<&str> {
        let same = |tag: &&String| LanguageTag::new(tag).same_language(language);
        let tag = self.0.keys().find(same)?;
        self.0.get(tag).map(String::as_str)
    }
}

/// What a model behind chat completions is told: in Chinese from and into Chinese, as these models
/// were trained, else in English.
pub(super) fn instruction(
    source: Option<&LanguageTag>,
    target: &LanguageTag,
    names: Names<'_>,
    text: &str,
) -> String {
    let is_chinese = |language: &LanguageTag| ["zh", "yue"].contains(&&*language.primary());
    let chinese = is_chinese(target) || source.is_some_and(is_chinese);
    let name = MODELS.chinese.name(target).filter(|_| chinese);
    let (instruction, name) = match name {
        Some(name) => (&MODELS.instruction.chinese, name),
        None => (&MODELS.instruction.other, names.target),
    };
    // The text last, so that nothing in it is taken for a placeholder.
    instruction
        .replace("{language}", name)
        .replace("{text}", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(family: &Family, source: &str, target: &str, expected: Option<&str>) {
        let source = LanguageTag::new(source);
        let names = family.names(Some(&source), &LanguageTag::new(target));
        assert_eq!(names.map(|names| names.target), expected, "{target}");
    }

    #[test]
    fn each_family_has_names_of_its_own() {
        let hunyuan = Family::of_chat("tencent/Hunyuan-MT-7B");
        check(hunyuan, "en", "zh-TW", Some("Traditional Chinese"));
        check(hunyuan, "en", "bo", Some("Tibetan"));
        check(
            Family::of_chat("hy-mt2-pro"),
            "en",
            "yue",
            Some("Cantonese"),
        );
        check(
            Family::of_chat("360gpt-pro-trans"),
            "zh",
            "en",
            Some("English"),
        );
        check(Family::of_chat("360gpt-pro-trans"), "zh", "bo", None);
        check(Family::qwen_mt(), "en", "zh-CN", Some("Chinese"));
        check(Family::doubao(), "en", "zh-CN", Some("zh"));
        check(Family::doubao(), "tlh", "en", None);
    }

    #[test]
    fn the_file_is_whole() {
        let models: Models = toml::from_str(SOURCE).unwrap();
        for instruction in [&models.instruction.chinese, &models.instruction.other] {
            assert!(instruction.contains("{language}") && instruction.ends_with("{text}"));
        }
        let chat = models
            .chat
            .iter()
            .flat_map(|family| family.languages.0.keys());
        for tag in chat {
            assert!(
                models.chinese.0.contains_key(tag),
                "{tag} has no Chinese name"
            );
        }
        assert_eq!(models.doubao.0.len(), 29);
    }

    #[test]
    fn the_instruction_is_in_chinese_where_chinese_is_involved() {
        let told = |source: &str, target: &str| {
            let (source, target) = (LanguageTag::new(source), LanguageTag::new(target));
            let family = Family::of_chat("hy-mt2-plus");
            let names = family.names(Some(&source), &target).unwrap();
            instruction(Some(&source), &target, names, "{language}")
        };
        assert!(told("en", "zh").contains("翻译为中文") && told("zh", "fr").contains("法语"));
        let english = told("en", "fr");
        assert!(english.contains("into French") && english.ends_with("\n\n{language}"));
    }
}
