//! From the corpus to a model: what reads pieces of text, what takes requests apart, and what was
//! reached on the lines that were held out.

use super::{Corpus, Sample, Split, calibrate::calibrate, samples, split};
use crate::{
    compound::{Costs, Follows, candidates, canonical, contexts, surroundings},
    features::{Feature, Place as Where, features, features_of},
    linear::{Example, Fit, Head, Matrix, Table, TableBuilder, Weights, fit},
    model::{BoundaryModel, Model, TextModel, probabilities},
};

/// How a model is trained.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Rows of the table of texts.
    pub rows: usize,
    /// Rows of the table of places.
    pub boundary_rows: usize,
    /// The price of errors.
    pub c: f32,
    /// Passes over the samples.
    pub passes: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rows: 112_000,
            boundary_rows: 40_000,
            c: 1.0,
            passes: 8,
        }
    }
}

/// What training reached on the lines that were held out, and the model trained on all of them.
pub struct Trained {
    /// The model, trained on all lines.
    pub model: Model,
    /// One trained on the lines that were not held out.
    pub honest: Model,
    /// Which lines those are.
    pub split: Split,
    /// How many samples were learned from.
    pub samples: usize,
    /// Boundaries of the data that are no candidates: they cannot be found.
    pub missed: Vec<String>,
}

/// Trains.
pub fn train(corpus: &Corpus, settings: Settings) -> Trained {
    let split = split(corpus);
    let all: Vec<Vec<Sample>> = (0..corpus.lines.len())
        .map(|line| samples::samples(corpus, line))
        .collect();
    let texts = texts(&all);
    let kept = |line: usize| !split.held_out[line];
    let text = fit_text(&texts, &kept, settings, true);
    // What is read on both sides of a place must be read by a model that has not learned the line.
    let half = Settings {
        passes: settings.passes / 2,
        ..settings
    };
    let folds = [0, 1].map(|fold| {
        let kept = |line: usize| kept(line) && line % 2 != fold;
        fit_text(&texts, &kept, half, false)
    });
    let reader = |line: usize| {
        if kept(line) { &folds[line % 2] } else { &text }
    };
    let places = places(&all, &reader);
    let boundaries = fit_boundaries(&places, &kept, settings);
    let mut honest = Model {
        digest: [0; 32],
        text,
        boundaries,
    };
    honest.boundaries.follows = follows(corpus, &kept);
    calibrate(&mut honest, corpus, &split);
    let mut model = Model {
        digest: corpus.digest,
        text: fit_text(&texts, &|_| true, settings, true),
        boundaries: fit_boundaries(&places, &|_| true, settings),
    };
    model.text.labels.temperature = honest.text.labels.temperature;
    model.text.targets.temperature = honest.text.targets.temperature;
    model.boundaries.scout.temperature = honest.boundaries.scout.temperature;
    model.boundaries.judge.temperature = honest.boundaries.judge.temperature;
    model.boundaries.costs = honest.boundaries.costs;
    model.boundaries.follows = follows(corpus, &|_| true);
    let missed = all
        .iter()
        .filter_map(|samples| missed(samples.first()?))
        .collect();
    Trained {
        model,
        honest,
        split,
        samples: all.iter().map(Vec::len).sum(),
        missed,
    }
}

/// A sample whose boundaries are not all candidates, with `‖` at those.
fn missed(sample: &Sample) -> Option<String> {
    let found: Vec<usize> = candidates(&sample.text)
        .iter()
        .map(|c| canonical(&sample.text, c.at))
        .collect();
    let mut text = sample.text.clone();
    let mut any = false;
    for part in sample.parts.iter().skip(1).rev() {
        if !found.contains(&canonical(&sample.text, part.range.start)) {
            text.insert(part.range.start, '‖');
            any = true;
        }
    }
    any.then_some(text)
}

/// What a changed copy and one of several expansions count, so that a line with many of them does not
/// count as many lines.
fn weight(count: usize) -> f32 {
    1.0 / (count as f32).sqrt()
}

/// What a part of a compound request counts beside a whole one.
const PART: f32 = 0.5;

/// A feature must be seen in this many lines at least.
const LEAST: u32 = 2;

/// A request or a part of one, as it is learned.
struct Text {
    line: usize,
    features: Vec<Feature>,
    label: Option<Example>,
    target: Option<Example>,
}

fn texts(all: &[Vec<Sample>]) -> Vec<Text> {
    let mut texts = Vec::new();
    for (line, samples) in all.iter().enumerate() {
        let weight = weight(samples.len());
        for sample in samples {
            let compound = sample.parts.len() > 1;
            let target = sample.target.map(|target| Example {
                class: target.index(),
                also: Vec::new(),
                weight,
            });
            for (index, part) in sample.parts.iter().enumerate() {
                let place = if index == 0 {
                    Where::Whole
                } else {
                    Where::Later
                };
                let label = Example {
                    class: part.label.index(),
                    also: part.also.iter().map(|label| label.index()).collect(),
                    weight: if compound { PART * weight } else { weight },
                };
                texts.push(Text {
                    line,
                    features: features_of(&sample.text[part.range.clone()], place),
                    label: Some(label),
                    target: if compound { None } else { target.clone() },
                });
            }
            if compound {
                texts.push(Text {
                    line,
                    features: features(&sample.text),
                    label: None,
                    target,
                });
            }
        }
    }
    texts
}

