//! Citations: the paragraphs that an answer names exist and say what is said of them.

use std::{collections::HashSet, ops::Range};

use super::{
    Check, Finding, Repair, Severity,
    finding::quoted,
    numbers::numbers,
    scene::{Scene, offset, with_spaces},
};
use crate::page::{is_unspaced, language_of, sentences};

/// The paragraphs of the page that stand in one pair of brackets: `[¶3]`, `[¶3, ¶5]`, `[¶3–5]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) numbers: Vec<u32>,
    pub(super) span: Range<usize>,
}

/// A statement of fewer content words is not compared.
const FEWEST: usize = 4;

/// The share of a statement's content words that its paragraphs have to have: of 619 summaries by
/// people (SciTLDR) 96 % have it in the nearest sentence, 5 % in one that shares no longer word.
const SUPPORTED: f64 = 0.2;

/// In character pairs of Chinese and Japanese a paraphrase keeps less.
const SUPPORTED_PAIRS: f64 = 0.15;

/// Every citation of a text, in order.
pub(super) fn marks(text: &str) -> Vec<Mark> {
    let starts = text.match_indices("[¶");
    starts
        .filter_map(|(at, _)| {
            let end = at + text[at..].find(']')? + 1;
            let inside = &text[at + 1..end - 1];
            let fits = |c: char| {
                c.is_ascii_digit() || matches!(c, '¶' | ',' | ' ' | '-' | '–' | ';' | '、')
            };
            (inside.len() <= 80 && inside.chars().all(fits)).then(|| Mark {
                numbers: cited(inside),
                span: at..end,
            })
        })
        .collect()
}

fn cited(inside: &str) -> Vec<u32> {
    let parts = inside.split([',', ';', '、']);
    let ranges = parts.filter_map(|part| {
        let mut ends = part
            .split(['-', '–'])
            .map(|end| end.trim_matches(|c: char| !c.is_ascii_digit()).parse().ok());
        let first: u32 = ends.next()??;
        let last = ends.next().flatten().unwrap_or(first);
        Some(first..=last.min(first.saturating_add(50)))
    });
    ranges.flatten().collect()
}

/// A line without the citations at its end.
pub(super) fn without_trailing(line: &str) -> &str {
    let mut line = line.trim_end();
    while let Some(mark) = marks(line).pop().filter(|mark| mark.span.end == line.len()) {
        line = line[..mark.span.start].trim_end();
    }
    line
}

/// Citations of paragraphs that are not there, or that say something else.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let paragraphs = scene.material.paragraphs;
    if paragraphs.is_empty() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for mark in marks(scene.answer) {
        let missing = mark.numbers.iter().find(|&&number| {
            !paragraphs
                .iter()
                .any(|paragraph| paragraph.number == number)
        });
        if let Some(missing) = missing {
            let what = format!("it cites paragraph {missing}, which is not there");
            let kept: Vec<String> = mark
                .numbers
                .iter()
                .filter(|&&number| paragraphs.iter().any(|p| p.number == number))
                .map(|number| format!("[¶{number}]"))
                .collect();
            let repair = if kept.is_empty() {
                Repair::Cut(with_spaces(scene.answer, mark.span))
            } else {
                Repair::Replace(mark.span, kept.concat())
            };
            findings
                .push(Finding::new(Check::Citations, Severity::Blocking, what).repaired_by(repair));
        }
    }
    for statement in statements(scene.answer) {
        findings.extend(unsupported(scene, &statement));
    }
    findings
}

/// A statement with the paragraphs that it cites.
struct Statement<'t> {
    text: &'t str,
    start: usize,
    numbers: Vec<u32>,
}

/// The statements of an answer that cite something. A citation after the end of a sentence
/// belongs to that sentence.
fn statements(answer: &str) -> Vec<Statement<'_>> {
    let marks = marks(answer);
    let mut found: Vec<Statement<'_>> = Vec::new();
    let mut from = 0;
    for mark in marks {
        let before = &answer[from..mark.span.start];
        if before.trim().is_empty() || before.trim().chars().all(|c| c.is_ascii_punctuation()) {
            // One more for the same statement.
            if let Some(last) = found.last_mut() {
                last.numbers.extend(mark.numbers);
            }
            from = mark.span.end;
            continue;
        }
        let text = sentences(before).pop().unwrap_or(before);
        found.push(Statement {
            text,
            start: from + offset(before, text),
            numbers: mark.numbers,
        });
        from = mark.span.end;
    }
    found
}

