//! One of several names: a letter of a choice, yes or no, a class.

use super::text;

/// A longer text is no label.
const LONGEST: usize = 60;

/// The normal form of an answer: the letter of a choice, else the words without case and marks.
pub(super) fn normal(answer: &str) -> Option<String> {
    let answer = text::unfenced(answer);
    let said = text::final_answer(answer).unwrap_or_else(|| {
        // The last line of a longer text is what it comes to.
        let long = answer.chars().count() > LONGEST;
        let last = answer.lines().rev().find(|line| !line.trim().is_empty());
        last.filter(|_| long).unwrap_or(answer)
    });
    let said = said.trim_matches(|it: char| it.is_whitespace() || "*`\"'“”".contains(it));
    if let Some(letter) = choice(said) {
        return Some(letter.to_string());
    }
    let words: String = said.to_lowercase();
    let words = words.split(|it: char| !it.is_alphanumeric() && it != '+' && it != '#');
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The letter of `B`, `b)`, `(B)`, `B. Paris`, `option B`, in upper case.
fn choice(said: &str) -> Option<char> {
    let lower = said.to_ascii_lowercase();
    let said = match ["option ", "choice "]
        .iter()
        .find(|it| lower.starts_with(**it))
    {
        Some(prefix) => &said[prefix.len()..],
        None => said,
    };
    let mut letters = said.trim_start_matches(['(', '[']).chars();
    let letter = letters.next().filter(char::is_ascii_alphabetic)?;
    let rest = letters.as_str();
    let marked =
        rest.starts_with([')', ']', '.', ':']) && !rest[1..].starts_with(char::is_alphanumeric);
    (rest.is_empty() || marked).then(|| letter.to_ascii_uppercase())
}

/// Whether a text is the letter of a choice, perhaps with what it stands for.
pub(super) fn is_choice(answer: &str) -> bool {
    let answer = answer.trim();
    let said = text::final_answer(answer).unwrap_or(answer);
    answer.chars().count() <= LONGEST && choice(said).is_some()
}
