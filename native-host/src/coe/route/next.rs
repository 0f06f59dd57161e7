//! What to do after the answers so far: take one, ask one more, or let the answers vote.
//!
//! The rule is the same in live use and in replays: ask the expert whose answer is expected to raise
//! the probability of ending right by more than it costs, looking a few answers ahead; when nobody
//! is worth asking, take the group most likely right.

use serde::Serialize;

use super::{
    belief::{Belief, Said},
    panel::Panel,
    weights::Weights,
};
use crate::coe::agree::{Measure, agree};

/// How many answers ahead are weighed. Two are needed to see what a pair is good for, three to see
/// that a third may settle what a pair leaves open; each takes about ten times as long.
const AHEAD: u32 = 3;
/// Gains below are noise of the arithmetic.
const LEAST_GAIN: f64 = 1e-9;

/// The next thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Take this answer: all answers agree, or there is one only.
    Accept {
        /// Its seat.
        seat: usize,
        /// Probability that it is right.
        right: f64,
    },
    /// Ask this seat.
    Ask {
        /// The seat.
        seat: usize,
        /// By how much this is expected to be worth more than taking what is there, in quality.
        gain: f64,
    },
    /// The answers differ: this one has most weight behind it.
    Vote {
        /// The seat whose answer is taken.
        seat: usize,
        /// Probability that it is right.
        right: f64,
    },
    /// Nobody answered anything, and nobody is left who may be asked.
    GiveUp,
}

/// What limits the asking.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// What may still be spent, in the unit of the prices.
    pub budget: f64,
    /// How many seats may be asked, all in all.
    pub most: u32,
}

impl Limits {
    /// As many as the weights say, at any price.
    pub fn of(weights: &Weights) -> Self {
        Self {
            budget: f64::INFINITY,
            most: weights.most_experts.max(1),
        }
    }
}

/// Who answered what, and what that makes likely.
#[derive(Debug, Clone)]
pub struct Deliberation<'a> {
    panel: &'a Panel,
    weights: Weights,
    limits: Limits,
    measure: Measure,
    belief: Belief<'a>,
    answers: Vec<(usize, String)>,
    spent: f64,
}

impl<'a> Deliberation<'a> {
    /// Before any answer; `shift` as in [`Belief::new`]. `measure` is one that is exact.
    pub fn new(
        panel: &'a Panel,
        weights: Weights,
        limits: Limits,
        measure: Measure,
        shift: f64,
    ) -> Self {
        Self {
            panel,
            weights,
            limits,
            measure,
            belief: Belief::new(panel, shift),
            answers: Vec::new(),
            spent: 0.0,
        }
    }

    /// Takes note of an answer and of what it cost; an empty text for an expert that failed.
    pub fn note(&mut self, seat: usize, answer: &str, cost: f64) {
        let mut texts: Vec<&str> = self.answers.iter().map(|(_, text)| text.as_str()).collect();
        texts.push(answer);
        let agreement = agree(self.measure, &texts);
        let last = texts.len() - 1;
        let said = match agreement.cluster_of(last) {
            None => Said::Nothing,
            Some(cluster) => {
                // The groups of the belief are numbered by their first answer.
                let earlier = agreement.clusters[cluster][0];
                let group = (0..self.belief.groups()).find(|group| {
                    let seat = self.answers.get(earlier).map(|(seat, _)| *seat);
                    seat.is_some_and(|seat| self.belief.members(*group).any(|it| it == seat))
                });
                group.map_or(Said::New, Said::Joins)
            }
        };
        self.answers.push((seat, answer.to_owned()));
        self.spent += cost;
        self.belief = self.belief.after(seat, said);
    }

    /// What is believed now.
    pub fn belief(&self) -> &Belief<'a> {
        &self.belief
    }

    /// What to do next.
    pub fn next_move(&self) -> Move {
        let left = Limits {
            budget: self.limits.budget - self.spent,
            most: self.limits.most,
        };
        next_move(self.panel, &self.belief, &self.weights, left)
    }

    /// Who to ask at once, in parallel: the first, and with it the second where it will be asked
    /// whatever the first says.
    pub fn opening(&self) -> Vec<usize> {
        let mut belief = self.belief;
        let mut seats = Vec::new();
        let mut left = Limits {
            budget: self.limits.budget - self.spent,
            most: self.limits.most,
        };
        // After two answers it matters whether they agree.
        while seats.len() < 2 && belief.groups() < 2 {
            let Move::Ask { seat, .. } = next_move(self.panel, &belief, &self.weights, left) else {
                break;
            };
            seats.push(seat);
            left.budget -= belief.price(seat);
            belief = belief.after(seat, Said::New);
        }
        seats
    }
}

/// What to do in a state of belief. Of equal answers of a group the one of the expert that is best
/// on its own is taken.
///
/// Takes 10 µs to 1 ms for up to ten seats.
pub fn next_move(panel: &Panel, belief: &Belief<'_>, weights: &Weights, limits: Limits) -> Move {
    let search = Search {
        panel,
        weights,
        most: limits.most,
    };
    let now = belief.best();
    let (value, seat) = search.value(belief, AHEAD, limits.budget);
    let right = now.map_or(0.0, |(_, right)| right);
    if let Some(seat) = seat {
        let gain = value - right;
        return Move::Ask { seat, gain };
    }
    let Some((group, right)) = now else {
        return match search.somebody(belief, limits.budget) {
            Some(seat) => Move::Ask { seat, gain: 0.0 },
            None => Move::GiveUp,
        };
    };
    let best = |one: &usize, other: &usize| {
        let quality = |seat: usize| panel.seat(seat).right.iter().sum::<f64>();
        quality(*one)
            .total_cmp(&quality(*other))
            .then(other.cmp(one))
    };
    match belief.members(group).max_by(best) {
        Some(seat) if belief.groups() > 1 => Move::Vote { seat, right },
        Some(seat) => Move::Accept { seat, right },
        None => Move::GiveUp,
    }
}

