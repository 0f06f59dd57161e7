//! What can be quoted of a task's text: its sentences, each with the paragraph it stands in.

use coterie_protocol::{Paragraph, ParagraphKind};

use crate::{
    experts::Task,
    page::{one_line, sentences, words},
};

/// A quotation has at least so many words or, in Chinese and the like, characters.
const FEWEST_WORDS: u32 = 4;

/// More sentences than this are not looked at: a summary of a whole library is none.
const MOST_QUOTES: usize = 20_000;

/// A sentence of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// The number of its paragraph; nothing when a passage is not found on the page.
    pub paragraph: Option<u32>,
    /// The sentence as it stands there.
    pub text: String,
}

impl Quote {
    /// Its words, as people count them.
    pub fn words(&self) -> u32 {
        words(&self.text)
    }

    /// Whether its words are counted by the character, as in Chinese and Japanese.
    pub fn is_dense(&self) -> bool {
        self.text
            .chars()
            .filter(|letter| *letter >= '\u{2E80}')
            .count()
            * 2
            > self.text.chars().count()
    }
}

/// The sentences of the passage that the task is about, else of the whole article.
pub fn of_task(task: &Task) -> Vec<Quote> {
    match &task.passage {
        Some(passage) => of_passage(passage, &task.article.paragraphs),
        None => of_article(&task.article.paragraphs),
    }
}

/// The sentences of an article. Headings, code and tables are no sentences; where there is
/// nothing else, they are quoted all the same.
pub fn of_article(paragraphs: &[Paragraph]) -> Vec<Quote> {
    let running = |paragraph: &&Paragraph| match paragraph.kind {
        ParagraphKind::Text | ParagraphKind::ListItem | ParagraphKind::Quote => true,
        ParagraphKind::Heading(_) | ParagraphKind::Code | ParagraphKind::TableRow => false,
    };
    let quotes = collect(paragraphs.iter().filter(running));
    let full: Vec<Quote> = quotes
        .iter()
        .filter(|quote| says_something(quote))
        .cloned()
        .collect();
    match (full.is_empty(), quotes.is_empty()) {
        (false, _) => full,
        (true, false) => quotes,
        (true, true) => collect(paragraphs.iter()),
    }
}

fn collect<'page>(paragraphs: impl Iterator<Item = &'page Paragraph>) -> Vec<Quote> {
    let quotes = paragraphs.flat_map(|paragraph| {
        sentences(&paragraph.text)
            .into_iter()
            .map(|sentence| Quote {
                paragraph: Some(paragraph.number),
                text: sentence.to_owned(),
            })
    });
    quotes.take(MOST_QUOTES).collect()
}

fn says_something(quote: &Quote) -> bool {
    quote.words() >= FEWEST_WORDS
}

/// The sentences of a passage, each with the first paragraph that has it.
fn of_passage(passage: &str, paragraphs: &[Paragraph]) -> Vec<Quote> {
    let lines = passage.lines().map(one_line).collect::<Vec<_>>();
    let quotes = lines
        .iter()
        .flat_map(|line| sentences(line))
        .map(|sentence| {
            let of = paragraphs
                .iter()
                .find(|paragraph| paragraph.text.contains(sentence));
            Quote {
                paragraph: of.map(|paragraph| paragraph.number),
                text: sentence.to_owned(),
            }
        });
    quotes.take(MOST_QUOTES).collect()
}
