//! Length: what a text of this language has for a source of that one, or what was asked for.

use std::{collections::BTreeMap, sync::LazyLock};

use coterie_protocol::{Action, LanguageTag, Length};
use serde::Deserialize;

use super::{
    Check, Finding, Severity,
    scene::{Scene, Side, lines},
};
use crate::page::{sentences, words};

const SOURCE: &str = include_str!("lengths.toml");

static TABLE: LazyLock<BTreeMap<String, Row>> =
    LazyLock::new(|| toml::from_str(SOURCE).unwrap_or_default());

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    ratio: f64,
    spread: f64,
}

/// Of a language that the table does not have nothing is known but this.
const UNKNOWN: Row = Row {
    ratio: 1.0,
    spread: 0.35,
};

/// The length of the sentences that spreads were measured on, in characters of English.
const MEASURED: f64 = 110.0;

/// What differs between texts however long they are: how wordy who wrote them is.
const STYLE: f64 = 0.06;

/// So many spreads from what is expected are suspect; one good sentence in 1,000 is.
const SUSPECT: f64 = 3.3;

/// So many are wrong.
const WRONG: f64 = 5.0;

/// Shorter sources say nothing about length, in characters of English.
const SHORTEST: f64 = 12.0;

/// How much shorter and longer than its draft a polished text may be.
const POLISHED: std::ops::RangeInclusive<f64> = 0.75..=1.35;

/// How much shorter and longer than asked for an answer may be. People mean "about".
const ASKED: std::ops::RangeInclusive<f64> = 0.4..=2.0;

fn row(language: Option<&LanguageTag>) -> Row {
    let row = language.and_then(|language| TABLE.get(&language.primary()));
    row.copied().unwrap_or(UNKNOWN)
}

/// Characters without white space.
fn size(text: &str) -> f64 {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .count() as f64
}

/// Parts of the answer that are far too short or too long.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    match scene.material.action {
        Action::Translate => scene
            .pairs()
            .iter()
            .filter_map(|pair| {
                let finding = translation(scene, pair.text(Side::Source), pair.text(Side::Answer))?;
                Some(finding.at(pair.in_answer(&(0..pair.text(Side::Answer).len()))))
            })
            .collect(),
        action => of_other(scene, action).into_iter().collect(),
    }
}

fn translation(scene: &Scene<'_>, source: &str, answer: &str) -> Option<Finding> {
    let (from, to) = (row(scene.source_language), row(Some(scene.language)));
    let (before, after) = (size(source), size(answer));
    let english = before / from.ratio;
    if english < SHORTEST || after == 0.0 {
        return empty(before, after);
    }
    let expected = before * to.ratio / from.ratio;
    let spread = (from.spread.powi(2) + to.spread.powi(2)) * MEASURED / english;
    let distance = (after / expected).ln().abs() / (spread + STYLE.powi(2)).sqrt();
    let severity = if distance > WRONG {
        Severity::Blocking
    } else if distance > SUSPECT {
        Severity::Marked
    } else {
        return None;
    };
    let what = format!("it has {after} characters where about {expected:.0} are expected");
    Some(Finding::new(Check::LengthRatio, severity, what))
}

fn empty(before: f64, after: f64) -> Option<Finding> {
    (before > 0.0 && after == 0.0)
        .then(|| Finding::new(Check::LengthRatio, Severity::Blocking, "it is empty"))
}