struct Search<'a> {
    panel: &'a Panel,
    weights: &'a Weights,
    most: u32,
}

impl Search<'_> {
    /// The worth of a state if the best is done from here on, and whom that asks first.
    fn value(&self, belief: &Belief<'_>, ahead: u32, budget: f64) -> (f64, Option<usize>) {
        let now = belief.best().map_or(0.0, |(_, right)| right);
        let mut best = (now, None);
        if ahead == 0 || belief.asked() >= self.most {
            return best;
        }
        for seat in 0..self.panel.len() {
            if belief.was_asked(seat) {
                continue;
            }
            let price = belief.price(seat);
            let pay = self.pay(seat, price);
            // Nobody can do better than right.
            if 1.0 - pay <= best.0 + LEAST_GAIN || price > budget {
                continue;
            }
            let then = if ahead == 1 {
                belief.best_after(seat)
            } else {
                let left = budget - price;
                let outcomes = belief.outcomes(seat).filter(|(share, _)| *share > 1e-4);
                outcomes
                    .map(|(share, next)| share * self.value(&next, ahead - 1, left).0)
                    .sum()
            };
            if then - pay > best.0 + LEAST_GAIN {
                best = (then - pay, Some(seat));
            }
        }
        best
    }

    fn pay(&self, seat: usize, price: f64) -> f64 {
        self.weights.money * price + self.weights.delay * self.panel.seat(seat).delay
    }

    /// Where there is no answer at all, somebody is asked even if it is hardly worth its price.
    fn somebody(&self, belief: &Belief<'_>, budget: f64) -> Option<usize> {
        let free = (0..self.panel.len()).filter(|seat| !belief.was_asked(*seat));
        let worth = |seat: usize| belief.would_be_right(seat) - self.pay(seat, belief.price(seat));
        free.filter(|seat| belief.asked() < self.most && belief.price(*seat) <= budget)
            .max_by(|one, other| worth(*one).total_cmp(&worth(*other)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coe::route::panel::{Kind, Seated};

    /// Two cheap ones, a third, a strong one, of four families.
    fn panel() -> Panel {
        let seat = |quality, price, family: &str| Seated {
            quality,
            price,
            delay: 1.0,
            family: family.to_owned(),
        };
        let seats = [
            seat(0.74, 0.000_07, "a"),
            seat(0.78, 0.000_16, "b"),
            seat(0.73, 0.000_35, "c"),
            seat(0.84, 0.002_5, "d"),
        ];
        Panel::new(
            Kind {
                spread: 2.0,
                novelty: 3.0,
            },
            &seats,
        )
    }

    /// The seats asked in turn, then `=` and the seat taken, or `~` after a vote.
    fn walk(money: f64, limits: Option<Limits>, answers: [&str; 4]) -> String {
        let panel = panel();
        let weights = Weights::of_money(money);
        let limits = limits.unwrap_or(Limits::of(&weights));
        let mut state = Deliberation::new(&panel, weights, limits, Measure::Number, 0.0);
        let mut shown = String::new();
        loop {
            match state.next_move() {
                Move::Ask { seat, .. } => {
                    shown += &format!("{seat} ");
                    state.note(seat, answers[seat], state.belief().price(seat));
                }
                Move::Accept { seat, .. } => return format!("{shown}={seat}"),
                Move::Vote { seat, .. } => return format!("{shown}~{seat}"),
                Move::GiveUp => return format!("{shown}none"),
            }
        }
    }

    #[test]
    fn a_cheap_pair_that_agrees_is_enough_and_else_a_strong_one_is_asked() {
        assert_eq!(walk(40.0, None, ["7", "7.0", "8", "9"]), "0 1 =1");
        let differ = walk(40.0, None, ["7", "8", "9", "8"]);
        assert!(
            differ.starts_with("0 1 ") && differ.ends_with("~3"),
            "{differ}"
        );
    }

    #[test]
    fn the_dearer_money_is_the_fewer_are_asked() {
        assert_eq!(walk(5_000.0, None, ["7", "8", "9", "8"]), "0 =0");
        let cheap = walk(0.5, None, ["7", "8", "9", "8"]);
        assert!(cheap.matches(' ').count() > 2, "{cheap}");
    }

    #[test]
    fn limits_hold_and_nobody_left_is_said() {
        let limits = |budget, most| Some(Limits { budget, most });
        assert_eq!(walk(1.0, limits(0.000_3, 9), ["7", "8", "9", "8"]), "1 =1");
        assert_eq!(
            walk(1.0, limits(9.0, 1), ["7", "8", "9", "8"])
                .matches(' ')
                .count(),
            1
        );
        assert_eq!(walk(1.0, limits(0.0, 9), ["7", "8", "9", "8"]), "none");
        let silent = walk(20.0, None, ["", "", "", ""]);
        assert!(silent.ends_with("none") && silent.len() > 10, "{silent}");
    }

    #[test]
    fn the_opening_asks_two_at_once_where_both_will_be_asked_anyway() {
        let panel = panel();
        let opening = |money| {
            let weights = Weights::of_money(money);
            let limits = Limits::of(&weights);
            Deliberation::new(&panel, weights, limits, Measure::Number, 0.0).opening()
        };
        assert_eq!(opening(40.0), [0, 1]);
        assert_eq!(opening(5_000.0), [0]);
    }
}
