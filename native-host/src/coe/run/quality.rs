//! An answer held against what was asked: what is mended, what is wrong, what the reader is told.

use coterie_protocol::{Mark, Place};

use super::graph::Made;
use crate::{
    coe::verify::{self, Finding, Material, Severity},
    experts::Task,
};

/// What was found in an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Checked {
    /// The text with what could be mended mended, if anything was.
    pub(super) mended: Option<String>,
    /// Whether it should be done anew by another.
    pub(super) is_wrong: bool,
    /// How many things are wrong; those that block weigh more.
    pub(super) faults: usize,
    /// What remains, for the reader.
    pub(super) marks: Vec<Mark>,
}

/// What blocks weighs as much as so many marks.
const WEIGHT: usize = 10;

/// Checks what was made of a task. What the built-in experts quote is not checked: they write
/// nothing of their own, and say so.
pub(super) fn check(task: &Task, made: &Made) -> Checked {
    if made.expert.place == Place::BuiltIn {
        return Checked::default();
    }
    let source = source(task);
    let material = material(task, &source, made);
    let checks = verify::checks_for(task.action);
    let mut findings = verify::verify(checks, &material, &made.text);
    let mended = verify::repair(&made.text, &findings);
    if let Some(mended) = &mended {
        findings = verify::verify(checks, &material, mended);
    }
    let blocking = count(&findings, Severity::Blocking);
    Checked {
        is_wrong: blocking > 0,
        faults: blocking * WEIGHT + count(&findings, Severity::Marked),
        marks: marks(&findings, mended.as_deref().unwrap_or(&made.text)),
        mended,
    }
}

/// Why an elegant text may not stand for a faithful one.
pub(super) fn guard(task: &Task, faithful: &str, elegant: &Made) -> Vec<Mark> {
    let source = source(task);
    let findings = verify::guard(faithful, &elegant.text, &material(task, &source, elegant));
    let against: Vec<_> = findings
        .into_iter()
        .filter(|finding| finding.severity != Severity::Note)
        .collect();
    marks(&against, &elegant.text)
}

fn count(findings: &[Finding], severity: Severity) -> usize {
    let same = |finding: &&Finding| finding.severity == severity;
    findings.iter().filter(same).count()
}

fn marks(findings: &[Finding], answer: &str) -> Vec<Mark> {
    let told = |finding: &&Finding| finding.severity != Severity::Note;
    let mark = |finding: &Finding| Mark {
        check: finding.check.as_str().to_owned(),
        what: finding.what.clone(),
        words: finding
            .span
            .clone()
            .and_then(|span| answer.get(span))
            .map(|words| words.chars().take(200).collect()),
    };
    findings.iter().filter(told).map(mark).collect()
}

/// The text that was worked on.
fn source(task: &Task) -> String {
    task.passage.clone().unwrap_or_else(|| {
        let texts = task.article.paragraphs.iter();
        let texts: Vec<_> = texts.map(|paragraph| paragraph.text.as_str()).collect();
        texts.join("\n\n")
    })
}

fn material<'a>(task: &'a Task, source: &'a str, made: &Made) -> Material<'a> {
    Material {
        action: task.action,
        source,
        source_language: task.source.as_ref(),
        language: &task.language,
        paragraphs: &task.article.paragraphs,
        terms: &[],
        instructions: "",
        length: task.length,
        finish: made.finish,
    }
}
