//! From recorded outcomes to a [`Panel`]: how good each expert is at a kind of request, how far their
//! errors hang together, how seldom wrong answers coincide, what each costs at which difficulty.
//!
//! Everything is shrunk: a quality towards what the expert is in general and how hard the kind is for
//! all, so that a kind with few outcomes says little.

use crate::coe::route::{
    Kind, Panel, Seated,
    panel::{Nodes, logistic, normal, right},
};

/// How many outcomes the general quality of an expert counts for.
const PRIOR: f64 = 20.0;
/// Widths of difficulty that are tried, in logits.
const SPREADS: [f64; 9] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0];
/// How many outcomes the mean price of an expert counts for at each difficulty.
const PRICE_PRIOR: f64 = 5.0;

/// What all experts did with one request.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The kind of request, by number.
    pub kind: usize,
    /// For each expert whether its answer was right, 0 to 1.
    pub score: Vec<f64>,
    /// What it cost.
    pub cost: Vec<f64>,
    /// Its group among the answers that agree; none for an answer that cannot be compared.
    pub group: Vec<Option<usize>>,
}

/// One panel for each kind, of the experts with these families, from their outcomes.
pub fn panels<'a>(
    outcomes: impl Iterator<Item = &'a Outcome> + Clone,
    families: &[String],
    kinds: usize,
) -> Vec<Panel> {
    let experts = families.len();
    let all: Vec<&Outcome> = outcomes.collect();
    let everywhere: Vec<f64> = (0..experts)
        .map(|expert| mean(&all, expert, |it| &it.score))
        .collect();
    let overall = average(&everywhere);
    (0..kinds)
        .map(|kind| {
            let here: Vec<&Outcome> = all.iter().filter(|it| it.kind == kind).copied().collect();
            let hardness = if here.is_empty() {
                0.0
            } else {
                let means = (0..experts).map(|expert| mean(&here, expert, |it| &it.score));
                logit(average(&means.collect::<Vec<_>>())) - logit(overall)
            };
            let quality = |expert: usize| {
                let prior = logistic(logit(everywhere[expert]) + hardness);
                let sum: f64 = here.iter().map(|it| it.score[expert]).sum();
                (sum + PRIOR * prior) / (here.len() as f64 + PRIOR)
            };
            let qualities: Vec<f64> = (0..experts).map(quality).collect();
            panel(&here, &all, families, &qualities)
        })
        .collect()
}

fn panel(here: &[&Outcome], all: &[&Outcome], families: &[String], qualities: &[f64]) -> Panel {
    let spread = spread(here, qualities);
    let kind = Kind {
        spread,
        novelty: novelty(here),
    };
    let curves: Vec<Nodes> = qualities.iter().map(|it| right(spread, *it)).collect();
    let difficulties: Vec<Nodes> = here.iter().map(|it| difficulty(it, &curves)).collect();
    let seat = |(expert, family): (usize, &String)| {
        let from = if here.is_empty() { all } else { here };
        let price = mean(from, expert, |it| &it.cost);
        let mut prices = Nodes::default();
        for (node, at) in prices.iter_mut().enumerate() {
            let weights = here.iter().zip(&difficulties);
            let (paid, weight) = weights.fold((0.0, 0.0), |(paid, weight), (outcome, nodes)| {
                (
                    paid + nodes[node] * outcome.cost[expert],
                    weight + nodes[node],
                )
            });
            *at = (paid + PRICE_PRIOR * price) / (weight + PRICE_PRIOR);
        }
        let seated = Seated {
            quality: qualities[expert],
            price,
            delay: 0.0,
            family: family.clone(),
        };
        (seated, prices)
    };
    let seats: Vec<_> = families.iter().enumerate().map(seat).collect();
    Panel::priced(kind, &seats)
}

/// The width of difficulty under which the outcomes are likeliest.
fn spread(here: &[&Outcome], qualities: &[f64]) -> f64 {
    let likelihood = |spread: f64| -> f64 {
        let curves: Vec<Nodes> = qualities.iter().map(|it| right(spread, *it)).collect();
        here.iter()
            .map(|it| joint(it, &curves).iter().sum::<f64>().max(1e-300).ln())
            .sum()
    };
    let tried = SPREADS.iter().map(|spread| (likelihood(*spread), *spread));
    let best = tried.max_by(|one, other| one.0.total_cmp(&other.0));
    best.map_or(1.5, |(_, spread)| spread)
}

/// Probability of what happened together with each difficulty.
fn joint(outcome: &Outcome, curves: &[Nodes]) -> Nodes {
    let mut nodes = normal(0.0);
    for (score, curve) in outcome.score.iter().zip(curves) {
        for (node, right) in nodes.iter_mut().zip(curve) {
            *node *= score * right + (1.0 - score) * (1.0 - right);
        }
    }
    nodes
}

/// How likely each difficulty is after what happened.
fn difficulty(outcome: &Outcome, curves: &[Nodes]) -> Nodes {
    let nodes = joint(outcome, curves);
    let sum: f64 = nodes.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    nodes.map(|node| node / sum)
}

/// From how often two wrong answers are the same.
fn novelty(here: &[&Outcome]) -> f64 {
    // As if two pairs had been seen, one of them the same.
    let (mut same, mut pairs) = (1.0, 2.0);
    for outcome in here {
        let wrong: Vec<usize> = (outcome.score.iter().zip(&outcome.group))
            .filter_map(|(score, group)| group.filter(|_| *score < 0.5))
            .collect();
        for (at, one) in wrong.iter().enumerate() {
            for other in &wrong[..at] {
                pairs += 1.0;
                same += f64::from(u8::from(one == other));
            }
        }
    }
    (pairs - same) / same
}

fn mean<'a>(
    outcomes: &[&'a Outcome],
    expert: usize,
    of: impl Fn(&'a Outcome) -> &'a Vec<f64>,
) -> f64 {
    let sum: f64 = outcomes.iter().map(|it| of(it)[expert]).sum();
    sum / (outcomes.len() as f64).max(1.0)
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / (values.len() as f64).max(1.0)
}

fn logit(probability: f64) -> f64 {
    let probability = probability.clamp(0.01, 0.99);
    (probability / (1.0 - probability)).ln()
}
