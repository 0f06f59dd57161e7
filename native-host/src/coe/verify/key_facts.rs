//! Whether a summary has what matters most: the numbers and names with which its source begins,
//! and those that come again and again.

use super::{
    Check, Finding, Severity,
    citations::content,
    finding::quoted,
    numbers::numbers,
    scene::{Scene, lines, prose},
};
use crate::page::language_of;

/// The lead: so many lines of the source that say something.
const LEAD: usize = 4;

/// Fewer facts say nothing about a summary.
const FEWEST: usize = 4;

/// The share of the facts that a summary of any length has.
const COVERED: f64 = 0.15;

/// The share of the content of the lead that a summary in the same language has.
const LEAD_SHARED: f64 = 0.05;

/// A finding if hardly any of the key facts is there.
pub(super) fn check(scene: &Scene<'_>) -> Vec<Finding> {
    let source = prose(scene.source);
    let answer = prose(scene.answer);
    let lead: Vec<&str> = lines(&source)
        .into_iter()
        .map(|(_, line)| line.trim())
        .take(LEAD)
        .collect();
    let lead = lead.join("\n");
    if answer.trim().is_empty() || lead.is_empty() {
        return Vec::new();
    }
    let own = numbers(&answer);
    let mut covered = 0_usize;
    let mut missing = None;
    let mut count = 0;
    let mut fact = |has: bool, what: &str| {
        count += 1;
        if has {
            covered += 1;
        } else if missing.is_none() {
            missing = Some(what.to_owned());
        }
    };
    for number in numbers(&lead)
        .iter()
        .filter(|number| number.plain >= 10.0 || number.scaled)
        .take(6)
    {
        fact(
            own.iter().any(|own| own.agrees(number)),
            &lead[number.span.clone()],
        );
    }
    let same_script = scene.is_latin();
    let lower = answer.to_lowercase();
    if same_script {
        for name in super::names::frequent(&source) {
            fact(super::names::is_in(&name, &lower), &name);
        }
    }
    let marked = |what: String| vec![Finding::new(Check::KeyFacts, Severity::Marked, what)];
    if count >= FEWEST && (covered as f64) < count as f64 * COVERED {
        let missing = quoted(&missing.unwrap_or_default());
        return marked(format!(
            "it has {covered} of {count} key facts; {missing} is missing"
        ));
    }
    let language = language_of(&source, scene.source_language);
    if language.is_some_and(|language| language.primary() == scene.language.primary()) {
        let (wanted, found) = (content(&source), content(&answer));
        if found.len() >= FEWEST {
            let share = found.iter().filter(|word| wanted.contains(*word)).count() as f64
                / found.len() as f64;
            if share < LEAD_SHARED {
                let percent = share * 100.0;
                return marked(format!(
                    "{percent:.0} % of its words are those of the source"
                ));
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Action, LanguageTag};

    use super::{
        super::{testing, verify},
        *,
    };

    const SOURCE: &str = "The town of Ulverton said that Margaret Hale counted 4,120 birds in 2025.\n\
        In 2024 only 3,900 birds were counted by Margaret Hale in the wetlands near Ulverton.\n\
        The council of Ulverton gives 15,000 euros a year.";

    #[track_caller]
    fn check(answer: &str, expected: usize) {
        let language = LanguageTag::new("en");
        let material = testing::material(Action::Summarize, SOURCE, &language);
        let found = verify(&[Check::KeyFacts], &material, answer);
        assert_eq!(found.len(), expected, "{answer}: {found:?}");
    }

    #[test]
    fn a_summary_has_some_of_the_key_facts() {
        check("Margaret Hale counted 4,120 birds in Ulverton in 2025.", 0);
        check("Birds near Ulverton were counted and are paid for.", 0);
        check("Some animals were counted somewhere by people.", 1);
    }
}
