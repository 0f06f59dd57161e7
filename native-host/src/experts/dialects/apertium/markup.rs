//! Inline markup: an HTML fragment such as the inside of a paragraph, taken apart into text and
//! elements before the translation and put together again after it.

use super::format::{Opaque, Piece, cut};

/// Elements without an end tag.
const VOID: [&str; 6] = ["br", "img", "wbr", "input", "hr", "embed"];

/// Elements whose text is not language.
const UNTRANSLATABLE: [&str; 9] = [
    "code", "kbd", "samp", "var", "script", "style", "svg", "math", "button",
];

/// A fragment taken apart.
#[derive(Debug, Default)]
pub struct Fragment {
    /// Its text and what goes through untouched.
    pub pieces: Vec<Piece>,
    opaque: Opaque,
    elements: Vec<Element>,
}

#[derive(Debug)]
struct Element {
    start: String,
    name: String,
}

/// Where in a fragment the reader of it is.
struct Cursor<'a> {
    fragment: Fragment,
    open: Vec<usize>,
    rest: &'a str,
}

impl Fragment {
    /// Takes an HTML fragment apart. Every input is accepted: what is not markup is text.
    pub fn parse(html: &str) -> Self {
        let mut cursor = Cursor {
            fragment: Self::default(),
            open: Vec::new(),
            rest: html,
        };
        while !cursor.rest.is_empty() {
            cursor.step();
        }
        cursor.fragment
    }

    /// Puts translated pieces into the elements of this fragment. The elements, their attributes
    /// and their nesting are those of the original, whatever the translation says.
    pub fn assemble(&self, pieces: &[Piece]) -> String {
        let mut html = String::new();
        let mut open: Vec<usize> = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            let inside = self.inside(pieces, index);
            self.move_to(&inside, &mut open, &mut html);
            match piece {
                Piece::Text { text, .. } => encode(text, &mut html),
                Piece::Opaque(number) => {
                    html.push_str(self.opaque.0.get(*number).map_or("", String::as_str));
                }
            }
        }
        self.move_to(&[], &mut open, &mut html);
        html
    }

    /// The elements around a piece. What stands between two words of one element, such as the
    /// space that the pipeline leaves outside, is inside too.
    fn inside(&self, pieces: &[Piece], index: usize) -> Vec<usize> {
        if let Piece::Text { text, inside } = &pieces[index]
            && (!inside.is_empty() || !text.trim().is_empty())
        {
            return inside
                .iter()
                .copied()
                .filter(|number| *number < self.elements.len())
                .collect();
        }
        let neighbour = |piece: Option<&Piece>| match piece {
            Some(Piece::Text { inside, .. }) => inside.clone(),
            Some(Piece::Opaque(_)) | None => Vec::new(),
        };
        let before = neighbour(index.checked_sub(1).and_then(|before| pieces.get(before)));
        let after = neighbour(pieces.get(index + 1));
        let common = common(&before, &after);
        before[..common].to_vec()
    }

    /// Closes and opens elements until exactly those of `inside` are open.
    fn move_to(&self, inside: &[usize], open: &mut Vec<usize>, html: &mut String) {
        let common = common(inside, open);
        for number in open.drain(common..).rev() {
            html.push_str(&format!("</{}>", self.elements[number].name));
        }
        for number in &inside[common..] {
            html.push_str(&self.elements[*number].start);
            open.push(*number);
        }
    }
}

fn common(left: &[usize], right: &[usize]) -> usize {
    left.iter()
        .zip(right)
        .take_while(|(left, right)| left == right)
        .count()
}

impl<'a> Cursor<'a> {
    /// Takes a run of text or one tag.
    fn step(&mut self) {
        match tag_end(self.rest) {
            Some(end) => {
                let tag = self.take(end);
                self.tag(tag);
            }
            None => {
                let after_first = self.rest.chars().next().map_or(0, char::len_utf8);
                let next = self.rest[after_first..]
                    .find('<')
                    .map(|next| next + after_first);
                let text = self.take(next.unwrap_or(self.rest.len()));
                let fragment = &mut self.fragment;
                cut(
                    &decode(text),
                    &self.open,
                    &mut fragment.opaque,
                    &mut fragment.pieces,
                );
            }
        }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn tag(&mut self, tag: &'a str) {
        let name = tag_name(tag);
        if tag.starts_with("</") {
            let elements = &self.fragment.elements;
            if let Some(at) = self
                .open
                .iter()
                .rposition(|open| elements[*open].name == name)
            {
                self.open.truncate(at);
            }
        } else if is_untranslatable(&name, tag) {
            let inner = self.take(end_of_element(self.rest, &name));
            self.keep(&format!("{tag}{inner}"));
        } else if name.is_empty() || tag.ends_with("/>") || VOID.contains(&name.as_str()) {
            self.keep(tag);
        } else {
            self.open.push(self.fragment.elements.len());
            self.fragment.elements.push(Element {
                start: tag.to_owned(),
                name,
            });
        }
    }

    fn keep(&mut self, markup: &str) {
        let number = self.fragment.opaque.keep(markup);
        self.fragment.pieces.push(Piece::Opaque(number));
    }
}

/// The length of the tag or comment that `text` begins with, if it does.
fn tag_end(text: &str) -> Option<usize> {
    if text.starts_with("<!--") {
        return text.find("-->").map(|end| end + 3);
    }
    let second = text.strip_prefix('<')?.chars().next()?;
    if !second.is_ascii_alphabetic() && second != '/' && second != '!' {
        return None;
    }
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (character, quote) {
            ('"' | '\'', None) => quote = Some(character),
            ('>', None) => return Some(at + 1),
            (_, Some(open)) if open == character => quote = None,
            _ => {}
        }
    }
    None
}

