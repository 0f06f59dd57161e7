//! From lines to the requests that are learned: a few expansions of each line, and copies as hands
//! and habits change them.

use std::ops::Range;

use super::{Change, Corpus, Line, Random, Slots};
use crate::{Label, TargetLabel};

/// A part of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamplePart {
    /// What is wanted.
    pub label: Label,
    /// Other right readings.
    pub also: Vec<Label>,
    /// Its place in the order of doing.
    pub order: usize,
    /// Where it stands in the request, in bytes.
    pub range: Range<usize>,
}

/// A request to learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The request.
    pub text: String,
    /// Its parts, as they are written.
    pub parts: Vec<SamplePart>,
    /// What it is about.
    pub target: Option<TargetLabel>,
    /// The number of its line.
    pub line: usize,
}

/// How many expansions a line with alternatives or slots gives at most.
const EXPANSIONS: usize = 3;

/// The expansions of a line, each once.
pub fn expansions(corpus: &Corpus, number: usize, most: usize) -> Vec<Sample> {
    let empty = Slots::new();
    let line = &corpus.lines[number];
    let slots = corpus.slots.get(&line.language).unwrap_or(&empty);
    let mut random = Random::new(seed(&line.written));
    let variants: usize = line
        .parts
        .iter()
        .map(|part| part.template.variants())
        .product();
    let open = line
        .parts
        .iter()
        .any(|part| !part.template.slots().is_empty());
    let wanted = if open { most } else { variants.clamp(1, most) };
    let mut found: Vec<Sample> = Vec::new();
    for _ in 0..wanted * 3 {
        let sample = expand(line, number, slots, &mut random);
        if !found.iter().any(|other| other.text == sample.text) {
            found.push(sample);
        }
        if found.len() == wanted {
            break;
        }
    }
    found
}

/// The expansions of a line and changed copies of them.
pub fn samples(corpus: &Corpus, number: usize) -> Vec<Sample> {
    let mut all = expansions(corpus, number, EXPANSIONS);
    let line = &corpus.lines[number];
    let mut random = Random::new(seed(&line.written) ^ 0x5eed);
    let copies = if all.len() == 1 { 2 } else { 1 };
    let copies: Vec<Sample> = all
        .iter()
        .flat_map(|sample| std::iter::repeat_n(sample, copies))
        .map(|sample| changed(sample, &mut random))
        .collect();
    for copy in copies {
        if !all.iter().any(|sample| sample.text == copy.text) {
            all.push(copy);
        }
    }
    all
}

/// One or two changes in a request; parts are changed each for itself.
fn changed(sample: &Sample, random: &mut Random) -> Sample {
    let mut changes = vec![Change::ALL[1 + random.below(4)]];
    if random.happens(400) {
        changes.push(Change::Typo);
    }
    let last = sample.parts.len() - 1;
    let texts: Vec<String> = sample
        .parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let mut text = sample.text[part.range.clone()].to_owned();
            for change in &changes {
                if !matches!(change, Change::Please | Change::QuestionMark) || index == last {
                    text = change.apply(&text, random);
                }
            }
            text
        })
        .collect();
    let between: Vec<&str> = sample
        .parts
        .windows(2)
        .map(|pair| &sample.text[pair[0].range.end..pair[1].range.start])
        .collect();
    joined(sample, &texts, &between)
}

fn joined(sample: &Sample, texts: &[String], between: &[&str]) -> Sample {
    let mut text = String::new();
    let mut parts = Vec::new();
    for (index, (part, piece)) in sample.parts.iter().zip(texts).enumerate() {
        if index > 0 {
            text.push_str(between.get(index - 1).copied().unwrap_or(" "));
        }
        let start = text.len();
        text.push_str(piece);
        parts.push(SamplePart {
            range: start..text.len(),
            ..part.clone()
        });
    }
    Sample {
        text,
        parts,
        ..sample.clone()
    }
}

fn expand(line: &Line, number: usize, slots: &Slots, random: &mut Random) -> Sample {
    let unspaced = line.language.starts_with("zh") || line.language == "ja";
    let mut text = String::new();
    let mut parts = Vec::new();
    for part in &line.parts {
        let piece = part.template.expand(slots, random);
        if !text.is_empty() && !unspaced && !piece.starts_with([',', '.', ';', '?', '!', ':']) {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(&piece);
        parts.push(SamplePart {
            label: part.label,
            also: part.also.clone(),
            order: part.order,
            range: start..text.len(),
        });
    }
    Sample {
        text,
        parts,
        target: line.target,
        line: number,
    }
}

/// A seed that depends on nothing but the line.
pub fn seed(written: &str) -> u64 {
    crate::features::Hasher::new(0).text(written).finish()
}
