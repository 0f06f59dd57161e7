//! The roster: the experts that this reader can use now.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use futures::future::{BoxFuture, join_all};
use tokio::{sync::Mutex, time::Instant};

use super::{
    Expert, builtin, catalog::Environment, dialects::apertium::Apertium, discovery, remote::Remote,
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
    /// How often something changed that searches look at.
    changes: AtomicU64,
}

struct Found {
    at: Instant,
    /// How often something had changed when the search began.
    changes: u64,
    /// What each search found.
    experts: Vec<Vec<Arc<dyn Expert>>>,
}

impl Roster {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// The table as the reader set it in a file: own experts, what runs on this machine, and what
    /// needs nothing. Vendors come by their keys, which are searched for.
    pub fn set(config: &Config, environment: Environment<'_>) -> Self {
        let endpoints = config.endpoints(environment).into_iter();
        let mut roster = endpoints.fold(Self::new(), |roster, endpoint| {
            roster.with(Arc::new(Remote::new(endpoint)))
        });
        if let Some(runtimes) = config.runtimes() {
            roster = roster.searching(discovery::search(runtimes));
        }
        if let Some(apertium) = Apertium::from_environment() {
            roster = roster.searching(Arc::new(apertium).search());
        }
        builtin::all().into_iter().fold(roster, Self::with)
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

    /// What was found is not true any more, such as after a key was set: the next who asks looks
    /// again.
    pub fn look_again(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    /// Everyone, after a search if the last one is too old. Those who ask at once share one.
    pub async fn current(&self) -> Vec<Arc<dyn Expert>> {
        let mut found = self.found.lock().await;
        let changes = self.changes.load(Ordering::SeqCst);
        let old = |found: &Found| found.at.elapsed() >= FRESH_FOR || found.changes != changes;
        if found.as_ref().is_none_or(old) {
            let known = found.as_ref().map(|found| found.experts.clone());
            *found = Some(Found {
                experts: self.search(known.unwrap_or_default()).await,
                at: Instant::now(),
                changes,
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

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use coterie_protocol::{Action, Place};

    use super::*;
    use crate::experts::scripted::Scripted;

    fn expert(id: &str) -> Arc<dyn Expert> {
        Arc::new(Scripted::new(id, Place::ThisMachine, &Action::ALL))
    }

    /// A search that takes so long, finds one expert named after how often it was asked, and
    /// that number.
    fn search(time: Duration) -> (Search, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let search: Search = Arc::new(move || {
            let number = count.fetch_add(1, Ordering::SeqCst) + 1;
            Box::pin(async move {
                tokio::time::sleep(time).await;
                vec![expert(&format!("found-{number}"))]
            })
        });
        (search, asked)
    }

    async fn check(roster: &Roster, expected: &[&str]) {
        let experts = roster.current().await;
        let ids: Vec<_> = experts.iter().map(|expert| &*expert.card().id.0).collect();
        assert_eq!(ids, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_found_is_looked_for_again_when_it_is_old() {
        let (search, asked) = search(Duration::from_millis(100));
        let roster = Roster::new().with(expert("fixed")).searching(search);
        assert_eq!(asked.load(Ordering::SeqCst), 0, "nobody has asked yet");
        check(&roster, &["fixed", "found-1"]).await;
        tokio::time::sleep(FRESH_FOR / 2).await;
        check(&roster, &["fixed", "found-1"]).await;
        tokio::time::sleep(FRESH_FOR / 2).await;
        check(&roster, &["fixed", "found-2"]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_found_before_a_change_is_looked_for_again() {
        let (search, _) = search(Duration::from_millis(100));
        let roster = Roster::new().searching(search);
        check(&roster, &["found-1"]).await;
        roster.look_again();
        check(&roster, &["found-2"]).await;
        check(&roster, &["found-2"]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_during_a_search_is_not_lost() {
        let (search, _) = search(Duration::from_millis(100));
        let roster = Roster::new().searching(search);
        let change = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            roster.look_again();
        };
        tokio::join!(check(&roster, &["found-1"]), change);
        check(&roster, &["found-2"]).await;
    }

    #[tokio::test(start_paused = true)]
    async fn those_who_ask_at_once_share_one_search() {
        let (search, asked) = search(Duration::from_millis(100));
        let roster = Roster::new().searching(search);
        join_all((0..50).map(|_| check(&roster, &["found-1"]))).await;
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_search_that_hangs_holds_up_nobody_for_long_and_spoils_no_other() {
        let (quick, _) = search(Duration::ZERO);
        let (hanging, _) = search(Duration::from_secs(3600));
        let roster = Roster::new().searching(hanging).searching(quick);
        let asked = Instant::now();
        check(&roster, &["found-1"]).await;
        assert!(asked.elapsed() <= LONGEST_SEARCH + Duration::from_millis(10));
    }

    #[tokio::test(start_paused = true)]
    async fn a_search_that_is_given_up_is_begun_again_by_the_next() {
        let (search, _) = search(Duration::from_millis(100));
        let roster = Roster::new().searching(search);
        let given_up = tokio::time::timeout(Duration::from_millis(10), roster.current()).await;
        assert!(given_up.is_err());
        check(&roster, &["found-2"]).await;
    }

    #[tokio::test]
    async fn the_settings_file_sets_the_table() {
        let config: Config = toml::from_str(
            "[discovery]\nenabled = false\n[[expert]]\nname = 'Mine'\nvendor = 'me'\n\
             model = 'm'\nbase_url = 'http://localhost:9/v1'",
        )
        .unwrap();
        let experts = Roster::set(&config, &|_| None).fixed;
        let ids: Vec<_> = experts.iter().map(|expert| &*expert.card().id.0).collect();
        assert_eq!(ids[..2], ["me/m", "builtin/summarizer"]);
    }
}
