//! Collaboration of experts, the heart of Coterie, in the order in which a request flows:
//! [`intent`] (what is wanted), [`plan`] (how it is done), [`route`] (who does a step),
//! [`run`] (doing it), [`verify`] (is it good).

pub mod agree;
mod arrange;
mod explain;
mod house;
mod intent;
pub mod learn;
mod plan;
pub mod route;
mod run;
pub mod verify;

use std::sync::Arc;

use coterie_protocol::{Ask, Event, ExpertCard, Selection};
use futures::stream::BoxStream;

pub use arrange::{Arrangement, arrange};
pub use explain::Explanation;
pub use house::House;
pub use intent::{Intent, Leaning, Wish};
pub use plan::{
    Conditions, Joint, Parts, Plan, PlanError, Rule, Seat, Seats, Step, Take, build, divide,
    suitable, written,
};
pub use route::{Candidate, Decision, Route, rank};
pub use run::{
    Admitted, Backstage, BareStage, Ended, Estimate, Lesson, Permit, Rating, Refused, Standing,
};

use crate::{
    experts::{Expert, Roster},
    manage::Manager,
    page::Article,
};

/// What is asked, and the page it is about.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What the reader asked for.
    pub ask: Ask,
    /// The page, if it is about one.
    pub article: Option<Arc<Article>>,
    /// What the reader had selected there.
    pub selection: Option<Selection>,
    /// The page's address.
    pub address: Option<String>,
    /// The name under which the reader speaks of it later.
    pub name: Option<String>,
}

impl Request {
    /// What a habit hangs on: everything but the words.
    fn about(&self) -> Self {
        Self {
            ask: Ask {
                action: self.ask.action,
                target: self.ask.target,
                selection: self.ask.selection.clone(),
                ..Ask::default()
            },
            article: self.article.clone(),
            selection: self.selection.clone(),
            address: self.address.clone(),
            name: None,
        }
    }
}

/// The circle of experts: the one entrance for the panel and for the terminal.
#[derive(Clone)]
pub struct Coterie {
    roster: Arc<Roster>,
    manager: Arc<Manager>,
    backstage: Arc<dyn Backstage>,
    house: Option<House>,
}

impl Coterie {
    /// A circle of these experts.
    pub fn new(roster: Roster) -> Self {
        Self {
            roster: Arc::new(roster),
            manager: Arc::default(),
            backstage: BareStage::shared(),
            house: None,
        }
    }

    /// The same with what is kept for the reader: keys and settings bring further experts.
    pub fn managed(roster: Roster, manager: Manager) -> Self {
        let roster = Arc::new(roster.searching(manager.search()));
        Self {
            manager: Arc::new(manager.telling(Arc::clone(&roster))),
            roster,
            backstage: BareStage::shared(),
            house: None,
        }
    }

    /// The same circle with limits, memory and books.
    #[must_use]
    pub fn in_house(mut self, house: House) -> Self {
        self.backstage = Arc::new(house.clone());
        self.house = Some(house);
        self
    }

    /// Everyone at the table now, best first. Looks for experts that came or went.
    pub async fn experts(&self) -> Vec<ExpertCard> {
        let mut experts = self.roster.current().await;
        experts.sort_by_key(|expert| route::standing(expert.card()));
        let card = |expert: &Arc<dyn Expert>| {
            let card = expert.card().clone();
            let seen = self.house.as_ref().and_then(|house| house.seen(&card));
            ExpertCard { seen, ..card }
        };
        experts.iter().map(card).collect()
    }

    /// Looks for experts on this machine, so that the first request need not wait for it.
    pub async fn prepare(&self) {
        if let Some(house) = &self.house {
            house.refresh().await;
        }
        // The model that reads requests takes a tenth of a second to unpack, once.
        let reading = tokio::task::spawn_blocking(|| coterie_intent::Reader::usual().read(""));
        self.roster.current().await;
        if reading.await.is_err() {
            tracing::error!("the model that reads requests could not be prepared");
        }
    }

    /// Who looks up and changes what is kept for the reader.
    pub fn manager(&self) -> &Manager {
        &self.manager
    }

    /// Takes note of what the reader did with an answer, by the name of its request.
    pub fn feedback(&self, about: &str, signal: coterie_protocol::Signal) {
        self.backstage.feedback(about, signal);
    }

    /// Does what is asked. The stream ends with exactly one terminal event; dropping it stops all
    /// work and closes every connection.
    pub fn answer(&self, request: Request) -> BoxStream<'static, Event> {
        run::answer(
            Arc::clone(&self.roster),
            Arc::clone(&self.backstage),
            request,
        )
    }
}
