//! Texts as rows of a sparse matrix.

use super::Table;
use crate::features::{Feature, normalize};

/// One text: rows of the table with their values.
pub type Row = Vec<(u32, f32)>;

/// Many texts, each a row.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    starts: Vec<usize>,
    entries: Vec<(u32, f32)>,
}

impl Matrix {
    /// Adds a text.
    pub fn push(&mut self, row: &[(u32, f32)]) {
        self.starts.push(self.entries.len());
        self.entries.extend_from_slice(row);
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// A text.
    pub fn row(&self, index: usize) -> &[(u32, f32)] {
        let end = self
            .starts
            .get(index + 1)
            .copied()
            .unwrap_or(self.entries.len());
        self.starts
            .get(index)
            .map_or(&[], |&start| &self.entries[start..end])
    }
}

impl Table {
    /// The features of a text that are known, each view brought to its length.
    pub fn vector(&self, features: &[Feature]) -> Row {
        let mut rows = Vec::with_capacity(features.len());
        let mut values = Vec::with_capacity(features.len());
        for feature in features {
            // Lengths are those of all features: a text of unknown words says little.
            values.push((feature.view, feature.value));
            rows.push(self.row(feature.hash));
        }
        normalize(&mut values);
        let known = rows.into_iter().zip(values);
        known
            .filter_map(|(row, (_, value))| Some((u32::try_from(row?).ok()?, value)))
            .collect()
    }
}
