//! Weights in 8 bits, one scale for each class.

use super::Weights;

/// Weights in 8 bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// What is added for each class.
    pub bias: Vec<f32>,
    /// What a step of a weight is worth, for each class.
    pub scales: Vec<f32>,
    /// By row of the table, then by class.
    pub weights: Vec<i8>,
    /// What margins are multiplied with before they are made probabilities.
    pub temperature: f32,
}

/// So many weights of a thousand may be cut off at the greatest step.
const CUT: usize = 1;

impl Head {
    /// Rounds weights to 8 bits.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to what 8 bits hold"
    )]
    pub fn from_weights(weights: &Weights) -> Self {
        let classes = weights.classes.max(1);
        let scales: Vec<f32> = (0..classes)
            .map(|class| {
                let column = weights.values.iter().skip(class).step_by(classes);
                let mut sizes: Vec<f32> = column
                    .map(|weight| weight.abs())
                    .filter(|&size| size > 0.0)
                    .collect();
                sizes.sort_unstable_by(f32::total_cmp);
                let cut = sizes.len() * CUT / 1000;
                let greatest = sizes.iter().rev().nth(cut).copied().unwrap_or(1.0);
                greatest / 127.0
            })
            .collect();
        let rounded = weights.values.iter().zip(scales.iter().cycle());
        Self {
            bias: weights.bias.clone(),
            weights: rounded
                .map(|(weight, scale)| (weight / scale).round().clamp(-127.0, 127.0) as i8)
                .collect(),
            scales,
            temperature: 1.0,
        }
    }

    /// How many classes there are.
    pub fn classes(&self) -> usize {
        self.bias.len()
    }

    /// The margin of each class for a text.
    pub fn margins(&self, row: &[(u32, f32)]) -> Vec<f32> {
        let classes = self.classes();
        let mut sums = vec![0.0_f32; classes];
        for (row, value) in row {
            let start = *row as usize * classes;
            let weights = self.weights.get(start..start + classes).unwrap_or_default();
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum += f32::from(*weight) * value;
            }
        }
        let scaled = sums.iter().zip(&self.scales).zip(&self.bias);
        scaled
            .map(|((sum, scale), bias)| sum * scale + bias)
            .collect()
    }

    /// The logarithm of each class's probability for a text.
    pub fn log_probabilities(&self, row: &[(u32, f32)]) -> Vec<f32> {
        let mut logits = self.margins(row);
        for logit in &mut logits {
            *logit *= self.temperature;
        }
        log_softmax(&mut logits);
        logits
    }
}

/// Brings logits to logarithms of probabilities.
pub fn log_softmax(logits: &mut [f32]) {
    let greatest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits
        .iter()
        .map(|logit| libm::expf(logit - greatest))
        .sum();
    let all = greatest + libm::logf(sum);
    for logit in logits {
        *logit -= all;
    }
}
