//! The shape of a text: how long it is, how it ends, which marks and scripts are in it.

use super::{Collector, Hasher, View};
use crate::text::{Script, Token, TokenKind};

const SHAPE: u8 = 32;
const ENDS: u8 = 33;
const MARK: u8 = 34;
const SCRIPT: u8 = 35;

pub fn collect(text: &str, folded: &str, tokens: &[Token], collector: &mut Collector) {
    let mut add = |kind: u8, what: &str| {
        collector.add(View::Shape, Hasher::new(kind).text(what), 1.0);
    };
    let letters = folded.chars().filter(|c| c.is_alphanumeric()).count();
    // Each step doubles the length.
    for (name, limit) in [
        ("4", 4),
        ("8", 8),
        ("16", 16),
        ("32", 32),
        ("64", 64),
        ("128", 128),
    ] {
        if letters >= limit {
            add(SHAPE, name);
        }
    }
    for token in tokens {
        match token.kind {
            TokenKind::Mark => add(MARK, &folded[token.range.clone()]),
            TokenKind::Number => add(SHAPE, "number"),
            _ => {}
        }
        if token.quoted {
            add(SHAPE, "quoted");
        }
    }
    if let Some(last) = folded.trim_end().chars().last()
        && !last.is_alphanumeric()
    {
        let mut buffer = [0; 4];
        add(ENDS, last.encode_utf8(&mut buffer));
    }
    if looks_like_code(text) {
        add(SHAPE, "code");
    }
    let mut scripts: Vec<Script> = folded.chars().filter_map(Script::of).collect();
    scripts.sort_unstable();
    scripts.dedup();
    for script in &scripts {
        add(SCRIPT, &format!("{script:?}"));
    }
    if scripts.len() > 1 {
        add(SCRIPT, &format!("{scripts:?}"));
    }
}

/// Whether a text has a word as programs have: camelCase, snake_case, or a call().
fn looks_like_code(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_graphic()).any(|word| {
        let bytes = word.as_bytes();
        let humps = bytes
            .windows(2)
            .filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase());
        let joined = bytes.windows(3).any(|three| {
            three[1] == b'_' && three[0].is_ascii_alphanumeric() && three[2].is_ascii_alphanumeric()
        });
        humps.count() > 0 && word.len() >= 6 || joined || word.contains("()")
    })
}

#[cfg(test)]
mod tests {
    use super::looks_like_code;

    #[test]
    fn words_of_programs_are_told_by_their_form() {
        for text in [
            "why does useEffect fire",
            "为什么NullPointerException",
            "call main()",
            "max_len",
        ] {
            assert!(looks_like_code(text), "{text}");
        }
        for text in ["translate this", "I LOVE IT", "what's PhD", "e_"] {
            assert!(!looks_like_code(text), "{text}");
        }
    }
}
