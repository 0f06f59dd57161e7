//! The checks of summaries on summaries that people wrote.

use std::collections::HashSet;

use coterie_protocol::{Action, Finish, LanguageTag, Paragraph, ParagraphKind};

use super::{Caught, Damage, Tester, is_complaint, worst};
use crate::coe::verify::{Finding, Material, Severity, checks_for, verify};

impl Tester {
    /// Checks a summary that cites the sentence nearest to it, the same with the one farthest, and
    /// the summary of the text before.
    pub(super) fn summary(&mut self, source: &[String], target: &[String]) {
        let Some(target) = target.first() else { return };
        self.report.segments += 1;
        let shared = |sentence: &String| words(sentence).intersection(&words(target)).count();
        let mut order: Vec<usize> = (0..source.len()).collect();
        order.sort_by_key(|&place| shared(&source[place]));
        let (Some(farthest), Some(nearest)) = (order.first(), order.last()) else {
            return;
        };
        let cited = |summary: &str, place: usize| {
            format!("{}. [¶{}]", summary.trim().trim_end_matches('.'), place + 1)
        };
        let good = findings(source, &cited(target, *nearest));
        self.keep_examples(
            "summarize",
            &source.join(" "),
            &cited(target, *nearest),
            &good,
        );
        self.report.summaries.enter("summarize", &good);
        if !is_complaint(&good) {
            if shared(&source[*farthest]) == 0 {
                self.enter(
                    Damage::WrongCitation,
                    &findings(source, &cited(target, *farthest)),
                );
            }
            if let Some(other) = &self.summary {
                let found = findings(source, &cited(other, 0));
                self.enter(Damage::OtherSummary, &found);
            }
        }
        self.summary = Some(target.clone());
    }

    pub(super) fn enter(&mut self, damage: Damage, found: &[Finding]) {
        let caught: &mut Caught = self.report.damages.entry(damage).or_default();
        caught.texts += 1;
        caught.caught += usize::from(is_complaint(found));
        caught.blocked += usize::from(worst(found) == Some(Severity::Blocking));
    }
}

/// The longer words of a text.
fn words(text: &str) -> HashSet<String> {
    let words = text.split(|character: char| !character.is_alphanumeric());
    words
        .filter(|word| word.len() > 3)
        .map(str::to_lowercase)
        .collect()
}

fn findings(source: &[String], summary: &str) -> Vec<Finding> {
    let paragraphs: Vec<_> = (1..)
        .zip(source)
        .map(|(number, text)| Paragraph {
            number,
            kind: ParagraphKind::Text,
            text: text.clone(),
        })
        .collect();
    let language = LanguageTag::new("en");
    let source = source.join("\n");
    let material = Material {
        action: Action::Summarize,
        source: &source,
        source_language: Some(&language),
        language: &language,
        paragraphs: &paragraphs,
        terms: &[],
        instructions: "",
        length: None,
        finish: Finish::Complete,
    };
    verify(checks_for(Action::Summarize), &material, summary)
}
