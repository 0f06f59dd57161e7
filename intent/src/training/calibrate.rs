//! What is fitted on the lines that were held out: temperatures, so that probabilities are what they
//! say, and the costs of taking a request apart.

use std::{collections::BTreeMap, ops::Range};

use super::{Corpus, Sample, Split, samples};
use crate::{
    compound::{
        Costs, Found, Labels, Scored, candidates, canonical, contexts, segment, surroundings,
    },
    features::{Feature, features},
    linear::log_softmax,
    model::{Model, probabilities},
};

/// Fits temperatures and the costs of dividing on the lines that were held out.
pub(super) fn calibrate(model: &mut Model, corpus: &Corpus, split: &Split) {
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
        let mut labels = |range| probabilities(&model.text.piece(text, range));
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

/// What a simple request left whole counts beside a compound one taken apart rightly: there are ten
/// times as many, and few that are typed are compound.
const SIMPLE: f64 = 0.35;

/// One held-out request as segmentation sees it.
struct Case<'held> {
    sample: &'held Sample,
    places: Vec<Scored>,
    pieces: BTreeMap<(usize, usize), Labels>,
}

/// The costs of dividing under which most held-out requests come apart rightly; a simple request torn
/// apart counts as much as a compound one missed.
fn costs(model: &Model, held: &[Sample]) -> Costs {
    // Where no place is worth a look there is nothing to divide.
    let mut cases: Vec<Case<'_>> = held
        .iter()
        .filter(|sample| !model.boundaries.scouted(&sample.text).is_empty())
        .map(|sample| {
            let text = sample.text.as_str();
            let found = model.boundaries.scouted(text);
            let mut labels = |range| probabilities(&model.text.piece(text, range));
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
        for part in [0.0, 0.5, 1.0, 1.5, 2.0, 2.5] {
            for labels in [0.25, 0.5, 1.0] {
                for follows in [0.0, 0.5, 1.0] {
                    let costs = Costs {
                        boundary,
                        part,
                        labels,
                        follows,
                    };
                    let score: f64 = cases
                        .iter_mut()
                        .map(|case| {
                            let compound = case.sample.parts.len() > 1;
                            let right = divides(case, costs, model);
                            let worth = if compound { 1.0 } else { SIMPLE };
                            if right { worth } else { 0.0 }
                        })
                        .sum();
                    if score > best.0 {
                        best = (score, costs);
                    }
                }
            }
        }
    }
    best.1
}

/// Whether a request comes apart as it should: the number and labels of its parts.
fn divides(case: &mut Case<'_>, costs: Costs, model: &Model) -> bool {
    let text = case.sample.text.as_str();
    let pieces = &mut case.pieces;
    let mut labels = |range: Range<usize>| -> Labels {
        *pieces
            .entry((range.start, range.end))
            .or_insert_with(|| model.text.piece(text, range))
    };
    let found: Vec<Found> = segment(
        text,
        &case.places,
        costs,
        &model.boundaries.follows,
        &mut labels,
    );
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
