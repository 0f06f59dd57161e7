//! Language tags and the direction in which a language is written.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A BCP 47 language tag, as in `lang` attributes: `en`, `zh-Hans`, `pt-BR`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// Takes a tag as written; `_` becomes `-`.
    pub fn new(tag: &str) -> Self {
        Self(tag.trim().replace('_', "-"))
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without script or region, in lower case: `zh` of `zh-Hans-CN`.
    pub fn primary(&self) -> String {
        self.0
            .split('-')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
    }

    /// Whether both name the same language, whatever the region. Chinese is told apart by script.
    pub fn same_language(&self, other: &Self) -> bool {
        self.primary() == other.primary() && self.is_traditional() == other.is_traditional()
    }

    /// Whether this is Chinese in traditional characters.
    fn is_traditional(&self) -> bool {
        let traditional = |part: &str| {
            ["hant", "tw", "hk", "mo"]
                .iter()
                .any(|code| part.eq_ignore_ascii_case(code))
        };
        self.primary() == "zh" && self.0.split('-').any(traditional)
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The direction in which text runs, for the `dir` attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From left to right.
    Ltr,
    /// From right to left.
    Rtl,
}

impl Direction {
    /// The direction of a language, by its usual script.
    pub fn of(language: &LanguageTag) -> Self {
        const RIGHT_TO_LEFT: [&str; 10] =
            ["ar", "he", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"];
        if RIGHT_TO_LEFT.contains(&language.primary().as_str()) {
            Self::Rtl
        } else {
            Self::Ltr
        }
    }

    /// The value of the `dir` attribute.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_does_not_make_another_language_but_a_chinese_script_does() {
        let same = |a, b| LanguageTag::new(a).same_language(&LanguageTag::new(b));
        assert!(same("en-GB", "en_US"));
        assert!(same("zh-CN", "zh-Hans"));
        assert!(same("zh-TW", "zh-Hant-HK"));
        assert!(!same("zh-CN", "zh-TW"));
        assert!(!same("es", "pt"));
    }

    #[test]
    fn arabic_and_hebrew_run_from_right_to_left() {
        let direction = |tag| Direction::of(&LanguageTag::new(tag));
        assert_eq!(direction("ar-EG"), Direction::Rtl);
        assert_eq!(direction("he"), Direction::Rtl);
        assert_eq!(direction("zh-Hans"), Direction::Ltr);
    }
}
