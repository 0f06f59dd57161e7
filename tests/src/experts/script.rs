//! What scripted experts say.

use std::iter;

use super::Behaviour;

/// Every kind of Markdown that should look right, and every trick that must not work. `{beacon}`
/// stands for an address that notices when it is fetched.
pub const MARKDOWN: &str = include_str!("markdown.md");

/// The deltas of the answer to a prompt.
pub(super) fn deltas(behaviour: Behaviour, prompt: &str, said: Option<&str>) -> Vec<String> {
    match (behaviour, said) {
        (Behaviour::Fast(count), _) => fast(count),
        (Behaviour::Torrent(mebibytes), _) => torrent(mebibytes),
        (Behaviour::Markdown, None) => pieces(MARKDOWN),
        (_, Some(said)) => pieces(said),
        (_, None) => pieces(&echo(prompt)),
    }
}

/// An answer derived from the prompt: tests can tell that what they asked about was sent.
fn echo(prompt: &str) -> String {
    let characters = prompt.chars().count();
    let last = last_words(prompt);
    format!(
        "A scripted expert read {characters} characters.\n\nThey end in: {last}\n\n\
         This is the first point of the answer, which takes a while to say.\n\n\
         This is the second point, and the last one.\n"
    )
}

fn last_words(text: &str) -> String {
    let characters: Vec<char> = text.trim().chars().collect();
    let start = characters.len().saturating_sub(60);
    characters[start..]
        .iter()
        .collect::<String>()
        .replace('\n', " ")
}

fn fast(count: usize) -> Vec<String> {
    let word = |number: usize| {
        let end = if number % 40 == 39 { ".\n\n" } else { " " };
        format!("word{number}{end}")
    };
    (0..count).map(word).collect()
}

/// Deltas of 64 KiB, each of lines with a number of their own.
fn torrent(mebibytes: usize) -> Vec<String> {
    const LINE: usize = 64;
    const LINES: usize = 64 * 1024 / LINE;
    let delta = |number: usize| {
        let lines = number * LINES..(number + 1) * LINES;
        lines.map(|line| format!("{line:>63}\n")).collect()
    };
    (0..mebibytes * 16).map(delta).collect()
}

/// Cuts a text into pieces of a few characters, as models send it.
fn pieces(text: &str) -> Vec<String> {
    const PIECE: usize = 6;
    let mut characters = text.chars();
    iter::from_fn(|| {
        let piece: String = characters.by_ref().take(PIECE).collect();
        (!piece.is_empty()).then_some(piece)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_put_together_are_the_text() {
        for text in ["", "潮汐一日两次，高低相间。", MARKDOWN] {
            assert_eq!(pieces(text).concat(), text);
        }
    }

    #[test]
    fn an_echo_ends_as_the_prompt_does() {
        let deltas = deltas(Behaviour::Silence, "Summarize the tide.", None);
        assert!(deltas.concat().contains("Summarize the tide."));
    }
}
