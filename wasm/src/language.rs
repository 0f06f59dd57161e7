//! The languages that a reader can translate into.

use coterie_protocol::LanguageTag;

/// Tag and name of each, the name in the language itself.
pub const TARGETS: [(&str, &str); 20] = [
    ("en", "English"),
    ("zh-CN", "简体中文"),
    ("zh-TW", "繁體中文"),
    ("es", "Español"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("pt", "Português"),
    ("it", "Italiano"),
    ("ru", "Русский"),
    ("ar", "العربية"),
    ("ca", "Català"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("hi", "हिन्दी"),
    ("id", "Bahasa Indonesia"),
    ("vi", "Tiếng Việt"),
];

/// The entry of the list that names the same language.
pub fn listed(language: &LanguageTag) -> Option<LanguageTag> {
    let mut tags = TARGETS.iter().map(|(tag, _)| LanguageTag::new(tag));
    tags.find(|tag| tag.same_language(language))
}

/// What to translate into: what the reader chose; else the reader's own language, unless the page
/// already is in it; then English, or Chinese for who reads English.
pub fn target(
    chosen: Option<&LanguageTag>,
    reader: &LanguageTag,
    page: Option<&LanguageTag>,
) -> LanguageTag {
    let english = LanguageTag::new("en");
    if let Some(chosen) = chosen.and_then(listed) {
        return chosen;
    }
    let own = listed(reader).unwrap_or_else(|| english.clone());
    match page {
        Some(page) if own.same_language(page) && own == english => LanguageTag::new("zh-CN"),
        Some(page) if own.same_language(page) => english,
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(chosen: Option<&str>, reader: &str, page: Option<&str>, expected: &str) {
        let tag = |tag: &str| LanguageTag::new(tag);
        let found = target(
            chosen.map(tag).as_ref(),
            &tag(reader),
            page.map(tag).as_ref(),
        );
        assert_eq!(found.as_str(), expected);
    }

    #[test]
    fn what_the_reader_chose_stands() {
        check(Some("fr"), "en-US", Some("fr"), "fr");
        check(Some("xx"), "en-US", None, "en");
    }

    #[test]
    fn without_a_choice_it_is_the_readers_language_or_the_other_one() {
        check(None, "de-DE", Some("en"), "de");
        check(None, "en-GB", Some("en-US"), "zh-CN");
        check(None, "zh-CN", Some("zh-Hans"), "en");
        check(None, "zh-CN", Some("zh-TW"), "zh-CN");
        check(None, "de", Some("de"), "en");
        check(None, "eo", None, "en");
    }
}
