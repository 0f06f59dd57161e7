//! What the model sees of a text: hashed words, pieces of words, and its shape.

mod cues;
mod hash;
mod lexicon;
mod pieces;
mod shape;
mod words;

pub use cues::fields;
pub use hash::Hasher;

use crate::text::{Token, TokenKind, fold, tokens, without_accents};

/// The groups of features; each is brought to one length, so that a long text weighs no more than a
/// short one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// Words, pairs of words, first and last words.
    Words,
    /// Character n-grams: what typos leave of a word, and all of Chinese and Japanese.
    Pieces,
    /// Length, marks, digits, scripts.
    Shape,
    /// What words of many languages have in common.
    Cues,
}

impl View {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// The length to which the features of this view are brought.
    fn length(self) -> f32 {
        match self {
            Self::Words | Self::Pieces => 1.0,
            Self::Shape => 0.3,
            Self::Cues => 0.8,
        }
    }
}

/// A feature of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Feature {
    /// Which it is.
    pub hash: u64,
    /// Its group.
    pub view: View,
    /// How much of it there is.
    pub value: f32,
}

/// How much a quoted feature counts beside one of the frame around it.
const QUOTED: f32 = 0.35;

/// The features of a text, each once, ordered by hash.
pub fn features(text: &str) -> Vec<Feature> {
    features_of(text, Place::Whole)
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is a request, or its first part.
    Whole,
    /// It is a later part of a request: elliptic words mean more there.
    Later,
}

/// The features of a text at a place, each once, ordered by hash.
pub fn features_of(text: &str, place: Place) -> Vec<Feature> {
    let folded = fold(text);
    let found = tokens(&folded);
    let mut collector = Collector::default();
    let plain: Vec<String> = found
        .iter()
        .map(|token| without_accents(&folded[token.range.clone()]))
        .collect();
    words::collect(&folded, &found, &plain, &mut collector);
    pieces::collect(&found, &plain, &mut collector);
    shape::collect(text, &folded, &found, &mut collector);
    cues::collect(&folded, &found, &plain, place, &mut collector);
    collector.finish()
}

/// Gathers features and merges equal ones.
#[derive(Debug, Default)]
struct Collector(Vec<Feature>);

impl Collector {
    fn add(&mut self, view: View, hash: Hasher, value: f32) {
        self.0.push(Feature {
            hash: hash.finish(),
            view,
            value,
        });
    }

    /// Equal features become one with the greatest value of them: that a word is there counts, not how
    /// often.
    fn finish(self) -> Vec<Feature> {
        let mut all = self.0;
        all.sort_unstable_by_key(|feature| (feature.hash, feature.value.to_bits()));
        all.dedup_by(|later, kept| {
            let same = later.hash == kept.hash;
            if same {
                kept.value = kept.value.max(later.value);
            }
            same
        });
        all
    }
}

/// Brings each view to its length.
pub fn normalize(features: &mut [(View, f32)]) {
    let mut squares = [0.0_f32; View::COUNT];
    for (view, value) in features.iter() {
        squares[*view as usize] += value * value;
    }
    for (view, value) in features {
        let square = squares[*view as usize];
        if square > 0.0 {
            *value *= view.length() / square.sqrt();
        }
    }
}

/// What a token counts.
fn value(token: &Token) -> f32 {
    if token.quoted { QUOTED } else { 1.0 }
}

/// Whether a token is a word, a number or a run.
fn is_said(token: &Token) -> bool {
    token.kind != TokenKind::Mark
}
