//! How well a foreign set of labels is learned from examples and read: the same features and the same
//! solver as for our own, in a larger table.

use std::{collections::BTreeMap, fmt, time::Instant};

use serde::Serialize;

use super::{EvaluationError, Row, Share, Times};
use crate::{
    features::{Feature, View, features},
    linear::{Example, Fit, Matrix, Table, TableBuilder, Weights, fit},
};

/// The label of what belongs to no label.
const OUT_OF_SCOPE: &str = "oos";

/// What weights may take, in bytes: 120 MB of the 200 that a foreign set may take.
const WEIGHTS: usize = 120_000_000;

/// The share of requests in scope that may be taken for out of scope.
const FALSE_REJECTION: f64 = 0.05;

/// Parts into which examples are divided to choose the threshold: each is scored by a model of the
/// others.
const FOLDS: usize = 5;

/// A model of a foreign set of labels.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignModel {
    labels: Vec<String>,
    table: Table,
    weights: Weights,
}

impl ForeignModel {
    /// Learns labels from examples; those out of scope are learned against all labels.
    pub fn fit<'row>(rows: impl IntoIterator<Item = &'row Row>) -> Self {
        let rows: Vec<&Row> = rows.into_iter().collect();
        let in_scope = |row: &&&Row| row.intent != OUT_OF_SCOPE;
        let mut labels: Vec<String> = rows
            .iter()
            .filter(in_scope)
            .map(|row| row.intent.clone())
            .collect();
        labels.sort_unstable();
        labels.dedup();
        let texts: Vec<Vec<Feature>> = rows.iter().map(|row| of_text(&row.text)).collect();
        let mut builder = TableBuilder::default();
        for (group, text) in (0..).zip(&texts) {
            builder.count(group, text);
        }
        let classes = labels.len().max(1);
        let table = builder.build(2, WEIGHTS / (4 * classes));
        let mut matrix = Matrix::default();
        for text in &texts {
            matrix.push(&table.vector(text));
        }
        let examples: Vec<Example> = rows
            .iter()
            .map(|row| Example {
                // One past the last class is none of them.
                class: labels.binary_search(&row.intent).unwrap_or(labels.len()),
                also: Vec::new(),
                weight: 1.0,
            })
            .collect();
        let how = Fit {
            c: 1.5,
            passes: 10,
            seed: 1,
        };
        Self {
            weights: fit(&matrix, &examples, table.rows(), classes, how),
            labels,
            table,
        }
    }

    /// The best label, and how much the text seems to be in scope.
    ///
    /// The score adds up the margins of all labels above the wrong side of the hinge, cubed: a text in
    /// scope is claimed loudly by some labels, one out of scope by none.
    pub fn read(&self, text: &str) -> (&str, f64) {
        let margins = self.weights.margins(&self.table.vector(&of_text(text)));
        let best = margins.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let label = best.and_then(|(index, _)| self.labels.get(index));
        let score = margins
            .iter()
            .map(|margin| f64::from((margin + 1.0).max(0.0)).powi(3))
            .sum();
        (label.map_or("", String::as_str), score)
    }

    /// What it takes in memory, in bytes.
    pub fn bytes(&self) -> usize {
        4 * self.weights.values.len() + 2 * self.table.rows()
    }
}

/// The features of a text, without the cues of our own labels.
fn of_text(text: &str) -> Vec<Feature> {
    let mut all = features(text);
    all.retain(|feature| feature.view != View::Cues);
    all
}

/// How well a foreign set was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ForeignReport {
    /// The best label of requests in scope is right.
    pub accuracy: Share,
    /// The same by label.
    pub by_label: BTreeMap<String, Share>,
    /// Requests out of scope that are recognized, at the threshold chosen on the examples.
    pub out_of_scope_recall: Share,
    /// Requests in scope that are taken for out of scope at that threshold.
    pub false_rejection: Share,
    /// Requests out of scope recognized at the threshold that rejects just five of a hundred requests
    /// in scope of the scored file.
    pub out_of_scope_recall_at_5: Share,
    /// How many examples were learned from.
    pub examples: usize,
    /// How many labels there are.
    pub labels: usize,
    /// What the model takes in memory, in bytes.
    pub bytes: usize,
    /// How long learning took, in seconds.
    pub seconds: f64,
    /// How long a reading takes.
    pub time: Times,
}