/// Fits what reads pieces of text to the lines that are kept. With `choose`, features are chosen by
/// what they weigh when all are fitted; without, by how many lines have them.
fn fit_text(
    texts: &[Text],
    kept: &impl Fn(usize) -> bool,
    settings: Settings,
    choose: bool,
) -> TextModel {
    let texts: Vec<&Text> = texts.iter().filter(|text| kept(text.line)).collect();
    let mut builder = TableBuilder::default();
    for text in &texts {
        builder.count(group(text.line), &text.features);
    }
    let table = if choose {
        chosen(&builder, &texts, settings)
    } else {
        builder.build(LEAST, settings.rows)
    };
    let how = Fit {
        c: settings.c,
        passes: settings.passes,
        seed: 1,
    };
    let label = |text: &Text| text.label.clone();
    let target = |text: &Text| text.target.clone();
    let labels = fit_head(&texts, &table, label, 14, how);
    let targets = fit_head(&texts, &table, target, 5, how);
    TextModel {
        labels: Head::from_weights(&labels),
        targets: Head::from_weights(&targets),
        table,
    }
}

fn fit_head(
    texts: &[&Text],
    table: &Table,
    which: impl Fn(&Text) -> Option<Example>,
    classes: usize,
    how: Fit,
) -> Weights {
    let mut matrix = Matrix::default();
    let mut examples = Vec::new();
    for text in texts {
        if let Some(example) = which(text) {
            matrix.push(&table.vector(&text.features));
            examples.push(example);
        }
    }
    fit(&matrix, &examples, table.rows(), classes, how)
}

/// The most rows of a table of all features.
const ALL: usize = 800_000;
/// Passes over the texts to see what features weigh.
const LOOKS: u32 = 4;

/// A table of the features that matter most: those whose weights are large, frequent ones a little
/// before rare ones.
fn chosen(builder: &TableBuilder, texts: &[&Text], settings: Settings) -> Table {
    let all = builder.build(1, ALL);
    let how = Fit {
        c: settings.c,
        passes: LOOKS,
        seed: 3,
    };
    let weights = fit_head(texts, &all, |text| text.label.clone(), 14, how);
    let (weights, _) = weights.values.as_chunks::<14>();
    let mut ranked: Vec<(f32, u64)> = builder
        .counts()
        .filter_map(|(hash, count)| {
            let row = weights.get(all.row(hash)?)?;
            let size = row.iter().map(|weight| weight * weight).sum::<f32>().sqrt();
            // The fourth root: square roots are the same on every machine.
            Some((size * (count as f32).sqrt().sqrt(), hash))
        })
        .collect();
    ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    Table::of(settings.rows, ranked.into_iter().map(|(_, hash)| hash))
}

fn group(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// A place where a part may begin, as it is learned.
struct Place {
    line: usize,
    scouted: Vec<Feature>,
    judged: Vec<Feature>,
    example: Example,
}

/// As many samples of a line are looked at for the places where parts begin.
const LOOKED_AT: usize = 3;

fn places<'model>(all: &[Vec<Sample>], reader: &impl Fn(usize) -> &'model TextModel) -> Vec<Place> {
    let mut places = Vec::new();
    for (line, samples) in all.iter().enumerate() {
        let reader = reader(line);
        let step = samples.len().div_ceil(LOOKED_AT);
        for sample in samples.iter().step_by(step.max(1)) {
            let text = sample.text.as_str();
            let found = candidates(text);
            if found.is_empty() {
                continue;
            }
            let starts = starts(sample);
            let mut labels = |range| probabilities(&reader.piece(text, range));
            let all = contexts(text, &found, &mut labels);
            for (candidate, judged) in found.iter().zip(all) {
                let begins = starts.contains(&canonical(text, candidate.at));
                let scouted = surroundings(text, candidate);
                let example = Example {
                    class: usize::from(!begins),
                    also: Vec::new(),
                    weight: weight(samples.len().min(LOOKED_AT)),
                };
                places.push(Place {
                    line,
                    scouted,
                    judged,
                    example,
                });
            }
        }
    }
    places
}

/// Where the later parts of a sample begin.
fn starts(sample: &Sample) -> Vec<usize> {
    let later = sample.parts.iter().skip(1);
    later
        .map(|part| canonical(&sample.text, part.range.start))
        .collect()
}

fn fit_boundaries(
    places: &[Place],
    kept: &impl Fn(usize) -> bool,
    settings: Settings,
) -> BoundaryModel {
    let places: Vec<&Place> = places.iter().filter(|place| kept(place.line)).collect();
    let mut builder = TableBuilder::default();
    for place in &places {
        builder.count(group(place.line), &place.judged);
    }
    let table = builder.build(LEAST, settings.boundary_rows);
    let examples: Vec<Example> = places.iter().map(|place| place.example.clone()).collect();
    let head = |which: fn(&Place) -> &[Feature]| {
        let mut matrix = Matrix::default();
        for place in &places {
            matrix.push(&table.vector(which(place)));
        }
        let how = Fit {
            c: settings.c,
            passes: settings.passes,
            seed: 2,
        };
        Head::from_weights(&fit(&matrix, &examples, table.rows(), 1, how))
    };
    let scout = head(|place| &place.scouted);
    let judge = head(|place| &place.judged);
    BoundaryModel {
        table,
        scout,
        judge,
        costs: Costs::default(),
        follows: [[0.0; 14]; 14],
    }
}

/// What a pair of labels is taken to have been seen more often than it was.
const UNSEEN: f32 = 4.0;

/// Which label follows which in the lines, as they are written.
fn follows(corpus: &Corpus, kept: &impl Fn(usize) -> bool) -> Follows {
    let mut counts = [[UNSEEN; 14]; 14];
    let lines = corpus.lines.iter().enumerate();
    for (_, line) in lines.filter(|(number, _)| kept(*number)) {
        for pair in line.parts.windows(2) {
            counts[pair[0].label.index()][pair[1].label.index()] += 1.0;
        }
    }
    counts.map(|after| {
        let all: f32 = after.iter().sum();
        after.map(|count| libm::logf(count * 13.0 / all))
    })
}
