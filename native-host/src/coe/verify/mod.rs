//! Is it good: checks of an answer, cheap and deterministic, before anyone reads it.
//!
//! [`checks_for`] names the checks of an action, [`verify`] makes them, [`repair`] puts right what
//! needs nobody to be asked again, and [`guard`] says whether a more elegant text may stand in for
//! a faithful one. Everything here is a function of texts: no clock, no network, no chance.
//!
//! The checks rest on tables: `checks.toml` (which check for which action), and by language
//! numerals, calendars, units, negations, set phrases and lengths.

mod citations;
mod code;
mod cut_off;
mod dates;
mod edges;
mod finding;
mod json;
mod key_facts;
mod language;
mod leakage;
mod length;
mod links;
mod names;
mod negation;
mod numbers;
mod repetition;
mod scene;
mod sentence_count;
mod slots;
mod table;
mod terms;
#[cfg(test)]
mod testing;
mod units;
mod untranslated;

use coterie_protocol::{Action, Finish, LanguageTag, Length, Paragraph};

pub use finding::{Check, Finding, Repair, Severity, repair};
pub use table::checks_for;

use scene::Scene;

/// What an answer is held against.
#[derive(Debug, Clone, Copy)]
pub struct Material<'a> {
    /// What was asked.
    pub action: Action,
    /// The text that was worked on.
    pub source: &'a str,
    /// Its language, if it is known.
    pub source_language: Option<&'a LanguageTag>,
    /// The language of the answer.
    pub language: &'a LanguageTag,
    /// The paragraphs that the answer may cite.
    pub paragraphs: &'a [Paragraph],
    /// The reader's glossary: a term of the source and what it is called in the answer.
    pub terms: &'a [(String, String)],
    /// What the expert was told, without the material; to see whether it repeats it.
    pub instructions: &'a str,
    /// The length that was asked for.
    pub length: Option<Length>,
    /// How the answer ended.
    pub finish: Finish,
}

/// Makes these checks of an answer. The findings are in the order of the checks.
pub fn verify(checks: &[Check], material: &Material<'_>, answer: &str) -> Vec<Finding> {
    let scene = Scene::new(checks, material, answer);
    let made = checks.iter().flat_map(|check| make(*check, &scene));
    made.collect()
}

fn make(check: Check, scene: &Scene<'_>) -> Vec<Finding> {
    match check {
        Check::Language => language::check(scene),
        Check::Numbers => numbers::check(scene),
        Check::Dates => dates::check(scene),
        Check::Units => units::check(scene),
        Check::Names => names::check(scene),
        Check::Links => links::check(scene),
        Check::Slots => slots::check(scene),
        Check::Negation => negation::check(scene),
        Check::LengthRatio => length::check(scene),
        Check::Untranslated => untranslated::check(scene),
        Check::Repetition => repetition::check(scene),
        Check::CutOff => cut_off::check(scene),
        Check::Refusal => edges::refusal(scene),
        Check::Preamble => edges::preamble(scene),
        Check::Leakage => leakage::check(scene),
        Check::Json => json::check(scene),
        Check::Terms => terms::check(scene),
        Check::Citations => citations::check(scene),
        Check::KeyFacts => key_facts::check(scene),
        Check::SentenceCount => sentence_count::check(scene),
    }
}

/// Whether an elegant text may stand in for a faithful one, or a polished for a draft: what is
/// found is why not. Numbers, dates, units, names, links, slots, terms, negations, the number of
/// sentences and the length have to be those of the faithful text. `material` is that of the
/// faithful text; its source is not looked at.
pub fn guard(faithful: &str, elegant: &str, material: &Material<'_>) -> Vec<Finding> {
    const KEPT: [Check; 8] = [
        Check::Numbers,
        Check::Dates,
        Check::Units,
        Check::Names,
        Check::Links,
        Check::Slots,
        Check::Negation,
        Check::SentenceCount,
    ];
    let scene = Scene::between(material, faithful, elegant);
    let mut findings: Vec<_> = KEPT.iter().flat_map(|check| make(*check, &scene)).collect();
    findings.extend(terms::guard(&scene));
    findings.extend(length::guard(faithful, elegant));
    findings.retain(|finding| finding.severity > Severity::Note);
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(elegant: &str, expected: &[Check]) {
        let faithful =
            "On 12 March, Margaret Hale paid 300 euros for the boat. She did not use it.";
        let language = LanguageTag::new("en");
        let terms = [("Boot".to_owned(), "boat".to_owned())];
        let material = testing::material(Action::Translate, "", &language);
        let material = Material {
            terms: &terms,
            ..material
        };
        let found: Vec<_> = guard(faithful, elegant, &material)
            .into_iter()
            .map(|finding| finding.check)
            .collect();
        assert_eq!(found, expected, "{elegant}");
    }

    #[test]
    fn an_elegant_text_may_stand_if_it_says_the_same() {
        check(
            "Margaret Hale bought the boat on 12 March for 300 euros, yet she never used it.",
            &[],
        );
        check(
            "Margaret Hale bought the boat on 12 March for 330 euros, yet she never used it.",
            &[Check::Numbers],
        );
        check(
            "Margaret Hale bought the ship on 12 March for 300 euros, yet she never used it.",
            &[Check::Terms],
        );
        check(
            "On 12 March, Margaret Hale bought the boat for 300 euros. She used it right away.",
            &[Check::Negation],
        );
        check(
            "On 12 May, Margaret Hale bought the boat for 300 euros. She did not use it at all.",
            &[Check::Dates],
        );
    }
}
