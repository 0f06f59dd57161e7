//! A figure with its interval, by paired bootstrap: rows are drawn again with what all policies did on
//! them, so that differences keep their pairing.

use serde::Serialize;

/// How often rows are drawn again.
const DRAWS: usize = 1_000;

/// A value with the bounds of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// Over all rows.
    pub value: f64,
    /// The 2.5th percentile.
    pub low: f64,
    /// The 97.5th percentile.
    pub high: f64,
}

impl Figure {
    fn of(value: f64, mut drawn: Vec<f64>) -> Self {
        drawn.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * (drawn.len() as f64 - 1.0)).round();
            drawn.get(place.max(0.0) as usize).copied().unwrap_or(value)
        };
        Self {
            value,
            low: at(0.025),
            high: at(0.975),
        }
    }

    /// In hundredths.
    pub(super) fn of_hundred(self) -> Self {
        Self {
            value: 100.0 * self.value,
            low: 100.0 * self.low,
            high: 100.0 * self.high,
        }
    }
}

/// Draws rows again, the same ones for every figure.
pub(super) struct Resampler {
    /// For each draw how often each row is in it.
    draws: Vec<Vec<u8>>,
}

impl Resampler {
    pub(super) fn new(rows: usize) -> Self {
        let mut state = 0x5eed_u64;
        let draws = (0..DRAWS).map(|_| {
            let mut counts = vec![0_u8; rows];
            for _ in 0..rows {
                let row = draw(&mut state, rows);
                counts[row] = counts[row].saturating_add(1);
            }
            counts
        });
        Self {
            draws: draws.collect(),
        }
    }

    pub(super) fn mean(&self, values: &[f64]) -> Figure {
        let count = values.len().max(1) as f64;
        self.figure(&[values], |sums| sums[0] / count)
    }

    /// A figure of the sums of columns.
    pub(super) fn figure(&self, columns: &[&[f64]], of: impl Fn(&[f64]) -> f64) -> Figure {
        let sums: Vec<f64> = columns.iter().map(|column| column.iter().sum()).collect();
        let drawn = self.draws.iter().map(|counts| {
            let sum = |column: &&[f64]| {
                let terms = column.iter().zip(counts);
                terms
                    .map(|(value, count)| value * f64::from(*count))
                    .sum::<f64>()
            };
            of(&columns.iter().map(sum).collect::<Vec<f64>>())
        });
        Figure::of(of(&sums), drawn.collect())
    }
}

/// SplitMix64.
fn draw(state: &mut u64, below: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    ((u128::from(mixed) * below as u128) >> 64) as usize
}

/// 0 where there is nothing to divide by.
pub(super) fn ratio(top: f64, bottom: f64) -> f64 {
    if bottom.abs() > 0.0 {
        top / bottom
    } else {
        0.0
    }
}

/// One request for which something dearer may be asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ordered {
    /// What asking it is expected to gain: the order.
    pub gain: f64,
    /// Score of the weak one alone.
    pub weak: f64,
    /// Score of what is taken without asking: the weak one, or the best of several free ones.
    pub cheap: f64,
    /// Score of what is taken after asking.
    pub dear: f64,
    /// Score of the strong one alone.
    pub strong: f64,
}

/// Average performance gap recovered (RouteLLM, arXiv 2406.18665): requests go to the dearer one in the
/// order of predicted gain; at each share of them the part of the gap between the weak and the strong
/// one alone that is made up, averaged over all shares. Of rows with equal predictions all orders are
/// averaged.
pub(super) fn apgr(rows: &[Ordered]) -> Figure {
    let mut rows = rows.to_vec();
    rows.sort_by(|one, other| other.gain.total_cmp(&one.gain));
    let resampler = Resampler::new(rows.len());
    let ones = vec![1_u8; rows.len()];
    let drawn = resampler.draws.iter().map(|counts| area(&rows, counts));
    Figure::of(area(&rows, &ones), drawn.collect())
}

fn area(rows: &[Ordered], counts: &[u8]) -> f64 {
    let sum = |of: fn(&Ordered) -> f64| -> f64 {
        let terms = rows.iter().zip(counts);
        terms.map(|(row, count)| f64::from(*count) * of(row)).sum()
    };
    let gap = sum(|row| row.strong - row.weak);
    let total: f64 = counts.iter().map(|count| f64::from(*count)).sum();
    let mut gained = sum(|row| row.cheap - row.weak);
    let (mut area, mut at) = (0.0, 0);
    for rows in rows.chunk_by(|one, other| one.gain.total_cmp(&other.gain).is_eq()) {
        let counts = &counts[at..at + rows.len()];
        at += rows.len();
        let gain = |(row, count): (&Ordered, &u8)| f64::from(*count) * (row.dear - row.cheap);
        let gain: f64 = rows.iter().zip(counts).map(gain).sum();
        let share = counts.iter().map(|count| f64::from(*count)).sum::<f64>();
        area += share * (gained + gain / 2.0);
        gained += gain;
    }
    ratio(area, gap * total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_is_half_at_random_and_one_for_the_order_of_a_seer_without_regrets() {
        // Two rows of four need the strong one.
        let rows = |gains: [f64; 4]| -> Vec<Ordered> {
            let strong = [1.0, 1.0, 1.0, 1.0];
            let weak = [0.0, 1.0, 0.0, 1.0];
            let row = |at: usize| Ordered {
                gain: gains[at],
                weak: weak[at],
                cheap: weak[at],
                dear: strong[at],
                strong: strong[at],
            };
            (0..4).map(row).collect()
        };
        assert!((apgr(&rows([0.5; 4])).value - 0.5).abs() < 1e-12);
        // 1/4, 3/4, 1, 1 in the middle of each quarter.
        assert!((apgr(&rows([1.0, 0.1, 0.9, 0.0])).value - 0.75).abs() < 1e-12);
        assert!((apgr(&rows([0.1, 1.0, 0.0, 0.9])).value - 0.25).abs() < 1e-12);
    }

    #[test]
    fn intervals_hold_the_value_and_are_the_same_each_time() {
        let values: Vec<f64> = (0..400)
            .map(|at| f64::from(u8::from(at % 4 == 0)))
            .collect();
        let figure = Resampler::new(400).mean(&values);
        assert!((figure.value - 0.25).abs() < 1e-12);
        // 1.96 standard errors of 0.0217.
        assert!(
            (figure.high - figure.low - 0.085).abs() < 0.01,
            "{figure:?}"
        );
        assert!(figure.low < 0.25 && figure.high > 0.25);
        assert_eq!(figure, Resampler::new(400).mean(&values));
    }

    #[test]
    fn a_paired_difference_has_no_noise_where_there_is_none() {
        let resampler = Resampler::new(50);
        let costs: Vec<f64> = (1..=50).map(f64::from).collect();
        let half: Vec<f64> = costs.iter().map(|cost| cost / 2.0).collect();
        let saving = resampler.figure(&[&half, &costs], |sums| 1.0 - ratio(sums[0], sums[1]));
        assert!((saving.low - 0.5).abs() < 1e-9 && (saving.high - 0.5).abs() < 1e-9);
    }
}
