//! The roster: the experts that this reader can use now.

use std::{sync::Arc, time::Duration};

use futures::future::{BoxFuture, join_all};
use tokio::{sync::Mutex, time::Instant};

use super::{
    Expert,
    catalog::{self, Environment},
    dialects::{apertium::Apertium, openai::OpenAi},
    discovery,
};
use crate::config::Config;

/// How long what was found on this machine is taken for true.
const FRESH_FOR: Duration = Duration::from_secs(30);

/// How long a request waits for a search that hangs; it then goes on with what was known before.
const LONGEST_SEARCH: Duration = Duration::from_secs(2);

/// Looks for experts that come and go, such as local runtimes.
pub type Search = Arc<dyn Fn() -> BoxFuture<'static, Vec<Arc<dyn Expert>>> + Send + Sync>;

/// The experts at the table: some stay, some are looked for again and again.
#[derive(Default)]
pub struct Roster {
    fixed: Vec<Arc<dyn Expert>>,
    searches: Vec<Search>,
    found: Mutex<Option<Found>>,
}

struct Found {
    at: Instant,
    /// What each search found.
    experts: Vec<Vec<Arc<dyn Expert>>>,
}

impl Roster {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// The table as the reader set it: own experts, vendors with a key, what runs on this machine,
    /// and what needs nothing.
    pub fn set(config: &Config, environment: Environment<'_>) -> Self {
        let vendors = catalog::with_keys(environment);
        let vendors =
            vendors.inspect_err(|error| tracing::error!(%error, "the catalogue is broken"));
        let own = config.endpoints(environment).into_iter();
        let endpoints = own.chain(vendors.unwrap_or_default());
        let mut roster = endpoints.fold(Self::new(), |roster, endpoint| {
            roster.with(Arc::new(OpenAi::new(endpoint)))
        });
        if let Some(runtimes) = config.runtimes() {
            roster = roster.searching(discovery::search(runtimes));
        }
        if let Some(apertium) = Apertium::from_environment() {
            roster = roster.searching(Arc::new(apertium).search());
        }
        roster
    }

    /// Adds an expert that stays.
    #[must_use]
    pub fn with(mut self, expert: Arc<dyn Expert>) -> Self {
        self.fixed.push(expert);
        self
    }

    /// Adds a search for experts that come and go. It does not begin before it is needed.
    #[must_use]
    pub fn searching(mut self, search: Search) -> Self {
        self.searches.push(search);
        self
    }

    /// Everyone, after a search if the last one is too old. Those who ask at once share one.
    pub async fn current(&self) -> Vec<Arc<dyn Expert>> {
        let mut found = self.found.lock().await;
        let old = |found: &Found| found.at.elapsed() >= FRESH_FOR;
        if found.as_ref().is_none_or(old) {
            let known = found.take().map(|found| found.experts).unwrap_or_default();
            *found = Some(Found {
                experts: self.search(known).await,
                at: Instant::now(),
            });
        }
        let found = found
            .iter()
            .flat_map(|found| found.experts.iter().flatten());
        self.fixed.iter().chain(found).cloned().collect()
    }

    /// Runs every search at once; one that hangs leaves what was `known` of it.
    async fn search(&self, mut known: Vec<Vec<Arc<dyn Expert>>>) -> Vec<Vec<Arc<dyn Expert>>> {
        known.resize_with(self.searches.len(), Vec::new);
        let searches = self.searches.iter().zip(known).map(|(search, known)| {
            let found = tokio::time::timeout(LONGEST_SEARCH, search());
            async { found.await.unwrap_or(known) }
        });
        join_all(searches).await
    }
}
