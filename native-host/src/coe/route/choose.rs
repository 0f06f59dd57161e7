//! The choice among plans: every arm's quality minus what its money and delay are worth, under hard
//! constraints, with its reasons and its runners-up.

use std::fmt;

use super::{
    arm::{Arm, Prospect, arms},
    panel::{Kind, Panel, Seated},
    shapes::Shape,
    weights::Weights,
};
use crate::coe::agree::Measure;

/// How many experts are looked at closely.
const MOST_ENTRANTS: usize = 10;
/// An expert is left out if so many are at least as good, as cheap and as fast.
const BETTER: usize = 3;
/// How many runners-up are told.
const RUNNERS_UP: usize = 5;

/// An expert as the choice sees it, with estimates for this very request.
#[derive(Debug, Clone, PartialEq)]
pub struct Entrant {
    /// The expert.
    pub id: String,
    /// Its family; two of one family err alike.
    pub family: String,
    /// Quality at this kind of request: prior and what was learned, 0 to 1.
    pub quality: f64,
    /// Expected dollars for this request.
    pub price: f64,
    /// Expected seconds for this request.
    pub delay: f64,
    /// Whether it keeps the text on this machine.
    pub local: bool,
    /// Whether it is a translation engine, which follows no instructions.
    pub engine: bool,
    /// How many tokens it takes, where that is known.
    pub context: Option<u64>,
    /// Whether it rests after failures.
    pub resting: bool,
}

/// What is known of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestFacts {
    /// By what answers are compared; none for open ones.
    pub measure: Option<Measure>,
    /// 0 easy, 1 hard, 0.5 where nothing is known.
    pub difficulty: f64,
    /// How many tokens an expert has to take in and give out.
    pub tokens: u64,
    /// Shapes that the planner can build for it.
    pub shapes: Vec<Shape>,
    /// The expert that the reader fixed.
    pub fixed: Option<String>,
    /// The expert of the conversation, whose prompt cache is warm.
    pub warm: Option<String>,
}

/// What must hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Constraints {
    /// Nothing may leave this machine.
    pub local_only: bool,
    /// Dollars that a plan may cost at most.
    pub budget: Option<f64>,
}

/// Why an expert or a plan is not in the choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOut {
    /// It would send the text away.
    NotLocal,
    /// The text is too long for it.
    TooLong,
    /// It rests after failures, and others do not.
    Resting,
    /// It costs more than may be spent.
    TooDear,
    /// Others are at least as good, as cheap and as fast.
    Outdone,
    /// The reader fixed another.
    NotChosen,
}

impl fmt::Display for LeftOut {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotLocal => "would send the text away",
            Self::TooLong => "cannot take so long a text",
            Self::Resting => "rests after failures",
            Self::TooDear => "costs more than may be spent",
            Self::Outdone => "others are as good, as cheap and as fast",
            Self::NotChosen => "another was chosen",
        })
    }
}

/// An arm with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    /// The shape.
    pub shape: Shape,
    /// For each stage the experts that it asks.
    pub stages: Vec<Vec<String>>,
    /// What is expected of it.
    pub prospect: Prospect,
    /// Quality minus what money and delay are worth.
    pub utility: f64,
}

impl fmt::Display for Scored {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stages: Vec<_> = self.stages.iter().map(|stage| stage.join(" + ")).collect();
        let Prospect {
            quality,
            price,
            price_most,
            delay,
        } = self.prospect;
        write!(
            formatter,
            "{}: {}; quality {quality:.3}, ${price:.5} (at most ${price_most:.5}), {delay:.1} s, \
             score {:.3}",
            self.shape,
            stages.join(", then "),
            self.utility
        )
    }
}

/// What was chosen, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The best arm; none if no expert is left.
    pub chosen: Option<Scored>,
    /// The next best ones, best first.
    pub runners_up: Vec<Scored>,
    /// Experts that were not in the choice, with the reason.
    pub left_out: Vec<(String, LeftOut)>,
    /// What a dollar and a second were worth.
    pub weights: Weights,
}

impl Decision {
    /// The decision in lines of words and numbers.
    pub fn explain(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match &self.chosen {
            Some(chosen) => lines.push(format!("chosen: {chosen}")),
            None => lines.push("nobody is left who could do it".to_owned()),
        }
        let Weights { money, delay, .. } = self.weights;
        lines.push(format!(
            "a dollar is worth {money} of quality, a second {delay}"
        ));
        let runners_up = self.runners_up.iter();
        lines.extend(runners_up.map(|scored| format!("instead of: {scored}")));
        let left_out = self.left_out.iter();
        lines.extend(left_out.map(|(id, why)| format!("left out: {id}, {why}")));
        lines
    }
}

