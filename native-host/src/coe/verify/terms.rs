//! The reader's own terms.

use super::{Check, Finding, Severity, finding::quoted, numbers::has_whole, scene::Scene};
use crate::page::is_unspaced;

/// Words of at least so many letters are found by their beginning: endings change.
const STEM: usize = 5;

/// Letters of an ending that may differ.
const ENDING: usize = 2;

/// Terms of the source that have another name in the answer than the reader's.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let (source, answer) = (scene.source.to_lowercase(), scene.answer.to_lowercase());
    let terms = scene.material.terms.iter();
    let missing = terms.filter(|(term, wanted)| has(&source, term) && !has(&answer, wanted));
    missing
        .map(|(term, wanted)| {
            let what = format!("{} is not called {}", quoted(term), quoted(wanted));
            Finding::new(Check::Terms, Severity::Blocking, what)
        })
        .collect()
}

/// Terms that a faithful text has and the elegant one has no longer.
pub(super) fn guard(scene: &Scene<'_>) -> Vec<Finding> {
    let (faithful, elegant) = (scene.source.to_lowercase(), scene.answer.to_lowercase());
    let terms = scene.material.terms.iter();
    let lost = terms.filter(|(_, wanted)| has(&faithful, wanted) && !has(&elegant, wanted));
    lost.map(|(_, wanted)| {
        let what = format!("the term {} is gone", quoted(wanted));
        Finding::new(Check::Terms, Severity::Marked, what)
    })
    .collect()
}

/// Whether a text in lower case has a term, in whatever case and with whatever endings.
fn has(text: &str, term: &str) -> bool {
    let term = term.trim().to_lowercase();
    if term.is_empty() {
        return false;
    }
    if term.chars().any(is_unspaced) {
        return text.contains(&term);
    }
    if has_whole(text, &term) {
        return true;
    }
    let stem = |word: &str| -> String {
        let length = word.chars().count();
        let kept = if length >= STEM {
            length - ENDING
        } else {
            length
        };
        word.chars().take(kept).collect()
    };
    let stems: Vec<String> = term.split_whitespace().map(stem).collect();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|word| !word.is_empty())
        .collect();
    words.windows(stems.len()).any(|words| {
        words.iter().zip(&stems).all(|(word, stem)| {
            let longer = word.chars().count().saturating_sub(stem.chars().count());
            word.starts_with(stem.as_str())
                && longer <= 2 * ENDING + 1
                && (stem.chars().count() >= STEM - ENDING || longer == 0)
        })
    })
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Action, LanguageTag};

    use super::{
        super::{Material, testing, verify},
        *,
    };

    #[track_caller]
    fn check(source: &str, terms: &[(&str, &str)], answer: &str, expected: usize) {
        let language = LanguageTag::new("de");
        let terms: Vec<_> = terms
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        let material = testing::material(Action::Translate, source, &language);
        let material = Material {
            terms: &terms,
            ..material
        };
        assert_eq!(
            verify(&[Check::Terms], &material, answer).len(),
            expected,
            "{answer}"
        );
    }

    #[test]
    fn the_readers_terms_are_used_in_any_form() {
        let terms = [("panel", "Seitenleiste"), ("expert", "Experte")];
        check(
            "The Panel shows experts.",
            &terms,
            "Die Seitenleiste zeigt Experten.",
            0,
        );
        check("The panel shows it.", &terms, "Das Panel zeigt es.", 1);
        check("Nothing of it.", &terms, "Nichts davon.", 0);
        check("the panel", &[("panel", "侧边栏")], "打开侧边栏。", 0);
    }
}
