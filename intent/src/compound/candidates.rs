//! Where further parts of a request may begin: after punctuation, at a connecting word, after a verb
//! form that goes on.

use std::{collections::BTreeSet, sync::OnceLock};

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::text::{Script, Token, TokenKind, fold, tokens, without_accents};

const LEXICON: &str = include_str!("../../data/lexicon/connectors.toml");

/// A place where a part may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The byte of the text at which the part would begin.
    pub at: usize,
    /// The punctuation right before it, as one character, or a space.
    pub mark: char,
}

#[derive(Deserialize, Default)]
struct Connectors {
    starts: BTreeMap<String, String>,
    ends: BTreeMap<String, String>,
}

#[derive(Debug, Default)]
struct Lexicon {
    /// Words of spaced scripts; of a phrase the first.
    words: BTreeSet<String>,
    /// Words inside of runs.
    starts: BTreeSet<String>,
    /// Ends inside of runs and of Korean words.
    ends: BTreeSet<String>,
}

fn lexicon() -> &'static Lexicon {
    static READ: OnceLock<Lexicon> = OnceLock::new();
    READ.get_or_init(|| {
        let read = toml::from_str::<Connectors>(LEXICON).unwrap_or_default();
        let mut lexicon = Lexicon::default();
        for word in read
            .starts
            .values()
            .flat_map(|words| words.split_whitespace())
        {
            let word = without_accents(&fold(word));
            if word
                .chars()
                .next()
                .and_then(Script::of)
                .is_some_and(Script::is_unspaced)
            {
                lexicon.starts.insert(word);
            } else if let Some(first) = word.split('_').next() {
                lexicon.words.insert(first.to_owned());
            }
        }
        let ends = read
            .ends
            .values()
            .flat_map(|words| words.split_whitespace());
        lexicon
            .ends
            .extend(ends.map(|word| without_accents(&fold(word))));
        lexicon
    })
}

/// The places where a further part of a request may begin, in order. No part begins inside of a
/// quotation.
pub fn candidates(text: &str) -> Vec<Candidate> {
    let lexicon = lexicon();
    let all = tokens(text);
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |at: usize, mark: char| {
        if found.last().is_none_or(|last| last.at < at) && at > 0 {
            found.push(Candidate { at, mark });
        }
    };
    let mut mark = ' ';
    let mut before: Option<&Token> = None;
    for token in &all {
        let written = &text[token.range.clone()];
        if token.kind == TokenKind::Mark {
            let sign = written.chars().next().unwrap_or(' ');
            if before.is_some() && is_pause(sign) {
                mark = sign;
            }
            continue;
        }
        if before.is_some() && !token.quoted {
            let plain = without_accents(&fold(written));
            let ended = before.is_some_and(|before| {
                let korean = text[before.range.clone()].chars().next_back();
                korean.and_then(Script::of) == Some(Script::Hangul)
                    && ends_with(&fold(&text[before.range.clone()]), &lexicon.ends)
            });
            let connects = match token.kind {
                TokenKind::Run => starts_with(&plain, &lexicon.starts),
                _ => lexicon.words.contains(&plain),
            };
            let line = text[..token.range.start]
                .trim_end_matches(' ')
                .ends_with('\n');
            if mark != ' ' || connects || ended || line {
                add(
                    token.range.start,
                    if line && mark == ' ' { '\n' } else { mark },
                );
            }
        }
        if token.kind == TokenKind::Run && !token.quoted {
            inside_run(written, token.range.start, lexicon, &mut add);
        }
        mark = ' ';
        before = Some(token);
    }
    found
}

fn inside_run(run: &str, start: usize, lexicon: &Lexicon, add: &mut impl FnMut(usize, char)) {
    let folded: Vec<(usize, String)> = run
        .char_indices()
        .map(|(at, character)| (at, fold(character.encode_utf8(&mut [0; 4]))))
        .collect();
    let joined = |from: usize, to: usize| -> String {
        folded[from..to]
            .iter()
            .map(|(_, folded)| folded.as_str())
            .collect()
    };
    for (index, (at, _)) in folded.iter().enumerate().skip(1) {
        let ahead = joined(index, folded.len().min(index + 4));
        let behind = joined(index.saturating_sub(3), index);
        if starts_with(&ahead, &lexicon.starts) || ends_with(&behind, &lexicon.ends) {
            add(start + at, ' ');
        }
    }
}

fn starts_with(text: &str, words: &BTreeSet<String>) -> bool {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    ends.take(4).any(|end| words.contains(&text[..end]))
}

fn ends_with(text: &str, words: &BTreeSet<String>) -> bool {
    text.char_indices()
        .rev()
        .take(3)
        .any(|(at, _)| words.contains(&text[at..]))
}

fn is_pause(mark: char) -> bool {
    matches!(
        mark,
        ',' | '.'
            | ';'
            | ':'
            | '?'
            | '!'
            | '，'
            | '。'
            | '、'
            | '；'
            | '：'
            | '？'
            | '！'
            | '…'
            | '—'
            | '–'
            | '-'
            | '+'
            | '&'
            | '/'
            | '>'
            | '→'
            | '('
            | '~'
            | '～'
            | '·'
            | '）'
            | ')'
    )
}

/// Where a part that is written from `at` on begins in truth: at its first letter or digit.
pub fn canonical(text: &str, at: usize) -> usize {
    let rest = text[at..].char_indices();
    rest.into_iter()
        .find(|(_, c)| c.is_alphanumeric())
        .map_or(text.len(), |(offset, _)| at + offset)
}
