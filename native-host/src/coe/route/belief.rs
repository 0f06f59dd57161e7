//! What to believe after some answers: how likely each group of agreeing answers is right, and what
//! the next expert would say.
//!
//! The model is a small one, of item response theory (Rasch 1960) with a rule for coincidence:
//! - A request has a difficulty `z`, normally distributed and shared by all experts. Expert `e` is right
//!   with a probability that falls with `z`; given `z`, experts are right or wrong independently. That
//!   two experts fail together on hard requests is what makes their errors hang together.
//! - Right answers agree. A wrong answer repeats an earlier wrong one with a probability that grows with
//!   how often that was given, or is new (the Chinese restaurant process with concentration
//!   `novelty`). The answer of a relative, an expert of the same family, counts [`KIN`] times.
//!
//! `z` is summed over a few nodes, so that a belief is updated in well under a microsecond.

use super::panel::{NODES, Nodes, Panel};

/// Groups beyond so many are not told apart: an answer that would found another is taken as wrong.
const MOST_GROUPS: usize = 7;
/// How many answers of strangers the answer of a relative counts for, where it is wrong.
const KIN: f64 = 2.0;
/// Likelihood of an answer that cannot be compared; the same for all, so that only its being no
/// right answer counts.
const NOTHING: f64 = 0.03;

/// What an expert said, in the light of the answers before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Said {
    /// The same as an earlier group.
    Joins(usize),
    /// Something else.
    New,
    /// Nothing that could be compared: empty, a refusal, a failure.
    Nothing,
}

/// Probabilities after the answers so far. Groups are numbered in the order in which they were founded.
#[derive(Debug, Clone, Copy)]
pub struct Belief<'a> {
    panel: &'a Panel,
    /// For each hypothesis "group h is right" the joint weight with each node; after the groups, at
    /// `groups`, "none of them is".
    weights: [Nodes; MOST_GROUPS + 1],
    /// The seats of each group, as bits.
    members: [u32; MOST_GROUPS],
    groups: usize,
    asked: u32,
}

impl<'a> Belief<'a> {
    /// Before any answer. `shift` moves the difficulty of this request against the average of its
    /// kind, in standard deviations; 0 where nothing is known.
    pub fn new(panel: &'a Panel, shift: f64) -> Self {
        let mut weights = [[0.0; NODES]; MOST_GROUPS + 1];
        weights[0] = panel.difficulty(shift);
        Self {
            panel,
            weights,
            members: [0; MOST_GROUPS],
            groups: 0,
            asked: 0,
        }
    }

    /// How many different answers there are.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// Whether a seat was asked.
    pub fn was_asked(&self, seat: usize) -> bool {
        self.asked & bit(seat) != 0
    }

    /// How many seats were asked.
    pub fn asked(&self) -> u32 {
        self.asked.count_ones()
    }

    /// The seats of a group.
    pub fn members(&self, group: usize) -> impl Iterator<Item = usize> {
        let members = self.members.get(group).copied().unwrap_or(0);
        (0..32).filter(move |seat| members & bit(*seat) != 0)
    }

    /// How many answers a group has.
    pub fn size(&self, group: usize) -> u32 {
        self.members.get(group).map_or(0, |it| it.count_ones())
    }

    /// Probability that a group is right, 0 to 1.
    pub fn right(&self, group: usize) -> f64 {
        if group >= self.groups {
            return 0.0;
        }
        sum(&self.weights[group]) / self.mass()
    }

