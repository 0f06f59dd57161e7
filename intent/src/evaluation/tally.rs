//! Counting what was right, and how long it took.

use std::{fmt, time::Duration};

use serde::Serialize;

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Those that were right.
    pub right: usize,
    /// All.
    pub all: usize,
}

impl Share {
    /// Counts one more.
    pub fn add(&mut self, right: bool) {
        self.all += 1;
        self.right += usize::from(right);
    }

    /// The share from 0 to 1; of nothing, none.
    pub fn value(self) -> Option<f64> {
        (self.all > 0).then(|| self.right as f64 / self.all as f64)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let written = match self.value() {
            Some(value) => format!("{:6.2} % of {}", 100.0 * value, self.all),
            None => "none".to_owned(),
        };
        formatter.pad(&written)
    }
}

/// How long readings took, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Times {
    /// Half of them took no longer.
    pub p50: f64,
    /// Of a hundred, all but one took no longer.
    pub p99: f64,
}

impl Times {
    /// From single times.
    pub fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        let at = |part: usize| {
            let index = (times.len() * part / 100).min(times.len().saturating_sub(1));
            times
                .get(index)
                .map_or(0.0, |time| time.as_secs_f64() * 1e6)
        };
        Self {
            p50: at(50),
            p99: at(99),
        }
    }
}

impl fmt::Display for Times {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.0} µs p50, {:.0} µs p99", self.p50, self.p99)
    }
}

/// The expected calibration error over ten bins: how far probabilities are from how often they are
/// right (Guo et al., 2017).
pub fn calibration_error(judged: &[(f32, bool)]) -> f64 {
    let mut bins = [(0_usize, 0.0_f64, 0_usize); 10];
    for &(probability, right) in judged {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a probability"
        )]
        let bin = ((probability * 10.0) as usize).min(9);
        bins[bin].0 += 1;
        bins[bin].1 += f64::from(probability);
        bins[bin].2 += usize::from(right);
    }
    let all = judged.len().max(1) as f64;
    bins.iter()
        .map(|(_, sum, right)| (sum - *right as f64).abs() / all)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_is_the_distance_between_claim_and_outcome() {
        let judged = [(0.75, true), (0.75, true), (0.75, true), (0.75, false)];
        assert!(calibration_error(&judged) < 1e-9);
        assert!((calibration_error(&[(0.95, false)]) - 0.95).abs() < 1e-6);
    }

    #[test]
    fn times_are_told_by_rank() {
        let times = Times::of((1..=100).map(Duration::from_micros).collect());
        assert!((times.p50 - 51.0).abs() < 1e-9 && (times.p99 - 100.0).abs() < 1e-9);
    }
}
