//! What follows from a reading: field, difficulty, whether answers can be compared, whether it is sure.

use crate::{Field, Label, Parameters, Part, Reading, TargetLabel};

/// Puts a reading together.
pub fn reading(
    _text: &str,
    labels: Vec<(Label, f32)>,
    target: (TargetLabel, f32),
    parts: Vec<Part>,
    sure: f32,
) -> Reading {
    let best = labels.first().map_or(0.0, |(_, probability)| *probability);
    let parameters = parts
        .first()
        .map_or_else(Parameters::default, |part| part.parameters.clone());
    Reading {
        sure: best >= sure,
        labels,
        target,
        parameters,
        parts,
        field: Field::General,
        difficulty: 0.5,
        checkable: false,
    }
}
