//! The built-in summarizer: the sentences that say most, in the order of the page, each with its
//! paragraph.

use std::sync::Arc;

use coterie_protocol::{Action, ExpertCard, Length};

use super::{
    markdown::cited,
    phrases,
    quotes::{self, Quote},
    rank::{LEAD, Ranking},
    reply::{NothingToRead, card, reply},
    room::wished,
};
use crate::experts::{Expert, Items, Task};

/// Sentences of a summary when no length was asked for, at most; of a short text a third.
const USUAL: usize = 5;

/// A text of so many sentences is not shortened unless that was asked for.
const SHORT: usize = 3;

/// From so many sentences on a summary is a list.
const LIST: usize = 3;

/// Chooses sentences; see the module.
#[derive(Debug)]
pub struct Summarizer {
    card: ExpertCard,
}

impl Summarizer {
    /// The one summarizer that there is.
    pub fn new() -> Self {
        let actions = [Action::Summarize];
        Self {
            card: card("builtin/summarizer", "Summarizer", &actions),
        }
    }
}

impl Default for Summarizer {
    fn default() -> Self {
        Self::new()
    }
}

impl Expert for Summarizer {
    fn card(&self) -> &ExpertCard {
        &self.card
    }

    fn can(&self, task: &Task) -> bool {
        task.action == Action::Summarize && task.delivered.is_empty()
    }

    fn start(&self, task: Arc<Task>) -> Items {
        reply(move || summarize(&task))
    }
}

/// The summary in pieces of Markdown.
fn summarize(task: &Task) -> Result<Vec<String>, NothingToRead> {
    let quotes = quotes::of_task(task);
    if quotes.is_empty() {
        return Err(NothingToRead);
    }
    let chosen = choose(&quotes, &task.article.title, task.length);
    let phrases = phrases::in_language(&task.language);
    let mut pieces = Vec::new();
    if chosen.len() == quotes.len() {
        pieces.push(format!("*{}*\n\n", phrases.as_it_is));
    }
    let of_page = task.source.as_ref().or(task.article.language.as_ref());
    if of_page.is_some_and(|source| !source.same_language(&task.language)) {
        pieces.push(format!("*{}*\n\n", phrases.other_language));
    }
    pieces.extend(written(&quotes, &chosen));
    Ok(pieces)
}

/// The sentences chosen, in the order of the page.
pub fn choose(quotes: &[Quote], title: &str, length: Option<Length>) -> Vec<usize> {
    let mut room = Room::of(quotes, length);
    if room.has_all {
        return (0..quotes.len()).collect();
    }
    let texts: Vec<&str> = quotes.iter().map(|quote| quote.text.as_str()).collect();
    let mut chosen = Vec::new();
    let mut ranking = Ranking::of(&texts, title);
    // Up to a lead's length nothing beats the lead of news; a longer summary goes through the page.
    if room.sentences > LEAD {
        let paragraph = |quote: &Quote| quote.paragraph.unwrap_or_default();
        ranking = ranking.of_paragraphs(quotes.iter().map(paragraph).collect());
    }
    ranking.choose(|index| {
        if room.takes(&quotes[index]) {
            chosen.push(index);
        }
        !room.is_full()
    });
    chosen.sort_unstable();
    chosen
}

/// How much a summary may still take.
struct Room {
    sentences: usize,
    words: u32,
    begun: bool,
    /// The whole text fits.
    has_all: bool,
}

impl Room {
    fn of(quotes: &[Quote], length: Option<Length>) -> Self {
        let all = quotes.iter().map(Quote::words).fold(0, u32::saturating_add);
        let dense = quotes.iter().any(Quote::is_dense);
        let (sentences, words) = match length {
            Some(length) => wished(length, all, dense),
            None if quotes.len() <= SHORT => (SHORT, u32::MAX),
            None => (quotes.len().div_ceil(3).min(USUAL), u32::MAX),
        };
        Self {
            sentences,
            words,
            begun: false,
            has_all: quotes.len() <= sentences && all <= words,
        }
    }

    /// Takes a sentence if it fits. The first one always does, up to a tenth over is near enough.
    fn takes(&mut self, quote: &Quote) -> bool {
        let words = quote.words();
        let fits = self.words == u32::MAX || words <= self.words.saturating_add(self.words / 10);
        if self.begun && !fits {
            return false;
        }
        self.begun = true;
        self.sentences = self.sentences.saturating_sub(1);
        if self.words != u32::MAX {
            self.words = self.words.saturating_sub(words);
        }
        true
    }

    /// No sentence of usual length fits any more.
    fn is_full(&self) -> bool {
        self.sentences == 0 || self.words < 5
    }
}

/// Sentences as a list, a few as a paragraph.
fn written(quotes: &[Quote], chosen: &[usize]) -> Vec<String> {
    let is_list = chosen.len() >= LIST;
    let last = chosen.len().saturating_sub(1);
    let piece = |(place, &index): (usize, &usize)| {
        let text = cited(&quotes[index]);
        let end = match (is_list, place == last) {
            (true, _) => "\n",
            (false, true) => "",
            (false, false) => " ",
        };
        let mark = if is_list { "- " } else { "" };
        format!("{mark}{text}{end}")
    };
    chosen.iter().enumerate().map(piece).collect()
}

#[cfg(test)]
mod tests;
