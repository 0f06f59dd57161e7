//! Where one expert goes on with what another began: what it repeats of the text already
//! delivered is left out, so that nothing is doubled and nothing is lost.

/// How much of the delivered text's end is compared, in bytes: more than any answer is long, and
/// little enough to be compared at once.
const COMPARED: usize = 256 * 1024;

/// The shortest repeated passage without word boundaries, in characters: Chinese doubles words of
/// two characters, and rarely more.
const UNSPACED: usize = 6;

/// The shortest repeated word, or beginning of one, in characters.
const WORD: usize = 3;

/// The shortest repeated passage that may begin with a space, in characters.
const PASSAGE: usize = 12;

/// Takes the beginning of a continuation and leaves out what it repeats.
#[derive(Debug)]
pub(super) struct Seam {
    /// The end of what was delivered, or all of it.
    delivered: String,
    /// Whether that is all of it.
    whole: bool,
    /// The beginning of the continuation, until it is clear what it repeats.
    held: String,
    /// Where in the delivered text an end may begin that the continuation is repeating.
    possible: Vec<usize>,
    /// Where the longest end begins that it has repeated.
    repeated: Option<usize>,
    open: bool,
}

impl Seam {
    /// A seam after this text.
    pub(super) fn after(delivered: &str) -> Self {
        let mut start = delivered.len().saturating_sub(COMPARED);
        while !delivered.is_char_boundary(start) {
            start += 1;
        }
        let delivered = delivered[start..].to_owned();
        Self {
            whole: start == 0,
            held: String::new(),
            possible: delivered.char_indices().map(|(at, _)| at).collect(),
            repeated: None,
            open: !delivered.is_empty(),
            delivered,
        }
    }

    /// Takes more of the continuation; gives what is new.
    pub(super) fn push(&mut self, text: &str) -> String {
        if !self.open {
            return text.to_owned();
        }
        self.held.push_str(text);
        self.compare();
        if self.possible.is_empty() {
            return self.close();
        }
        String::new()
    }

    /// What is still held when the expert has said all. Where it fell silent instead, what is held
    /// is dropped: whoever goes on says it.
    pub(super) fn finish(&mut self) -> String {
        if self.open {
            self.close()
        } else {
            String::new()
        }
    }

    /// Sorts out what can no longer be a repetition, and what has become one.
    fn compare(&mut self) {
        let (delivered, held) = (&self.delivered, &self.held);
        let mut whole = Vec::new();
        self.possible.retain(|start| {
            let end = &delivered[*start..];
            if held.starts_with(end) {
                whole.push(*start);
                return false;
            }
            end.starts_with(held.as_str())
        });
        let repetition = whole.into_iter().find(|start| self.is_repetition(*start));
        // The longest counts, which begins first.
        self.repeated = self.repeated.into_iter().chain(repetition).min();
    }

    fn close(&mut self) -> String {
        self.open = false;
        self.possible.clear();
        let repeated = self
            .repeated
            .map_or(0, |start| self.delivered.len() - start);
        let new = self.held.split_off(repeated);
        self.held.clear();
        new
    }

    /// Whether a common piece is a repetition rather than the accident that the next letters are
    /// those of the last.
    fn is_repetition(&self, start: usize) -> bool {
        let piece = &self.delivered[start..];
        if self.whole && start == 0 {
            return true;
        }
        let length = piece.trim().chars().count();
        if piece.chars().any(is_unspaced) {
            return length >= UNSPACED;
        }
        if piece.trim().chars().all(|digit| digit.is_ascii_digit()) {
            return false;
        }
        let before = self.delivered[..start].chars().next_back();
        let first = piece.chars().next();
        let inside_a_word = before
            .zip(first)
            .is_some_and(|(before, first)| before.is_alphanumeric() && first.is_alphanumeric());
        // After a space the same word may well come twice: "that that".
        let may_be_said_twice = first.is_some_and(char::is_whitespace);
        !inside_a_word && length >= if may_be_said_twice { PASSAGE } else { WORD }
    }
}

/// Whether a character belongs to a script without spaces between words.
fn is_unspaced(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{0E00}'..='\u{0EFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same however the continuation is cut into two.
    fn check(delivered: &str, continuation: &str, expected: &str) {
        for cut in (0..=continuation.len()).filter(|cut| continuation.is_char_boundary(*cut)) {
            let (head, tail) = continuation.split_at(cut);
            let mut seam = Seam::after(delivered);
            let new = [seam.push(head), seam.push(tail), seam.finish()].concat();
            assert_eq!(
                format!("{delivered}{new}"),
                expected,
                "{continuation:?} cut at {cut}"
            );
        }
    }

    const LIGHT: &str = "The light was seen from the deck of a ship.";

    #[test]
    fn a_continuation_from_exactly_there_is_taken_as_it_is() {
        check("The light was", " seen from the deck of a ship.", LIGHT);
        check("The light was se", "en from the deck of a ship.", LIGHT);
        check("", LIGHT, LIGHT);
        check(LIGHT, "", LIGHT);
        check("Mississi", "ppi", "Mississippi");
        check("It was the be", "est of men", "It was the beest of men");
    }

    #[test]
    fn words_that_are_said_again_are_left_out() {
        check("The light was", "was seen from the deck of a ship.", LIGHT);
        check(
            "The light was",
            "light was seen from the deck of a ship.",
            LIGHT,
        );
        check(
            "The light was seen fr",
            "seen from the deck of a ship.",
            LIGHT,
        );
        check("The light was seen fro", "from the deck of a ship.", LIGHT);
    }

    #[test]
    fn words_and_numbers_that_come_twice_are_kept() {
        check("He said that", " that was so.", "He said that that was so.");
        check("It holds 100", "100 of them", "It holds 100100 of them");
        check("a ban", "ana", "a banana");
    }

    #[test]
    fn an_answer_begun_anew_is_left_out_as_far_as_it_was_read() {
        check("The light was seen fr", LIGHT, LIGHT);
        check("T", LIGHT, LIGHT);
        check(LIGHT, LIGHT, LIGHT);
    }

    #[test]
    fn a_script_without_spaces_needs_more_than_a_doubled_word() {
        check("我们研究", "研究灯塔。", "我们研究研究灯塔。");
        check(
            "灯塔警告船只前方有危险",
            "船只前方有危险的礁石。",
            "灯塔警告船只前方有危险的礁石。",
        );
    }

    #[test]
    fn only_the_end_of_a_long_text_is_compared() {
        let long = "word after word, ".repeat(2000);
        check(&long, "and so on.", &format!("{long}and so on."));
    }
}
