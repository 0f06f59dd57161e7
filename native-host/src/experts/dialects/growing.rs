//! Text that some vendors repeat from its beginning in each piece.

/// Finds out what is new in a piece.
#[derive(Debug, Default)]
pub(super) struct Growing {
    /// All that was said, where pieces repeat it.
    said: Option<String>,
}

impl Growing {
    /// For pieces that repeat all that came before, or for ones that do not.
    pub(super) fn new(cumulative: bool) -> Self {
        Self {
            said: cumulative.then(String::new),
        }
    }

    /// The part of a piece that was not said before.
    pub(super) fn fresh<'a>(&mut self, piece: &'a str) -> &'a str {
        let Some(said) = &mut self.said else {
            return piece;
        };
        // What was shown cannot be taken back: a piece that says less adds nothing.
        if said.starts_with(piece) {
            return "";
        }
        let pairs = said.chars().zip(piece.chars());
        let same = pairs.take_while(|(one, other)| one == other);
        let same: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
        piece.clone_into(said);
        &piece[same..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cumulative: bool, pieces: &[&str], expected: &str) {
        let mut growing = Growing::new(cumulative);
        let text: String = pieces.iter().map(|piece| growing.fresh(piece)).collect();
        assert_eq!(text, expected);
    }

    #[test]
    fn what_was_said_is_not_said_again() {
        check(true, &["潮", "潮汐", "潮汐", "潮汐。"], "潮汐。");
        check(true, &["a", "", "a"], "a");
        check(false, &["a", "ab"], "aab");
    }
}
