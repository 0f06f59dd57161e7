//! Tokens: words, numbers, runs of unspaced scripts, and marks.

use std::ops::Range;

use super::{Script, quoted};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A word of a script with spaces.
    Word,
    /// Digits, with the points and commas inside.
    Number,
    /// A run of Chinese, Japanese, Thai …, which no space divides.
    Run,
    /// One character that is neither letter, digit nor space.
    Mark,
}

/// A token of a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub kind: TokenKind,
    /// Whether it stands in quotation marks or in a given text: said of the request's material
    /// rather than of what is wanted.
    pub quoted: bool,
}

/// The tokens of a folded text, in order.
pub fn tokens(folded: &str) -> Vec<Token> {
    let quotes = quoted(folded);
    let mut quotes = quotes.iter().peekable();
    let mut found: Vec<Token> = Vec::with_capacity(folded.len() / 4);
    let mut characters = folded.char_indices().peekable();
    while let Some((start, character)) = characters.next() {
        let kind = match Script::of(character) {
            Some(script) if script.is_unspaced() => TokenKind::Run,
            Some(_) => TokenKind::Word,
            None if character.is_numeric() => TokenKind::Number,
            None if character == ' ' => continue,
            None => TokenKind::Mark,
        };
        let mut end = start + character.len_utf8();
        while let Some(&(at, next)) = characters.peek() {
            if !goes_on(kind, next, &folded[at + next.len_utf8()..]) {
                break;
            }
            end = at + next.len_utf8();
            characters.next();
        }
        while quotes.next_if(|quote| quote.end <= start).is_some() {}
        let quoted = quotes.peek().is_some_and(|quote| quote.start <= start);
        found.push(Token {
            range: start..end,
            kind,
            quoted,
        });
    }
    found
}

/// Whether a token of this kind goes on with `next`, which `rest` follows.
fn goes_on(kind: TokenKind, next: char, rest: &str) -> bool {
    let script = Script::of(next);
    match kind {
        TokenKind::Word => match script {
            Some(script) => !script.is_unspaced(),
            // don't, c'est; 2 in "mp3".
            None => {
                next.is_ascii_digit()
                    || next == '\'' && rest.chars().next().is_some_and(char::is_alphabetic)
            }
        },
        TokenKind::Number => {
            next.is_numeric()
                || matches!(next, '.' | ',' | ':')
                    && rest.chars().next().is_some_and(char::is_numeric)
        }
        TokenKind::Run => script.is_some_and(Script::is_unspaced),
        TokenKind::Mark => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = tokens(text);
        let found: Vec<String> = found
            .iter()
            .map(|token| {
                let sign = if token.quoted { "~" } else { "" };
                format!("{sign}{}", &text[token.range.clone()])
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn words_numbers_runs_and_marks_are_told_apart() {
        check(
            "i can't pay 1,200.50 $",
            &["i", "can't", "pay", "1,200.50", "$"],
        );
        check("cut掉一半words", &["cut", "掉一半", "words"]);
        check("l'article, c'est", &["l'article", ",", "c'est"]);
        check("이거 영어로", &["이거", "영어로"]);
    }

    #[test]
    fn what_is_in_quotes_is_marked() {
        check(
            "say \"good day\" now",
            &["say", "\"", "~good", "~day", "\"", "now"],
        );
        check("“转接”用英语", &["“", "~转接", "”", "用英语"]);
    }
}
