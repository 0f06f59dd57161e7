//! What follows from a reading: the field, how hard it is, whether answers can be compared, whether it
//! is sure.

use crate::{
    Field, Label, Parameters, Part, Reading, TargetLabel,
    features::fields,
    text::{fold, tokens},
};

/// Puts a reading together. `sure` is the probability from which the best label is relied on.
pub fn reading(
    text: &str,
    labels: Vec<(Label, f32)>,
    target: (TargetLabel, f32),
    parts: Vec<Part>,
    sure: f32,
) -> Reading {
    let best = labels.first().map_or(0.0, |(_, probability)| *probability);
    Reading {
        sure: best >= sure,
        target,
        parameters: together(&parts),
        field: field(text, &parts),
        difficulty: difficulty(text, &parts, best),
        checkable: parts.last().is_some_and(|part| checkable(text, part.label)),
        labels,
        parts,
    }
}

/// The parameters of the part that is done first, and of later ones what that leaves open: where one
/// part says in which language, all should end in it.
fn together(parts: &[Part]) -> Parameters {
    parts
        .first()
        .map_or_else(Parameters::default, |part| part.parameters.clone())
}

/// The field whose words the request has most of.
fn field(text: &str, parts: &[Part]) -> Field {
    let counts = fields(text);
    let all = Field::ALL.iter().copied().zip(counts);
    let best = all.rev().max_by_key(|(_, count)| *count);
    match best {
        Some((field, count)) if count > 0 => field,
        _ if parts.iter().any(|part| part.label == Label::Code) => Field::Technology,
        _ if parts.iter().any(|part| part.label == Label::Math) => Field::Science,
        _ => Field::General,
    }
}

/// How hard it is, from 0 to 1. By label: recorded outcomes have translation and short facts easy,
/// code and proofs hard. A long request asks for more than a short one, several parts for more than
/// one; what is read with doubt is likelier to go wrong.
fn difficulty(text: &str, parts: &[Part], best: f32) -> f32 {
    let base = |label: Label| match label {
        Label::Chat => 0.15,
        Label::Proofread | Label::Shorten => 0.25,
        Label::Translate | Label::Summarize | Label::Extract => 0.3,
        Label::Answer | Label::Rewrite => 0.35,
        Label::Explain | Label::Expand | Label::Write => 0.4,
        Label::Compare => 0.45,
        Label::Math => 0.55,
        Label::Code => 0.6,
    };
    let hardest = parts
        .iter()
        .map(|part| base(part.label))
        .fold(0.0, f32::max);
    let words = tokens(&fold(text)).len().min(400);
    let length = (words as f32 / 400.0).sqrt();
    let further = parts.len().saturating_sub(1).min(4) as f32;
    (hardest + 0.2 * length + 0.08 * further + 0.1 * (1.0 - best)).clamp(0.0, 1.0)
}

/// Whether two right answers agree with each other: numbers, facts, lists.
fn checkable(text: &str, label: Label) -> bool {
    match label {
        Label::Math | Label::Extract | Label::Answer => true,
        Label::Proofread | Label::Code => false,
        // General knowledge: a question with a name or a number for an answer.
        Label::Chat => text.contains(['?', '？']) && tokens(&fold(text)).len() >= 4,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(label: Label) -> Part {
        Part {
            label,
            span: 0..1,
            parameters: Parameters::default(),
            takes_from: Vec::new(),
        }
    }

    #[track_caller]
    fn check(text: &str, label: Label, expected: Field) {
        assert_eq!(field(text, &[part(label)]), expected, "{text}");
    }

    #[test]
    fn the_field_is_that_of_most_words() {
        check(
            "side effects of the vaccine for diabetes patients",
            Label::Answer,
            Field::Medicine,
        );
        check("租房合同里的条款", Label::Explain, Field::Law);
        check(
            "¿cuánto equipaje puedo llevar en el vuelo?",
            Label::Answer,
            Field::Everyday,
        );
        check("42 * 17", Label::Math, Field::Science);
        check("shorter please", Label::Shorten, Field::General);
    }

    #[test]
    fn proofs_are_harder_than_greetings_and_several_parts_than_one() {
        let of = |labels: &[Label]| {
            let parts: Vec<Part> = labels.iter().copied().map(part).collect();
            difficulty("say it", &parts, 0.9)
        };
        assert!(of(&[Label::Chat]) < of(&[Label::Math]));
        assert!(of(&[Label::Summarize]) < of(&[Label::Summarize, Label::Translate]));
        assert!(checkable("what is 3 + 4?", Label::Math));
        assert!(!checkable("write a poem", Label::Write));
    }
}
