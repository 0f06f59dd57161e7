//! Words that a check found fault with, marked where they stand in a text.

use super::{Element, Node, Tag};

/// Marks each occurrence of the words within one run of text. Words that run over an emphasis or a
/// link are not found, and stand beside the text only.
pub fn mark(node: Node, words: &[String]) -> Node {
    if words.is_empty() {
        return node;
    }
    match node {
        // A node of its own cannot be several: only what holds text is taken apart.
        Node::Text(text) => Node::Text(text),
        Node::Element(Element { tag, children }) => {
            let children = children.into_iter().flat_map(|child| match child {
                Node::Text(text) => split(&text, words),
                element => vec![mark(element, words)],
            });
            Node::element(tag, children.collect())
        }
    }
}

fn split(text: &str, words: &[String]) -> Vec<Node> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((at, found)) = first(rest, words) {
        if at > 0 {
            pieces.push(Node::Text(rest[..at].to_owned()));
        }
        pieces.push(Node::labelled(Tag::Doubtful, found));
        rest = &rest[at + found.len()..];
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Node::Text(rest.to_owned()));
    }
    pieces
}

/// The first of the words, and of those that begin there the longest.
fn first<'a>(text: &str, words: &'a [String]) -> Option<(usize, &'a str)> {
    words
        .iter()
        .map(|words| words.trim())
        .filter(|words| !words.is_empty())
        .filter_map(|words| Some((text.find(words)?, words)))
        .min_by_key(|(at, words)| (*at, usize::MAX - words.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: &[&str], expected: &[(&str, bool)]) {
        let words: Vec<_> = words.iter().map(|&words| words.to_owned()).collect();
        let pieces = split(text, &words);
        let told: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.text(), matches!(piece, Node::Element(_))))
            .collect();
        let told: Vec<_> = told.iter().map(|(text, at)| (text.as_str(), *at)).collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn words_are_marked_wherever_they_stand() {
        check(
            "42 and 42",
            &["42"],
            &[("42", true), (" and ", false), ("42", true)],
        );
        check(
            "潮汐在1915年",
            &["1915"],
            &[("潮汐在", false), ("1915", true), ("年", false)],
        );
        check("nothing", &["42", " "], &[("nothing", false)]);
    }

    #[test]
    fn of_words_that_begin_together_the_longest_are_marked() {
        check(
            "1915 it was",
            &["1915", "1915 it"],
            &[("1915 it", true), (" was", false)],
        );
    }

    #[test]
    fn text_within_elements_is_found_and_the_text_stays_the_same() {
        let words = ["rose".to_owned()];
        let strong = Node::labelled(Tag::Strong, "rose again");
        let paragraph = Node::element(Tag::Paragraph, vec![Node::Text("it ".to_owned()), strong]);
        let marked = mark(paragraph.clone(), &words);
        assert_eq!(marked.text(), paragraph.text());
        assert_ne!(marked, paragraph);
        assert_eq!(mark(paragraph.clone(), &[]), paragraph);
    }
}
