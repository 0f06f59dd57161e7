//! Asking the summarizer which sentences of a text it would quote.

use std::{collections::BTreeSet, sync::Arc};

use coterie_protocol::{Action, LanguageTag, Length, Paragraph, ParagraphKind, Span, StepRole};
use futures::StreamExt;
use tokio::runtime::Runtime;

use super::EvaluationError;
use crate::{
    experts::{
        Expert, Item, Task,
        builtin::{self, Summarizer},
    },
    page::Article,
};

/// Chooses so many sentences of each text.
pub struct Chooser {
    count: u32,
    expert: Summarizer,
    runtime: Runtime,
}

impl Chooser {
    /// One for so many sentences, at least one.
    ///
    /// # Errors
    /// When the expert cannot be run here.
    pub fn new(count: u32) -> Result<Self, EvaluationError> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        Ok(Self {
            count: count.max(1),
            expert: Summarizer::new(),
            runtime: runtime.map_err(|source| EvaluationError::Runtime { source })?,
        })
    }

    /// The chosen sentences in the order of the text. One is what ranks first; more are what the
    /// expert answers, since it weighs them against each other.
    pub fn choose<'text>(&self, sentences: &'text [String]) -> Vec<&'text str> {
        if self.count == 1 {
            let texts: Vec<&str> = sentences.iter().map(String::as_str).collect();
            let best = builtin::best_sentence(&texts);
            return best.map(|index| texts[index]).into_iter().collect();
        }
        let answer = self.runtime.block_on(self.ask(sentences));
        let cited = citations(&answer).into_iter();
        cited
            .filter_map(|number| sentences.get(usize::try_from(number).ok()?.checked_sub(1)?))
            .map(String::as_str)
            .collect()
    }

    /// The answer to a page in which each sentence is a paragraph, so that citations name them.
    async fn ask(&self, sentences: &[String]) -> String {
        let language = LanguageTag::new("en");
        let paragraphs = sentences.iter().zip(1..).map(|(text, number)| Paragraph {
            number,
            kind: ParagraphKind::Text,
            text: text.clone(),
        });
        let article = Article {
            title: String::new(),
            language: Some(language.clone()),
            span: Span::Article,
            paragraphs: paragraphs.collect(),
        };
        let items = self.expert.start(Arc::new(Task {
            action: Action::Summarize,
            instruction: String::new(),
            article: Arc::new(article),
            passage: None,
            source: None,
            language,
            length: Some(Length::Sentences(self.count)),
            conversation: Vec::new(),
            delivered: String::new(),
            role: StepRole::Whole,
            handed: Vec::new(),
        }));
        let texts = items.filter_map(async |item| match item {
            Item::Text(text) => Some(text),
            _ => None,
        });
        texts.collect().await
    }
}

/// The paragraphs that an answer cites as `[¶3]`. A bracket of the text itself is escaped.
fn citations(answer: &str) -> BTreeSet<u32> {
    let ends = answer.split("[¶").skip(1);
    ends.filter_map(|end| end.split_once(']')?.0.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sentences: &[&str], count: u32, expected: &[usize]) {
        let sentences: Vec<String> = sentences.iter().map(|&text| text.to_owned()).collect();
        let expected: Vec<&str> = expected.iter().map(|&at| sentences[at].as_str()).collect();
        let chooser = Chooser::new(count).unwrap();
        assert_eq!(chooser.choose(&sentences), expected);
    }

    #[test]
    fn as_many_sentences_are_chosen_as_are_wanted_and_there_are() {
        let texts = [
            "The council will build a bridge over the river next year.",
            "The council will build a bridge over the river next year.",
            "Taxes on houses [and boats] will rise by three percent to pay for it.",
        ];
        check(&texts, 1, &[0]);
        check(&texts, 2, &[0, 2]);
        check(&texts, 9, &[0, 1, 2]);
        check(&[], 1, &[]);
        check(&[], 3, &[]);
    }

    #[test]
    fn citations_are_read_each_once() {
        let cited = citations("- A. [¶12]\n- \\[¶x] B. [¶3] [¶3] [¶");
        assert_eq!(cited.into_iter().collect::<Vec<_>>(), [3, 12]);
    }
}
