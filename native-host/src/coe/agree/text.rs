//! What surrounds an answer: fences, words before the final answer, refusals.

use super::table::TABLE;

/// Longer texts that begin with an apology go on to answer.
const LONGEST_REFUSAL: usize = 400;

/// Whether a text says that there is no answer. Of a translation only what nobody would have asked
/// to be translated counts.
pub(super) fn is_refusal(answer: &str, translation: bool) -> bool {
    let start = answer.trim_start_matches(|it: char| !it.is_alphanumeric());
    if start.chars().count() > LONGEST_REFUSAL {
        return false;
    }
    let start = start.replace('’', "'").to_ascii_lowercase();
    let begins = |phrases: &[String]| {
        phrases.iter().any(|phrase| {
            start.strip_prefix(phrase.as_str()).is_some_and(|rest| {
                // A phrase ends with its word: "unknown", not "unknowns". Scripts without spaces
                // go on at once.
                !phrase.is_ascii() || !rest.starts_with(|it: char| it.is_ascii_alphanumeric())
            })
        })
    };
    begins(&TABLE.refusals.always) || (!translation && begins(&TABLE.refusals.answers))
}

/// The text within a fence of backticks, if the whole is fenced or there is a single fence; else
/// the text itself, without single backticks around it.
pub(super) fn unfenced(text: &str) -> &str {
    let text = text.trim();
    if let Some(open) = text.find("```") {
        let inside = &text[open + 3..];
        let body = inside.find('\n').map_or(inside, |line| {
            let (info, body) = inside.split_at(line);
            // The first line of a fence names the language.
            let names = info.trim().chars().all(|it| it.is_ascii_alphanumeric());
            if names { body } else { inside }
        });
        if let Some(close) = body.find("```")
            && !body[close + 3..].contains("```")
        {
            return body[..close].trim();
        }
    }
    let bare = text.strip_prefix('`').and_then(|it| it.strip_suffix('`'));
    bare.unwrap_or(text).trim()
}

/// What a longer text names as its final answer: the last `\boxed{…}`, the line after `####`, or
/// what follows the last of the marking words on its line (on the next one, if it ends there).
pub(super) fn final_answer(text: &str) -> Option<&str> {
    if let Some(boxed) = boxed(text) {
        return Some(boxed);
    }
    if let Some(at) = text.rfind("####") {
        return first_line(&text[at + 4..]);
    }
    let lower = text.to_ascii_lowercase();
    let ends = TABLE.answer.markers.iter().flat_map(|marker| {
        let ends = lower.match_indices(marker.as_str());
        ends.filter(|(at, _)| starts_word(&lower, *at))
            .map(|(at, found)| at + found.len())
            .filter(|end| ends_marker(&lower[*end..]))
            .last()
    });
    let rest = &text[ends.max()?..];
    let rest = rest.trim_start_matches(|it: char| {
        it.is_whitespace() || matches!(it, ':' | '：' | '*' | '=' | '是' | '为' | 'は' | '—')
    });
    let verb = rest.strip_prefix("is ").or(rest.strip_prefix("is:"));
    let rest = verb.unwrap_or(rest);
    first_line(rest)
}

fn starts_word(text: &str, at: usize) -> bool {
    let before = text[..at].chars().next_back();
    !before.is_some_and(|it| it.is_ascii_alphanumeric())
}

/// A marking word is followed by a colon, a verb, emphasis, or a script without spaces.
fn ends_marker(rest: &str) -> bool {
    let rest = rest.trim_start_matches(['*', ' ']);
    let Some(next) = rest.chars().next() else {
        return false;
    };
    matches!(
        next,
        ':' | '：'
            | '='
            | '是'
            | '为'
            | 'は'
            | '$'
            | '"'
            | '\''
            | '`'
            | '('
            | '['
            | '{'
            | '\\'
            | '-'
            | '\n'
    ) || next.is_numeric()
        || rest.starts_with("is ")
        || rest.starts_with("is:")
        || (next.is_ascii_alphabetic()
            && rest.chars().nth(1).is_none_or(|it| !it.is_alphanumeric()))
}

fn first_line(text: &str) -> Option<&str> {
    let line = text.trim_start().lines().next()?.trim();
    let line = line.trim_end_matches("**").trim();
    (!line.is_empty()).then_some(line)
}

fn boxed(text: &str) -> Option<&str> {
    let start = text.rfind("\\boxed{")? + "\\boxed{".len();
    let mut depth = 1_u32;
    for (at, letter) in text[start..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(text[start..start + at].trim());
        }
    }
    None
}
