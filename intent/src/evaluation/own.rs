//! How well requests with our own labels are read.

use std::{collections::BTreeMap, fmt, time::Instant};

use serde::Serialize;

use super::{Request, Share, Times, tally::calibration_error};
use crate::{Label, Parameters, Reader, Reading};

/// How well requests were read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OwnReport {
    /// The best label is right.
    pub accuracy: Share,
    /// The same of the ten main labels.
    pub main: Share,
    /// The same by label.
    pub by_label: BTreeMap<Label, Share>,
    /// The same by language.
    pub by_language: BTreeMap<String, Share>,
    /// The same of the ten main labels by language.
    pub main_by_language: BTreeMap<String, Share>,
    /// What the request is about is right.
    pub target: Share,
    /// Each kind of parameter is exactly what was said, also when nothing was; by kind.
    pub parameters: BTreeMap<&'static str, Share>,
    /// Each kind of parameter where one was said.
    pub parameters_said: BTreeMap<&'static str, Share>,
    /// Compound requests taken apart exactly: number, order and labels of the parts.
    pub compound: Share,
    /// Simple requests that were left whole.
    pub simple: Share,
    /// The expected calibration error of the best label's probability.
    pub calibration_error: f64,
    /// Readings that say that they are not sure, of all.
    pub unsure: Share,
    /// The best label is right where the reading is sure.
    pub accuracy_when_sure: Share,
    /// One of the two best labels is right.
    pub two_best: Share,
    /// How long a reading takes.
    pub time: Times,
    /// The requests that were read wrong.
    pub mistakes: Vec<Mistake>,
}

/// A request that was read wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Its words.
    pub text: String,
    /// What was wanted.
    pub wanted: String,
    /// What was read.
    pub read: String,
}

/// Reads requests and compares with their labels.
pub fn evaluate(reader: &Reader, requests: &[Request]) -> OwnReport {
    let mut report = OwnReport {
        accuracy: Share::default(),
        main: Share::default(),
        by_label: BTreeMap::new(),
        by_language: BTreeMap::new(),
        main_by_language: BTreeMap::new(),
        target: Share::default(),
        parameters: BTreeMap::new(),
        parameters_said: BTreeMap::new(),
        compound: Share::default(),
        simple: Share::default(),
        calibration_error: 0.0,
        unsure: Share::default(),
        accuracy_when_sure: Share::default(),
        two_best: Share::default(),
        time: Times { p50: 0.0, p99: 0.0 },
        mistakes: Vec::new(),
    };
    // The first reading loads the lexicons.
    reader.read("translate");
    let mut times = Vec::with_capacity(requests.len());
    let mut judged = Vec::with_capacity(requests.len());
    for request in requests {
        let start = Instant::now();
        let reading = reader.read(&request.text);
        times.push(start.elapsed());
        let right = is_right(request, reading.label());
        judged.push((reading.labels.first().map_or(0.0, |(_, best)| *best), right));
        report.add(request, &reading, right);
    }
    report.calibration_error = calibration_error(&judged);
    report.time = Times::of(times);
    report
}

fn is_right(request: &Request, label: Label) -> bool {
    label == request.intent || request.accept.contains(&label)
}

impl OwnReport {
    fn add(&mut self, request: &Request, reading: &Reading, right: bool) {
        self.accuracy.add(right);
        self.by_label.entry(request.intent).or_default().add(right);
        let language = request.lang.clone();
        self.by_language
            .entry(language.clone())
            .or_default()
            .add(right);
        if Label::MAIN.contains(&request.intent) {
            self.main.add(right);
            self.main_by_language
                .entry(language)
                .or_default()
                .add(right);
        }
        self.unsure.add(!reading.sure);
        if reading.sure {
            self.accuracy_when_sure.add(right);
        }
        let two = reading.labels.iter().take(2);
        self.two_best
            .add(two.into_iter().any(|(label, _)| is_right(request, *label)));
        if let Some(target) = request.target {
            self.target.add(target == reading.target.0);
        }
        let apart = reading.parts.iter().map(|part| part.label);
        let whole = if request.parts.is_empty() {
            self.simple.add(!reading.is_compound());
            !reading.is_compound()
        } else {
            let exact = apart
                .clone()
                .eq(request.parts.iter().map(|part| part.intent));
            self.compound.add(exact);
            exact
        };
        self.add_parameters(request, reading);
        if !right || !whole {
            let names = |labels: &mut dyn Iterator<Item = Label>| {
                labels.map(Label::as_str).collect::<Vec<_>>().join(" > ")
            };
            let wanted = if request.parts.is_empty() {
                names(&mut [request.intent].into_iter())
            } else {
                names(&mut request.parts.iter().map(|part| part.intent))
            };
            self.mistakes.push(Mistake {
                text: request.text.clone(),
                wanted,
                read: names(&mut apart.clone()),
            });
        }
    }