/// Learns from examples and scores rows.
///
/// # Errors
/// When there is nothing to learn from or to score.
pub fn evaluate_foreign(
    examples: &[Row],
    scored: &[Row],
) -> Result<ForeignReport, EvaluationError> {
    if !examples.iter().any(|row| row.intent != OUT_OF_SCOPE) {
        return Err(EvaluationError::NothingToFit);
    }
    if scored.is_empty() {
        return Err(EvaluationError::Empty);
    }
    let start = Instant::now();
    let model = ForeignModel::fit(examples);
    let outside = scored.iter().any(|row| row.intent == OUT_OF_SCOPE);
    let threshold = if outside {
        threshold(examples)
    } else {
        f64::NEG_INFINITY
    };
    let seconds = start.elapsed().as_secs_f64();
    let mut report = ForeignReport {
        accuracy: Share::default(),
        by_label: BTreeMap::new(),
        out_of_scope_recall: Share::default(),
        false_rejection: Share::default(),
        out_of_scope_recall_at_5: Share::default(),
        examples: examples.len(),
        labels: model.labels.len(),
        bytes: model.bytes(),
        seconds,
        time: Times { p50: 0.0, p99: 0.0 },
    };
    let mut times = Vec::with_capacity(scored.len());
    let (mut inside, mut out) = (Vec::new(), Vec::new());
    for row in scored {
        let start = Instant::now();
        let (label, score) = model.read(&row.text);
        times.push(start.elapsed());
        if row.intent == OUT_OF_SCOPE {
            report.out_of_scope_recall.add(score < threshold);
            out.push(score);
        } else {
            let right = label == row.intent;
            report.accuracy.add(right);
            report
                .by_label
                .entry(row.intent.clone())
                .or_default()
                .add(right);
            report.false_rejection.add(score < threshold);
            inside.push(score);
        }
    }
    let exact = quantile(inside, FALSE_REJECTION);
    for score in out {
        report.out_of_scope_recall_at_5.add(score < exact);
    }
    report.time = Times::of(times);
    Ok(report)
}

/// The score below which a text is taken for out of scope: five of a hundred examples in scope are,
/// when each is scored by a model that has not learned it.
fn threshold(examples: &[Row]) -> f64 {
    let folds = folds(examples);
    let mut scores = Vec::new();
    for fold in 0..FOLDS {
        let rows = examples.iter().zip(&folds);
        let learned = rows.clone().filter(|(_, of)| **of != fold);
        let model = ForeignModel::fit(learned.map(|(row, _)| row));
        let held = rows.filter(|(row, of)| **of == fold && row.intent != OUT_OF_SCOPE);
        scores.extend(held.map(|(row, _)| model.read(&row.text).1));
    }
    quantile(scores, FALSE_REJECTION)
}

/// The fold of each example: those of a label are divided as they stand, since neighbours are often
/// of one writer and much alike.
fn folds(examples: &[Row]) -> Vec<usize> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for row in examples {
        *counts.entry(&row.intent).or_default() += 1;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let folds = examples.iter().map(|row| {
        let place = seen.entry(&row.intent).or_default();
        let fold = *place * FOLDS / counts.get(row.intent.as_str()).copied().unwrap_or(1);
        *place += 1;
        fold
    });
    folds.collect()
}

/// The score below which so much of the scores lies.
fn quantile(mut scores: Vec<f64>, share: f64) -> f64 {
    scores.sort_unstable_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an index"
    )]
    let index = (scores.len() as f64 * share) as usize;
    scores.get(index).copied().unwrap_or(f64::NEG_INFINITY)
}

impl fmt::Display for ForeignReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<32} {}", "accuracy in scope", self.accuracy)?;
        if self.out_of_scope_recall.all > 0 {
            writeln!(
                formatter,
                "{:<32} {}",
                "out of scope recognized", self.out_of_scope_recall
            )?;
            writeln!(
                formatter,
                "{:<32} {}",
                "falsely rejected", self.false_rejection
            )?;
            let exact = self.out_of_scope_recall_at_5;
            writeln!(
                formatter,
                "{:<32} {exact}",
                "recognized at just 5 % rejected"
            )?;
        }
        let mut worst: Vec<_> = self
            .by_label
            .iter()
            .filter(|(_, share)| share.right < share.all)
            .collect();
        worst.sort_by(|a, b| {
            a.1.value()
                .partial_cmp(&b.1.value())
                .unwrap_or(std::cmp::Ordering::Equal)
        });
        for (label, share) in worst.iter().take(10) {
            writeln!(formatter, "  {label:<30} {share}")?;
        }
        let megabytes = self.bytes as f64 / 1e6;
        writeln!(
            formatter,
            "{} labels learned from {} examples in {:.1} s, {megabytes:.0} MB",
            self.labels, self.examples, self.seconds
        )?;
        write!(formatter, "{:<32} {}", "time", self.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str, intent: &str) -> Row {
        Row {
            text: text.to_owned(),
            intent: intent.to_owned(),
        }
    }

    fn examples() -> Vec<Row> {
        let things = ["lamp", "radio", "heater", "fan", "oven", "screen"];
        let mut rows = Vec::new();
        for thing in things {
            rows.push(row(&format!("switch on the {thing}"), "on"));
            rows.push(row(&format!("please turn off my {thing}"), "off"));
        }
        rows.push(row("what is the capital of Peru", "oos"));
        rows
    }

    #[test]
    fn labels_are_learned_and_what_is_out_of_scope_is_told_apart() {
        let scored = [
            row("switch on the toaster", "on"),
            row("turn off the radio", "off"),
            row("who wrote this song", "oos"),
        ];
        let report = evaluate_foreign(&examples(), &scored).unwrap();
        assert_eq!(report.accuracy, Share { right: 2, all: 2 });
        assert_eq!(report.out_of_scope_recall_at_5, Share { right: 1, all: 1 });
        assert!(report.to_string().contains("out of scope"), "{report}");
    }

    #[test]
    fn without_examples_nothing_is_scored() {
        let scored = [row("switch on the toaster", "on")];
        let error = evaluate_foreign(&[], &scored).unwrap_err();
        assert!(matches!(error, EvaluationError::NothingToFit));
        let error = evaluate_foreign(&examples(), &[]).unwrap_err();
        assert!(matches!(error, EvaluationError::Empty));
    }
}
