//! How much may be quoted: the wish about length in sentences and words.

use coterie_protocol::Length;

/// A paragraph is taken to have so many sentences.
const SENTENCES_OF_A_PARAGRAPH: usize = 4;

/// A word of an alphabet takes about so many characters, with the space after it.
const CHARACTERS_OF_A_WORD: u32 = 6;

/// The sentences and the words at most that `length` asks for of a text with so many words.
/// `dense` says that words are counted by the character.
pub(super) fn wished(length: Length, all_words: u32, dense: bool) -> (usize, u32) {
    let sentences = |count: u32| usize::try_from(count).unwrap_or(usize::MAX).max(1);
    match length {
        Length::Sentences(count) => (sentences(count), u32::MAX),
        Length::Paragraphs(count) => (
            sentences(count).saturating_mul(SENTENCES_OF_A_PARAGRAPH),
            u32::MAX,
        ),
        Length::Words(count) => (usize::MAX, count.max(1)),
        Length::Characters(count) if dense => (usize::MAX, count.max(1)),
        Length::Characters(count) => (usize::MAX, (count / CHARACTERS_OF_A_WORD).max(1)),
        Length::Percent(share) => {
            let words = u64::from(all_words) * u64::from(share) / 100;
            (usize::MAX, u32::try_from(words).unwrap_or(u32::MAX).max(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(length: Length, dense: bool, expected: (usize, u32)) {
        assert_eq!(wished(length, 200, dense), expected, "{length:?}");
    }

    #[test]
    fn every_wish_comes_to_sentences_or_words() {
        check(Length::Sentences(0), false, (1, u32::MAX));
        check(Length::Paragraphs(2), false, (8, u32::MAX));
        check(Length::Words(50), false, (usize::MAX, 50));
        check(Length::Characters(60), false, (usize::MAX, 10));
        check(Length::Characters(60), true, (usize::MAX, 60));
        check(Length::Percent(50), false, (usize::MAX, 100));
        check(Length::Percent(0), false, (usize::MAX, 1));
    }
}
