//! Many measurements of one thing.

use std::time::Duration;

use serde::Serialize;

/// How long something took, many times, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many times it was measured.
    pub samples: usize,
    /// Half took less.
    pub p50_us: u64,
    /// All but one in a hundred took less.
    pub p99_us: u64,
    /// The shortest.
    pub min_us: u64,
    /// The longest.
    pub max_us: u64,
}

impl Spread {
    /// Summarizes measurements; all zero without any.
    pub fn of(samples: impl IntoIterator<Item = Duration>) -> Self {
        let microseconds = |sample: Duration| u64::try_from(sample.as_micros()).unwrap_or(u64::MAX);
        let mut sorted: Vec<u64> = samples.into_iter().map(microseconds).collect();
        sorted.sort_unstable();
        let at = |percent: usize| {
            // The nearest rank: the smallest sample that this share of all does not exceed.
            let rank = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
            sorted.get(rank).copied().unwrap_or_default()
        };
        Self {
            samples: sorted.len(),
            p50_us: at(50),
            p99_us: at(99),
            min_us: at(0),
            max_us: at(100),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(samples: impl IntoIterator<Item = u64>, expected: [u64; 4]) {
        let spread = Spread::of(samples.into_iter().map(Duration::from_micros));
        let found = [spread.min_us, spread.p50_us, spread.p99_us, spread.max_us];
        assert_eq!(found, expected);
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        check([], [0; 4]);
        check([7], [7; 4]);
        check((1..=100).rev(), [1, 50, 99, 100]);
        check(1..=1000, [1, 500, 990, 1000]);
    }
}