fn of_other(scene: &Scene<'_>, action: Action) -> Option<Finding> {
    let (before, after) = (size(scene.source), size(scene.answer));
    if after == 0.0 {
        return empty(before, after);
    }
    // In the measure of the source's language.
    let from = row(scene.source_language.or(Some(scene.language)));
    let share = after / before.max(1.0) * from.ratio / row(Some(scene.language)).ratio;
    let marked = |what: String| Some(Finding::new(Check::LengthRatio, Severity::Marked, what));
    if let Some(asked) = scene.material.length {
        let (found, wanted, unit) = match asked {
            Length::Sentences(wanted) => {
                (sentences(scene.answer).len() as f64, wanted, "sentences")
            }
            Length::Words(wanted) => (f64::from(words(scene.answer)), wanted, "words"),
            Length::Characters(wanted) => (after, wanted, "characters"),
            Length::Paragraphs(wanted) => (lines(scene.answer).len() as f64, wanted, "paragraphs"),
            Length::Percent(wanted) => (
                (100.0 * share).round(),
                u32::from(wanted),
                "percent of the source",
            ),
        };
        let wanted = f64::from(wanted);
        if wanted > 0.0 && !ASKED.contains(&(found / wanted)) && (found - wanted).abs() > 2.0 {
            return marked(format!(
                "it has {found} {unit} where {wanted} were asked for"
            ));
        }
        return None;
    }
    let (limit, wrong) = match action.as_str() {
        "summarize" => ("shorter than the source", share > 1.0 && before > 600.0),
        "shorten" => ("shorter than the source", share >= 1.0 && before > 40.0),
        "expand" => ("longer than the source", share < 1.0 && before < 6_000.0),
        "proofread" => (
            "as long as the source",
            !(0.8..=1.3).contains(&share) && before > 40.0,
        ),
        "rewrite" => (
            "about as long as the source",
            !(0.4..=2.5).contains(&share) && before > 80.0,
        ),
        _ => return None,
    };
    if wrong {
        return marked(format!(
            "it has {share:.2} times the length of the source and should be {limit}"
        ));
    }
    None
}

/// Whether a polished text is about as long as its draft.
pub(super) fn guard(draft: &str, polished: &str) -> Option<Finding> {
    let share = size(polished) / size(draft).max(1.0);
    if POLISHED.contains(&share) {
        return None;
    }
    let what = format!(
        "it has {share:.2} times the length of the faithful text; {} to {} are allowed",
        POLISHED.start(),
        POLISHED.end()
    );
    Some(Finding::new(Check::LengthRatio, Severity::Marked, what))
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[test]
    fn the_table_is_well_formed() {
        let table: BTreeMap<String, Row> = toml::from_str(SOURCE).unwrap();
        assert!(table.len() >= 20);
        for (language, row) in table {
            assert!((0.2..=2.0).contains(&row.ratio), "{language}");
            assert!((0.05..=0.35).contains(&row.spread), "{language}");
        }
    }

    #[track_caller]
    fn check(source: &str, language: &str, answer: &str, expected: Option<Severity>) {
        let found = testing::translation(&[Check::LengthRatio], "en", source, language, answer);
        assert_eq!(
            found.first().map(|finding| finding.severity),
            expected,
            "{answer}"
        );
    }

    #[test]
    fn each_pair_of_languages_has_its_own_length() {
        let english = "The committee will publish its report on the state of the river next month.";
        check(
            english,
            "zh",
            "委员会将在下个月公布关于河流状况的报告。",
            None,
        );
        check(
            english,
            "de",
            "Der Ausschuss wird seinen Bericht über den Zustand des Flusses nächsten Monat veröffentlichen.",
            None,
        );
        check(english, "de", "Der Ausschuss.", Some(Severity::Blocking));
        check(
            english,
            "zh",
            &"委员会将在下个月公布关于河流状况的报告。".repeat(6),
            Some(Severity::Blocking),
        );
        check(english, "zh", "", Some(Severity::Blocking));
        check("Save", "de", "Speichern", None);
    }

    #[test]
    fn the_length_asked_for_is_taken_as_about() {
        let language = LanguageTag::new("en");
        let check = |count, expected| {
            let material = testing::material(Action::Summarize, "A long text.", &language);
            let material = super::super::Material {
                length: Some(Length::Sentences(count)),
                ..material
            };
            let found =
                super::super::verify(&[Check::LengthRatio], &material, "One. Two. Three. Four.");
            assert_eq!(found.len(), expected, "{count}");
        };
        check(3, 0);
        check(1, 1);
        check(20, 1);
    }
}
