//! Cues: what words of many languages have in common, from a lexicon. What is learned of a cue in one
//! language holds in all of them.

use std::{collections::BTreeMap, sync::OnceLock};

use serde::Deserialize;

use super::{Collector, Hasher, Place, View, value};
use crate::text::{Script, Token, TokenKind, fold, without_accents};

const LEXICON: &str = include_str!("../../data/lexicon/cues.toml");

const CUE: u8 = 48;
const CUE_PAIR: u8 = 49;
const FIRST: u8 = 50;
const LAST: u8 = 51;
const TOGETHER: u8 = 52;
const QUESTION: u8 = 53;
const LATER: u8 = 54;
const LATER_ONLY: u8 = 55;

/// The longest phrase of the lexicon, in words.
const PHRASE: usize = 4;
/// The longest word of an unspaced script in the lexicon, in characters.
const WORD: usize = 8;
/// As many cues of a text pair with each other.
const MOST: usize = 24;

/// A cue: its number in the lexicon.
pub type Cue = u8;

/// The cues by their words.
#[derive(Debug, Default)]
struct Lexicon {
    names: Vec<String>,
    /// Words and phrases as they stand.
    exact: BTreeMap<String, Vec<Cue>>,
    /// Beginnings of words; of phrases, the last word is one.
    beginnings: BTreeMap<String, Vec<Cue>>,
    /// Words of unspaced scripts and of Korean.
    inside: BTreeMap<String, Vec<Cue>>,
}

#[derive(Deserialize)]
struct File(BTreeMap<String, BTreeMap<String, String>>);

fn lexicon() -> &'static Lexicon {
    static READ: OnceLock<Lexicon> = OnceLock::new();
    READ.get_or_init(|| {
        // A test reads it strictly; without it the other features remain.
        toml::from_str::<File>(LEXICON)
            .map(Lexicon::new)
            .unwrap_or_default()
    })
}

impl Lexicon {
    fn new(file: File) -> Self {
        let mut lexicon = Self::default();
        for (cue, (name, languages)) in (0..).zip(file.0) {
            lexicon.names.push(name);
            for word in languages
                .values()
                .flat_map(|words| words.split_whitespace())
            {
                let word = without_accents(&fold(word)).replace('_', " ");
                let kept = match (
                    word.strip_suffix('*'),
                    word.chars().next().and_then(Script::of),
                ) {
                    (_, Some(script)) if script.is_unspaced() || script == Script::Hangul => {
                        lexicon.inside.entry(word)
                    }
                    (Some(beginning), _) => lexicon.beginnings.entry(beginning.to_owned()),
                    (None, _) => lexicon.exact.entry(word),
                };
                let cues = kept.or_default();
                if !cues.contains(&cue) {
                    cues.push(cue);
                }
            }
        }
        lexicon
    }

    /// The cues of the words that start at `words[0]`, and how many words they take.
    fn words(&self, words: &[&str]) -> Option<(&[Cue], usize)> {
        for count in (1..=words.len().min(PHRASE)).rev() {
            let phrase = words[..count].join(" ");
            if let Some(cues) = self.exact.get(&phrase) {
                return Some((cues, count));
            }
            // The longest beginning of the last word.
            let fixed = phrase.len() - words[count - 1].len();
            let ends = phrase.char_indices().map(|(at, c)| at + c.len_utf8());
            for end in ends.filter(|&end| end > fixed + 1).rev() {
                if let Some(cues) = self.beginnings.get(&phrase[..end]) {
                    return Some((cues, count));
                }
            }
        }
        None
    }

    /// The cues inside of a run, the longest first at each place.
    fn run(&self, run: &str, mut found: impl FnMut(&[Cue])) {
        let starts: Vec<usize> = run
            .char_indices()
            .map(|(at, _)| at)
            .chain([run.len()])
            .collect();
        let mut at = 0;
        while at + 1 < starts.len() {
            let longest = (1..=WORD.min(starts.len() - 1 - at))
                .rev()
                .find_map(|length| {
                    let cues = self.inside.get(&run[starts[at]..starts[at + length]])?;
                    Some((cues, length))
                });
            match longest {
                Some((cues, length)) => {
                    found(cues);
                    at += length;
                }
                None => at += 1,
            }
        }
    }
}

