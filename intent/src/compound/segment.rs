//! The best way to take a request apart: dynamic programming over the places where parts may begin.

use std::ops::Range;

use super::{Candidate, Context, Labels};
use crate::{Label, features::Feature};

/// What dividing costs, fitted on requests that were held out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// What the boundary model counts beside the label model.
    pub boundary: f32,
    /// What each further part costs.
    pub part: f32,
    /// What the label model counts.
    pub labels: f32,
    /// What it counts which label follows which.
    pub follows: f32,
}

/// The logarithm of how much likelier than by chance a label follows another: by the label before,
/// then by the one after it.
pub type Follows = [[f32; 14]; 14];

impl Default for Costs {
    fn default() -> Self {
        Self {
            boundary: 1.0,
            part: 0.5,
            labels: 0.5,
            follows: 0.5,
        }
    }
}

/// A candidate with the logit of a part beginning there.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The place.
    pub at: usize,
    /// The logarithm of the odds that a part begins there.
    pub logit: f32,
}

/// A part: where it stands and what it wants.
pub type Found = (Range<usize>, Label);

/// The features of each candidate, read with `labels`, which gives the probability of each label for
/// a piece of the text.
pub fn contexts(
    text: &str,
    candidates: &[Candidate],
    labels: &mut impl FnMut(Range<usize>) -> Labels,
) -> Vec<Vec<Feature>> {
    let mut places: Vec<usize> = vec![0];
    places.extend(candidates.iter().map(|candidate| candidate.at));
    places.push(text.len());
    let pieces: Vec<Labels> = places
        .windows(2)
        .map(|pair| labels(pair[0]..pair[1]))
        .collect();
    let whole = labels(0..text.len());
    let all = candidates.iter().zip(pieces.windows(2));
    all.map(|(candidate, pair)| {
        let context = Context {
            text,
            left: &pair[0],
            right: &pair[1],
            all_left: &labels(0..candidate.at),
            all_right: &labels(candidate.at..text.len()),
            whole: &whole,
        };
        context.features(candidate)
    })
    .collect()
}

/// Takes a text apart at some of the places: the division with the best sum of what the boundary
/// model says of each place and the label model of each part. Parts beside each other want different
/// things. `labels` gives the logarithm of the probability of each label.
pub fn segment(
    text: &str,
    places: &[Scored],
    costs: Costs,
    follows: &Follows,
    labels: &mut impl FnMut(Range<usize>) -> Labels,
) -> Vec<Found> {
    let mut starts = vec![0];
    starts.extend(places.iter().map(|place| place.at));
    let ends: Vec<usize> = starts[1..].iter().copied().chain([text.len()]).collect();
    // By end and label of the last part: the score, and where and with which label the part before ends.
    let mut best = vec![[(f32::NEG_INFINITY, 0_usize, 0_usize); 14]; ends.len()];
    for end in 0..ends.len() {
        for (start, &from_byte) in starts.iter().enumerate().take(end + 1) {
            let piece = labels(from_byte..ends[end]);
            let opening = match start {
                0 => 0.0,
                start => places[start - 1].logit * costs.boundary - costs.part,
            };
            for (label, log) in piece.iter().enumerate() {
                let (before, from) = match start {
                    0 => (0.0, 0),
                    start => before(&best[start - 1], label, costs, follows),
                };
                let score = before + opening + costs.labels * log;
                if score > best[end][label].0 {
                    best[end][label] = (score, start, from);
                }
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = ends.len() - 1;
    let mut label = best[end]
        .iter()
        .enumerate()
        .max_by(|a, b| a.1.0.total_cmp(&b.1.0))
        .map_or(0, |(label, _)| label);
    loop {
        let (_, start, from) = best[end][label];
        parts.push((starts[start]..ends[end], Label::ALL[label]));
        if start == 0 {
            break;
        }
        end = start - 1;
        label = from;
    }
    parts.reverse();
    parts
}

/// The best score before a part, whose label differs.
fn before(
    scores: &[(f32, usize, usize); 14],
    label: usize,
    costs: Costs,
    follows: &Follows,
) -> (f32, usize) {
    let others = scores
        .iter()
        .enumerate()
        .filter(|(other, _)| *other != label);
    others
        .map(|(other, score)| (score.0 + costs.follows * follows[other][label], other))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((f32::NEG_INFINITY, 0))
}