    /// The group most likely right, and how likely that is.
    pub fn best(&self) -> Option<(usize, f64)> {
        let groups = (0..self.groups).map(|group| (group, self.right(group)));
        groups.max_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)))
    }

    /// Probability that a seat that was not asked would be right.
    pub fn would_be_right(&self, seat: usize) -> f64 {
        let right = &self.panel.seat(seat).right;
        let weights = self.weights[..=self.groups].iter();
        weights.map(|weights| dot(weights, right)).sum::<f64>() / self.mass()
    }

    /// What asking a seat is expected to cost here: hard requests get longer answers.
    pub fn price(&self, seat: usize) -> f64 {
        let price = &self.panel.seat(seat).price;
        let weights = self.weights[..=self.groups].iter();
        weights.map(|weights| dot(weights, price)).sum::<f64>() / self.mass()
    }

    /// The belief after an answer. An answer of a seat that is not there changes nothing.
    #[must_use]
    pub fn after(&self, seat: usize, said: Said) -> Self {
        let mut next = *self;
        if seat >= self.panel.len() {
            return next;
        }
        next.asked |= bit(seat);
        let right = &self.panel.seat(seat).right;
        match said {
            Said::Joins(group) if group < self.groups => {
                let support = self.support(group, seat);
                for hypothesis in 0..=self.groups {
                    if hypothesis == group {
                        times(&mut next.weights[hypothesis], |node| right[node]);
                    } else {
                        let rest = self.panel.novelty() + self.wrong(hypothesis, seat);
                        let share = support / rest;
                        let weights = &mut next.weights[hypothesis];
                        times(weights, |node| (1.0 - right[node]) * share);
                    }
                }
                next.members[group] |= bit(seat);
            }
            Said::New if self.groups < MOST_GROUPS => {
                let none = self.weights[self.groups];
                for hypothesis in 0..=self.groups {
                    let novelty = self.panel.novelty();
                    let share = novelty / (novelty + self.wrong(hypothesis, seat));
                    let weights = &mut next.weights[hypothesis];
                    times(weights, |node| (1.0 - right[node]) * share);
                }
                next.weights[self.groups + 1] = next.weights[self.groups];
                next.weights[self.groups] = none;
                times(&mut next.weights[self.groups], |node| right[node]);
                next.members[self.groups] = bit(seat);
                next.groups += 1;
            }
            _ => {
                for weights in &mut next.weights[..=self.groups] {
                    times(weights, |node| (1.0 - right[node]) * NOTHING);
                }
            }
        }
        next
    }

    /// How likely each next answer of a seat is, and the belief after it.
    pub fn outcomes(&self, seat: usize) -> impl Iterator<Item = (f64, Self)> {
        let before = self.mass();
        let said = (0..self.groups).map(Said::Joins).chain([Said::New]);
        said.map(move |said| {
            let next = self.after(seat, said);
            (next.mass() / before, next)
        })
    }

    /// The expected probability of being right if one more seat is asked and the best group is then
    /// taken. The same as over [`Self::outcomes`], without building them.
    pub(super) fn best_after(&self, seat: usize) -> f64 {
        let right = &self.panel.seat(seat).right;
        // Weight of each hypothesis with this seat right and with it wrong.
        let split = |hypothesis: usize| {
            let weights = &self.weights[hypothesis];
            let with = dot(weights, right);
            (with, sum(weights) - with)
        };
        let mut parts = [(0.0, 0.0); MOST_GROUPS + 1];
        let mut rest = [0.0; MOST_GROUPS + 1];
        for hypothesis in 0..=self.groups {
            parts[hypothesis] = split(hypothesis);
            rest[hypothesis] = self.panel.novelty() + self.wrong(hypothesis, seat);
        }
        let mut expected = 0.0;
        for joined in 0..self.groups {
            let support = self.support(joined, seat);
            let others = (0..self.groups).filter(|group| *group != joined);
            let best = others.map(|group| parts[group].1 * support / rest[group]);
            expected += best.fold(parts[joined].0, f64::max);
        }
        let novelty = self.panel.novelty();
        let best = (0..self.groups).map(|group| parts[group].1 * novelty / rest[group]);
        expected += best.fold(parts[self.groups].0, f64::max);
        expected / self.mass()
    }

    /// How much a group draws a wrong answer of this seat.
    fn support(&self, group: usize, seat: usize) -> f64 {
        let kin = self.panel.kin(seat);
        let members = self.members[group];
        let relatives = (members & kin).count_ones();
        f64::from(members.count_ones() - relatives) + KIN * f64::from(relatives)
    }

    /// The same for all groups that are wrong under a hypothesis.
    fn wrong(&self, hypothesis: usize, seat: usize) -> f64 {
        let groups = (0..self.groups).filter(|group| *group != hypothesis);
        groups.map(|group| self.support(group, seat)).sum()
    }

    fn mass(&self) -> f64 {
        let mass: f64 = self.weights[..=self.groups].iter().map(sum).sum();
        mass.max(f64::MIN_POSITIVE)
    }
}

fn bit(seat: usize) -> u32 {
    u32::try_from(seat)
        .ok()
        .and_then(|seat| 1_u32.checked_shl(seat))
        .unwrap_or(0)
}

fn sum(weights: &Nodes) -> f64 {
    weights.iter().sum()
}

fn dot(weights: &Nodes, values: &Nodes) -> f64 {
    weights
        .iter()
        .zip(values)
        .map(|(weight, value)| weight * value)
        .sum()
}

