//! One-against-rest support vector machines with squared hinge, by dual coordinate descent (Hsieh et
//! al., 2008, "A dual coordinate descent method for large-scale linear SVM"): all classes at once, one
//! pass over a text serving each of them. Everything happens in a fixed order.

use super::Matrix;
use crate::training::Random;

/// What is to be learned of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its class.
    pub class: usize,
    /// Other classes that are right as well: nothing is learned against them.
    pub also: Vec<usize>,
    /// What it counts.
    pub weight: f32,
}

/// How weights are fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The price of errors against that of large weights.
    pub c: f32,
    /// Passes over all texts.
    pub passes: u32,
    /// The seed of the order in which texts are taken.
    pub seed: u64,
}

/// Weights of all classes by row of the table, and what is added for each class.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// How many classes there are.
    pub classes: usize,
    /// By row, then by class.
    pub values: Vec<f32>,
    /// By class.
    pub bias: Vec<f32>,
}

impl Weights {
    /// The margin of each class for a text.
    pub fn margins(&self, row: &[(u32, f32)]) -> Vec<f32> {
        let mut margins = self.bias.clone();
        add_up(&self.values, self.classes, row, &mut margins);
        margins
    }
}

/// Fits weights to texts.
pub fn fit(
    matrix: &Matrix,
    examples: &[Example],
    rows: usize,
    classes: usize,
    fit: Fit,
) -> Weights {
    let mut weights = Weights {
        classes,
        values: vec![0.0; rows * classes],
        bias: vec![0.0; classes],
    };
    let mut duals = vec![0.0_f32; matrix.len() * classes];
    let norms: Vec<f32> = (0..matrix.len())
        .map(|index| {
            matrix
                .row(index)
                .iter()
                .map(|(_, value)| value * value)
                .sum::<f32>()
                + 1.0
        })
        .collect();
    let mut order: Vec<usize> = (0..matrix.len()).collect();
    let mut random = Random::new(fit.seed);
    let mut steps = vec![0.0_f32; classes];
    let mut margins = vec![0.0_f32; classes];
    for _ in 0..fit.passes {
        random.shuffle(&mut order);
        for &index in &order {
            let row = matrix.row(index);
            let example = &examples[index];
            let diagonal = 1.0 / (2.0 * fit.c * example.weight);
            margins.copy_from_slice(&weights.bias);
            add_up(&weights.values, classes, row, &mut margins);
            let duals = &mut duals[index * classes..(index + 1) * classes];
            let mut moved = false;
            for class in 0..classes {
                steps[class] = 0.0;
                let is = class == example.class;
                if !is && example.also.contains(&class) {
                    continue;
                }
                let sign = if is { 1.0 } else { -1.0 };
                let dual = &mut duals[class];
                let gradient = sign * margins[class] - 1.0 + diagonal * *dual;
                let next = (*dual - gradient / (norms[index] + diagonal)).max(0.0);
                let step = next - *dual;
                if step.abs() > 1e-6 {
                    *dual = next;
                    steps[class] = sign * step;
                    moved = true;
                }
            }
            if moved {
                add_steps(&mut weights.values, row, &steps);
                for (bias, step) in weights.bias.iter_mut().zip(&steps) {
                    *bias += step;
                }
            }
        }
    }
    weights
}

/// Adds up the weights of a text's rows.
fn add_up(values: &[f32], classes: usize, row: &[(u32, f32)], margins: &mut [f32]) {
    // Of known width the compiler unrolls the loop.
    match margins.first_chunk_mut::<14>() {
        Some(margins) if classes == 14 => add_up_all(values, row, margins),
        _ => {
            for (row, value) in row {
                let start = *row as usize * classes;
                for (margin, weight) in margins.iter_mut().zip(&values[start..start + classes]) {
                    *margin += weight * value;
                }
            }
        }
    }
}

fn add_up_all<const N: usize>(values: &[f32], row: &[(u32, f32)], margins: &mut [f32; N]) {
    let (values, _) = values.as_chunks::<N>();
    let mut sums = *margins;
    for (row, value) in row {
        let weights = &values[*row as usize];
        for (sum, weight) in sums.iter_mut().zip(weights) {
            *sum += weight * value;
        }
    }
    *margins = sums;
}

/// Moves the weights of a text's rows.
fn add_steps(values: &mut [f32], row: &[(u32, f32)], steps: &[f32]) {
    match steps.first_chunk::<14>() {
        Some(first) if steps.len() == 14 => add_all_steps(values, row, first),
        _ => {
            for (row, value) in row {
                let start = *row as usize * steps.len();
                let weights = &mut values[start..start + steps.len()];
                for (weight, step) in weights.iter_mut().zip(steps) {
                    *weight += step * value;
                }
            }
        }
    }
}

fn add_all_steps<const N: usize>(values: &mut [f32], row: &[(u32, f32)], steps: &[f32; N]) {
    let (values, _) = values.as_chunks_mut::<N>();
    for (row, value) in row {
        let weights = &mut values[*row as usize];
        for (weight, step) in weights.iter_mut().zip(steps) {
            *weight += step * value;
        }
    }
}