fn tag_name(tag: &str) -> String {
    let name = tag.trim_start_matches(['<', '/']);
    let end = name.find(|character: char| !character.is_ascii_alphanumeric() && character != '-');
    name[..end.unwrap_or(name.len())].to_ascii_lowercase()
}

/// Whether a page asks that an element be left alone, or its kind does.
fn is_untranslatable(name: &str, tag: &str) -> bool {
    UNTRANSLATABLE.contains(&name)
        || tag.contains("translate=\"no\"")
        || tag.contains("notranslate")
}

/// The length of what belongs to the element `name` whose start tag was just read.
fn end_of_element(rest: &str, name: &str) -> usize {
    let mut depth = 1;
    let mut at = 0;
    while let Some(next) = rest[at..].find('<') {
        at += next;
        let length = tag_end(&rest[at..]).unwrap_or(1);
        let tag = &rest[at..at + length];
        at += length;
        if tag_name(tag) == name && !tag.ends_with("/>") {
            depth = if tag.starts_with("</") {
                depth - 1
            } else {
                depth + 1
            };
            if depth == 0 {
                return at;
            }
        }
    }
    rest.len()
}

/// Puts the characters of the usual entities in their place; other entities stay as written.
fn decode(text: &str) -> String {
    let mut decoded = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.find(';').filter(|end| *end <= 10);
        let character = end.and_then(|end| entity(&rest[1..end]));
        match (character, end) {
            (Some(character), Some(end)) => {
                decoded.push(character);
                rest = &rest[end + 1..];
            }
            _ => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded + rest
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "rsquo" => '\u{2019}',
        "lsquo" => '\u{2018}',
        "ldquo" => '\u{201c}',
        "rdquo" => '\u{201d}',
        "ndash" => '\u{2013}',
        "mdash" => '\u{2014}',
        "hellip" => '\u{2026}',
        "shy" => '\u{ad}',
        _ => return None,
    })
}

fn encode(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            _ => html.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A pipeline that changes nothing gives the fragment back.
    fn check(html: &str) {
        let fragment = Fragment::parse(html);
        assert_eq!(fragment.assemble(&fragment.pieces), html);
    }

    fn text(text: &str, inside: &[usize]) -> Piece {
        Piece::Text {
            text: text.to_owned(),
            inside: inside.to_vec(),
        }
    }

    #[test]
    fn markup_that_nobody_moves_comes_back_as_it_was() {
        check(
            "A <b>big</b> house with <a href=\"/x?a=1&amp;b=2\" title='a > b'>green <i>doors</i></a>.",
        );
        check("One<br>two <img alt=\"x\" src='y'/> &amp; 3 &lt; 4 <!-- <b> -->.");
        check(
            "Run <code>ls <b>-l</b></code> in <span translate=\"no\">Coterie <b>x</b></span> now.",
        );
    }

    #[test]
    fn elements_follow_their_words() {
        let fragment = Fragment::parse("the <b>big</b> <a href=\"/h\">white house</a>");
        let moved = [
            text("la ", &[]),
            text("casa", &[1]),
            text(" ", &[]),
            text("blanca", &[1]),
            text(" ", &[]),
            text("grande", &[0]),
        ];
        let html = "la <a href=\"/h\">casa blanca</a> <b>grande</b>";
        assert_eq!(fragment.assemble(&moved), html);
    }

    #[test]
    fn a_translation_can_write_text_but_no_markup() {
        let fragment = Fragment::parse("<b>a</b>");
        let forged = [text("<script>&", &[0]), text("x", &[9]), Piece::Opaque(9)];
        assert_eq!(fragment.assemble(&forged), "<b>&lt;script&gt;&amp;</b>x");
    }

    #[test]
    fn tags_that_do_not_match_do_no_harm() {
        let assembled = |html| {
            let fragment = Fragment::parse(html);
            fragment.assemble(&fragment.pieces)
        };
        assert_eq!(assembled("a</b> <i>b"), "a <i>b</i>");
        assert_eq!(assembled("<b><i>a</b>b</i>"), "<b><i>a</i></b>b");
        assert_eq!(assembled("1 < 2 <"), "1 &lt; 2 &lt;");
        assert_eq!(assembled("<a href=\"x"), "&lt;a href=\"x");
        assert_eq!(assembled("<code>never closed"), "<code>never closed");
    }

    proptest! {
        #[test]
        fn no_fragment_is_too_strange(html in "[<>/a-c\"'&;!x# -]{0,80}") {
            let fragment = Fragment::parse(&html);
            let once = fragment.assemble(&fragment.pieces);
            let again = Fragment::parse(&once);
            prop_assert_eq!(again.assemble(&again.pieces), once);
        }
    }
}
