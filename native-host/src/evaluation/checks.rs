//! The checks of answers on translations that people and engines really made: how often a good one
//! is complained about, and how many of those that were damaged on purpose are caught.

mod damage;
mod summaries;

use std::{collections::BTreeMap, fmt, path::Path};

use coterie_protocol::{Action, Finish, LanguageTag};
use serde::{Deserialize, Serialize};

use super::{EvaluationError, lines::lines};
use crate::coe::verify::{Check, Finding, Material, Severity, checks_for, verify};
use damage::{Damage, Words};

/// What the checks do on a file of translations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChecksReport {
    /// How many segments there were.
    pub segments: usize,
    /// What was found in the references, made by people.
    pub references: Complaints,
    /// What was found in the best engine's text of each segment.
    pub engines: Complaints,
    /// What was found in reference summaries, each citing the sentence of its source that is
    /// nearest to it.
    pub summaries: Complaints,
    /// What was found of each damage.
    pub damages: BTreeMap<Damage, Caught>,
    /// The first findings in good texts, if they were asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<String>,
}

/// How many good texts were complained about.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Complaints {
    /// Texts in all.
    pub texts: usize,
    /// Texts with a finding that blocks them.
    pub blocked: usize,
    /// Texts with a finding that marks them and none that blocks.
    pub marked: usize,
    /// Texts blocked and marked, by check; a text counts for each of its checks.
    pub by_check: BTreeMap<Check, [usize; 2]>,
    /// Texts blocked or marked of all, by pair of languages.
    pub by_pair: BTreeMap<String, [usize; 2]>,
}

/// How many damaged texts were found out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Caught {
    /// Good texts without a finding that could be damaged in this way.
    pub texts: usize,
    /// Those with a finding that blocks or marks them afterwards.
    pub caught: usize,
    /// Those with a finding that blocks them.
    pub blocked: usize,
}

/// A translation or a summary.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Translation(Translation),
    Summary {
        source: Vec<String>,
        target: Vec<String>,
    },
}

/// One segment with the texts that people and engines made of it.
#[derive(Deserialize)]
struct Translation {
    task: String,
    prompt: String,
    reference: Option<String>,
    #[serde(default)]
    experts: BTreeMap<String, Outcome>,
}

#[derive(Deserialize)]
struct Outcome {
    score: f64,
    answer: Option<String>,
}

/// Runs the checks of translations over a file of JSON lines, compressed or not: `task` is
/// `translate:en-de`, `prompt` the source, `reference` a person's translation, `experts` has what
/// engines made with its score. Lines of `source`, a list of sentences, and `target`, a list of
/// summaries, are summaries in English. So many `examples` of findings in good texts are kept by check.
///
/// # Errors
/// When the file cannot be opened or read, or has a line of another kind, or no translation.
pub fn checks(path: &Path, examples: usize) -> Result<ChecksReport, EvaluationError> {
    let mut tester = Tester::new(examples);
    lines(path, |line: Line| match line {
        Line::Translation(line) => tester.segment(&line),
        Line::Summary { source, target } => tester.summary(&source, &target),
    })?;
    tester.report()
}

struct Tester {
    report: ChecksReport,
    examples: usize,
    /// How many examples of each check there are.
    shown: BTreeMap<(Check, Severity), usize>,
    /// The segment before, with which a text of two is made.
    before: Option<(String, String, String)>,
    /// The summary before, of another text.
    summary: Option<String>,
    /// A text in each language, to be given in place of one in another.
    others: BTreeMap<String, String>,
}

impl Tester {
    fn new(examples: usize) -> Self {
        let report = ChecksReport {
            segments: 0,
            references: Complaints::default(),
            engines: Complaints::default(),
            summaries: Complaints::default(),
            damages: BTreeMap::new(),
            examples: Vec::new(),
        };
        Self {
            report,
            examples,
            shown: BTreeMap::new(),
            before: None,
            summary: None,
            others: BTreeMap::new(),
        }
    }

    fn report(self) -> Result<ChecksReport, EvaluationError> {
        if self.report.segments == 0 {
            return Err(EvaluationError::Empty);
        }
        Ok(self.report)
    }

    fn segment(&mut self, line: &Translation) {
        let pair = line
            .task
            .strip_prefix("translate:")
            .and_then(|pair| pair.split_once('-'));
        let Some((from, to)) = pair else { return };
        let best = line
            .experts
            .values()
            .filter(|outcome| outcome.answer.is_some());
        let best = best.max_by(|one, other| one.score.total_cmp(&other.score));
        let Some(reference) = &line.reference else {
            return;
        };
        self.report.segments += 1;
        let found = findings(from, &line.prompt, to, reference);
        self.keep_examples(&line.task, &line.prompt, reference, &found);
        self.report.references.enter(&line.task, &found);
        if let Some(answer) = best.and_then(|outcome| outcome.answer.as_ref()) {
            let found = findings(from, &line.prompt, to, answer);
            self.keep_examples(&line.task, &line.prompt, answer, &found);
            self.report.engines.enter(&line.task, &found);
        }
        if !is_complaint(&found) {
            self.damage(from, &line.prompt, to, reference);
        }
        self.before = Some((line.task.clone(), line.prompt.clone(), reference.clone()));
        self.others.insert(to.to_owned(), reference.clone());
    }

