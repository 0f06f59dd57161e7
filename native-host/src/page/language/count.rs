//! Counting words, as people count them in the text's own language.

use unicode_segmentation::UnicodeSegmentation;

use super::script::is_unspaced;

/// The words of a text. Chinese, Japanese, Thai and the like are written without spaces and are
/// counted in characters, as their readers do.
pub fn words(text: &str) -> u32 {
    let count: usize = text.unicode_words().map(weight).sum();
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What one word by Unicode's rules counts for.
fn weight(word: &str) -> usize {
    match word.chars().next() {
        Some(first) if is_unspaced(first) => word
            .chars()
            .filter(|&character| is_unspaced(character))
            .count(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: u32) {
        assert_eq!(words(text), expected, "{text:?}");
    }

    #[test]
    fn spaced_languages_are_counted_in_words() {
        check("", 0);
        check("... !", 0);
        check("It's 3.14 or well-known, isn't it?", 7);
        check("مرحبا بالعالم", 2);
        check("나는 학생입니다", 2);
    }

    #[test]
    fn unspaced_languages_are_counted_in_characters() {
        check("我喜欢读书。", 5);
        check("コンピュータを使う", 9);
        check("Rust 语言 2024", 4);
    }
}