    fn add_parameters(&mut self, request: &Request, reading: &Reading) {
        let Some(wanted) = &request.params else {
            return;
        };
        for (kind, found) in kinds(&reading.parameters) {
            let wanted = wanted.get(kind);
            let right = wanted == found.as_ref();
            self.parameters.entry(kind).or_default().add(right);
            if wanted.is_some() {
                self.parameters_said.entry(kind).or_default().add(right);
            }
        }
    }
}

/// The parameters by the names that labelled requests have for them.
fn kinds(parameters: &Parameters) -> [(&'static str, Option<String>); 4] {
    [
        ("target_language", parameters.target_language.clone()),
        ("length", parameters.length.map(|length| length.to_string())),
        ("tone", parameters.tone.clone()),
        ("format", parameters.format.clone()),
    ]
}

impl fmt::Display for OwnReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<24} {}", "accuracy", self.accuracy)?;
        writeln!(formatter, "{:<24} {}", "ten main labels", self.main)?;
        for (label, share) in &self.by_label {
            writeln!(formatter, "  {:<22} {share}", label.as_str())?;
        }
        for (language, share) in &self.by_language {
            let main = self
                .main_by_language
                .get(language)
                .copied()
                .unwrap_or_default();
            writeln!(formatter, "  {language:<22} {share:<20} main {main}")?;
        }
        writeln!(formatter, "{:<24} {}", "target", self.target)?;
        for (kind, share) in &self.parameters {
            let said = self.parameters_said.get(kind).copied().unwrap_or_default();
            writeln!(formatter, "  {kind:<22} {share:<20} where said {said}")?;
        }
        writeln!(
            formatter,
            "{:<24} {}",
            "compound taken apart", self.compound
        )?;
        writeln!(formatter, "{:<24} {}", "simple left whole", self.simple)?;
        writeln!(
            formatter,
            "{:<24} {:.3}",
            "calibration error", self.calibration_error
        )?;
        writeln!(formatter, "{:<24} {}", "unsure", self.unsure)?;
        writeln!(
            formatter,
            "{:<24} {}",
            "accuracy when sure", self.accuracy_when_sure
        )?;
        writeln!(formatter, "{:<24} {}", "one of the two best", self.two_best)?;
        write!(formatter, "{:<24} {}", "time", self.time)
    }
}

#[cfg(test)]
mod tests {
    use super::super::requests;
    use super::*;

    #[test]
    fn a_reading_is_compared_in_each_respect() {
        let lines = r#"{"text": "translate this page into French", "intent": "translate", "target": "page", "params": {"target_language": "fr"}, "lang": "en"}
{"text": "thanks!", "intent": "code", "accept": ["math"], "target": "none", "params": {"tone": "formal"}, "lang": "en"}"#;
        let report = evaluate(Reader::usual(), &requests(lines).unwrap());
        assert_eq!(report.accuracy, Share { right: 1, all: 2 });
        assert_eq!(report.main, Share { right: 1, all: 1 });
        assert_eq!(report.simple, Share { right: 2, all: 2 });
        assert_eq!(
            report.parameters_said["target_language"],
            Share { right: 1, all: 1 }
        );
        assert_eq!(report.parameters_said["tone"], Share { right: 0, all: 1 });
        assert_eq!(report.mistakes.len(), 1);
        assert!(
            report.to_string().contains("compound taken apart     none"),
            "{report}"
        );
    }
}
