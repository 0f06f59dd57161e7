//! The built-in gatherer: what the page itself says about a passage, a question or its own main
//! points, sorted by what it tells and quoted with its paragraphs.

mod marks;

use std::{collections::HashSet, sync::Arc};

use coterie_protocol::{Action, ExpertCard, Length};

use super::{
    markdown::{cited, escaped},
    phrases::{self, Phrases},
    quotes::{self, Quote},
    rank::{Space, likeness},
    reply::{NothingToRead, card, reply},
    room::wished,
    summarizer,
};
use crate::experts::{Expert, Items, Task};
use marks::Kind;

/// Sentences gathered when no length was asked for, at most.
const USUAL: usize = 8;

/// Sentences that answer a question, at most.
const ANSWERS: usize = 4;

/// Sentences added to each main point, at most.
const BESIDE_A_POINT: usize = 2;

/// A sentence less like the topic than this has nothing to do with it.
const RELATED: f32 = 0.04;

/// A sentence must be this much like the topic by itself, whatever stands beside it.
const TOUCHES: f32 = 0.02;

/// The best sentence must be this much like a question for the page to answer it.
const ANSWERING: f32 = 0.16;

/// How much of its neighbour's likeness a sentence has: pronouns hide what it is about.
const FROM_NEIGHBOUR: f32 = 0.35;

/// Gathers sentences; see the module.
#[derive(Debug)]
pub struct Gatherer {
    card: ExpertCard,
}

impl Gatherer {
    /// The one gatherer that there is.
    pub fn new() -> Self {
        let actions = [Action::Expand, Action::Explain, Action::Answer];
        Self {
            card: card("builtin/gatherer", "Quoter", &actions),
        }
    }
}

impl Default for Gatherer {
    fn default() -> Self {
        Self::new()
    }
}

impl Expert for Gatherer {
    fn card(&self) -> &ExpertCard {
        &self.card
    }

    fn can(&self, task: &Task) -> bool {
        let has_text = task.passage.is_some() || !task.article.paragraphs.is_empty();
        self.card.actions.contains(&task.action) && has_text && task.delivered.is_empty()
    }

    fn start(&self, task: Arc<Task>) -> Items {
        reply(move || gather(&task))
    }
}

/// The answer in pieces of Markdown.
fn gather(task: &Task) -> Result<Vec<String>, NothingToRead> {
    let page = Page::of(task).ok_or(NothingToRead)?;
    let phrases = phrases::in_language(&task.language);
    Ok(match (task.action, &task.passage) {
        (Action::Answer, _) => page.answer(&task.instruction, task.length, phrases),
        (_, Some(passage)) => page.about(passage, &task.instruction, task.length, phrases),
        (Action::Explain, None) => page.explained(task.length, phrases),
        (_, None) => page.expanded(task.length, phrases),
    })
}

/// The sentences of a page, ready to be compared with a topic.
struct Page<'task> {
    title: &'task str,
    quotes: Vec<Quote>,
    space: Space,
}

impl<'task> Page<'task> {
    fn of(task: &'task Task) -> Option<Self> {
        let mut quotes = quotes::of_article(&task.article.paragraphs);
        if quotes.is_empty() {
            quotes = quotes::of_task(task);
        }
        let space = Space::of(quotes.iter().map(|quote| quote.text.as_str()));
        (!quotes.is_empty()).then_some(Self {
            title: &task.article.title,
            quotes,
            space,
        })
    }

    /// What else the page says about a passage.
    fn about(
        &self,
        passage: &str,
        wish: &str,
        length: Option<Length>,
        phrases: &Phrases,
    ) -> Vec<String> {
        let topic = marks::subject(&format!("{passage} {wish}"));
        let mut related = self.related(&topic);
        related.retain(|&index| !is_said(&self.quotes[index].text, passage));
        self.limit(&mut related, length, USUAL);
        if related.is_empty() {
            return vec![notice(&phrases.nothing_about_passage)];
        }
        let mut pieces = vec![notice(&phrases.about_passage)];
        pieces.extend(self.sorted(related, &topic, phrases));
        pieces
    }

    /// What the page says about its own subject.
    fn explained(&self, length: Option<Length>, phrases: &Phrases) -> Vec<String> {
        let points = self.main_points(None);
        let mut topic = self.title.to_owned();
        for &index in &points {
            topic.push(' ');
            topic.push_str(&self.quotes[index].text);
        }
        let mut related = points;
        related.extend(self.related(&topic));
        let mut seen = HashSet::new();
        related.retain(|&index| seen.insert(index));
        self.limit(&mut related, length, USUAL);
        let mut pieces = vec![notice(&phrases.subject)];
        pieces.extend(self.sorted(related, &topic, phrases));
        pieces
    }

