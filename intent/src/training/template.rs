//! Lines of training data as patterns: alternatives `{a|b|}` and slots `<text>`, expanded to
//! requests.

use std::collections::BTreeMap;

use super::Random;

/// What stands in for a slot, by the slot's name.
pub type Slots = BTreeMap<String, Vec<String>>;

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    OneOf(Vec<Vec<Piece>>),
    Slot(String),
}

/// A line of training data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

impl Template {
    /// Reads a pattern.
    ///
    /// # Errors
    /// With what is wrong when a brace is left open or stands inside of another.
    pub fn parse(pattern: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = pattern;
        while let Some(open) = rest.find('{') {
            pieces.extend(slots(&rest[..open]));
            let close = rest[open..].find('}').ok_or("`{` without `}`")? + open;
            let inside = &rest[open + 1..close];
            if inside.contains('{') {
                return Err("alternatives inside of alternatives".to_owned());
            }
            pieces.push(Piece::OneOf(inside.split('|').map(slots).collect()));
            rest = &rest[close + 1..];
        }
        if rest.contains('}') {
            return Err("`}` without `{`".to_owned());
        }
        pieces.extend(slots(rest));
        Ok(Self { pieces })
    }

    /// How many requests it stands for, slots counted as one; no more than a thousand.
    pub fn variants(&self) -> usize {
        let counts = self.pieces.iter().map(|piece| match piece {
            Piece::OneOf(list) => list.len(),
            Piece::Text(_) | Piece::Slot(_) => 1,
        });
        counts.fold(1_usize, |all, count| (all * count).min(1000))
    }

    /// The names of its slots.
    pub fn slots(&self) -> Vec<&str> {
        fn of(pieces: &[Piece]) -> Vec<&str> {
            let names = pieces.iter().flat_map(|piece| match piece {
                Piece::Slot(name) => vec![name.as_str()],
                Piece::OneOf(list) => list.iter().flat_map(|pieces| of(pieces)).collect(),
                Piece::Text(_) => Vec::new(),
            });
            names.collect()
        }
        of(&self.pieces)
    }

    /// One of the requests it stands for.
    pub fn expand(&self, slots: &Slots, random: &mut Random) -> String {
        let mut text = String::new();
        write(&self.pieces, slots, random, &mut text);
        text.split(' ')
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn write(pieces: &[Piece], slots: &Slots, random: &mut Random, text: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(piece) => text.push_str(piece),
            Piece::OneOf(list) => {
                if let Some(chosen) = list.get(random.below(list.len())) {
                    write(chosen, slots, random, text);
                }
            }
            Piece::Slot(name) => {
                let fillers = slots.get(name).map_or(&[][..], Vec::as_slice);
                match fillers.get(random.below(fillers.len())) {
                    Some(filler) => text.push_str(filler),
                    None => text.push_str("12"),
                }
            }
        }
    }
}

/// A text without braces as its pieces: `<name>` is a slot when the name is of letters.
fn slots(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, name, after)) = next_slot(rest) {
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        pieces.push(Piece::Slot(name.to_owned()));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    pieces
}

fn next_slot(text: &str) -> Option<(&str, &str, &str)> {
    let known = ["text", "topic", "language", "count"]
        .into_iter()
        .filter_map(|name| {
            let at = text.find(&format!("<{name}>"))?;
            Some((
                &text[..at],
                &text[at + 1..at + 1 + name.len()],
                &text[at + name.len() + 2..],
            ))
        });
    known.min_by_key(|(before, ..)| before.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_expands_to_what_it_stands_for() {
        let template = Template::parse("{please |}put <text> into {French|Dutch}").unwrap();
        assert_eq!(template.variants(), 4);
        assert_eq!(template.slots(), ["text"]);
        let slots = Slots::from([("text".to_owned(), vec!["\"hi\"".to_owned()])]);
        let mut random = Random::new(1);
        let all: std::collections::BTreeSet<String> = (0..100)
            .map(|_| template.expand(&slots, &mut random))
            .collect();
        assert!(all.contains("please put \"hi\" into Dutch"), "{all:?}");
        assert_eq!(all.len(), 4);
    }

    #[test]
    fn an_open_brace_is_an_error() {
        assert!(Template::parse("{a|b").is_err());
        assert!(Template::parse("a}").is_err());
        assert!(Template::parse("{a|{b}}").is_err());
    }
}
