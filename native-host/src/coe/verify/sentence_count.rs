//! The number of sentences: a polished text says what its draft says, sentence for sentence.

use super::{
    Check, Finding, Severity,
    scene::{Scene, prose},
};
use crate::page::sentences;

/// The share of sentences that may be joined or parted.
const JOINED: f64 = 0.25;

/// A finding if there are many more or many fewer sentences than before.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let count = |text: &str| sentences(&prose(text)).len();
    let (before, after) = (count(scene.source), count(scene.answer));
    let allowed = (before as f64 * JOINED).max(1.0);
    if before.abs_diff(after) as f64 <= allowed {
        return Vec::new();
    }
    let what = format!(
        "it has {after} sentences where there were {before}; {allowed:.0} more or fewer are allowed"
    );
    vec![Finding::new(Check::SentenceCount, Severity::Marked, what)]
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[track_caller]
    fn check(source: &str, answer: &str, expected: usize) {
        let found = testing::translation(&[Check::SentenceCount], "en", source, "en", answer);
        assert_eq!(found.len(), expected);
    }

    #[test]
    fn few_sentences_are_joined_or_parted() {
        check("One. Two. Three.", "One and two. Three.", 0);
        check("One. Two. Three. Four.", "One.", 1);
        check("One.", "One. Two. Three.", 1);
    }
}
