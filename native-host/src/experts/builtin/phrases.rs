//! What the built-in experts say themselves, in the language of the answer.

use std::sync::LazyLock;

use coterie_protocol::LanguageTag;
use serde::Deserialize;

/// The phrases of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    pub as_it_is: String,
    pub other_language: String,
    pub about_passage: String,
    pub main_points: String,
    pub subject: String,
    pub answer: String,
    pub nothing_about_passage: String,
    pub nothing_about_question: String,
    pub definitions: String,
    pub causes: String,
    pub numbers: String,
    pub names: String,
    pub details: String,
}

#[derive(Debug, Default, Deserialize)]
struct Table {
    en: Phrases,
    zh: Phrases,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test parses the same file, so the empty table is never seen.
    toml::from_str(include_str!("phrases.toml")).unwrap_or_default()
});

/// The phrases for answers in a language: Chinese for Chinese, else English.
pub fn in_language(language: &LanguageTag) -> &'static Phrases {
    match language.primary().as_str() {
        "zh" => &TABLE.zh,
        _ => &TABLE.en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_well_formed() {
        toml::from_str::<Table>(include_str!("phrases.toml")).expect("phrases.toml");
        assert_ne!(
            in_language(&LanguageTag::new("zh-CN")).answer,
            in_language(&LanguageTag::new("fr")).answer
        );
    }
}
