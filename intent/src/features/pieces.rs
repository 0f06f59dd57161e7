//! Character n-grams: 2 to 5 inside of words, 1 to 4 of runs of Chinese, Japanese and Thai, 1 to 3
//! of Korean words besides.

use super::{Collector, Hasher, View, is_said, value};
use crate::text::{Script, Token, TokenKind};

const PIECE: u8 = 16;
const RUN_PIECE: u8 = 17;

pub fn collect(tokens: &[Token], plain: &[String], collector: &mut Collector) {
    let first = tokens.iter().position(is_said);
    let last = tokens.iter().rposition(is_said);
    let mut characters: Vec<char> = Vec::with_capacity(32);
    for (index, (token, plain)) in tokens.iter().zip(plain).enumerate() {
        characters.clear();
        match token.kind {
            TokenKind::Mark | TokenKind::Number => continue,
            TokenKind::Word => {
                characters.push(' ');
                characters.extend(plain.chars());
                characters.push(' ');
                let korean = plain.chars().any(|c| Script::of(c) == Some(Script::Hangul));
                let lengths = if korean { 1..=3 } else { 2..=5 };
                grams(PIECE, &characters, lengths, value(token), collector);
            }
            TokenKind::Run => {
                if first == Some(index) {
                    characters.push('^');
                }
                characters.extend(plain.chars());
                if last == Some(index) {
                    characters.push('$');
                }
                grams(RUN_PIECE, &characters, 1..=4, value(token), collector);
            }
        }
    }
}

fn grams(
    kind: u8,
    characters: &[char],
    lengths: std::ops::RangeInclusive<usize>,
    value: f32,
    collector: &mut Collector,
) {
    for start in 0..characters.len() {
        let mut hash = Hasher::new(kind);
        for (length, character) in (1..=*lengths.end()).zip(&characters[start..]) {
            hash = hash.character(*character);
            if length >= *lengths.start() {
                collector.add(View::Pieces, hash, value);
            }
        }
    }
}
