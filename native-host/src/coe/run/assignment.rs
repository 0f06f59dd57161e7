//! What each step of a plan is told: its part of the request, and what it takes from others.

use std::{ops::Range, sync::Arc};

use coterie_protocol::{Cost, Place, StepId, StepRole};

use super::backstage::{Backstage, Estimate};
use crate::{
    coe::{Intent, Plan, Rule, Step, Take, rank, written},
    experts::{Expert, Handed, Task, governor::in_dollars},
    page::{Article, language_of},
};

/// As many of those who may do a step are counted when it is said what it may cost: the first, and
/// whoever takes over.
const COUNTED: usize = 3;

/// A step may be paid for so many times: once, and once more by whoever takes over, is faster, or
/// does it better.
const TIMES: f64 = 2.0;

/// A request, and how its steps are told of it.
pub(super) struct Assignment {
    intent: Intent,
}

impl Assignment {
    pub(super) fn new(intent: Intent) -> Self {
        Self { intent }
    }

    pub(super) fn intent(&self) -> &Intent {
        &self.intent
    }

    /// The task of a step, with the texts of the steps that it takes from.
    pub(super) fn task<'made>(
        &self,
        step: &Step,
        made: impl Fn(StepId) -> Option<&'made str>,
    ) -> Task {
        let mut task = self.intent.task(step.action);
        task.role = step.role;
        if let Some(words) = &step.words {
            task.instruction.clone_from(words);
        }
        if let Some(language) = &step.language {
            task.language = language.clone();
        }
        if step.words.is_some() || step.length.is_some() {
            task.length = step.length;
        }
        if let Some(paragraphs) = &step.paragraphs {
            task.article = Arc::new(part(&task.article, paragraphs));
        }
        for take in &step.takes {
            let Some(text) = made(take.from()) else {
                continue;
            };
            match take {
                Take::Handed(_, kind) => task.handed.push(Handed {
                    kind: *kind,
                    text: text.to_owned(),
                }),
                // What was made is all that this step works on.
                Take::Passage(_) => {
                    task.source = language_of(text, None);
                    task.passage = Some(text.to_owned());
                    task.article = Arc::new(part(&task.article, &(0..0)));
                }
            }
        }
        if task.role == StepRole::Polish {
            // It works on the draft alone; the original is there to be held against.
            task.conversation = Vec::new();
        }
        task
    }

    /// The share of the article's text in these paragraphs, in percent.
    pub(super) fn percent(&self, parts: impl Iterator<Item = Range<usize>>) -> u8 {
        let paragraphs = &self.intent.article.paragraphs;
        let length = |range: Range<usize>| -> usize {
            let part = paragraphs.get(range).unwrap_or_default();
            part.iter().map(|paragraph| paragraph.text.len()).sum()
        };
        let all = length(0..paragraphs.len());
        let read: usize = parts.map(length).sum();
        let percent = (read * 100).checked_div(all).unwrap_or(100);
        u8::try_from(percent).unwrap_or(100)
    }

    /// The most that a plan may cost; nothing where a price is not known.
    pub(super) fn at_most(
        &self,
        plan: &Plan,
        experts: &[Arc<dyn Expert>],
        backstage: &dyn Backstage,
    ) -> Option<Cost> {
        let mut sum = 0.0;
        for step in &plan.steps {
            sum += self.most_of(step, experts, backstage)? * TIMES;
        }
        if plan.joints.iter().any(|joint| joint.rule == Rule::Grow) {
            // Nobody knows yet what will be written: as many steps as may be, each on what an
            // earlier one made.
            let step = Step::new(0, self.intent.action, StepRole::Whole);
            let most = self.most_of(&step, experts, backstage)?;
            sum += most * TIMES * written::MOST_STEPS as f64;
        }
        Some(Cost {
            amount: sum,
            currency: "USD".to_owned(),
        })
    }

    /// The most that one call for a step may cost, in dollars, of those who may be asked first.
    fn most_of(
        &self,
        step: &Step,
        experts: &[Arc<dyn Expert>],
        backstage: &dyn Backstage,
    ) -> Option<f64> {
        let task = self.task(step, |_| None);
        let chosen = self.intent.expert.as_ref();
        let Ok(route) = rank(&task, experts, chosen, backstage) else {
            return Some(0.0);
        };
        let route = route.seated(&step.seat, |_| None);
        let mut most = 0.0_f64;
        for candidate in route.candidates.iter().take(COUNTED) {
            let expert = &candidate.expert;
            match (&expert.card().price, expert.card().place) {
                (None, Place::Cloud) => return None,
                (None, Place::ThisMachine | Place::BuiltIn) => {}
                (Some(_), _) => {
                    let estimate = Estimate::taking(expert, &task, step.takes.len());
                    most = most.max(in_dollars(&estimate.cost?)?);
                }
            }
        }
        Some(most)
    }
}

/// A part of an article: its paragraphs keep their numbers.
fn part(article: &Article, paragraphs: &Range<usize>) -> Article {
    Article {
        title: article.title.clone(),
        language: article.language.clone(),
        span: article.span,
        paragraphs: article
            .paragraphs
            .get(paragraphs.clone())
            .unwrap_or_default()
            .to_vec(),
    }
}
