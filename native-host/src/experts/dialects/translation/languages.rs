//! What engines call languages, and between which they translate, from `languages.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::LanguageTag;
use serde::Deserialize;

const SOURCE: &str = include_str!("languages.toml");

static TABLE: LazyLock<BTreeMap<String, Languages>> =
    LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

static NONE: LazyLock<Languages> = LazyLock::new(Languages::default);

/// The languages of one engine.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Languages {
    /// Whether the language of the texts may be left out.
    detects: bool,
    /// Languages whose code is their tag.
    plain: Vec<String>,
    /// Languages whose code is another.
    renamed: BTreeMap<String, String>,
    /// The same, where it differs from language to language of the answer.
    target: BTreeMap<String, String>,
    /// Languages that can be translated from and into a few others only.
    only_with: BTreeMap<String, Vec<String>>,
    /// The only directions there are, as two codes with `>` between; without, all.
    directions: Vec<String>,
}

/// The two languages of a request, as an engine calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Codes<'a> {
    /// Of the texts; without, the engine finds out.
    pub(super) source: Option<&'a str>,
    /// Of the translations.
    pub(super) target: &'a str,
}

impl Languages {
    /// Those of an engine.
    pub(super) fn of(engine: &str) -> &'static Self {
        TABLE.get(engine).unwrap_or(&NONE)
    }

    /// What a direction is called; nothing, if the engine does not translate in it.
    pub(super) fn codes(
        &self,
        source: Option<&LanguageTag>,
        target: &LanguageTag,
    ) -> Option<Codes<'_>> {
        let candidates = names(target);
        let code = self.find(&self.target, &candidates);
        let codes = Codes {
            source: match source {
                Some(source) => Some(self.plain_or_renamed(&names(source))?),
                None => None,
            },
            target: code.or_else(|| self.plain_or_renamed(&candidates))?,
        };
        let found = match source {
            Some(source) => self.goes_with(source, target) && self.goes_with(target, source),
            None => self.detects,
        };
        (found && self.has_direction(codes)).then_some(codes)
    }

    fn plain_or_renamed(&self, names: &[String]) -> Option<&str> {
        let plain = |name: &String| self.plain.iter().find(|plain| *plain == name);
        self.find(&self.renamed, names)
            .or_else(|| names.iter().find_map(plain).map(String::as_str))
    }

    fn find<'a>(&self, codes: &'a BTreeMap<String, String>, names: &[String]) -> Option<&'a str> {
        let code = names.iter().find_map(|name| codes.get(name));
        code.map(String::as_str)
    }

    fn goes_with(&self, one: &LanguageTag, other: &LanguageTag) -> bool {
        let others = self.only_with.get(&one.primary());
        others.is_none_or(|others| others.contains(&other.primary()))
    }

    fn has_direction(&self, codes: Codes<'_>) -> bool {
        let source = codes.source.unwrap_or_default();
        let direction = format!("{source}>{}", codes.target);
        self.directions.is_empty() || self.directions.contains(&direction)
    }
}

/// What a language may be called in the table, the most exact first: Chinese is known by its
/// script, `zh-hans` or `zh-hant`.
fn names(language: &LanguageTag) -> Vec<String> {
    let scripts = ["zh-Hans", "zh-Hant"].map(LanguageTag::new);
    let script = scripts.iter().find(|script| script.same_language(language));
    let exact = language.as_str().to_ascii_lowercase();
    let script = script.map(|script| script.as_str().to_ascii_lowercase());
    let whole = script.is_none().then(|| language.primary());
    [Some(exact), script, whole].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(engine: &str, source: &str, target: &str, expected: Option<(&str, &str)>) {
        let source = (!source.is_empty()).then(|| LanguageTag::new(source));
        let target = LanguageTag::new(target);
        let codes = Languages::of(engine).codes(source.as_ref(), &target);
        let codes = codes.map(|codes| (codes.source.unwrap_or_default(), codes.target));
        assert_eq!(codes, expected, "{engine}: {source:?} to {target}");
    }

    #[test]
    fn every_engine_has_names_of_its_own() {
        for (engine, expected) in [
            ("deepl", ("EN", "ZH-HANS")),
            ("google", ("en", "zh-CN")),
            ("microsoft", ("en", "zh-Hans")),
            ("libretranslate", ("en", "zh-Hans")),
            ("baidu_fanyi", ("en", "zh")),
            ("tencent_tmt", ("en", "zh")),
            ("volcengine_mt", ("en", "zh")),
        ] {
            for tag in ["zh", "zh-CN", "zh_Hans_CN", "zh-Hans"] {
                check(engine, "en", tag, Some(expected));
            }
        }
        check("deepl", "zh-TW", "en", Some(("ZH", "EN-US")));
        check("deepl", "pt-BR", "en-GB", Some(("PT", "EN-GB")));
        check("baidu_fanyi", "ja", "zh-TW", Some(("jp", "cht")));
        check("microsoft", "en", "pt-BR", Some(("en", "pt")));
        check("apertium_apy", "en", "ca-ES", Some(("eng", "cat")));
    }

    #[test]
    fn a_language_that_an_engine_does_not_know_is_not_asked_for() {
        check("deepl", "en", "tlh", None);
        check("deepl", "tlh", "en", None);
        check("tencent_tmt", "de", "ar", None);
        check("tencent_tmt", "en", "ar", Some(("en", "ar")));
        check("apertium_apy", "en", "zh", None);
        check("apertium_apy", "cat", "en", None);
        check("nobody", "en", "de", None);
    }

    #[test]
    fn an_unknown_source_is_for_those_who_find_out() {
        check("deepl", "", "de", Some(("", "DE")));
        check("apertium_apy", "", "es", None);
    }

    #[test]
    fn the_table_is_whole() {
        let table: BTreeMap<String, Languages> = toml::from_str(SOURCE).unwrap();
        assert_eq!(table.len(), 8);
        for (engine, languages) in table {
            let names = languages.renamed.keys().chain(languages.target.keys());
            for name in names.chain(&languages.plain) {
                assert_eq!(*name, name.to_ascii_lowercase(), "{engine}");
            }
            for direction in &languages.directions {
                let (source, target) = direction.split_once('>').unwrap();
                let known = |code| languages.renamed.values().any(|renamed| renamed == code);
                assert!(known(source) && known(target), "{engine}: {direction}");
            }
        }
    }
}