/// Chooses among the arms. Never empty if any expert meets the constraints: [`Shape::Single`] is
/// always looked at.
///
/// Takes well under a millisecond with 200 experts.
pub fn choose(
    request: &RequestFacts,
    entrants: &[Entrant],
    weights: &Weights,
    constraints: &Constraints,
) -> Decision {
    let mut left_out = Vec::new();
    let able = able(request, entrants, constraints, &mut left_out);
    let able = undominated(&able, weights, request, &mut left_out);
    let seated = able.iter().map(|entrant| Seated {
        quality: entrant.quality.clamp(0.0, 1.0),
        price: entrant.price,
        delay: entrant.delay,
        family: entrant.family.clone(),
    });
    let panel = Panel::new(Kind::of(request.measure), &seated.collect::<Vec<_>>());
    let families: Vec<_> = able.iter().map(|entrant| entrant.family.as_str()).collect();
    let engines: Vec<_> = able.iter().map(|entrant| entrant.engine).collect();
    let mut shapes: Vec<Shape> = request.shapes.clone();
    shapes.push(Shape::Single);
    shapes.retain(|shape| shape.suits(request.measure));
    shapes.sort_unstable();
    shapes.dedup();
    // Half the scale is one standard deviation: a guess from the words is never worth more.
    let shift = 2.0 * (request.difficulty.clamp(0.0, 1.0) - 0.5);
    let mut scored: Vec<Scored> = arms(&shapes, &panel, &families, &engines)
        .into_iter()
        .filter(|arm| {
            arm.stages.iter().map(Vec::len).sum::<usize>() <= weights.most_experts as usize
        })
        .map(|arm| score(&arm, &panel, shift, &able, weights, request))
        .filter(|scored| within(scored.prospect.price_most, constraints))
        .collect();
    // Stable, and simpler shapes come first: of equal arms the simpler one wins.
    scored.sort_by(|one, other| other.utility.total_cmp(&one.utility));
    let mut scored = scored.into_iter();
    Decision {
        chosen: scored.next(),
        runners_up: scored.take(RUNNERS_UP).collect(),
        left_out,
        weights: *weights,
    }
}

fn score(
    arm: &Arm,
    panel: &Panel,
    shift: f64,
    able: &[&Entrant],
    weights: &Weights,
    request: &RequestFacts,
) -> Scored {
    let prospect = arm.prospect(panel, shift);
    let name = |stage: &Vec<usize>| stage.iter().map(|seat| able[*seat].id.clone()).collect();
    let stages: Vec<Vec<String>> = arm.stages.iter().map(name).collect();
    let warm = request.warm.as_ref().is_some_and(|warm| {
        let first = stages.first();
        first.is_some_and(|stage| stage.contains(warm))
    });
    let stays = if warm { weights.warmth } else { 0.0 };
    Scored {
        shape: arm.shape,
        stages,
        prospect,
        utility: prospect.quality - weights.money * prospect.price - weights.delay * prospect.delay
            + stays,
    }
}

fn within(price: f64, constraints: &Constraints) -> bool {
    constraints.budget.is_none_or(|budget| price <= budget)
}

/// Who meets the constraints.
fn able<'a>(
    request: &RequestFacts,
    entrants: &'a [Entrant],
    constraints: &Constraints,
    left_out: &mut Vec<(String, LeftOut)>,
) -> Vec<&'a Entrant> {
    let reason = |entrant: &Entrant| match &request.fixed {
        _ if constraints.local_only && !entrant.local => Some(LeftOut::NotLocal),
        Some(fixed) if *fixed != entrant.id => Some(LeftOut::NotChosen),
        _ if entrant.context.is_some_and(|most| most < request.tokens) => Some(LeftOut::TooLong),
        _ if !within(entrant.price, constraints) => Some(LeftOut::TooDear),
        _ => None,
    };
    let mut able = Vec::new();
    for entrant in entrants {
        match reason(entrant) {
            Some(reason) => left_out.push((entrant.id.clone(), reason)),
            None => able.push(entrant),
        }
    }
    // One that rests is asked only where nobody else is left.
    if able.iter().any(|entrant| !entrant.resting) {
        able.retain(|entrant| {
            if entrant.resting {
                left_out.push((entrant.id.clone(), LeftOut::Resting));
            }
            !entrant.resting
        });
    }
    able
}

/// Those that few others outdo, best first by what they are worth alone.
fn undominated<'a>(
    able: &[&'a Entrant],
    weights: &Weights,
    request: &RequestFacts,
    left_out: &mut Vec<(String, LeftOut)>,
) -> Vec<&'a Entrant> {
    let outdone = |one: &Entrant| {
        let better = able.iter().filter(|other| {
            let no_worse = other.quality >= one.quality
                && other.price <= one.price
                && other.delay <= one.delay;
            let better =
                other.quality > one.quality || other.price < one.price || other.delay < one.delay;
            no_worse && better
        });
        better.take(BETTER).count() == BETTER
    };
    let alone = |one: &Entrant| one.quality - weights.money * one.price - weights.delay * one.delay;
    let warm = |one: &Entrant| request.warm.as_ref() == Some(&one.id);
    let mut kept: Vec<&Entrant> = Vec::new();
    for &entrant in able {
        if warm(entrant) || !outdone(entrant) {
            kept.push(entrant);
        } else {
            left_out.push((entrant.id.clone(), LeftOut::Outdone));
        }
    }
    kept.sort_by(|one, other| alone(other).total_cmp(&alone(one)));
    if kept.len() > MOST_ENTRANTS {
        // Half of them the best on their own, the rest the best whatever they cost: a strong one is
        // worth its price where the cheap ones differ.
        kept[MOST_ENTRANTS / 2..].sort_by(|one, other| {
            (warm(other).cmp(&warm(one))).then(other.quality.total_cmp(&one.quality))
        });
        let rest = kept.split_off(MOST_ENTRANTS);
        left_out.extend(rest.iter().map(|one| (one.id.clone(), LeftOut::Outdone)));
    }
    kept
}

#[cfg(test)]
mod tests;
