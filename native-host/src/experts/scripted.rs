//! An expert for tests that says what it was told to say, and counts how often it was asked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use coterie_protocol::{
    Action, ExpertCard, ExpertId, LanguageTag, Paragraph, ParagraphKind, Place, Price, Span,
    StepRole,
};
use futures::{StreamExt as _, stream};

use super::{Expert, Item, Items, Skill, Skills, Task};
use crate::page::Article;

/// Says its lines, one after the other.
pub(crate) struct Scripted {
    card: ExpertCard,
    skills: Skills,
    lines: Vec<Item>,
    pause: Duration,
    started: AtomicUsize,
    /// Held by every answer under way: its count tells how many there are.
    alive: Arc<()>,
}

impl Scripted {
    pub(crate) fn new(id: &str, place: Place, actions: &[Action]) -> Self {
        Self {
            card: ExpertCard {
                id: ExpertId(id.to_owned()),
                name: id.to_owned(),
                vendor: "Test".to_owned(),
                place,
                actions: actions.to_vec(),
                price: None,
                seen: None,
            },
            skills: Skills::new(),
            lines: Vec::new(),
            pause: Duration::ZERO,
            started: AtomicUsize::new(0),
            alive: Arc::new(()),
        }
    }

    /// One that can do everything on this machine and says `lines`.
    pub(crate) fn saying(id: &str, lines: impl IntoIterator<Item = Item>) -> Self {
        let mut expert = Self::new(id, Place::ThisMachine, &Action::ALL);
        expert.lines = lines.into_iter().collect();
        expert
    }

    /// The same, with a pause before each line.
    pub(crate) fn slowly(mut self, pause: Duration) -> Self {
        self.pause = pause;
        self
    }

    /// The same, saying `lines`.
    pub(crate) fn with(mut self, lines: Vec<Item>) -> Self {
        self.lines = lines;
        self
    }

    /// The same, so good at something.
    pub(crate) fn skilled(mut self, skill: Skill, level: f64) -> Self {
        self.skills.insert(skill, level);
        self
    }

    pub(crate) fn priced(mut self, input: f64, output: f64) -> Self {
        self.card.price = Some(Price {
            input,
            output,
            currency: "USD".to_owned(),
        });
        self
    }

    /// How often it was asked.
    pub(crate) fn calls(&self) -> usize {
        self.started.load(Ordering::SeqCst)
    }

    /// How many of its answers are under way.
    pub(crate) fn under_way(&self) -> usize {
        Arc::strong_count(&self.alive) - 1
    }
}

impl Expert for Scripted {
    fn card(&self) -> &ExpertCard {
        &self.card
    }

    fn can(&self, task: &Task) -> bool {
        self.card.actions.contains(&task.action)
    }

    fn skills(&self) -> Skills {
        self.skills.clone()
    }

    fn start(&self, _task: Arc<Task>) -> Items {
        self.started.fetch_add(1, Ordering::SeqCst);
        let (alive, pause) = (Arc::clone(&self.alive), self.pause);
        let lines = stream::iter(self.lines.clone()).then(move |line| {
            // Only the stream is counted, not each line of it.
            let _held = &alive;
            async move {
                tokio::time::sleep(pause).await;
                line
            }
        });
        lines.boxed()
    }
}

/// A task on a page of one paragraph.
pub(crate) fn task(action: Action) -> Task {
    Task {
        action,
        instruction: String::new(),
        article: Arc::new(article()),
        passage: None,
        source: Some(LanguageTag::new("en")),
        language: LanguageTag::new("de"),
        length: None,
        conversation: Vec::new(),
        delivered: String::new(),
        role: StepRole::Whole,
        handed: Vec::new(),
    }
}

/// A page of one paragraph.
pub(crate) fn article() -> Article {
    Article {
        title: "Lighthouses".to_owned(),
        language: Some(LanguageTag::new("en")),
        span: Span::Article,
        paragraphs: vec![Paragraph {
            number: 1,
            kind: ParagraphKind::Text,
            text: "A lighthouse warns ships.".to_owned(),
        }],
    }
}
