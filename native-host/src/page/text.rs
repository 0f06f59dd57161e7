//! Text as it is read out of a document: white space collapsed, invisible characters left out.

/// The text of one block while it is being read.
#[derive(Debug, Default)]
pub struct Gathered {
    text: String,
    /// White space was read that only counts if more text follows.
    space: bool,
    /// Likewise a line break.
    line: bool,
}

impl Gathered {
    /// Appends the text of a node.
    pub fn push(&mut self, text: &str) {
        for character in text.chars() {
            if character.is_whitespace() {
                self.space = true;
            } else if !is_invisible(character) {
                self.separate();
                self.text.push(character);
            }
        }
    }

    /// Begins a new line.
    pub fn line_break(&mut self) {
        self.line = true;
    }

    /// Whether the last thing read was a line break.
    pub fn ends_with_break(&self) -> bool {
        self.line
    }

    /// The last character read.
    pub fn last(&self) -> Option<char> {
        self.text.chars().next_back()
    }

    /// What was read, leaving nothing.
    pub fn take(&mut self) -> String {
        (self.space, self.line) = (false, false);
        std::mem::take(&mut self.text)
    }

    fn separate(&mut self) {
        if !self.text.is_empty() {
            if self.line {
                self.text.push('\n');
            } else if self.space {
                self.text.push(' ');
            }
        }
        (self.space, self.line) = (false, false);
    }
}

/// A text in one line: white space collapsed, invisible characters left out.
pub fn one_line(text: &str) -> String {
    let mut gathered = Gathered::default();
    gathered.push(text);
    gathered.take()
}

/// Characters that show nothing and would part words: soft hyphen, zero-width space, controls.
/// The joiners stay, since they shape Persian, Hindi and emoji.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{fffc}'
    ) || character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_one_space_and_none_at_the_ends() {
        assert_eq!(one_line("  a\n\t b\u{a0}c  "), "a b c");
        assert_eq!(one_line("\u{feff}co\u{ad}operate\u{200b}"), "cooperate");
        assert_eq!(one_line(" \n "), "");
    }

    #[test]
    fn a_line_break_counts_between_text_only() {
        let mut gathered = Gathered::default();
        gathered.line_break();
        gathered.push(" a ");
        gathered.line_break();
        gathered.push(" b");
        gathered.line_break();
        assert_eq!(gathered.take(), "a\nb");
        assert_eq!(gathered.take(), "");
    }
}
