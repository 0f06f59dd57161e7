//! Apertium's stream format: how text is written for the pipeline and read back.
//!
//! What may not be translated, such as an address, goes through as a numbered *superblank*
//! `[o3]`; inline markup goes through as *word-bound blanks* `[[t:x:3]]word[[/]]`, which follow
//! their words when the translation puts them into another order.

/// Characters that mean something in the stream.
const RESERVED: [char; 11] = ['[', ']', '{', '}', '^', '$', '/', '\\', '@', '<', '>'];

/// Part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text to translate, inside inline elements, outermost first, by number.
    Text {
        /// The text.
        text: String,
        /// The elements.
        inside: Vec<usize>,
    },
    /// Something that goes through untouched, by number.
    Opaque(usize),
}

/// Texts that go through untouched, numbered in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Opaque(pub Vec<String>);

impl Opaque {
    /// Keeps a text and gives its number.
    pub fn keep(&mut self, text: &str) -> usize {
        self.0.push(text.to_owned());
        self.0.len() - 1
    }
}

/// Cuts plain text into pieces; what no translator should touch becomes opaque.
pub fn cut(text: &str, inside: &[usize], opaque: &mut Opaque, pieces: &mut Vec<Piece>) {
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if is_untranslatable(bare) {
            pieces.push(Piece::Opaque(opaque.keep(bare)));
            push_text(&word[bare.len()..], inside, pieces);
        } else {
            push_text(word, inside, pieces);
        }
    }
}

/// Addresses, and the `~` that Apertium's last program takes for a mark of its own.
fn is_untranslatable(word: &str) -> bool {
    word.contains("://") || word.contains('~') || (word.contains('@') && word.contains('.'))
}

fn push_text(text: &str, inside: &[usize], pieces: &mut Vec<Piece>) {
    if text.is_empty() {
        return;
    }
    if let Some(Piece::Text {
        text: last,
        inside: same,
    }) = pieces.last_mut()
        && same == inside
    {
        last.push_str(text);
        return;
    }
    let (text, inside) = (text.to_owned(), inside.to_vec());
    pieces.push(Piece::Text { text, inside });
}

/// Writes pieces for the pipeline, with `mark` at the end, by which the answer is known to be
/// whole and the one to this question. Whether a full stop had to be added is given beside it:
/// without one the tagger takes the next text for the same sentence.
pub fn write(pieces: &[Piece], mark: u64) -> (String, bool) {
    let mut stream = String::new();
    for piece in pieces {
        match piece {
            Piece::Opaque(number) => stream.push_str(&format!("[o{number}]")),
            Piece::Text { text, inside } if inside.is_empty() => escape(text, &mut stream),
            Piece::Text { text, inside } => {
                let blanks: Vec<_> = inside.iter().map(|tag| format!("t:x:{tag}")).collect();
                bind(&blanks.join("; "), text, &mut stream);
            }
        }
    }
    let ended = ends_a_sentence(pieces);
    let stop = if ended { "" } else { "." };
    stream.push_str(&format!("{stop}[][c{mark}]"));
    (stream, !ended)
}

/// Binds a blank to the words of `text`, leaving the space around them outside: a blank on a
/// space is lost.
fn bind(blank: &str, text: &str, stream: &mut String) {
    let words = text.trim();
    let (before, after) = match text.find(words) {
        Some(start) => (&text[..start], &text[start + words.len()..]),
        None => ("", ""),
    };
    escape(before, stream);
    if !words.is_empty() {
        stream.push_str(&format!("[[{blank}]]"));
        escape(words, stream);
        stream.push_str("[[/]]");
    }
    escape(after, stream);
}

fn escape(text: &str, stream: &mut String) {
    for character in text.chars() {
        match character {
            '\u{a0}' | '\u{202f}' => stream.push(' '),
            '\u{ad}' | '\u{200b}' | '\u{feff}' => {}
            // The dictionaries have the typewriter's apostrophe.
            '\u{2019}' => stream.push('\''),
            _ if character.is_whitespace() => stream.push(' '),
            // A NUL would end the text; no other control character is text either.
            _ if character.is_control() => {}
            _ if RESERVED.contains(&character) => stream.extend(['\\', character]),
            _ => stream.push(character),
        }
    }
}

fn ends_a_sentence(pieces: &[Piece]) -> bool {
    let last = pieces.iter().rev().find_map(|piece| match piece {
        Piece::Text { text, .. } => text.trim_end().chars().last(),
        Piece::Opaque(_) => None,
    });
    last.is_none_or(|last| ".!?…。！？".contains(last))
}

/// Reads what came out of the pipeline. None when it is not an answer to the text with this mark.
pub fn read(stream: &str, mark: u64, stop_added: bool) -> Option<Vec<Piece>> {
    let body = stream.strip_suffix(&format!("[][c{mark}]"))?;
    let body = match body.strip_suffix('.') {
        Some(without) if stop_added => without,
        _ => body,
    };
    let mut reader = Reader::default();
    let mut rest = body;
    while let Some(next) = rest.chars().next() {
        rest = match next {
            '[' => reader.blank(rest)?,
            '\\' => reader.character(&rest[1..])?,
            _ => reader.character(rest)?,
        };
    }
    Some(reader.pieces)
}

