//! What a check is called and what it finds.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// As much of a text is quoted in a finding, in characters.
const LONGEST_QUOTE: usize = 60;

/// One thing that is looked at in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// The answer is in the language that was asked for.
    Language,
    /// Numbers are those of the source, however they are written.
    Numbers,
    /// Months and days of the week are those of the source.
    Dates,
    /// A number has the unit or currency that it has in the source.
    Units,
    /// Names, products and identifiers are those of the source.
    Names,
    /// Addresses are those of the source.
    Links,
    /// Numbered placeholders for markup are all there, once, and nested.
    Slots,
    /// What the source denies is denied.
    Negation,
    /// The length is what a text of this language has for a source of that one.
    LengthRatio,
    /// No part was left in the language of the source.
    Untranslated,
    /// Nothing is said over and over.
    Repetition,
    /// The answer has an end.
    CutOff,
    /// The answer does what was asked rather than decline it.
    Refusal,
    /// The answer begins and ends with itself: no announcement, no farewell.
    Preamble,
    /// Nothing of the instructions is in the answer.
    Leakage,
    /// The answer is JSON.
    Json,
    /// The reader's own terms are used.
    Terms,
    /// Cited paragraphs exist and say what is said of them.
    Citations,
    /// The facts that matter most are in the answer.
    KeyFacts,
    /// There are as many sentences as before.
    SentenceCount,
}

impl Check {
    /// Every check.
    pub const ALL: [Self; 20] = [
        Self::Language,
        Self::Numbers,
        Self::Dates,
        Self::Units,
        Self::Names,
        Self::Links,
        Self::Slots,
        Self::Negation,
        Self::LengthRatio,
        Self::Untranslated,
        Self::Repetition,
        Self::CutOff,
        Self::Refusal,
        Self::Preamble,
        Self::Leakage,
        Self::Json,
        Self::Terms,
        Self::Citations,
        Self::KeyFacts,
        Self::SentenceCount,
    ];

    /// The name in tables and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Language => "language",
            Self::Numbers => "numbers",
            Self::Dates => "dates",
            Self::Units => "units",
            Self::Names => "names",
            Self::Links => "links",
            Self::Slots => "slots",
            Self::Negation => "negation",
            Self::LengthRatio => "length_ratio",
            Self::Untranslated => "untranslated",
            Self::Repetition => "repetition",
            Self::CutOff => "cut_off",
            Self::Refusal => "refusal",
            Self::Preamble => "preamble",
            Self::Leakage => "leakage",
            Self::Json => "json",
            Self::Terms => "terms",
            Self::Citations => "citations",
            Self::KeyFacts => "key_facts",
            Self::SentenceCount => "sentence_count",
        }
    }
}

/// What a finding means for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing; the answer is as good as any.
    Note,
    /// Probably wrong: delivered with a mark if nothing better comes.
    Marked,
    /// Wrong: repaired or asked of another expert before it is delivered.
    Blocking,
}

/// How a finding is put right without asking anyone. Ranges are bytes of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// Leave this part out.
    Cut(Range<usize>),
    /// Write this in its place.
    Replace(Range<usize>, String),
}

impl Repair {
    /// The part of the answer that it changes.
    pub fn range(&self) -> &Range<usize> {
        match self {
            Self::Cut(range) | Self::Replace(range, _) => range,
        }
    }

    /// What then stands there.
    fn text(&self) -> &str {
        match self {
            Self::Cut(_) => "",
            Self::Replace(_, text) => text,
        }
    }
}

/// Something that is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which check found it.
    pub check: Check,
    /// What it means.
    pub severity: Severity,
    /// One short sentence with value and limit. It quotes at most a few words of the texts.
    pub what: String,
    /// Where in the answer, in bytes.
    pub span: Option<Range<usize>>,
    /// How it is put right.
    pub repair: Option<Repair>,
}

impl Finding {
    pub(super) fn new(check: Check, severity: Severity, what: impl Into<String>) -> Self {
        Self {
            check,
            severity,
            what: what.into(),
            span: None,
            repair: None,
        }
    }

    pub(super) fn at(self, span: Range<usize>) -> Self {
        Self {
            span: Some(span),
            ..self
        }
    }

    pub(super) fn repaired_by(self, repair: Repair) -> Self {
        Self {
            span: Some(self.span.unwrap_or_else(|| repair.range().clone())),
            repair: Some(repair),
            ..self
        }
    }
}

/// The answer with every repair made that overlaps no other; nothing if there is none to make.
/// What is left to complain about is found by verifying the result.
pub fn repair(answer: &str, findings: &[Finding]) -> Option<String> {
    let mut repairs: Vec<&Repair> = findings
        .iter()
        .filter_map(|finding| finding.repair.as_ref())
        .filter(|repair| answer.get(repair.range().clone()).is_some())
        .collect();
    repairs.sort_by_key(|repair| (repair.range().start, repair.range().end));
    let mut repaired = String::with_capacity(answer.len());
    let mut done = 0;
    for repair in repairs {
        let range = repair.range();
        if range.start < done || (range.is_empty() && repair.text().is_empty()) {
            continue;
        }
        repaired.push_str(&answer[done..range.start]);
        repaired.push_str(repair.text());
        done = range.end;
    }
    repaired.push_str(&answer[done..]);
    (repaired != answer).then_some(repaired)
}

/// A few words of a text, on one line, in quotation marks.
pub(super) fn quoted(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    let line = line.join(" ");
    let mut characters = line.chars();
    let start: String = characters.by_ref().take(LONGEST_QUOTE).collect();
    let more = if characters.next().is_some() {
        "…"
    } else {
        ""
    };
    format!("“{start}{more}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(repair: Repair) -> Finding {
        Finding::new(Check::Preamble, Severity::Marked, "").repaired_by(repair)
    }

    #[track_caller]
    fn check(answer: &str, repairs: Vec<Repair>, expected: Option<&str>) {
        let findings: Vec<_> = repairs.into_iter().map(finding).collect();
        assert_eq!(repair(answer, &findings).as_deref(), expected);
    }

    #[test]
    fn repairs_that_do_not_overlap_are_all_made() {
        let cut = Repair::Cut(0..2);
        let replace = Repair::Replace(3..4, "x".to_owned());
        check("a b c", vec![replace, cut], Some("bxc"));
    }

    #[test]
    fn of_repairs_that_overlap_the_first_is_made() {
        check(
            "abcd",
            vec![Repair::Cut(0..2), Repair::Cut(1..3)],
            Some("cd"),
        );
    }

    #[test]
    fn a_repair_that_does_not_fit_is_none() {
        check("é", vec![Repair::Cut(0..1)], None);
        check("a", vec![Repair::Cut(0..9), Repair::Cut(1..1)], None);
        check("a", Vec::new(), None);
    }

    #[test]
    fn quotes_are_short_and_on_one_line() {
        assert_eq!(quoted("a\n b"), "“a b”");
        assert_eq!(quoted(&"好".repeat(500)).chars().count(), LONGEST_QUOTE + 3);
    }

    #[test]
    fn checks_have_one_name() {
        for check in Check::ALL {
            let name = serde_json::to_value(check).unwrap();
            assert_eq!(name, check.as_str());
        }
    }
}
