//! Ridge regression on sparse features: what a text says about a gain, learned from a few thousand
//! outcomes in a second.
//!
//! Solved by conjugate gradients on the normal equations (Hestenes and Stiefel 1952), so that the
//! matrix is never built; stopping early shrinks further, in the same direction as the penalty.

/// Features by number, sorted, each once.
pub type Sparse = Vec<(u32, f32)>;

/// Steps of the solver; more change nothing that can be measured.
const STEPS: usize = 40;
/// The square of the residual, against that of the start, at which it stops.
const CLOSE: f64 = 1e-8;

/// Rows of features with what they should lead to.
#[derive(Debug, Clone, Default)]
pub struct Design {
    rows: Vec<Sparse>,
    targets: Vec<f64>,
    width: usize,
}

impl Design {
    /// Adds a row.
    pub fn add(&mut self, features: Sparse, target: f64) {
        let width = features.iter().map(|(at, _)| *at as usize + 1).max();
        self.width = self.width.max(width.unwrap_or(0));
        self.rows.push(features);
        self.targets.push(target);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Fits with a penalty on the square of each weight; the intercept is free.
    pub fn fit(&self, penalty: f64) -> Linear {
        let count = self.rows.len().max(1) as f64;
        let mean = self.targets.iter().sum::<f64>() / count;
        let centred: Vec<f64> = self.targets.iter().map(|target| target - mean).collect();
        // Features are centred implicitly: the mean of each is taken off on the fly.
        let mut means = vec![0.0; self.width];
        for row in &self.rows {
            for (at, value) in row {
                means[*at as usize] += f64::from(*value) / count;
            }
        }
        let forward = |weights: &[f64]| -> Vec<f64> {
            let base: f64 = weights.iter().zip(&means).map(|(w, m)| w * m).sum();
            self.rows
                .iter()
                .map(|row| dot(row, weights) - base)
                .collect()
        };
        let backward = |residuals: &[f64]| -> Vec<f64> {
            let total: f64 = residuals.iter().sum();
            let mut sums: Vec<f64> = means.iter().map(|mean| -mean * total).collect();
            for (row, residual) in self.rows.iter().zip(residuals) {
                for (at, value) in row {
                    sums[*at as usize] += f64::from(*value) * residual;
                }
            }
            sums
        };
        let mut weights = vec![0.0; self.width];
        let mut residual = backward(&centred);
        let mut direction = residual.clone();
        let mut size = square(&residual);
        let start = size;
        for _ in 0..STEPS {
            if size <= CLOSE * start || size == 0.0 {
                break;
            }
            let mut product = backward(&forward(&direction));
            for (value, direction) in product.iter_mut().zip(&direction) {
                *value += penalty * direction;
            }
            let curve: f64 = product.iter().zip(&direction).map(|(p, d)| p * d).sum();
            if curve <= 0.0 {
                break;
            }
            let step = size / curve;
            for at in 0..self.width {
                weights[at] += step * direction[at];
                residual[at] -= step * product[at];
            }
            let next = square(&residual);
            let keep = next / size;
            for (direction, residual) in direction.iter_mut().zip(&residual) {
                *direction = residual + keep * *direction;
            }
            size = next;
        }
        let base: f64 = weights.iter().zip(&means).map(|(w, m)| w * m).sum();
        Linear {
            intercept: mean - base,
            weights,
        }
    }
}

/// A fitted line.
#[derive(Debug, Clone, Default)]
pub struct Linear {
    intercept: f64,
    weights: Vec<f64>,
}

impl Linear {
    /// What features lead to; those never seen count nothing.
    pub fn predict(&self, features: &Sparse) -> f64 {
        self.intercept + dot(features, &self.weights)
    }
}

fn dot(row: &Sparse, weights: &[f64]) -> f64 {
    let terms = row.iter().filter_map(|(at, value)| {
        let weight = weights.get(*at as usize)?;
        Some(f64::from(*value) * weight)
    });
    terms.sum()
}

fn square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum()
}
