//! What is read of a long request: its head and its tail, where people say what they want.

use std::borrow::Cow;

/// Characters that are read of the head.
const HEAD: usize = 450;
/// Characters that are read of the tail.
const TAIL: usize = 250;

/// A text, or the head and the tail of a long one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt<'text> {
    read: Cow<'text, str>,
    /// Where the head ends, in bytes.
    head: usize,
    /// How many bytes between head and tail are left out, less the space that stands for them.
    left_out: usize,
}

impl<'text> Excerpt<'text> {
    /// The text itself when it is short, else its head and its tail.
    pub fn of(text: &'text str) -> Self {
        let head = text.char_indices().nth(HEAD).map(|(at, _)| at);
        let tail = text.char_indices().rev().nth(TAIL - 1).map(|(at, _)| at);
        match (head, tail) {
            (Some(head), Some(tail)) if tail > head + 1 => Self {
                read: Cow::Owned(format!("{} {}", &text[..head], &text[tail..])),
                head,
                left_out: tail - head - 1,
            },
            _ => Self {
                read: Cow::Borrowed(text),
                head: text.len(),
                left_out: 0,
            },
        }
    }

    /// What is read.
    pub fn text(&self) -> &str {
        &self.read
    }

    /// The byte of the whole text at which a byte of what is read stands.
    pub fn original(&self, at: usize) -> usize {
        if at > self.head {
            at + self.left_out
        } else {
            at
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_read_at_both_ends() {
        assert_eq!(Excerpt::of("short").text(), "short");
        let long = format!("{}{}", "ä".repeat(5000), "z".repeat(TAIL));
        let excerpt = Excerpt::of(&long);
        let read = excerpt.text();
        assert_eq!(read.chars().count(), HEAD + TAIL + 1);
        assert!(read.starts_with('ä') && read.ends_with('z'));
        assert_eq!(excerpt.original(read.len()), long.len());
        assert_eq!(excerpt.original(0), 0);
    }
}
