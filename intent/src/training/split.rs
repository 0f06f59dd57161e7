//! Which lines are held out: an eighth, chosen by what they say, without those that have a near
//! duplicate among the others.

use std::collections::{BTreeMap, BTreeSet};

use super::{Corpus, samples::seed};
use crate::text::{fold, without_accents};

/// Two lines are near duplicates when they share so much of their trigrams.
const NEAR: f64 = 0.7;

/// A near duplicate shares one of so many of a line's rarest trigrams, but for one case in ten
/// thousand.
const RAREST: usize = 8;

/// Lines to learn from and lines to measure on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// Whether each line is held out.
    pub held_out: Vec<bool>,
    /// How many lines would have been held out but have a near duplicate among those learned from.
    pub near_duplicates: usize,
}

/// Splits by line: all expansions of a line are on one side.
pub fn split(corpus: &Corpus) -> Split {
    let mut held_out: Vec<bool> = corpus
        .lines
        .iter()
        .map(|line| seed(&line.written).is_multiple_of(8))
        .collect();
    let grams: Vec<BTreeSet<u64>> = corpus
        .lines
        .iter()
        .map(|line| trigrams(&line.written))
        .collect();
    // Lines that are learned from, by trigram.
    let mut known: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (index, grams) in grams.iter().enumerate() {
        if !held_out[index] {
            for gram in grams {
                known.entry(*gram).or_default().push(index);
            }
        }
    }
    let mut near_duplicates = 0;
    for (index, own) in grams.iter().enumerate() {
        if !held_out[index] {
            continue;
        }
        let mut postings: Vec<&Vec<usize>> =
            own.iter().filter_map(|gram| known.get(gram)).collect();
        postings.sort_by_key(|lines| lines.len());
        let mut others = postings.into_iter().take(RAREST).flatten();
        let near = others.any(|&other| {
            let other = &grams[other];
            let shared = own.intersection(other).count();
            let all = own.len() + other.len() - shared;
            shared as f64 >= NEAR * all as f64
        });
        if near {
            held_out[index] = false;
            near_duplicates += 1;
        }
    }
    Split {
        held_out,
        near_duplicates,
    }
}

/// The trigrams of what a line says, hashed.
fn trigrams(written: &str) -> BTreeSet<u64> {
    let said = written.rsplit(" : ").next().unwrap_or(written);
    let plain = without_accents(&fold(said));
    let letters: Vec<char> = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    let grams = letters.windows(3.min(letters.len().max(1)));
    grams
        .map(|gram| {
            gram.iter()
                .fold(0, |key, &c| key * 0x11_0000 + u64::from(u32::from(c)))
        })
        .collect()
}