    /// Makes every damage that can be made of a good text, and checks the result.
    fn damage(&mut self, from: &str, source: &str, to: &str, answer: &str) {
        let task = format!("translate:{from}-{to}");
        let before = self.before.clone().filter(|(of, ..)| *of == task);
        let before = before
            .as_ref()
            .map(|(_, source, answer)| (source.as_str(), answer.as_str()));
        let others = self.others.iter();
        let mut others = others.filter(|(language, _)| *language != to && *language != from);
        let other = others.next_back().map(|(_, text)| text.clone());
        for damage in Damage::ALL {
            let words = Words {
                source,
                answer,
                before,
                other: other.as_deref(),
                from,
                language: to,
                round: self.report.segments,
            };
            let Some(made) = damage.made(&words) else {
                continue;
            };
            if is_complaint(&findings(from, &made.source, to, &made.good)) {
                continue;
            }
            let found = findings(from, &made.source, to, &made.damaged);
            self.enter(damage, &found);
        }
    }

    fn keep_examples(&mut self, task: &str, source: &str, answer: &str, found: &[Finding]) {
        for finding in found
            .iter()
            .filter(|finding| finding.severity > Severity::Note)
        {
            let shown = self
                .shown
                .entry((finding.check, finding.severity))
                .or_default();
            if *shown < self.examples {
                *shown += 1;
                let (check, severity) = (finding.check.as_str(), finding.severity);
                let what = &finding.what;
                self.report.examples.push(format!(
                    "{task} {check} {severity:?}: {what}\n  {source}\n  {answer}"
                ));
            }
        }
    }
}

fn findings(from: &str, source: &str, to: &str, answer: &str) -> Vec<Finding> {
    let (from, to) = (LanguageTag::new(from), LanguageTag::new(to));
    let material = Material {
        action: Action::Translate,
        source,
        source_language: Some(&from),
        language: &to,
        paragraphs: &[],
        terms: &[],
        instructions: "",
        length: None,
        finish: Finish::Complete,
    };
    verify(checks_for(Action::Translate), &material, answer)
}

fn worst(found: &[Finding]) -> Option<Severity> {
    found.iter().map(|finding| finding.severity).max()
}

fn is_complaint(found: &[Finding]) -> bool {
    worst(found).is_some_and(|worst| worst > Severity::Note)
}

impl Complaints {
    fn enter(&mut self, task: &str, found: &[Finding]) {
        self.texts += 1;
        let pair = self.by_pair.entry(task.to_owned()).or_default();
        match worst(found) {
            Some(Severity::Blocking) => {
                self.blocked += 1;
                pair[0] += 1;
            }
            Some(Severity::Marked) => {
                self.marked += 1;
                pair[1] += 1;
            }
            Some(Severity::Note) | None => {}
        }
        for check in Check::ALL {
            let of_check = found.iter().filter(|finding| finding.check == check);
            match of_check.map(|finding| finding.severity).max() {
                Some(Severity::Blocking) => self.by_check.entry(check).or_default()[0] += 1,
                Some(Severity::Marked) => self.by_check.entry(check).or_default()[1] += 1,
                Some(Severity::Note) | None => {}
            }
        }
    }

    fn share(&self, count: usize) -> f64 {
        100.0 * count as f64 / self.texts.max(1) as f64
    }
}

