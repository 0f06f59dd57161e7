//! What each part works on: usually the outcome of the one before it, sometimes the same text as that
//! one did.

use super::Found;
use crate::Label;

/// For each part, the earlier parts whose outcome it takes; none is the request's own target.
///
/// What changes a text works on the text as the part before left it. A question is asked of the page,
/// and its answer is no text to be changed: after it, whatever reads the page goes back to the page.
pub fn sources(text: &str, parts: &[Found]) -> Vec<Vec<usize>> {
    let mut sources: Vec<Vec<usize>> = Vec::new();
    for (index, (range, label)) in parts.iter().enumerate() {
        let Some(previous) = index.checked_sub(1) else {
            sources.push(Vec::new());
            continue;
        };
        let again = reads_the_page(*label) && !makes_a_text_to_read(parts[previous].1)
            || is_besides(&text[range.clone()], *label);
        sources.push(if again {
            sources.get(previous).cloned().unwrap_or_default()
        } else {
            vec![previous]
        });
    }
    sources
}

/// Whether a label asks something of a text rather than changing it.
fn reads_the_page(label: Label) -> bool {
    matches!(
        label,
        Label::Answer
            | Label::Explain
            | Label::Extract
            | Label::Summarize
            | Label::Compare
            | Label::Chat
    )
}

/// Whether the outcome of a label is a text that can be read in the place of the page.
fn makes_a_text_to_read(label: Label) -> bool {
    !matches!(
        label,
        Label::Answer | Label::Explain | Label::Math | Label::Chat | Label::Compare
    )
}

/// Words with which a part goes back to the same text: "also", not "then".
const BESIDES: [&str; 22] = [
    "also",
    "and also",
    "additionally",
    "besides",
    "separately",
    "auch noch",
    "außerdem",
    "ausserdem",
    "además",
    "ademas",
    "aussi",
    "et aussi",
    "também",
    "e também",
    "também",
    "а также",
    "также",
    "另外",
    "此外",
    "あと",
    "また",
    "그리고 또",
];

fn is_besides(part: &str, label: Label) -> bool {
    let folded = crate::text::fold(part);
    let said = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
    reads_the_page(label) && BESIDES.iter().any(|word| said.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Label::{Answer, Extract, Math, Summarize, Translate, Write};

    #[track_caller]
    fn check(parts: &[(&str, Label)], expected: &[&[usize]]) {
        let mut text = String::new();
        let mut found = Vec::new();
        for (part, label) in parts {
            let start = text.len();
            text.push_str(part);
            found.push((start..text.len(), *label));
        }
        assert_eq!(sources(&text, &found), expected);
    }

    #[test]
    fn a_chain_takes_each_from_the_one_before() {
        check(
            &[
                ("sum up ", Summarize),
                ("in French ", Translate),
                ("and tweet it", Write),
            ],
            &[&[], &[0], &[1]],
        );
        check(
            &[("list the prices ", Extract), ("and add them up", Math)],
            &[&[], &[0]],
        );
    }

    #[test]
    fn questions_go_to_the_page() {
        check(
            &[("what is it? ", Answer), ("and list the dates", Extract)],
            &[&[], &[]],
        );
        check(
            &[("sum it up ", Summarize), ("also list the dates", Extract)],
            &[&[], &[]],
        );
    }
}
