//! Which sentences of a text matter most: centrality, position, likeness to the title, and cues,
//! with redundancy held down while choosing (maximal marginal relevance, Carbonell 1998).
//!
//! The weights are round numbers. They were chosen on abstracts (one sentence) and news (one and
//! three) at once: on news nothing beats the first sentences, in other texts cues and centrality
//! do, so the position prior is strong but is outweighed by a cue.

mod cues;
mod terms;
mod vectors;

pub use cues::spread;
pub use terms::each_term;
pub use vectors::{Space, likeness};

use cues::Cues;

const CENTRALITY: f32 = 1.0;
const POSITION: f32 = 2.5;
const TITLE: f32 = 0.5;
const CUE: f32 = 0.8;
const ASIDE: f32 = 0.3;
const SHORT: f32 = 0.3;

/// How fast position loses weight: the prior of the `i`th sentence is 1 / (1 + 0.3 i).
const DECAY: f32 = 0.3;

/// So many sentences are the lead of a text. Once so many are chosen, position counts only
/// [`AFTER_LEAD`] of its weight, so that a longer summary reaches the rest of the page.
pub const LEAD: usize = 3;
const AFTER_LEAD: f32 = 0.3;

/// A sentence with fewer terms says little by itself.
const FEW_TERMS: usize = 7;

/// How much likeness to a chosen sentence counts against another.
const REDUNDANCY: f32 = 0.3;

/// Sentences more alike than this say the same, and the second one comes after all others.
const THE_SAME: f32 = 0.95;
const REPETITION: f32 = 100.0;

/// How much a sentence loses when its paragraph has been quoted before: each says a thing of its own.
const SAME_PARAGRAPH: f32 = 1.2;

/// At most so many sentences, the best by score, are compared with each other.
const COMPARED: usize = 2_000;

/// The sentences of a text with their scores.
#[derive(Debug)]
pub struct Ranking {
    space: Space,
    scores: Vec<Score>,
    /// The paragraph of each sentence; empty where sentences stand by themselves.
    paragraphs: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Score {
    position: f32,
    rest: f32,
}

impl Ranking {
    /// Ranks the sentences of a text, given in order.
    pub fn of(sentences: &[&str], title: &str) -> Self {
        let space = Space::of(sentences.iter().copied());
        let title = space.locate(title);
        let centrality = space.centrality();
        let score = |index: usize| {
            let vector = &space.vectors[index];
            let cues = Cues::of(sentences[index]);
            let when = |condition: bool, weight: f32| if condition { weight } else { 0.0 };
            Score {
                position: POSITION / (1.0 + DECAY * index as f32),
                rest: CENTRALITY * centrality[index]
                    + TITLE * likeness(vector, &title)
                    + when(cues.purpose, CUE)
                    + when(cues.result, CUE)
                    - when(cues.aside, ASIDE)
                    - when(vector.len() < FEW_TERMS, SHORT),
            }
        };
        let scores = (0..sentences.len()).map(score).collect();
        Self {
            space,
            scores,
            paragraphs: Vec::new(),
        }
    }

    /// Tells sentences of one paragraph from those of others: `paragraphs` has one for each.
    pub fn of_paragraphs(self, paragraphs: Vec<u32>) -> Self {
        Self { paragraphs, ..self }
    }

    /// Chooses the best sentences one by one, each time handing the choice to `take`, until that
    /// returns false or there are no more.
    pub fn choose(&self, mut take: impl FnMut(usize) -> bool) {
        let mut left = self.best(COMPARED);
        let mut redundancy = vec![0.0_f32; self.scores.len()];
        let mut quoted = vec![false; self.scores.len()];
        let mut chosen = 0;
        while let Some(place) = self.next(&left, &redundancy, &quoted, chosen) {
            let index = left.swap_remove(place);
            if !take(index) {
                return;
            }
            chosen += 1;
            for &other in &left {
                let vectors = &self.space.vectors;
                let alike = likeness(&vectors[index], &vectors[other]);
                redundancy[other] = redundancy[other].max(alike);
                quoted[other] |= self
                    .paragraphs
                    .get(index)
                    .is_some_and(|paragraph| self.paragraphs.get(other) == Some(paragraph));
            }
        }
    }

    /// The place in `left` of the sentence that adds most; the earlier one of equals.
    fn next(
        &self,
        left: &[usize],
        redundancy: &[f32],
        quoted: &[bool],
        chosen: usize,
    ) -> Option<usize> {
        let of_position = if chosen < LEAD { 1.0 } else { AFTER_LEAD };
        let gain = |index: usize| {
            let score = self.scores[index];
            let again = if quoted[index] { SAME_PARAGRAPH } else { 0.0 };
            let repeated = if redundancy[index] > THE_SAME {
                REPETITION
            } else {
                0.0
            };
            score.rest + of_position * score.position
                - REDUNDANCY * redundancy[index]
                - repeated
                - again
        };
        let by_gain = |&(_, one): &(usize, usize), &(_, other): &(usize, usize)| {
            gain(one).total_cmp(&gain(other)).then(other.cmp(&one))
        };
        left.iter()
            .copied()
            .enumerate()
            .max_by(by_gain)
            .map(|(place, _)| place)
    }

    /// The sentences with the highest scores.
    fn best(&self, count: usize) -> Vec<usize> {
        let total = |index: usize| self.scores[index].rest + self.scores[index].position;
        let mut all: Vec<usize> = (0..self.scores.len()).collect();
        all.sort_by(|&one, &other| total(other).total_cmp(&total(one)).then(one.cmp(&other)));
        all.truncate(count);
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(sentences: &[&str], count: usize) -> Vec<usize> {
        let mut chosen = Vec::new();
        Ranking::of(sentences, "").choose(|index| {
            chosen.push(index);
            chosen.len() < count
        });
        chosen
    }

    #[test]
    fn the_first_sentence_leads_unless_another_says_what_it_is_about() {
        let news = [
            "The river rose by two metres on Monday after heavy rain.",
            "Officials closed the bridge across the river on Monday evening.",
            "A baker said that he had never seen the river so high.",
        ];
        assert_eq!(chosen(&news, 1), [0]);
        let paper = [
            "Rivers have been measured for centuries with simple gauges on bridges.",
            "Gauges are costly to keep and break during floods when they matter.",
            "In this paper we propose to measure rivers from the sound of water.",
        ];
        assert_eq!(chosen(&paper, 1), [2]);
    }

    #[test]
    fn what_was_said_is_not_chosen_again() {
        let texts = [
            "The council will build a bridge over the river next year.",
            "The council will build a bridge over the river next year.",
            "Taxes on houses will rise by three percent to pay for it.",
        ];
        assert_eq!(chosen(&texts, 2), [0, 2]);
        let texts = [texts[0], "One.", "Two.", "Three.", texts[0], texts[2]];
        let order = chosen(&texts, 6);
        let place = |index| order.iter().position(|&chosen| chosen == index);
        assert!(place(5) < place(4));
    }

    #[test]
    fn nothing_comes_of_nothing() {
        assert!(chosen(&[], 3).is_empty());
        assert_eq!(chosen(&["", ""], 9).len(), 2);
    }
}
