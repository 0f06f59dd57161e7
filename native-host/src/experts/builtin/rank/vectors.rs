//! Sentences as vectors of weighted terms, and how alike they are.

use super::terms::Vocabulary;

/// A sparse vector of length one: terms in ascending order with their weights.
pub type Vector = Vec<(u32, f32)>;

/// The sentences of a text in the space of its terms (tf-idf, sublinear tf).
#[derive(Debug)]
pub struct Space {
    vocabulary: Vocabulary,
    /// The weight of each term: rarer among the sentences is heavier.
    weights: Vec<f32>,
    /// One vector for each sentence.
    pub vectors: Vec<Vector>,
}

impl Space {
    /// The space of some sentences.
    pub fn of<'text>(sentences: impl IntoIterator<Item = &'text str>) -> Self {
        let mut vocabulary = Vocabulary::default();
        let counted: Vec<Vector> = sentences
            .into_iter()
            .map(|sentence| counts(vocabulary.learn(sentence)))
            .collect();
        let weights = weights(&counted, vocabulary.len());
        let vectors = counted
            .into_iter()
            .map(|terms| weigh(terms, &weights))
            .collect();
        Self {
            vocabulary,
            weights,
            vectors,
        }
    }

    /// Another text in this space; terms that no sentence has do not count.
    pub fn locate(&self, text: &str) -> Vector {
        weigh(counts(self.vocabulary.known(text)), &self.weights)
    }

    /// How central each sentence is: its mean likeness to all others (degree centrality), scaled
    /// so that the highest is one. The sum over the others is one product with the sum of all
    /// vectors, so a long page costs no more than its words.
    pub fn centrality(&self) -> Vec<f32> {
        let mut sum = vec![0.0_f32; self.weights.len()];
        for &(term, weight) in self.vectors.iter().flatten() {
            sum[term as usize] += weight;
        }
        let to_others = |vector: &Vector| {
            let all: f32 = vector
                .iter()
                .map(|&(term, weight)| weight * sum[term as usize])
                .sum();
            (all - likeness(vector, vector)).max(0.0)
        };
        let mut degrees: Vec<f32> = self.vectors.iter().map(to_others).collect();
        let highest = degrees.iter().copied().fold(0.0, f32::max);
        if highest > 0.0 {
            degrees.iter_mut().for_each(|degree| *degree /= highest);
        }
        degrees
    }
}

/// The cosine of two vectors of length one.
pub fn likeness(one: &Vector, other: &Vector) -> f32 {
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    let mut sum = 0.0;
    while let (Some(&&(a, x)), Some(&&(b, y))) = (left.peek(), right.peek()) {
        match a.cmp(&b) {
            std::cmp::Ordering::Less => drop(left.next()),
            std::cmp::Ordering::Greater => drop(right.next()),
            std::cmp::Ordering::Equal => {
                sum += x * y;
                left.next();
                right.next();
            }
        }
    }
    sum
}

/// How often each term occurs.
fn counts(mut terms: Vec<u32>) -> Vector {
    terms.sort_unstable();
    let runs = terms.chunk_by(|one, next| one == next);
    runs.map(|run| (run[0], run.len() as f32)).collect()
}

/// ln((n + 1) / (sentences with the term + 0.5)): terms of every sentence weigh next to nothing.
fn weights(sentences: &[Vector], terms: usize) -> Vec<f32> {
    let mut with = vec![0_u32; terms];
    for &(term, _) in sentences.iter().flatten() {
        with[term as usize] += 1;
    }
    let all = sentences.len() as f32 + 1.0;
    with.into_iter()
        .map(|with| (all / (with as f32 + 0.5)).ln().max(0.0))
        .collect()
}

fn weigh(mut counts: Vector, weights: &[f32]) -> Vector {
    for (term, count) in &mut counts {
        *count = (1.0 + count.ln()) * weights[*term as usize];
    }
    let length = counts
        .iter()
        .map(|(_, weight)| weight * weight)
        .sum::<f32>()
        .sqrt();
    if length > 0.0 {
        counts.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn centrality_is_the_mean_likeness_to_the_others() {
        let texts = [
            "the river rose",
            "the river fell",
            "a river is water",
            "cats sleep",
        ];
        let space = Space::of(texts);
        let slow: Vec<f32> = (0..texts.len())
            .map(|one| {
                let others = (0..texts.len()).filter(|&other| other != one);
                others
                    .map(|other| likeness(&space.vectors[one], &space.vectors[other]))
                    .sum()
            })
            .collect();
        let highest = slow.iter().copied().fold(0.0, f32::max);
        for (fast, slow) in space.centrality().iter().zip(&slow) {
            assert!((fast - slow / highest).abs() < 1e-5);
        }
        assert_eq!(space.centrality()[3], 0.0);
    }

    #[test]
    fn no_sentences_and_empty_sentences_are_no_trouble() {
        assert!(Space::of([]).centrality().is_empty());
        assert_eq!(Space::of(["", "..."]).centrality(), [0.0, 0.0]);
    }
}
