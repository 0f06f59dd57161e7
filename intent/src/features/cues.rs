//! Cues: what words of many languages have in common, from a lexicon. What is learned of a cue in one
//! language holds in all of them.

use std::sync::OnceLock;

use super::{
    Collector, Hasher, Place, View,
    lexicon::{Cue, File, Lexicon, PHRASE},
    value,
};
use crate::{
    Field,
    text::{Script, Token, TokenKind, fold, tokens, without_accents},
};

const FIELDS: &str = include_str!("../../data/lexicon/fields.toml");
const LEXICON: &str = include_str!("../../data/lexicon/cues.toml");

const CUE: u8 = 48;
const CUE_PAIR: u8 = 49;
const FIRST: u8 = 50;
const LAST: u8 = 51;
const TOGETHER: u8 = 52;
const QUESTION: u8 = 53;
const LATER: u8 = 54;
const LATER_ONLY: u8 = 55;
const FIRST_CLAUSE: u8 = 56;
const LAST_CLAUSE: u8 = 57;

/// As many cues of a text pair with each other.
const MOST: usize = 24;

fn lexicon() -> &'static Lexicon {
    static READ: OnceLock<Lexicon> = OnceLock::new();
    READ.get_or_init(|| {
        // A test reads it strictly; without it the other features remain.
        toml::from_str::<File>(LEXICON)
            .map(Lexicon::new)
            .unwrap_or_default()
    })
}

/// How many words of each field a text has, by [`Field::index`].
pub fn fields(text: &str) -> Vec<usize> {
    static READ: OnceLock<Lexicon> = OnceLock::new();
    let lexicon = READ.get_or_init(|| {
        // A test reads it strictly; without it every request is of no field in particular.
        toml::from_str::<File>(FIELDS)
            .map(Lexicon::of)
            .unwrap_or_default()
    });
    let folded = fold(text);
    let found = tokens(&folded);
    let plain: Vec<String> = found
        .iter()
        .map(|token| without_accents(&folded[token.range.clone()]))
        .collect();
    let mut counts = vec![0; Field::ALL.len()];
    for seen in cues_by(lexicon, &found, &plain) {
        let name = lexicon.name(seen.cue);
        if let Ok(field) = name.parse::<Field>() {
            counts[field.index()] += 1;
        }
    }
    counts
}

/// A cue in a text.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Seen {
    cue: Cue,
    /// What it counts.
    value: f32,
    /// The clause in which it stands, from 0.
    clause: usize,
}

/// The cues of a text in order.
fn cues(tokens: &[Token], plain: &[String]) -> Vec<Seen> {
    cues_by(lexicon(), tokens, plain)
}

