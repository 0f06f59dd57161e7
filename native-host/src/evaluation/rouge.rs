//! ROUGE (Lin, 2004) as the `rouge-score` package computes it: lower case, ASCII letters and
//! digits, no stemming, F1.

use std::{
    collections::HashMap,
    ops::{AddAssign, Div},
};

use serde::Serialize;

/// F1 scores from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Rouge {
    /// Of single words.
    pub rouge1: f64,
    /// Of pairs of neighbouring words.
    pub rouge2: f64,
    /// Of the longest common subsequence.
    pub rouge_l: f64,
}

impl AddAssign for Rouge {
    fn add_assign(&mut self, other: Self) {
        self.rouge1 += other.rouge1;
        self.rouge2 += other.rouge2;
        self.rouge_l += other.rouge_l;
    }
}

impl Div<f64> for Rouge {
    type Output = Self;

    fn div(self, divisor: f64) -> Self {
        Self {
            rouge1: self.rouge1 / divisor,
            rouge2: self.rouge2 / divisor,
            rouge_l: self.rouge_l / divisor,
        }
    }
}

/// The scores of a text against several references, for each measure the best over them.
pub fn rouge<'text>(text: &str, references: impl IntoIterator<Item = &'text str>) -> Rouge {
    let candidate = tokens(text);
    references
        .into_iter()
        .fold(Rouge::default(), |best, reference| {
            let reference = tokens(reference);
            Rouge {
                rouge1: best.rouge1.max(of_ngrams::<1>(&candidate, &reference)),
                rouge2: best.rouge2.max(of_ngrams::<2>(&candidate, &reference)),
                rouge_l: best.rouge_l.max(of_subsequence(&candidate, &reference)),
            }
        })
}

fn tokens(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect()
}

fn of_ngrams<const N: usize>(candidate: &[String], reference: &[String]) -> f64 {
    let wanted = count::<N>(reference);
    let hits: usize = count::<N>(candidate)
        .into_iter()
        .map(|(gram, times)| times.min(wanted.get(gram).copied().unwrap_or(0)))
        .sum();
    let total = |tokens: &[String]| (tokens.len() + 1).saturating_sub(N);
    f1(hits, total(candidate), total(reference))
}

fn count<const N: usize>(tokens: &[String]) -> HashMap<&[String], usize> {
    let mut counts = HashMap::new();
    for gram in tokens.windows(N) {
        *counts.entry(gram).or_default() += 1;
    }
    counts
}

fn of_subsequence(candidate: &[String], reference: &[String]) -> f64 {
    let mut before = vec![0; reference.len() + 1];
    for token in candidate {
        let mut diagonal = 0;
        for (place, wanted) in reference.iter().enumerate() {
            let above = before[place + 1];
            let longest = if token == wanted {
                diagonal + 1
            } else {
                above.max(before[place])
            };
            before[place + 1] = longest;
            diagonal = above;
        }
    }
    f1(before[reference.len()], candidate.len(), reference.len())
}

fn f1(hits: usize, found: usize, wanted: usize) -> f64 {
    if hits == 0 {
        return 0.0;
    }
    let (precision, recall) = (hits as f64 / found as f64, hits as f64 / wanted as f64);
    2.0 * precision * recall / (precision + recall)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, references: &[&str], expected: [f64; 3]) {
        let Rouge {
            rouge1,
            rouge2,
            rouge_l,
        } = rouge(text, references.iter().copied());
        for (found, expected) in [rouge1, rouge2, rouge_l].into_iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-9,
                "{text:?}: {found} for {expected}"
            );
        }
    }

    #[test]
    fn scores_are_those_computed_by_hand() {
        check("The cat sat.", &["the CAT sat"], [1.0, 1.0, 1.0]);
        // 3 of 4 words, 1 of 3 pairs; the longest common subsequence is `a c d` or `a b d`.
        check("a b c d", &["a c b d"], [1.0, 0.0, 0.75]);
        check("a b x d", &["a b c d"], [0.75, 1.0 / 3.0, 0.75]);
        // 2 hits, 3 words against 5: precision 2/3, recall 2/5.
        check("the the cat", &["the cat is on mat"], [0.5, 1.0 / 3.0, 0.5]);
        // A word counts no more often than the reference has it.
        check("a a a", &["a"], [0.5, 0.0, 0.5]);
        check("", &["a"], [0.0, 0.0, 0.0]);
        check("a", &[], [0.0, 0.0, 0.0]);
    }

    #[test]
    fn the_best_reference_counts_for_each_measure() {
        check("a b c", &["x y", "a c", "b c"], [0.8, 2.0 / 3.0, 0.8]);
    }

    #[test]
    fn hyphens_part_words_and_marks_do_not_count() {
        check("state-of-the-art!", &["state of the art"], [1.0, 1.0, 1.0]);
    }
}
