//! From the corpus to a model: what reads pieces of text, what takes requests apart, and what was
//! reached on the lines that were held out.

use std::collections::BTreeMap;

use super::{Corpus, Sample, Split, samples, split};
use crate::{
    compound::{
        Costs, Found, Labels, Scored, candidates, canonical, contexts, segment, surroundings,
    },
    features::{Feature, features},
    linear::{Example, Fit, Head, Matrix, TableBuilder, fit, log_softmax},
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
            rows: 104_000,
            boundary_rows: 40_000,
            c: 1.0,
            passes: 10,
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
    let kept = |line: usize| !split.held_out[line];
    let mut honest = fit_model(&all, &kept, settings);
    calibrate(&mut honest, corpus, &split);
    let mut model = fit_model(&all, &|_| true, settings);
    model.text.labels.temperature = honest.text.labels.temperature;
    model.text.targets.temperature = honest.text.targets.temperature;
    model.boundaries.scout.temperature = honest.boundaries.scout.temperature;
    model.boundaries.judge.temperature = honest.boundaries.judge.temperature;
    model.boundaries.costs = honest.boundaries.costs;
    model.digest = corpus.digest;
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

fn fit_model(all: &[Vec<Sample>], kept: &impl Fn(usize) -> bool, settings: Settings) -> Model {
    let text = fit_text(all, kept, settings);
    // What is read on both sides of a place must be read by a model that has not learned the line.
    let folds = [0, 1].map(|fold| {
        let kept = |line: usize| kept(line) && line % 2 != fold;
        fit_text(
            all,
            &kept,
            Settings {
                passes: settings.passes / 2,
                ..settings
            },
        )
    });
    let boundaries = fit_boundaries(all, kept, &folds, settings);
    Model {
        digest: [0; 32],
        text,
        boundaries,
    }
}

/// What a changed copy and one of several expansions count, so that a line with many of them does not
/// count as many lines.
fn weight(count: usize) -> f32 {
    1.0 / (count as f32).sqrt()
}

/// What a part of a compound request counts beside a whole one.
const PART: f32 = 0.5;

/// A text's margins must be learned within this many lines at least.
const LEAST: u32 = 2;

fn fit_text(all: &[Vec<Sample>], kept: &impl Fn(usize) -> bool, settings: Settings) -> TextModel {
    let mut builder = TableBuilder::default();
    let mut texts: Vec<(Vec<Feature>, Option<Example>, Option<Example>)> = Vec::new();
    let lines = all.iter().enumerate().filter(|(line, _)| kept(*line));
    for (line, samples) in lines {
        let group = u32::try_from(line).unwrap_or(u32::MAX);
        for sample in samples {
            let weight = weight(samples.len());
            let compound = sample.parts.len() > 1;
            let target = sample.target.map(|target| Example {
                class: target.index(),
                also: Vec::new(),
                weight,
            });
            for part in &sample.parts {
                let example = Example {
                    class: part.label.index(),
                    also: part.also.iter().map(|label| label.index()).collect(),
                    weight: if compound { PART * weight } else { weight },
                };
                let found = features(&sample.text[part.range.clone()]);
                builder.count(group, &found);
                let target = if compound { None } else { target.clone() };
                texts.push((found, Some(example), target));
            }
            if compound {
                let found = features(&sample.text);
                builder.count(group, &found);
                texts.push((found, None, target));
            }
        }
    }
    let table = builder.build(LEAST, settings.rows);
    let head =
        |which: fn(&(Vec<Feature>, Option<Example>, Option<Example>)) -> Option<&Example>,
         classes| {
            let mut matrix = Matrix::default();
            let mut examples = Vec::new();
            for text in &texts {
                if let Some(example) = which(text) {
                    matrix.push(&table.vector(&text.0));
                    examples.push(example.clone());
                }
            }
            let how = Fit {
                c: settings.c,
                passes: settings.passes,
                seed: 1,
            };
            Head::from_weights(&fit(&matrix, &examples, table.rows(), classes, how))
        };
    let labels = head(|text| text.1.as_ref(), 14);
    let targets = head(|text| text.2.as_ref(), 5);
    TextModel {
        table,
        labels,
        targets,
    }
}

fn fit_boundaries(
    all: &[Vec<Sample>],
    kept: &impl Fn(usize) -> bool,
    folds: &[TextModel; 2],
    settings: Settings,
) -> BoundaryModel {
    let mut builder = TableBuilder::default();
    let mut places: Vec<(Vec<Feature>, Vec<Feature>, Example)> = Vec::new();
    for (line, samples) in all.iter().enumerate().filter(|(line, _)| kept(*line)) {
        let reader = &folds[line % 2];
        for sample in samples {
            let text = sample.text.as_str();
            let found = candidates(text);
            let starts: Vec<usize> = sample
                .parts
                .iter()
                .skip(1)
                .map(|part| canonical(text, part.range.start))
                .collect();
            let mut labels = |piece: &str| probabilities(&reader.labels(piece));
            let all = contexts(text, &found, &mut labels);
            for (candidate, judged) in found.iter().zip(all) {
                let begins = starts.contains(&canonical(text, candidate.at));
                let scouted = surroundings(text, candidate);
                builder.count(u32::try_from(line).unwrap_or(u32::MAX), &judged);
                let example = Example {
                    class: usize::from(!begins),
                    also: Vec::new(),
                    weight: weight(samples.len()),
                };
                places.push((scouted, judged, example));
            }
        }
    }
    let table = builder.build(LEAST, settings.boundary_rows);
    let examples: Vec<Example> = places.iter().map(|place| place.2.clone()).collect();
    let head = |which: fn(&(Vec<Feature>, Vec<Feature>, Example)) -> &[Feature]| {
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
    let scout = head(|place| &place.0);
    let judge = head(|place| &place.1);
    BoundaryModel {
        table,
        scout,
        judge,
        costs: Costs::default(),
    }
}

/// Fits temperatures and the costs of dividing on the lines that were held out.
fn calibrate(model: &mut Model, corpus: &Corpus, split: &Split) {
    let held: Vec<Sample> = (0..corpus.lines.len())
        .filter(|&line| split.held_out[line])
        .flat_map(|line| samples::expansions(corpus, line, 1))
        .collect();
    let single: Vec<&Sample> = held
        .iter()
        .filter(|sample| sample.parts.len() == 1)
        .collect();
    let rows: Vec<_> = single
        .iter()
        .map(|sample| model.text.table.vector(&features(&sample.text)))
        .collect();
    let labels: Vec<(Vec<f32>, Vec<usize>)> = single
        .iter()
        .zip(&rows)
        .map(|(sample, row)| {
            let part = &sample.parts[0];
            let right = [part.label]
                .iter()
                .chain(&part.also)
                .map(|label| label.index())
                .collect();
            (model.text.labels.margins(row), right)
        })
        .collect();
    model.text.labels.temperature = temperature(&labels);
    let targets: Vec<(Vec<f32>, Vec<usize>)> = single
        .iter()
        .zip(&rows)
        .filter_map(|(sample, row)| {
            Some((
                model.text.targets.margins(row),
                vec![sample.target?.index()],
            ))
        })
        .collect();
    model.text.targets.temperature = temperature(&targets);
    for head in [Which::Scout, Which::Judge] {
        let logits = place_logits(model, &held, head);
        let best = logistic(&logits);
        match head {
            Which::Scout => model.boundaries.scout.temperature = best,
            Which::Judge => model.boundaries.judge.temperature = best,
        }
    }
    model.boundaries.costs = costs(model, &held);
}

#[derive(Clone, Copy)]
enum Which {
    Scout,
    Judge,
}

fn place_logits(model: &Model, held: &[Sample], which: Which) -> Vec<(f32, bool)> {
    let mut logits = Vec::new();
    let boundaries = &model.boundaries;
    for sample in held {
        let text = sample.text.as_str();
        let found = candidates(text);
        let starts: Vec<usize> = sample
            .parts
            .iter()
            .skip(1)
            .map(|part| canonical(text, part.range.start))
            .collect();
        let mut labels = |piece: &str| probabilities(&model.text.labels(piece));
        let judged = match which {
            Which::Judge => contexts(text, &found, &mut labels),
            Which::Scout => found
                .iter()
                .map(|place| surroundings(text, place))
                .collect(),
        };
        for (place, features) in found.iter().zip(judged) {
            let row = boundaries.table.vector(&features);
            let margin = match which {
                Which::Scout => boundaries.scout.margins(&row)[0],
                Which::Judge => boundaries.judge.margins(&row)[0],
            };
            logits.push((margin, starts.contains(&canonical(text, place.at))));
        }
    }
    logits
}

/// The factor that makes margins logits with the best likelihood.
fn logistic(margins: &[(f32, bool)]) -> f32 {
    best_factor(|factor| {
        margins
            .iter()
            .map(|&(margin, is)| {
                let logit = if is { margin } else { -margin } * factor;
                f64::from(libm::log1pf(libm::expf(-logit.clamp(-60.0, 60.0))))
            })
            .sum()
    })
}

/// The factor that makes margins logarithms of probabilities with the best likelihood of one of the
/// right classes.
fn temperature(margins: &[(Vec<f32>, Vec<usize>)]) -> f32 {
    best_factor(|factor| {
        margins
            .iter()
            .map(|(margins, right)| {
                let mut logits: Vec<f32> = margins.iter().map(|margin| margin * factor).collect();
                log_softmax(&mut logits);
                let sum: f32 = right.iter().map(|&class| libm::expf(logits[class])).sum();
                -f64::from(libm::logf(sum.max(1e-9)))
            })
            .sum()
    })
}

fn best_factor(loss: impl Fn(f32) -> f64) -> f32 {
    let factors = (1..=60_u8).map(|step| f32::from(step) * 0.2);
    let scored = factors.map(|factor| (loss(factor), factor));
    scored
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(1.0, |(_, factor)| factor)
}

/// One held-out request as segmentation sees it.
struct Case<'held> {
    sample: &'held Sample,
    places: Vec<Scored>,
    pieces: BTreeMap<(usize, usize), Labels>,
}

/// The costs of dividing under which most held-out requests come apart rightly; a simple request torn
/// apart counts as much as a compound one missed.
fn costs(model: &Model, held: &[Sample]) -> Costs {
    let mut cases: Vec<Case<'_>> = held
        .iter()
        .map(|sample| {
            let text = sample.text.as_str();
            let found = model.boundaries.scouted(text);
            let mut labels = |piece: &str| probabilities(&model.text.labels(piece));
            let judged = contexts(text, &found, &mut labels);
            let logit = |features: &Vec<Feature>| {
                let row = model.boundaries.table.vector(features);
                model.boundaries.judge.margins(&row)[0] * model.boundaries.judge.temperature
            };
            let places = found.iter().zip(&judged);
            let places = places.map(|(place, features)| Scored {
                at: place.at,
                logit: logit(features),
            });
            Case {
                sample,
                places: places.collect(),
                pieces: BTreeMap::new(),
            }
        })
        .collect();
    let mut best = (f64::NEG_INFINITY, Costs::default());
    for boundary in [0.5, 1.0, 1.5, 2.0] {
        for part in [-1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0] {
            for labels in [0.0625, 0.125, 0.25, 0.5, 1.0] {
                let costs = Costs {
                    boundary,
                    part,
                    labels,
                };
                let mut score = 0.0;
                for case in &mut cases {
                    let compound = case.sample.parts.len() > 1;
                    score += match (compound, divides(case, costs, model)) {
                        (true, true) => 1.0,
                        (false, true) => 0.5,
                        (_, false) => 0.0,
                    };
                }
                if score > best.0 {
                    best = (score, costs);
                }
            }
        }
    }
    best.1
}

/// Whether a request comes apart as it should: the number and labels of its parts.
fn divides(case: &mut Case<'_>, costs: Costs, model: &Model) -> bool {
    let text = case.sample.text.as_str();
    let base = text.as_ptr() as usize;
    let pieces = &mut case.pieces;
    let mut labels = |piece: &str| -> Labels {
        let key = (piece.as_ptr() as usize - base, piece.len());
        *pieces
            .entry(key)
            .or_insert_with(|| model.text.labels(piece))
    };
    let found: Vec<Found> = segment(text, &case.places, costs, &mut labels);
    let wanted = &case.sample.parts;
    if wanted.len() == 1 {
        return found.len() == 1;
    }
    found.len() == wanted.len()
        && found
            .iter()
            .zip(wanted)
            .all(|((_, label), part)| *label == part.label)
}
