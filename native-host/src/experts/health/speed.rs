//! How fast an expert is, newer answers counting more.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What each answer leaves of the weight of those before: half of it after 23 answers.
const DECAY: f64 = 0.97;

/// The upper edge of the first bucket of the histogram, in milliseconds.
const FIRST: f64 = 20.0;

/// How much wider each bucket is than the one before: a percentile is known to so much.
const RATIO: f64 = 1.2;

/// Buckets: the last begins above ten minutes.
const BUCKETS: usize = 60;

/// Fewer answers than this, as they weigh now, say nothing of the slowest.
const ENOUGH: f64 = 4.5;

/// Times to first text, and speed of text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Speed {
    /// Weights by time to first text, on a logarithmic scale; as long as needed.
    histogram: Vec<f64>,
    /// The weighted sum of these times, in milliseconds.
    first_text_ms: f64,
    characters: f64,
    seconds: f64,
}

impl Speed {
    /// Notes how long the first text took.
    pub(super) fn spoke_after(&mut self, wait: Duration) {
        let milliseconds = wait.as_secs_f64() * 1000.0;
        for weight in &mut self.histogram {
            *weight *= DECAY;
        }
        self.first_text_ms = self.first_text_ms * DECAY + milliseconds;
        let bucket = bucket(milliseconds);
        if self.histogram.len() <= bucket {
            self.histogram.resize(bucket + 1, 0.0);
        }
        if let Some(weight) = self.histogram.get_mut(bucket) {
            *weight += 1.0;
        }
    }

    /// Notes how much text came in which time after the first.
    #[expect(
        clippy::cast_precision_loss,
        reason = "answers have fewer than 2^52 characters"
    )]
    pub(super) fn wrote(&mut self, characters: u64, time: Duration) {
        self.characters = self.characters * DECAY + characters as f64;
        self.seconds = self.seconds * DECAY + time.as_secs_f64();
    }

    /// The usual time to first text.
    pub(super) fn first_text(&self) -> Option<Duration> {
        let weight = self.weight();
        let mean = self.first_text_ms / weight;
        (weight > 0.0).then(|| Duration::try_from_secs_f64(mean / 1000.0).ok())?
    }

    /// The time after which it has spoken in 95 of 100 cases, once enough is known.
    pub(super) fn first_text_p95(&self) -> Option<Duration> {
        let weight = self.weight();
        if weight < ENOUGH {
            return None;
        }
        let mut sum = 0.0;
        let mut edge = FIRST;
        for share in &self.histogram {
            sum += share;
            if sum >= weight * 0.95 {
                break;
            }
            edge *= RATIO;
        }
        Duration::try_from_secs_f64(edge / 1000.0).ok()
    }

    /// Characters of text per second, where anything was written.
    pub(super) fn characters_per_second(&self) -> Option<f64> {
        (self.seconds > 0.0).then(|| self.characters / self.seconds)
    }

    fn weight(&self) -> f64 {
        self.histogram.iter().sum()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the number of buckets"
)]
fn bucket(milliseconds: f64) -> usize {
    let steps = (milliseconds.max(FIRST) / FIRST).ln() / RATIO.ln();
    (steps.ceil() as usize).min(BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// After these times to first text the mean and the percentile are about so.
    fn check(times: impl IntoIterator<Item = u64>, mean: u64, p95: Option<u64>) {
        let mut speed = Speed::default();
        for time in times {
            speed.spoke_after(Duration::from_millis(time));
        }
        let near = |found: Duration, expected: u64| {
            let found = found.as_secs_f64() * 1000.0;
            #[expect(clippy::cast_precision_loss, reason = "small numbers of a test")]
            let expected = expected as f64;
            (expected / RATIO..=expected * RATIO).contains(&found)
        };
        let found = speed.first_text().unwrap();
        assert!(near(found, mean), "mean {found:?}, not {mean} ms");
        let found = speed.first_text_p95();
        assert_eq!(found.is_some(), p95.is_some());
        if let Some((found, expected)) = found.zip(p95) {
            assert!(
                near(found, expected),
                "percentile {found:?}, not {expected} ms"
            );
        }
    }

    #[test]
    fn few_answers_tell_the_mean_and_not_the_slowest() {
        check([300], 300, None);
        check([300, 300, 300, 300], 300, None);
        check([300; 5], 300, Some(300));
    }

    #[test]
    fn the_percentile_lies_where_the_slowest_begin() {
        check(
            (0..200).map(|each| if each % 10 == 0 { 2000 } else { 200 }),
            370,
            Some(2000),
        );
        check(
            (0..200).map(|each| if each % 50 == 25 { 2000 } else { 200 }),
            226,
            Some(200),
        );
    }

    #[test]
    fn newer_answers_count_more() {
        check([5000; 300].into_iter().chain([100; 150]), 150, Some(100));
    }

    #[test]
    fn times_beyond_every_bucket_are_kept_within() {
        check([0; 10], 0, Some(20));
        let mut speed = Speed::default();
        speed.spoke_after(Duration::from_secs(1_000_000));
        assert_eq!(speed.histogram.len(), BUCKETS);
    }

    #[test]
    fn speed_is_text_by_time() {
        let mut speed = Speed::default();
        assert_eq!(speed.characters_per_second(), None);
        speed.wrote(300, Duration::from_secs(3));
        speed.wrote(100, Duration::from_secs(1));
        assert!((speed.characters_per_second().unwrap() - 100.0).abs() < 1e-9);
    }
}