#[derive(Default)]
struct Reader {
    pieces: Vec<Piece>,
    inside: Vec<usize>,
}

impl Reader {
    /// Takes one character; a second space in a row is what a dropped word has left.
    fn character<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        let character = rest.chars().next()?;
        if character != ' ' || !self.after_space() {
            push_text(
                character.encode_utf8(&mut [0; 4]),
                &self.inside,
                &mut self.pieces,
            );
        }
        Some(&rest[character.len_utf8()..])
    }

    fn after_space(&self) -> bool {
        match self.pieces.last() {
            Some(Piece::Text { text, .. }) => text.ends_with(' '),
            Some(Piece::Opaque(_)) => false,
            None => true,
        }
    }

    /// Takes a blank: bound to words, their end, or one that stands for itself.
    fn blank<'a>(&mut self, rest: &'a str) -> Option<&'a str> {
        if let Some(bound) = rest.strip_prefix("[[") {
            let (blanks, rest) = bound.split_once("]]")?;
            self.inside = match blanks {
                "/" => Vec::new(),
                blanks => blanks.split(';').map(number).collect::<Option<_>>()?,
            };
            return Some(rest);
        }
        let (blank, rest) = rest[1..].split_once(']')?;
        if !blank.is_empty() {
            let number = blank.strip_prefix('o')?.parse().ok()?;
            self.pieces.push(Piece::Opaque(number));
        }
        Some(rest)
    }
}

fn number(blank: &str) -> Option<usize> {
    blank.trim().strip_prefix("t:x:")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pieces(text: &str) -> (Vec<Piece>, Opaque) {
        let (mut opaque, mut pieces) = (Opaque::default(), Vec::new());
        cut(text, &[], &mut opaque, &mut pieces);
        (pieces, opaque)
    }

    fn shown(pieces: &[Piece], opaque: &Opaque) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Text { text, .. } => text.clone(),
            Piece::Opaque(number) => opaque.0[*number].clone(),
        };
        pieces.iter().map(text).collect()
    }

    /// What a pipeline that changes nothing would give back.
    fn check(text: &str, stream: &str) {
        let (pieces, opaque) = pieces(text);
        let (written, stop) = write(&pieces, 7);
        assert_eq!(written, stream);
        assert_eq!(shown(&read(&written, 7, stop).unwrap(), &opaque), text);
    }

    #[test]
    fn reserved_characters_are_escaped_and_come_back() {
        check(
            "a [b] ^c$ {d} e/f \\g @h <i>.",
            "a \\[b\\] \\^c\\$ \\{d\\} e\\/f \\\\g \\@h \\<i\\>.[][c7]",
        );
    }

    #[test]
    fn a_text_that_does_not_end_like_a_sentence_gets_a_stop_that_is_taken_away_again() {
        check("A title", "A title.[][c7]");
        check("Really?", "Really?[][c7]");
    }

    #[test]
    fn addresses_and_tildes_go_through_untouched() {
        check("See https://a.b/the/house now", "See [o0] now.[][c7]");
        check("Mail ada@example.org, ~/bin.", "Mail [o0] [o1].[][c7]");
    }

    #[test]
    fn a_nul_cannot_end_a_text_early() {
        assert_eq!(write(&pieces("a\0b\u{7}c.").0, 1).0, "abc.[][c1]");
    }

    #[test]
    fn an_answer_without_its_mark_or_with_unknown_blanks_is_refused() {
        for stream in [
            "Hola.",
            "Hola.[][c2]",
            "Hola[x].[][c1]",
            "[[t:x:1]Hola.[][c1]",
            "a\\",
        ] {
            assert_eq!(read(stream, 1, false), None, "{stream}");
        }
    }

    #[test]
    fn the_space_that_a_dropped_word_leaves_is_taken_away() {
        let read = read(" Dijo que  obra.[][c1]", 1, false).unwrap();
        assert_eq!(shown(&read, &Opaque::default()), "Dijo que obra.");
    }

    proptest! {
        #[test]
        fn any_text_comes_back_but_for_white_space_and_control_characters(text in "\\PC{0,200}") {
            let (pieces, opaque) = pieces(&text);
            let (stream, stop) = write(&pieces, 3);
            prop_assert!(!stream.contains('\0'));
            let read = read(&stream, 3, stop).unwrap();
            let normal = |text: &str| {
                let mut stream = String::new();
                escape(text, &mut stream);
                stream.replace('\\', "").split_whitespace().collect::<Vec<_>>().join(" ")
            };
            prop_assert_eq!(normal(&shown(&read, &opaque)), normal(&text));
        }
    }
}