fn cues_by(lexicon: &Lexicon, tokens: &[Token], plain: &[String]) -> Vec<Seen> {
    let mut found = Vec::new();
    let mut index = 0;
    let (mut clause, mut said) = (0, false);
    while index < tokens.len() {
        let (token, word) = (&tokens[index], plain[index].as_str());
        let value = value(token);
        if token.kind != TokenKind::Mark {
            said = true;
        } else if said && !token.quoted && is_pause(word) {
            clause += 1;
            said = false;
        }
        let seen = |&cue: &Cue| Seen { cue, value, clause };
        let unspaced = token.kind == TokenKind::Run
            || word.chars().any(|c| Script::of(c) == Some(Script::Hangul));
        if unspaced {
            lexicon.run(word, |cues| found.extend(cues.iter().map(seen)));
        } else if token.kind == TokenKind::Word {
            let said = tokens[index..].iter().zip(&plain[index..]).take(PHRASE);
            let words: Vec<&str> = said
                .take_while(|(next, _)| next.kind == TokenKind::Word && next.quoted == token.quoted)
                .map(|(_, plain)| plain.as_str())
                .collect();
            if let Some((cues, count)) = lexicon.words(&words) {
                found.extend(cues.iter().map(seen));
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
    let last_clause = last_clause(tokens, plain);
    all.dedup_by_key(|seen| seen.cue);
    all.truncate(MOST);
    let question = folded.contains(['?', '？']);
    let add = |collector: &mut Collector, kind: u8, cues: &[Cue], value: f32| {
        let hash = cues
            .iter()
            .fold(Hasher::new(kind), |hash, &cue| hash.byte(cue));
        collector.add(View::Cues, hash, value);
    };
    for (index, &Seen { cue, value, clause }) in all.iter().enumerate() {
        add(collector, CUE, &[cue], value);
        add(collector, QUESTION, &[cue, u8::from(question)], 0.5 * value);
        // People say what is there first, and last what they want.
        if last_clause > 0 && clause == last_clause {
            add(collector, LAST_CLAUSE, &[cue], 0.8 * value);
        } else if last_clause > 0 && clause == 0 {
            add(collector, FIRST_CLAUSE, &[cue], 0.8 * value);
        }
        for other in &all[index + 1..] {
            let (low, high) = (cue.min(other.cue), cue.max(other.cue));
            add(
                collector,
                TOGETHER,
                &[low, high],
                0.4 * value.min(other.value),
            );
        }
    }
    for pair in all.windows(2) {
        let value = pair[0].value.min(pair[1].value);
        add(
            collector,
            CUE_PAIR,
            &[pair[0].cue, pair[1].cue],
            0.7 * value,
        );
    }
    if place == Place::Later {
        add(collector, LATER, &[u8::MAX], 1.0);
        for seen in &all {
            add(collector, LATER, &[seen.cue], 0.7 * seen.value);
        }
        // The only cue but those that connect.
        let connects = |cue: Cue| matches!(lexicon().name(cue), "also" | "before");
        let mut rest = all
            .iter()
            .map(|seen| seen.cue)
            .filter(|&cue| !connects(cue));
        if let (Some(only), None) = (rest.next(), rest.next()) {
            add(collector, LATER_ONLY, &[only], 1.0);
        }
    }
    if let (Some(first), Some(last)) = (all.first(), all.last()) {
        add(collector, FIRST, &[first.cue], 0.7 * first.value);
        add(collector, LAST, &[last.cue], 0.7 * last.value);
    }
}

/// The number of the last clause that says something, from 0.
fn last_clause(tokens: &[Token], plain: &[String]) -> usize {
    let (mut clause, mut said, mut last) = (0, false, 0);
    for (token, word) in tokens.iter().zip(plain) {
        if token.kind != TokenKind::Mark {
            (said, last) = (true, clause);
        } else if said && !token.quoted && is_pause(word) {
            (clause, said) = (clause + 1, false);
        }
    }
    last
}

/// Whether a mark ends a clause.
fn is_pause(mark: &str) -> bool {
    matches!(
        mark,
        "," | "."
            | ";"
            | ":"
            | "?"
            | "!"
            | "，"
            | "。"
            | "、"
            | "；"
            | "："
            | "？"
            | "！"
            | "…"
            | "—"
            | "–"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

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
            .map(|seen| lexicon().name(seen.cue))
            .collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn the_lexicon_is_read() {
        assert!(toml::from_str::<File>(LEXICON).is_ok());
        let fields = toml::from_str::<File>(FIELDS).unwrap();
        for name in fields.0.keys() {
            assert!(name.parse::<Field>().is_ok(), "{name}");
        }
        for (name, text) in super::super::lexicon::PARAMETERS {
            assert!(toml::from_str::<toml::Table>(text).is_ok(), "{name}");
        }
    }

    #[test]
    fn words_phrases_and_runs_give_their_cues() {
        check("sum up the website", &["summarize", "page"]);
        check("Übersetze die Website", &["translate", "page"]);
        check("翻译选中的", &["translate", "selection"]);
        check("xyzzy", &[]);
    }
}
