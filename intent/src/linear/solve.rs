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
                for (row, value) in row {
                    let start = *row as usize * classes;
                    let weights = &mut weights.values[start..start + classes];
                    for (weight, step) in weights.iter_mut().zip(&steps) {
                        *weight += step * value;
                    }
                }
                for (bias, step) in weights.bias.iter_mut().zip(&steps) {
                    *bias += step;
                }
            }
        }
    }
    weights
}

fn add_up(values: &[f32], classes: usize, row: &[(u32, f32)], margins: &mut [f32]) {
    for (row, value) in row {
        let start = *row as usize * classes;
        for (margin, weight) in margins.iter_mut().zip(&values[start..start + classes]) {
            *margin += weight * value;
        }
    }
}