fn times(weights: &mut Nodes, factor: impl Fn(usize) -> f64) {
    for (node, weight) in weights.iter_mut().enumerate() {
        *weight *= factor(node);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::coe::route::panel::{Kind, Seated};

    fn panel(qualities: &[f64]) -> Panel {
        let seat = |(at, quality): (usize, &f64)| Seated {
            quality: *quality,
            price: 1.0,
            delay: 1.0,
            family: if at < 2 {
                "a".to_owned()
            } else {
                at.to_string()
            },
        };
        let seats: Vec<_> = qualities.iter().enumerate().map(seat).collect();
        Panel::new(
            Kind {
                spread: 1.5,
                novelty: 3.0,
            },
            &seats,
        )
    }

    #[test]
    fn one_answer_is_as_good_as_its_expert() {
        let panel = panel(&[0.8, 0.6]);
        let belief = Belief::new(&panel, 0.0).after(0, Said::New);
        assert!((belief.right(0) - 0.8).abs() < 0.01);
        assert!(belief.was_asked(0) && !belief.was_asked(1));
    }

    #[test]
    fn agreement_makes_sure_and_disagreement_makes_the_request_hard() {
        let panel = panel(&[0.8, 0.75, 0.75, 0.9]);
        let one = Belief::new(&panel, 0.0).after(0, Said::New);
        let agreed = one.after(2, Said::Joins(0));
        assert!(agreed.right(0) > 0.93, "{}", agreed.right(0));
        let differ = one.after(2, Said::New);
        assert!(differ.right(0) < 0.6 && differ.right(0) > differ.right(1));
        assert!(differ.would_be_right(3) < 0.87);
        assert!(agreed.would_be_right(3) > 0.9);
    }

    #[test]
    fn a_relative_that_agrees_says_less_than_a_stranger() {
        let panel = panel(&[0.7, 0.7, 0.7]);
        let one = Belief::new(&panel, 0.0).after(0, Said::New);
        let kin = one.after(1, Said::Joins(0)).right(0);
        let stranger = one.after(2, Said::Joins(0)).right(0);
        assert!(kin < stranger, "{kin} {stranger}");
    }

    #[test]
    fn two_that_agree_outweigh_a_stronger_one_and_nothing_counts_against_nobody() {
        let panel = panel(&[0.7, 0.7, 0.7, 0.8]);
        let belief = Belief::new(&panel, 0.0).after(3, Said::New);
        let belief = belief.after(0, Said::New).after(2, Said::Joins(1));
        assert_eq!(belief.best().map(|best| best.0), Some(1));
        let refused = belief.after(1, Said::Nothing);
        assert_eq!((refused.groups(), refused.asked()), (2, 4));
        assert!(refused.right(1) < belief.right(1));
        assert_eq!(belief.after(40, Said::New).asked(), belief.asked());
    }

    proptest! {
        #[test]
        fn probabilities_stay_probabilities(
            qualities in proptest::collection::vec(0.05..0.95_f64, 2..7),
            said in proptest::collection::vec(0..5_usize, 6),
            shift in -1.5..1.5_f64,
        ) {
            let panel = panel(&qualities);
            let mut belief = Belief::new(&panel, shift);
            for (seat, said) in said.iter().enumerate().take(qualities.len() - 1) {
                let said = match said {
                    0 => Said::Nothing,
                    1 => Said::New,
                    joins if belief.groups() > 0 => Said::Joins((joins - 2) % belief.groups()),
                    _ => Said::New,
                };
                let next = qualities.len() - 1;
                let outcomes: Vec<_> = belief.outcomes(next).collect();
                let total: f64 = outcomes.iter().map(|outcome| outcome.0).sum();
                prop_assert!((total - 1.0).abs() < 1e-9, "{}", total);
                let best = |belief: &Belief<'_>| belief.best().map_or(0.0, |best| best.1);
                let expected: f64 = outcomes.iter().map(|(share, next)| share * best(next)).sum();
                prop_assert!((expected - belief.best_after(next)).abs() < 1e-9);
                // More knowledge is never worth less than what is known.
                prop_assert!(expected >= best(&belief) - 1e-9);
                belief = belief.after(seat, said);
                let right: f64 = (0..belief.groups()).map(|group| belief.right(group)).sum();
                prop_assert!((0.0..=1.0 + 1e-9).contains(&right));
            }
        }
    }
}
