//! Which features a model knows, and where the weights of each stand: an open hash table of 16-bit
//! marks in buckets of four. A feature that was never learned finds nothing (but for one in some
//! ten thousand), instead of adding the noise of another one.

use std::collections::BTreeMap;

use crate::features::Feature;

const BUCKET: usize = 4;

/// The features that a model knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Marks by row; 0 is an empty row.
    marks: Vec<u16>,
}

impl Table {
    /// From marks as they are kept; rows are filled up to whole buckets.
    pub fn from_marks(mut marks: Vec<u16>) -> Self {
        marks.resize(marks.len().next_multiple_of(BUCKET).max(BUCKET), 0);
        Self { marks }
    }

    /// One of so many rows with these features, the most important first: one whose bucket is full of
    /// more important ones is left out.
    pub fn of(rows: usize, features: impl IntoIterator<Item = u64>) -> Self {
        let mut table = Self::from_marks(vec![0; rows]);
        for hash in features {
            let start = table.bucket(hash);
            let bucket = &mut table.marks[start..start + BUCKET];
            let mark = mark(hash);
            if !bucket.contains(&mark)
                && let Some(free) = bucket.iter_mut().find(|kept| **kept == 0)
            {
                *free = mark;
            }
        }
        table
    }

    /// The marks by row.
    pub fn marks(&self) -> &[u16] {
        &self.marks
    }

    /// How many rows there are, also empty ones.
    pub fn rows(&self) -> usize {
        self.marks.len()
    }

    /// The row of a feature.
    pub fn row(&self, hash: u64) -> Option<usize> {
        let start = self.bucket(hash);
        let mark = mark(hash);
        let bucket = self.marks.get(start..start + BUCKET)?;
        Some(start + bucket.iter().position(|&kept| kept == mark)?)
    }

    /// The first row of the bucket of a feature.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the product is below the number of buckets"
    )]
    fn bucket(&self, hash: u64) -> usize {
        let buckets = (self.marks.len() / BUCKET) as u128;
        ((u128::from(hash) * buckets) >> 64) as usize * BUCKET
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the low bits are what is wanted"
)]
fn mark(hash: u64) -> u16 {
    (hash as u16).max(1)
}

/// Counts features over texts and chooses those that are kept.
#[derive(Debug, Default)]
pub struct TableBuilder {
    /// By feature: in how many groups of texts it was seen, and the last group.
    seen: BTreeMap<u64, (u32, u32)>,
}

impl TableBuilder {
    /// Counts the features of a text once for its group: copies of one line belong to one group, and
    /// a feature of only one group would be learned by heart.
    pub fn count(&mut self, group: u32, features: &[Feature]) {
        for feature in features {
            let entry = self.seen.entry(feature.hash).or_insert((0, u32::MAX));
            if entry.1 != group {
                *entry = (entry.0 + 1, group);
            }
        }
    }

    /// Keeps the features seen in at least `least` groups, the most frequent first, in at most `rows`
    /// rows. A feature whose bucket is full of more frequent ones is left out.
    pub fn build(&self, least: u32, rows: usize) -> Table {
        let mut chosen: Vec<(u32, u64)> = self
            .seen
            .iter()
            .filter(|(_, (count, _))| *count >= least)
            .map(|(&hash, &(count, _))| (count, hash))
            .collect();
        chosen.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        let wanted = (chosen.len() + chosen.len() / 4).min(rows);
        Table::of(wanted, chosen.into_iter().map(|(_, hash)| hash))
    }

    /// All features seen, each with the number of groups in which it was, ordered by hash.
    pub fn counts(&self) -> impl Iterator<Item = (u64, u32)> {
        self.seen.iter().map(|(&hash, &(count, _))| (hash, count))
    }
}
