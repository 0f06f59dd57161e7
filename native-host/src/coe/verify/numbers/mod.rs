//! Numbers: those of the answer are those of the source, however each language writes them.

mod read;
mod spelled;
mod table;

use coterie_protocol::LanguageTag;

pub(super) use read::{Number, digit, numbers, same};
use spelled::Spelled;
pub(super) use spelled::has_whole;

use super::{
    Check, Finding, Severity, citations,
    dates::Calendar,
    finding::quoted,
    scene::{Scene, Side},
};

/// The numbers of a text.
pub(super) struct Amounts<'t> {
    text: &'t str,
    pub(super) numbers: Vec<Number>,
    spelled: Spelled,
    calendar: Calendar,
}

impl<'t> Amounts<'t> {
    /// Reads a text in a language.
    pub(super) fn of(text: &'t str, language: Option<&LanguageTag>) -> Self {
        // The number of a paragraph is none of the text's.
        let marks = citations::marks(text);
        let is_cited = |number: &Number| {
            marks
                .iter()
                .any(|mark| mark.span.contains(&number.span.start))
        };
        let mut numbers = numbers(text);
        numbers.retain(|number| !is_cited(number));
        Self {
            text,
            numbers,
            spelled: Spelled::of(text, language),
            calendar: Calendar::of(text, language),
        }
    }

    /// Whether this text says a number of another one.
    fn says(&self, number: &Number) -> bool {
        let among = |value: f64| {
            self.numbers.iter().any(|own| {
                own.may_be(value)
                    || own
                        .parts
                        .is_some_and(|parts| parts.iter().any(|part| same(*part, value)))
            })
        };
        // Nobody writes the zero of 14:00 in words.
        number.may_be(0.0)
            || self.numbers.iter().any(|own| own.agrees(number))
            || number
                .readings
                .iter()
                .any(|&value| self.spelled.says(value) || among(value))
            || number
                .parts
                .is_some_and(|parts| parts.into_iter().all(|part| part == 0.0 || among(part)))
            || (number.as_month && self.calendar.has_month(number.plain))
    }

    /// Those numbers that another text does not say.
    fn unsaid(&self, other: &Self) -> Vec<&Number> {
        let numbers = self.numbers.iter();
        numbers.filter(|number| !other.says(number)).collect()
    }

    fn quote(&self, number: &Number) -> String {
        quoted(self.text.get(number.span.clone()).unwrap_or_default())
    }
}

/// Numbers that the answer lost or that only it has. Both at once means that one was changed.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let (kept, only) = (scene.kept, scene.only);
    let mut findings = Vec::new();
    for pair in scene.pairs() {
        let source = Amounts::of(pair.text(Side::Source), scene.source_language);
        let answer = Amounts::of(pair.text(Side::Answer), Some(scene.language));
        let lost = if kept {
            source.unsaid(&answer)
        } else {
            Vec::new()
        };
        let new = if only {
            answer.unsaid(&source)
        } else {
            Vec::new()
        };
        let finding = |severity, what: String| Finding::new(Check::Numbers, severity, what);
        match (lost.first(), new.first()) {
            (Some(lost), Some(new)) => findings.push(
                finding(
                    Severity::Blocking,
                    format!(
                        "the number {} of the source became {}",
                        source.quote(lost),
                        answer.quote(new)
                    ),
                )
                .at(pair.in_answer(&new.span)),
            ),
            (Some(_), None) => findings.extend(lost.iter().map(|number| {
                let number = source.quote(number);
                finding(
                    Severity::Marked,
                    format!("the number {number} of the source is missing"),
                )
            })),
            (None, Some(_)) => findings.extend(new.iter().map(|number| {
                let what = format!("the number {} is not in the source", answer.quote(number));
                finding(Severity::Marked, what).at(pair.in_answer(&number.span))
            })),
            (None, None) => {}
        }
    }
    findings
}
