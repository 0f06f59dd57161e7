//! A task on a page of usual length, and what dialects make of it.

use std::sync::Arc;

use coterie_host::{
    experts::{
        BaseUrl, Task,
        catalog::{DialectName, Endpoint},
        dialects,
        remote::{Exchange, Job, Moment},
    },
    page::Article,
};
use coterie_protocol::{Action, LanguageTag, Paragraph, ParagraphKind, Span, StepRole};

/// Who is asked, and for what.
pub struct Exchanges {
    /// Who.
    pub endpoint: Endpoint,
    /// For what.
    pub task: Arc<Task>,
}

impl Exchanges {
    /// A model of this dialect at this address.
    pub fn of(dialect: DialectName, url: &str) -> Self {
        let base_url = BaseUrl::try_from(url.to_owned()).unwrap();
        let endpoint = Endpoint {
            dialect,
            context: Some(100_000),
            ..Endpoint::open_ai("bench", base_url, "m")
        };
        Self {
            endpoint,
            task: Arc::new(task()),
        }
    }
}

/// The first exchange; nothing for a dialect that is not spoken.
pub fn exchange(exchanges: &Exchanges) -> Option<Exchange> {
    let job = Job {
        endpoint: &exchanges.endpoint,
        task: &exchanges.task,
        moment: Moment::now(),
    };
    let made = dialects::named(exchanges.endpoint.dialect).exchanges(&job);
    made.ok()?.into_iter().next()
}

/// To summarize a page of a thousand words.
fn task() -> Task {
    let paragraph = |number| Paragraph {
        number,
        kind: ParagraphKind::Text,
        text: "lighthouse ".repeat(50),
    };
    let article = Article {
        title: "Lighthouses".to_owned(),
        language: Some(LanguageTag::new("en")),
        span: Span::Article,
        paragraphs: (1..=20).map(paragraph).collect(),
    };
    Task {
        action: Action::Summarize,
        instruction: String::new(),
        article: Arc::new(article),
        passage: None,
        source: Some(LanguageTag::new("en")),
        language: LanguageTag::new("en"),
        length: None,
        conversation: Vec::new(),
        delivered: String::new(),
        role: StepRole::Whole,
        handed: Vec::new(),
    }
}