    /// The main points of the page, each with what else the page says about it.
    fn expanded(&self, length: Option<Length>, phrases: &Phrases) -> Vec<String> {
        let points = self.main_points(length);
        let mut said: HashSet<usize> = points.iter().copied().collect();
        let mut pieces = vec![notice(&phrases.main_points)];
        for point in points {
            pieces.push(format!(
                "- **{}** {}\n",
                escaped(&self.quotes[point].text),
                citation(&self.quotes[point])
            ));
            let mut beside: Vec<_> = self.related(&self.quotes[point].text);
            beside.retain(|index| !said.contains(index));
            beside.truncate(BESIDE_A_POINT);
            beside.sort_unstable();
            for index in beside {
                said.insert(index);
                pieces.push(format!("    - {}\n", cited(&self.quotes[index])));
            }
        }
        pieces
    }

    /// The sentences that answer a question, the best first.
    fn answer(&self, question: &str, length: Option<Length>, phrases: &Phrases) -> Vec<String> {
        let subject = marks::subject(question);
        let best = self.likeness_to(&subject).into_iter().fold(0.0, f32::max);
        if best < ANSWERING {
            return vec![notice(&phrases.nothing_about_question)];
        }
        let mut related = self.related(&subject);
        self.limit(&mut related, length, ANSWERS);
        let mut pieces = vec![notice(&phrases.answer)];
        pieces.extend(
            related
                .iter()
                .map(|&index| format!("- {}\n", cited(&self.quotes[index]))),
        );
        pieces
    }

    fn main_points(&self, length: Option<Length>) -> Vec<usize> {
        summarizer::choose(&self.quotes, self.title, length)
    }

    /// How much each sentence has to do with a topic, by itself.
    fn likeness_to(&self, topic: &str) -> Vec<f32> {
        let topic = self.space.locate(topic);
        self.space
            .vectors
            .iter()
            .map(|vector| likeness(vector, &topic))
            .collect()
    }

    /// The sentences that have to do with a topic, the most first.
    fn related(&self, topic: &str) -> Vec<usize> {
        let alone = self.likeness_to(topic);
        let at = |index: Option<usize>| {
            index
                .and_then(|index| alone.get(index))
                .copied()
                .unwrap_or(0.0)
        };
        let score = |index: usize| {
            let neighbours = at(index.checked_sub(1)).max(at(index.checked_add(1)));
            alone[index] + FROM_NEIGHBOUR * neighbours
        };
        let mut related: Vec<usize> = (0..alone.len())
            .filter(|&index| alone[index] >= TOUCHES && score(index) >= RELATED)
            .collect();
        related.sort_by(|&one, &other| score(other).total_cmp(&score(one)).then(one.cmp(&other)));
        related
    }

    /// Keeps as many as were asked for, or as is usual.
    fn limit(&self, related: &mut Vec<usize>, length: Option<Length>, usual: usize) {
        let Some(length) = length else {
            return related.truncate(usual);
        };
        let all = self.quotes.iter().map(Quote::words).sum();
        let dense = self.quotes.iter().any(Quote::is_dense);
        let (sentences, most) = wished(length, all, dense);
        let mut words = 0;
        let fits = |&&index: &&usize| {
            let before = words;
            words += self.quotes[index].words();
            before < most
        };
        let fitting = related.iter().take_while(fits).count();
        related.truncate(fitting.max(1).min(sentences));
    }

    /// Sentences under headings that say what they tell, each group in the order of the page.
    fn sorted(&self, mut chosen: Vec<usize>, topic: &str, phrases: &Phrases) -> Vec<String> {
        chosen.sort_unstable();
        let kind = |&index: &usize| Kind::of(&self.quotes[index].text, topic);
        let mut pieces = Vec::new();
        for each in Kind::ALL {
            let group: Vec<_> = chosen.iter().filter(|index| kind(index) == each).collect();
            if !group.is_empty() {
                let gap = if pieces.is_empty() { "" } else { "\n" };
                pieces.push(format!("{gap}### {}\n\n", heading(each, phrases)));
            }
            pieces.extend(
                group
                    .into_iter()
                    .map(|&index| format!("- {}\n", cited(&self.quotes[index]))),
            );
        }
        pieces
    }
}

fn heading(kind: Kind, phrases: &Phrases) -> &str {
    match kind {
        Kind::Definition => &phrases.definitions,
        Kind::Cause => &phrases.causes,
        Kind::Number => &phrases.numbers,
        Kind::Name => &phrases.names,
        Kind::Detail => &phrases.details,
    }
}

/// Whether a sentence is part of the passage, or little more than the passage.
fn is_said(sentence: &str, passage: &str) -> bool {
    let passage = passage.trim();
    passage.contains(sentence) || (sentence.contains(passage) && passage.len() * 2 > sentence.len())
}

fn citation(quote: &Quote) -> String {
    quote
        .paragraph
        .map(|number| format!("[¶{number}]"))
        .unwrap_or_default()
}

fn notice(text: &str) -> String {
    format!("*{text}*\n\n")
}

#[cfg(test)]
mod tests;
