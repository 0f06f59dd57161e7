//! The experts that may be asked about one kind of request, as the belief needs them.

use serde::{Deserialize, Serialize};

/// Points at which the difficulty is summed.
pub(in crate::coe) const NODES: usize = 9;
/// In standard deviations, easy to hard.
const DIFFICULTY: Nodes = [-2.4, -1.8, -1.2, -0.6, 0.0, 0.6, 1.2, 1.8, 2.4];
/// Nobody is ever quite sure.
const LEAST: f64 = 0.002;
/// A belief keeps its seats as bits of a word.
pub const MOST_SEATS: usize = 32;

/// A value for each point of difficulty.
pub(in crate::coe) type Nodes = [f64; NODES];

/// How requests of a kind behave.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// How much harder one standard deviation makes a request, in logits: 0 if experts err
    /// independently, 3 if they mostly fail together.
    pub spread: f64,
    /// How seldom two wrong answers are the same: the second repeats the first with probability
    /// 1 / (1 + novelty).
    pub novelty: f64,
}

/// An expert as a panel takes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seated {
    /// Probability of being right about an average request of this kind, 0 to 1.
    pub quality: f64,
    /// What asking it costs, in dollars (any unit will do in which [`super::Weights`] are).
    pub price: f64,
    /// How long it takes, in seconds.
    pub delay: f64,
    /// Experts of one family make the same errors more often.
    pub family: String,
}

/// One expert at every difficulty.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seat {
    pub right: Nodes,
    pub price: Nodes,
    pub delay: f64,
}

/// Up to [`MOST_SEATS`] experts.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    kind: Kind,
    seats: Vec<Seat>,
    kin: Vec<u32>,
}

impl Panel {
    /// A panel of these experts, in this order; those beyond [`MOST_SEATS`] are left out.
    pub fn new(kind: Kind, seats: &[Seated]) -> Self {
        let priced = |seat: &Seated| (seat.clone(), [seat.price; NODES]);
        let seats: Vec<_> = seats.iter().map(priced).collect();
        Self::priced(kind, &seats)
    }

    /// The same with prices by difficulty.
    pub(in crate::coe) fn priced(kind: Kind, seats: &[(Seated, Nodes)]) -> Self {
        let seats = &seats[..seats.len().min(MOST_SEATS)];
        let kin = |seat: &Seated| {
            let same = seats.iter().map(|(other, _)| other.family == seat.family);
            same.enumerate()
                .fold(0, |bits, (at, same)| bits | (u32::from(same) << at))
        };
        Self {
            kind,
            kin: seats.iter().map(|(seat, _)| kin(seat)).collect(),
            seats: seats
                .iter()
                .map(|(seat, price)| Seat {
                    right: right(kind.spread, seat.quality),
                    price: *price,
                    delay: seat.delay,
                })
                .collect(),
        }
    }

    /// How many experts there are.
    pub fn len(&self) -> usize {
        self.seats.len()
    }

    /// Whether nobody is there.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    pub(super) fn seat(&self, seat: usize) -> &Seat {
        &self.seats[seat]
    }

    pub(super) fn kin(&self, seat: usize) -> u32 {
        self.kin[seat]
    }

    pub(super) fn novelty(&self) -> f64 {
        self.kind.novelty.max(1e-3)
    }

    /// How likely each difficulty is for a request that is `shift` standard deviations harder than
    /// the average.
    pub(super) fn difficulty(&self, shift: f64) -> Nodes {
        normal(shift)
    }
}

/// A normal distribution of unit width around `mean` on the nodes.
pub(in crate::coe) fn normal(mean: f64) -> Nodes {
    let weights = DIFFICULTY.map(|at| (-(at - mean) * (at - mean) / 2.0).exp());
    let sum: f64 = weights.iter().sum();
    weights.map(|weight| weight / sum)
}

/// The probability of being right at each difficulty, whose mean over requests is `quality`.
pub(in crate::coe) fn right(spread: f64, quality: f64) -> Nodes {
    let weights = normal(0.0);
    let at =
        |level: f64| DIFFICULTY.map(|z| logistic(level - spread * z).clamp(LEAST, 1.0 - LEAST));
    let mean = |level: f64| -> f64 { at(level).iter().zip(weights).map(|(p, w)| p * w).sum() };
    let (mut low, mut high) = (-15.0, 15.0);
    for _ in 0..40 {
        let middle = f64::midpoint(low, high);
        if mean(middle) < quality {
            low = middle;
        } else {
            high = middle;
        }
    }
    at(low)
}

pub(in crate::coe) fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_over_difficulties_is_the_quality_asked_for() {
        for quality in [0.1, 0.5, 0.84, 0.97] {
            for spread in [0.0, 1.0, 4.0] {
                let right = right(spread, quality);
                let mean: f64 = right.iter().zip(normal(0.0)).map(|(p, w)| p * w).sum();
                assert!((mean - quality).abs() < 1e-3, "{quality} {spread}: {mean}");
                assert!(right.windows(2).all(|pair| pair[0] >= pair[1]));
            }
        }
    }

    #[test]
    fn a_shift_moves_the_difficulty() {
        let mean = |shift| -> f64 {
            normal(shift)
                .iter()
                .zip(DIFFICULTY)
                .map(|(w, z)| w * z)
                .sum()
        };
        assert!(mean(0.0).abs() < 1e-9);
        assert!(mean(0.8) > 0.6 && mean(-0.8) < -0.6);
    }
}
