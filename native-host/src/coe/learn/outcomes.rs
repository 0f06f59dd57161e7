//! From recorded outcomes to a [`Panel`]: how good each expert is at a kind of request, how far their
//! errors hang together, how seldom wrong answers coincide, what each costs at which difficulty.
//!
//! Everything is shrunk: a quality towards what the expert is in general and how hard the kind is for
//! all, so that a kind with few outcomes says little.

use std::collections::HashMap;

use crate::coe::route::{
    Belief, Kind, Panel, Said, Seated,
    panel::{Nodes, logistic, normal, right},
};

/// How many outcomes the general quality of an expert counts for.
const PRIOR: f64 = 20.0;
/// Widths of difficulty that are tried, in logits.
const SPREADS: [f64; 8] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0];
/// Novelties that are tried.
const NOVELTIES: [f64; 8] = [0.7, 1.2, 2.0, 3.0, 5.0, 8.0, 14.0, 25.0];
/// How many experts, of the first, are compared for it.
const MOST_COMPARED: usize = 12;
/// How many groups there can be.
const MOST_SAID: usize = 3;
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
    let kind = kind(here, families, qualities);
    let curves: Vec<Nodes> = qualities.iter().map(|it| right(kind.spread, *it)).collect();
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

/// The width of difficulty and the novelty of wrong answers under which it is likeliest that of two and
/// three answers those were right that were. What matters is to be right about agreement, so that is what
/// is fitted, not the whole of the outcomes.
fn kind(here: &[&Outcome], families: &[String], qualities: &[f64]) -> Kind {
    let usual = Kind {
        spread: 1.5,
        novelty: 3.0,
    };
    let evidence = evidence(here, families.len());
    let seated = |(quality, family): (&f64, &String)| Seated {
        quality: *quality,
        price: 0.0,
        delay: 0.0,
        family: family.clone(),
    };
    let seats: Vec<Seated> = qualities.iter().zip(families).map(seated).collect();
    let likelihood = |kind: Kind| -> f64 {
        let panel = Panel::new(kind, &seats);
        let start = Belief::new(&panel, 0.0);
        let terms = evidence.iter().map(|(said, counts)| {
            let belief = said
                .iter()
                .fold(start, |belief, (seat, said)| belief.after(*seat, *said));
            let mut none = 1.0;
            let mut sum = 0.0;
            for (group, count) in counts[..belief.groups()].iter().enumerate() {
                let right = belief.right(group);
                none -= right;
                sum += count * right.max(1e-6).ln();
            }
            sum + counts[MOST_SAID] * none.max(1e-6).ln()
        });
        terms.sum()
    };
    let tried = SPREADS.iter().flat_map(|spread| {
        NOVELTIES.iter().map(|novelty| Kind {
            spread: *spread,
            novelty: *novelty,
        })
    });
    let tried = tried.map(|kind| (likelihood(kind), kind));
    let best = tried.max_by(|one, other| one.0.total_cmp(&other.0));
    if here.is_empty() {
        usual
    } else {
        best.map_or(usual, |(_, kind)| kind)
    }
}

/// What two or three experts said, with how often each group was right, and at the end how often none.
type Evidence = HashMap<Vec<(usize, Said)>, [f64; MOST_SAID + 1]>;

fn evidence(here: &[&Outcome], experts: usize) -> Evidence {
    let mut evidence = Evidence::new();
    let experts = experts.min(MOST_COMPARED);
    for outcome in here {
        for one in 0..experts {
            for other in 0..one {
                note(&mut evidence, outcome, &[other, one]);
                for third in 0..other {
                    note(&mut evidence, outcome, &[third, other, one]);
                }
            }
        }
    }
    evidence
}

fn note(evidence: &mut Evidence, outcome: &Outcome, seats: &[usize]) {
    let mut said = Vec::with_capacity(seats.len());
    let mut groups: Vec<usize> = Vec::with_capacity(seats.len());
    let mut right = MOST_SAID;
    for &seat in seats {
        let Some(group) = outcome.group[seat] else {
            said.push((seat, Said::Nothing));
            continue;
        };
        match groups.iter().position(|it| *it == group) {
            Some(earlier) => said.push((seat, Said::Joins(earlier))),
            None => {
                if outcome.score[seat] >= 0.5 {
                    right = groups.len();
                }
                groups.push(group);
                said.push((seat, Said::New));
            }
        }
    }
    evidence.entry(said).or_default()[right] += 1.0;
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