/// The cues of a text in order, each with what it counts.
fn cues(tokens: &[Token], plain: &[String]) -> Vec<(Cue, f32)> {
    let lexicon = lexicon();
    let mut found = Vec::new();
    let mut index = 0;
    while index < tokens.len() {
        let (token, word) = (&tokens[index], plain[index].as_str());
        let counts = value(token);
        let unspaced = token.kind == TokenKind::Run
            || word.chars().any(|c| Script::of(c) == Some(Script::Hangul));
        if unspaced {
            lexicon.run(word, |cues| {
                found.extend(cues.iter().map(|&cue| (cue, counts)))
            });
        } else if token.kind == TokenKind::Word {
            let said = tokens[index..].iter().zip(&plain[index..]).take(PHRASE);
            let words: Vec<&str> = said
                .take_while(|(next, _)| next.kind == TokenKind::Word && next.quoted == token.quoted)
                .map(|(_, plain)| plain.as_str())
                .collect();
            if let Some((cues, count)) = lexicon.words(&words) {
                found.extend(cues.iter().map(|&cue| (cue, counts)));
                index += count;
                continue;
            }
        }
        index += 1;
    }
    found
}

pub fn collect(
    folded: &str,
    tokens: &[Token],
    plain: &[String],
    place: Place,
    collector: &mut Collector,
) {
    let mut all = cues(tokens, plain);
    all.dedup_by_key(|(cue, _)| *cue);
    all.truncate(MOST);
    let question = folded.contains(['?', '？']);
    let add = |collector: &mut Collector, kind: u8, cues: &[Cue], value: f32| {
        let hash = cues
            .iter()
            .fold(Hasher::new(kind), |hash, &cue| hash.byte(cue));
        collector.add(View::Cues, hash, value);
    };
    for (index, &(cue, value)) in all.iter().enumerate() {
        add(collector, CUE, &[cue], value);
        add(collector, QUESTION, &[cue, u8::from(question)], 0.5 * value);
        for &(other, weight) in &all[index + 1..] {
            let (low, high) = (cue.min(other), cue.max(other));
            add(collector, TOGETHER, &[low, high], 0.4 * value.min(weight));
        }
    }
    for pair in all.windows(2) {
        add(
            collector,
            CUE_PAIR,
            &[pair[0].0, pair[1].0],
            0.7 * pair[0].1.min(pair[1].1),
        );
    }
    if place == Place::Later {
        add(collector, LATER, &[u8::MAX], 1.0);
        for &(cue, value) in &all {
            add(collector, LATER, &[cue], 0.7 * value);
        }
        // The cues without what connects.
        let connects = |cue: &Cue| matches!(lexicon().names[usize::from(*cue)].as_str(), "also" | "before");
        let mut rest = all.iter().map(|(cue, _)| *cue).filter(|cue| !connects(cue));
        if let (Some(only), None) = (rest.next(), rest.next()) {
            add(collector, LATER_ONLY, &[only], 1.0);
        }
    }
    if let (Some(first), Some(last)) = (all.first(), all.last()) {
        add(collector, FIRST, &[first.0], 0.7 * first.1);
        add(collector, LAST, &[last.0], 0.7 * last.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokens;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let folded = fold(text);
        let found = tokens(&folded);
        let plain: Vec<String> = found
            .iter()
            .map(|token| without_accents(&folded[token.range.clone()]))
            .collect();
        let names: Vec<&str> = cues(&found, &plain)
            .iter()
            .map(|(cue, _)| lexicon().names[usize::from(*cue)].as_str())
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_lexicon_is_read() {
        assert!(toml::from_str::<File>(LEXICON).is_ok());
    }

    #[test]
    fn words_phrases_and_runs_give_their_cues() {
        check("sum up the article", &["summarize", "page"]);
        check("Übersetze die Seite", &["translate", "page"]);
        check("翻译选中的句子", &["translate", "selection", "selection"]);
        check("xyzzy", &[]);
    }
}