impl fmt::Display for ChecksReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (people, engines) = (&self.references, &self.engines);
        let mut row = |name: &str, one: [usize; 2], other: [usize; 2]| {
            let [a, b] = one.map(|count| people.share(count));
            let [c, d] = other.map(|count| engines.share(count));
            writeln!(formatter, "{name:<24} {a:>9.2} {b:>9.2} {c:>9.2} {d:>9.2}")
        };
        for check in Check::ALL {
            let of = |complaints: &Complaints| {
                complaints.by_check.get(&check).copied().unwrap_or_default()
            };
            if people.by_check.contains_key(&check) || engines.by_check.contains_key(&check) {
                row(check.as_str(), of(people), of(engines))?;
            }
        }
        row(
            "any",
            [people.blocked, people.marked],
            [engines.blocked, engines.marked],
        )?;
        let heads = ["blocked", "marked", "blocked", "marked"];
        let [a, b, c, d] = heads;
        writeln!(
            formatter,
            "{:<24} {a:>9} {b:>9} {c:>9} {d:>9}",
            "good texts, % of them"
        )?;
        writeln!(
            formatter,
            "{:<24} {:>19} {:>19}",
            "", "references", "best engines"
        )?;
        writeln!(formatter)?;
        writeln!(
            formatter,
            "{:<24} {:>9} {:>9} {:>9}",
            "damaged texts", "texts", "caught, %", "blocked, %"
        )?;
        for (damage, caught) in &self.damages {
            let share = |count: usize| 100.0 * count as f64 / caught.texts.max(1) as f64;
            let (name, texts) = (damage.as_str(), caught.texts);
            writeln!(
                formatter,
                "{name:<24} {texts:>9} {:>9.2} {:>9.2}",
                share(caught.caught),
                share(caught.blocked)
            )?;
        }
        let summaries = &self.summaries;
        if summaries.texts > 0 {
            writeln!(
                formatter,
                "\n{:<24} {:>9} {:>9}",
                "summaries, % of them", "blocked", "marked"
            )?;
            for (check, counts) in &summaries.by_check {
                let [blocked, marked] = counts.map(|count| summaries.share(count));
                writeln!(
                    formatter,
                    "{:<24} {blocked:>9.2} {marked:>9.2}",
                    check.as_str()
                )?;
            }
            let [blocked, marked] =
                [summaries.blocked, summaries.marked].map(|count| summaries.share(count));
            writeln!(formatter, "{:<24} {blocked:>9.2} {marked:>9.2}", "any")?;
        }
        write!(formatter, "{} segments", self.segments)?;
        for example in &self.examples {
            write!(formatter, "\n\n{example}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Two pairs of good translations, the second with an engine's text that lost a number.
    const LINES: &str = r#"{"task": "translate:en-de", "prompt": "The river did not rise by 3 metres in 2025.", "reference": "Der Fluss stieg 2025 nicht um 3 Meter.", "experts": {"good": {"score": 0.9, "answer": "Der Fluss stieg 2025 nicht um 3 Meter."}, "bad": {"score": 0.1, "answer": "x"}}}
{"task": "translate:en-fr", "prompt": "The old bridge of the town was closed for 12 years.", "reference": "Le vieux pont de la ville a été fermé pendant 12 ans.", "experts": {"one": {"score": 0.5, "answer": "Le vieux pont de la ville a été fermé pendant 19 ans."}}}
{"task": "math", "prompt": "1 + 1"}
"#;

    fn report(data: &str, examples: usize) -> Result<ChecksReport, EvaluationError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(data.as_bytes()).unwrap();
        checks(file.path(), examples)
    }

    #[test]
    fn complaints_about_good_texts_are_counted_by_check() {
        let report = report(LINES, 1).unwrap();
        assert_eq!(report.segments, 2);
        assert_eq!(
            (report.references.blocked, report.references.marked),
            (0, 0)
        );
        assert_eq!(report.engines.blocked, 1);
        assert_eq!(
            report.engines.by_check,
            BTreeMap::from([(Check::Numbers, [1, 0])])
        );
        assert_eq!(report.examples.len(), 1);
        let text = report.to_string();
        assert!(
            text.contains("50.00") && text.contains("2 segments"),
            "{text}"
        );
    }

    #[test]
    fn damage_is_made_of_good_texts_and_caught() {
        let report = report(LINES, 0).unwrap();
        for damage in [
            Damage::NumberChanged,
            Damage::NegationDropped,
            Damage::HalfCut,
            Damage::SlotDropped,
        ] {
            let caught = report.damages[&damage];
            assert!(caught.texts > 0, "{damage:?}");
            assert_eq!(caught.texts, caught.caught, "{damage:?}");
        }
        // Only one of them denies anything.
        assert_eq!(report.damages[&Damage::NegationDropped].texts, 1);
    }

    #[test]
    fn summaries_are_checked_with_the_sentence_that_is_nearest() {
        let lines = r#"{"source": ["Rivers of the north are measured by sound.", "Penguins live on ice in the south."], "target": ["The rivers in the north are measured with sound."]}
{"source": ["The bridge was built in 1911 by Margaret Hale.", "It is painted green every summer."], "target": ["Margaret Hale built the bridge in 1911."]}"#;
        let report = report(lines, 0).unwrap();
        assert_eq!(report.summaries.texts, 2);
        assert_eq!((report.summaries.blocked, report.summaries.marked), (0, 0));
        let caught = report.damages[&Damage::WrongCitation];
        assert_eq!((caught.texts, caught.caught), (2, 2));
        let caught = report.damages[&Damage::OtherSummary];
        assert_eq!((caught.texts, caught.caught), (1, 1));
    }

    #[test]
    fn what_is_no_translation_is_told() {
        assert!(matches!(
            report("{\"task\": \"math\", \"prompt\": \"\"}", 0),
            Err(EvaluationError::Empty)
        ));
        let error = report("{}", 0).unwrap_err().to_string();
        assert!(error.starts_with("line 1 is not"), "{error}");
    }
}
