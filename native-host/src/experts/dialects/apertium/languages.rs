//! What Apertium calls languages and what browsers call them.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::LanguageTag;
use serde::Deserialize;

/// A language of Apertium.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Its BCP 47 tag.
    pub tag: LanguageTag,
    /// Its name in English.
    pub name: String,
    /// Other tags for the same language.
    #[serde(default)]
    also: Vec<LanguageTag>,
}

impl Language {
    /// Whether `tag` means this language, whatever the region.
    pub fn is(&self, tag: &LanguageTag) -> bool {
        let mut tags = std::iter::once(&self.tag).chain(&self.also);
        tags.any(|own| own.same_language(tag))
    }
}

/// The table as it is in the file; a test makes sure that it can be read.
static LANGUAGES: LazyLock<BTreeMap<String, Language>> =
    LazyLock::new(|| toml::from_str(include_str!("languages.toml")).unwrap_or_default());

/// One direction of translation, by Apertium's name of it: `eng-spa`, `spa-eng_US`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Apertium's name.
    pub mode: String,
    /// What is translated from.
    pub source: Language,
    /// What is translated into.
    pub target: Language,
}

impl Pair {
    /// Reads a mode's name. None for languages that the table does not have and for modes that
    /// are not a translation, such as `eng-spa-tagger`.
    pub fn parse(mode: &str) -> Option<Self> {
        let (source, target) = mode.split_once('-')?;
        Some(Self {
            source: language(source)?,
            target: language(target)?,
            mode: mode.to_owned(),
        })
    }
}

/// The language of a code: `eng`, the older `en`, or with a region `eng_US`.
fn language(code: &str) -> Option<Language> {
    let listed = || LANGUAGES.values().find(|known| known.tag.as_str() == code);
    if let Some(language) = LANGUAGES.get(code).or_else(listed) {
        return Some(language.clone());
    }
    let (base, region) = code.split_once('_')?;
    let is_region = region.len() == 2 && region.bytes().all(|byte| byte.is_ascii_uppercase());
    let base = is_region.then(|| language(base)).flatten()?;
    Some(Language {
        tag: LanguageTag::new(&format!("{}-{region}", base.tag)),
        name: format!("{} ({region})", base.name),
        also: base.also,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mode: &str, expected: Option<(&str, &str)>) {
        let pair = Pair::parse(mode);
        let tags = pair
            .as_ref()
            .map(|pair| (pair.source.tag.as_str(), pair.target.tag.as_str()));
        assert_eq!(tags, expected, "{mode}");
    }

    #[test]
    fn the_table_can_be_read_and_names_each_tag_once() {
        let table: BTreeMap<String, Language> =
            toml::from_str(include_str!("languages.toml")).unwrap();
        let mut tags: Vec<_> = table
            .values()
            .map(|language| language.tag.as_str())
            .collect();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), table.len());
    }

    #[test]
    fn a_pair_is_two_languages_in_either_spelling() {
        check("eng-spa", Some(("en", "es")));
        check("en-es", Some(("en", "es")));
        check("spa-eng_US", Some(("es", "en-US")));
        check("fra-cat_valencia", Some(("fr", "ca-valencia")));
        check("hbs_HR-slv", Some(("hr", "sl")));
    }

    #[test]
    fn what_is_not_a_translation_between_known_languages_is_left_out() {
        for mode in ["eng", "eng-spa-tagger", "eng-xxx", "eng-", "", "eng-spa_x"] {
            check(mode, None);
        }
    }

    #[test]
    fn a_page_may_call_a_language_by_another_tag() {
        let target = |mode, tag| Pair::parse(mode).unwrap().target.is(&LanguageTag::new(tag));
        assert!(target("dan-nob", "no"));
        assert!(target("eng-spa", "es-419"));
        assert!(target("eng-hbs", "hr"));
        assert!(!target("eng-spa", "pt"));
    }
}
