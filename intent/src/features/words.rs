//! Words, pairs of words and what stands first and last.

use super::{Collector, Hasher, View, is_said, value};
use crate::text::{Token, TokenKind};

const WORD: u8 = 1;
const PLAIN: u8 = 2;
const PAIR: u8 = 3;
const SKIP: u8 = 4;

/// What a number is read as: its value matters less than that there is one.
const NUMBER: &str = "0";
/// What a run of an unspaced script is read as beside words.
const RUN: &str = "〇";

pub fn collect(folded: &str, tokens: &[Token], plain: &[String], collector: &mut Collector) {
    let said: Vec<(&Token, &str)> = tokens
        .iter()
        .zip(plain)
        .filter(|(token, _)| is_said(token))
        .map(|(token, plain)| {
            let word = match token.kind {
                TokenKind::Number => NUMBER,
                TokenKind::Run => RUN,
                _ => plain.as_str(),
            };
            (token, word)
        })
        .collect();
    let mut before = ("^", "^");
    for (token, word) in &said {
        if token.kind == TokenKind::Word {
            let written = &folded[token.range.clone()];
            collector.add(View::Words, Hasher::new(PLAIN).text(word), value(token));
            if written != *word {
                collector.add(View::Words, Hasher::new(WORD).text(written), value(token));
            }
        }
        let pair = Hasher::new(PAIR).text(before.1).text(word);
        collector.add(View::Words, pair, value(token));
        if before.0 != "^" || before.1 == "^" {
            let skip = Hasher::new(SKIP).text(before.0).text(word);
            collector.add(View::Words, skip, 0.5 * value(token));
        }
        before = (before.1, word);
    }
    if let Some((token, _)) = said.last() {
        let pair = Hasher::new(PAIR).text(before.1).text("$");
        collector.add(View::Words, pair, value(token));
    }
}
