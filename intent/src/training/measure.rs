//! What a model reaches on the lines that were held out from it.

use std::collections::BTreeMap;

use super::{Corpus, Trained, samples};
use crate::{
    Label, Reader,
    evaluation::{Share, calibration_error},
};

/// What was reached on lines of a language.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Simple requests with the right label.
    pub simple: Share,
    /// Compound requests taken apart exactly.
    pub compound: Share,
    /// Simple requests left whole.
    pub whole: Share,
    /// Requests with the right target.
    pub target: Share,
}

/// What was reached on the lines that were held out.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    /// By language, and `all`.
    pub by_language: BTreeMap<String, Counts>,
    /// Simple requests by label.
    pub by_label: BTreeMap<Label, Share>,
    /// The expected calibration error of simple requests.
    pub calibration_error: f64,
}

/// Reads the lines that were held out with the model that has not learned them.
pub fn measure(corpus: &Corpus, trained: &Trained) -> Held {
    let reader = Reader::new(trained.honest.clone());
    let mut held = Held {
        by_language: BTreeMap::new(),
        by_label: BTreeMap::new(),
        calibration_error: 0.0,
    };
    let mut judged = Vec::new();
    let lines = corpus.lines.iter().enumerate();
    for (number, line) in lines.filter(|(number, _)| trained.split.held_out[*number]) {
        for sample in samples::expansions(corpus, number, 1) {
            let reading = reader.read(&sample.text);
            let mut wanted: Vec<_> = sample.parts.iter().collect();
            wanted.sort_by_key(|part| part.order);
            let exact = wanted.iter().map(|part| part.label);
            let exact = exact.eq(reading.parts.iter().map(|part| part.label));
            let label = reading.label();
            let right = wanted[0].label == label || wanted[0].also.contains(&label);
            for name in [line.language.as_str(), "all"] {
                let counts = held.by_language.entry(name.to_owned()).or_default();
                if line.is_compound() {
                    counts.compound.add(exact);
                } else {
                    counts.simple.add(right);
                    counts.whole.add(!reading.is_compound());
                }
                if let Some(target) = line.target {
                    counts.target.add(target == reading.target.0);
                }
            }
            if !line.is_compound() {
                held.by_label.entry(wanted[0].label).or_default().add(right);
                judged.push((reading.labels[0].1, right));
            }
        }
    }
    held.calibration_error = calibration_error(&judged);
    held
}
