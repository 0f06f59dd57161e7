//! What the tests of checks share.

use coterie_protocol::{Action, Finish, LanguageTag};

use super::{Check, Finding, Material, verify};

/// Material with nothing but a source.
pub(super) fn material<'a>(
    action: Action,
    source: &'a str,
    language: &'a LanguageTag,
) -> Material<'a> {
    Material {
        action,
        source,
        source_language: None,
        language,
        paragraphs: &[],
        terms: &[],
        instructions: "",
        length: None,
        finish: Finish::Complete,
    }
}

/// What these checks find in a translation.
pub(super) fn translation(
    checks: &[Check],
    from: &str,
    source: &str,
    to: &str,
    answer: &str,
) -> Vec<Finding> {
    let (from, to) = (LanguageTag::new(from), LanguageTag::new(to));
    let material = Material {
        source_language: Some(&from),
        ..material(Action::Translate, source, &to)
    };
    verify(checks, &material, answer)
}
