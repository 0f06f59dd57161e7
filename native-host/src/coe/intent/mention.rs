//! Whether words speak of the page that is open: a question that reads like general knowledge is
//! about the page if most of what it names stands there.

use std::collections::HashSet;

use crate::{experts::each_term, page::Article};

/// Shorter words of an alphabet are hardly ever what a question is about.
const SHORTEST_WORD: usize = 4;

/// Letters from here on stand for syllables or words, so that two of them name something.
const DENSE: char = '\u{1100}';

/// Whether more than half of what `words` name stands in the page; where words are written without
/// spaces, half, since a pair of characters may belong to two words.
pub(super) fn is_about(words: &str, article: &Article) -> bool {
    let mut named = HashSet::new();
    each_term(words, |term| {
        if is_name(term) {
            named.insert(term.to_owned());
        }
    });
    let mut missing = named.clone();
    let paragraphs = article
        .paragraphs
        .iter()
        .map(|paragraph| paragraph.text.as_str());
    for text in paragraphs.chain([article.title.as_str()]) {
        each_term(text, |term| {
            missing.remove(term);
        });
    }
    let found = named.len() - missing.len();
    let dense = named.iter().any(|term| is_dense(term));
    found > missing.len() || (dense && found == missing.len())
}

fn is_name(term: &str) -> bool {
    let length = term.chars().count();
    length >= SHORTEST_WORD || (is_dense(term) && length >= 2)
}

fn is_dense(term: &str) -> bool {
    term.chars().all(|letter| letter >= DENSE)
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Paragraph, ParagraphKind, Span};

    use super::*;

    fn check(words: &str, page: &str, expected: bool) {
        let article = Article {
            title: String::new(),
            language: None,
            span: Span::Article,
            paragraphs: vec![Paragraph {
                number: 1,
                kind: ParagraphKind::Text,
                text: page.to_owned(),
            }],
        };
        assert_eq!(is_about(words, &article), expected, "{words}");
    }

    #[test]
    fn a_question_is_about_the_page_that_names_what_it_names() {
        let page = "The first lens was lit at Cordouan in 1823.";
        check("When was the first lens lit?", page, true);
        check("who invented the brigadeiro", page, false);
        check("hi, how are you?", page, false);
        check("", page, false);
    }

    #[test]
    fn so_it_is_in_scripts_without_spaces() {
        let page = "第一盏透镜灯于1823年在科尔杜安点亮。";
        check("透镜灯何时点亮", page, true);
        check("你好，讲个笑话", page, false);
    }
}