fn unsupported(scene: &Scene<'_>, statement: &Statement<'_>) -> Option<Finding> {
    let cited: Vec<&str> = scene
        .material
        .paragraphs
        .iter()
        .filter(|paragraph| statement.numbers.contains(&paragraph.number))
        .map(|paragraph| paragraph.text.as_str())
        .collect();
    if cited.is_empty() {
        return None;
    }
    let cited = cited.join("\n");
    let span = statement.start..statement.start + statement.text.len();
    let marked = |what: String| {
        Some(Finding::new(Check::Citations, Severity::Marked, what).at(span.clone()))
    };
    // A number that is nowhere on the page is worse than one of another paragraph.
    let strange = numbers(statement.text)
        .into_iter()
        .filter(|number| number.plain >= 10.0 || number.scaled)
        .find(|number| {
            !numbers(&cited).iter().any(|own| own.agrees(number))
                && !numbers(scene.source).iter().any(|own| own.agrees(number))
        });
    if let Some(number) = strange {
        let number = quoted(&statement.text[number.span]);
        return marked(format!(
            "the number {number} is not in the paragraph that is cited for it"
        ));
    }
    let same = language_of(&cited, scene.source_language)
        .is_some_and(|language| language.primary() == scene.language.primary());
    if !same {
        return None;
    }
    let words = content(statement.text);
    let own = content(&cited);
    let wide = statement.text.chars().any(is_unspaced);
    let least = if wide { SUPPORTED_PAIRS } else { SUPPORTED };
    if words.len() < FEWEST {
        return None;
    }
    let share = words.iter().filter(|word| own.contains(*word)).count() as f64 / words.len() as f64;
    if share >= least {
        return None;
    }
    let percent = share * 100.0;
    marked(format!(
        "the paragraph cited has {percent:.0} % of the words of {}",
        quoted(statement.text)
    ))
}

/// Letters by which words are compared: endings differ.
const STEM: usize = 5;

/// The beginnings of the longer words of a text, and pairs of characters where there are no words.
pub(super) fn content(text: &str) -> HashSet<String> {
    let mut found = HashSet::new();
    let mut word = String::new();
    let mut previous: Option<char> = None;
    for character in text.chars().chain([' ']) {
        if is_unspaced(character) {
            if let Some(before) = previous {
                found.insert(String::from_iter([before, character]));
            }
            previous = Some(character);
        } else {
            previous = None;
            if character.is_alphanumeric() {
                word.extend(character.to_lowercase());
                continue;
            }
        }
        let letters = word.chars().count();
        // Hangul says in two syllables what takes a word elsewhere.
        let is_hangul = word
            .chars()
            .next()
            .is_some_and(|c| ('\u{ac00}'..='\u{d7a3}').contains(&c));
        if letters >= 4 || (is_hangul && letters >= 2) {
            found.insert(
                word.chars()
                    .take(if is_hangul { 2 } else { STEM })
                    .collect(),
            );
        }
        word.clear();
    }
    found
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Action, LanguageTag, Paragraph, ParagraphKind};

    use super::{
        super::{Material, repair, testing, verify},
        *,
    };

    fn paragraphs() -> Vec<Paragraph> {
        let texts = [
            "The river rose by 3 metres after the heavy rains of spring, the committee reports.",
            "Engineers will measure the flow of water and publish results in 2027.",
            "委员会将在下个月公布关于河流状况的报告。",
        ];
        let numbered = (1..).zip(texts);
        numbered
            .map(|(number, text)| Paragraph {
                number,
                kind: ParagraphKind::Text,
                text: text.to_owned(),
            })
            .collect()
    }

    #[track_caller]
    fn check(language: &str, answer: &str, expected: usize) -> Vec<Finding> {
        let language = LanguageTag::new(language);
        let paragraphs = paragraphs();
        let source = paragraphs
            .iter()
            .map(|p| p.text.as_str())
            .collect::<Vec<_>>()
            .join("\n");
        let material = testing::material(Action::Summarize, &source, &language);
        let material = Material {
            paragraphs: &paragraphs,
            ..material
        };
        let found = verify(&[Check::Citations], &material, answer);
        assert_eq!(found.len(), expected, "{answer}: {found:?}");
        found
    }

    #[test]
    fn statements_are_supported_by_what_they_cite() {
        check(
            "en",
            "Heavy spring rains made the river rise by three metres. [¶1] Engineers will measure the water. [¶2]",
            0,
        );
        check(
            "en",
            "Penguins and polar bears escaped from the municipal circus. [¶1]",
            1,
        );
        check("en", "The river rose by 45 metres in spring. [¶1]", 1);
        check("zh", "委员会下月公布河流报告[¶3]。", 0);
        check("zh", "企鹅和北极熊逃出了马戏团[¶3]。", 1);
        check("de", "Der Fluss stieg im Frühling um 3 Meter. [¶1]", 0);
    }

    #[test]
    fn a_citation_of_nothing_is_cut() {
        let answer = "The river rose after rains in spring [¶9].";
        let found = check("en", answer, 1);
        assert_eq!(
            repair(answer, &found).as_deref(),
            Some("The river rose after rains in spring.")
        );
        let answer = "The river rose after rains in spring [¶1, ¶9].";
        let found = check("en", answer, 1);
        assert_eq!(
            repair(answer, &found).as_deref(),
            Some("The river rose after rains in spring [¶1].")
        );
    }

    #[test]
    fn citations_are_read_in_every_form() {
        let numbers = |text: &str| {
            marks(text)
                .into_iter()
                .map(|mark| mark.numbers)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            numbers("a [¶3] b [¶1, ¶2] c [¶4–6] [¶] [¶x]"),
            [vec![3], vec![1, 2], vec![4, 5, 6], vec![]]
        );
        assert_eq!(without_trailing("It rose. [¶1][¶2]"), "It rose.");
    }
}
