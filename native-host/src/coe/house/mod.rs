//! The stage behind a real host: limits by the governor, what is seen of experts by their health,
//! and every call in the ledger.

mod learned;

use std::sync::{Arc, PoisonError, RwLock};

use coterie_protocol::{
    Action, Cost, ExpertCard, Failure, FailureCode, Place, Profile, Seen, Settings, Signal,
    VendorId,
};
use futures::future::BoxFuture;

use learned::Learned;

use super::{
    Admitted, Backstage, Ended, Estimate, Leaning, Lesson, Rating, Refused, Request, Standing,
};
use crate::{
    experts::{
        governor::{self, Charge, Governor, LimitTable},
        health::{self, End, Health},
    },
    manage::SettingsStore,
    memory::{Call, CallOutcome, Clock, Database, Ledger},
};

/// The stage behind a real host. Clones are the same.
#[derive(Clone)]
pub struct House {
    database: Database,
    governor: Governor,
    health: Health,
    ledger: Ledger,
    learned: Learned,
    settings: Arc<RwLock<Settings>>,
    clock: Clock,
}

impl House {
    /// A house that keeps what it must in this database.
    pub fn new(database: Database, clock: Clock) -> Self {
        let limits = LimitTable::usual();
        Self {
            governor: Governor::new(database.clone(), limits, clock.clone()),
            health: Health::new(database.clone(), clock.clone()),
            ledger: Ledger::new(database.clone(), clock.clone()),
            learned: Learned::new(&database, &clock),
            settings: Arc::default(),
            database,
            clock,
        }
    }

    /// Takes over what is kept and what other hosts have learned.
    pub async fn refresh(&self) {
        if let Err(failure) = SettingsStore::load(self).await {
            tracing::error!(message = failure.message, "the settings could not be read");
        }
        if let Err(error) = self.health.refresh().await {
            tracing::error!(%error, "nothing is known of how experts did");
        }
        if let Err(error) = self.learned.refresh().await {
            tracing::error!(%error, "nothing is known of what the reader prefers");
        }
    }

    /// Uses these settings from now on.
    fn settle_on(&self, settings: Settings) {
        *self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner) = settings;
    }

    /// The settings in use.
    pub fn settings(&self) -> Settings {
        let settings = self.settings.read();
        settings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Where things are kept.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// What was asked, used and spent.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// How an expert did so far, for the reader.
    pub fn seen(&self, expert: &ExpertCard) -> Option<Seen> {
        self.health.standing_now(&expert.id).seen
    }
}

impl SettingsStore for House {
    fn load(&self) -> BoxFuture<'_, Result<Settings, Failure>> {
        Box::pin(async move {
            let settings = SettingsStore::load(&self.database).await?;
            self.settle_on(settings.clone());
            Ok(settings)
        })
    }

    fn save(&self, settings: Settings) -> BoxFuture<'_, Result<(), Failure>> {
        Box::pin(async move {
            SettingsStore::save(&self.database, settings.clone()).await?;
            self.settle_on(settings);
            Ok(())
        })
    }
}

impl Backstage for House {
    fn profile(&self) -> Profile {
        self.settings().profile
    }

    fn standing(&self, expert: &ExpertCard) -> Standing {
        let standing = self.health.standing_now(&expert.id);
        Standing {
            resting: !standing.usable,
            usually_speaks_by: standing.first_text_p95,
        }
    }

    fn admit<'a>(
        &'a self,
        expert: &'a ExpertCard,
        estimate: &'a Estimate,
    ) -> BoxFuture<'a, Result<Admitted, Refused>> {
        Box::pin(async move {
            let asked = governor::Estimate {
                tokens: estimate.input_tokens + estimate.output_tokens,
                charge: charge(expert, estimate.cost.as_ref()),
            };
            let vendor = vendor_of(expert);
            match self.governor.admit(&vendor, expert.place, asked).await {
                Ok(permit) => {
                    // After a rest the first call is the one that shows whether it is over.
                    let _probe = self.health.begin(&expert.id);
                    let near_cap = permit.near_cap();
                    Ok(Admitted {
                        near_cap: near_cap.map(|near| (near.spent.clone(), near.cap.clone())),
                        permit: Some(Box::new(permit)),
                    })
                }
                Err(refused) => Err(told(&refused, expert)),
            }
        })
    }

    fn rating(&self, action: Action, expert: &ExpertCard, prior: f64) -> Rating {
        self.learned.rating(action, expert, prior)
    }

    fn learn(&self, lessons: Vec<Lesson>) {
        self.learned.learn(&lessons);
    }

    fn feedback(&self, about: &str, signal: Signal) {
        self.learned.feedback(about, signal);
    }

    fn leaning<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Leaning> {
        Box::pin(self.learned.leaning(request))
    }

    fn wanted(&self, request: &Request, action: Action) {
        self.learned.wanted(request, action);
    }

    fn answered(&self, name: &str, lessons: Vec<Lesson>) {
        self.learned.answered(name, lessons);
    }

    fn spread(&self) -> f64 {
        rand::random()
    }

    fn note(&self, ended: Ended<'_>) {
        let vendor = vendor_of(ended.expert);
        if let (CallOutcome::Failed(FailureCode::RateLimited), Some(wait)) =
            (ended.outcome, ended.retry_after)
        {
            self.governor.close(&vendor, wait);
        }
        self.health.note(
            &ended.expert.id,
            &health::Outcome {
                first_text: ended.first_text,
                duration: ended.duration,
                characters: ended.characters,
                end: end(&ended),
            },
        );
        let call = Call {
            request: ended.request,
            vendor,
            vendor_name: ended.expert.vendor.clone(),
            expert: ended.expert.id.clone(),
            kind: ended.kind,
            outcome: ended.outcome,
            started: self.clock.now().before(ended.duration),
            first_text: ended.first_text,
            duration: ended.duration,
            usage: ended.usage,
            cost: ended.cost,
            estimated: ended.estimated,
        };
        let permit = ended
            .permit
            .map(|permit| permit.downcast::<governor::Permit>());
        match permit {
            Some(Ok(permit)) => permit.settle(call),
            Some(Err(_)) | None => self.ledger.record(call),
        }
    }
}

/// The vendor that an expert's name begins with.
fn vendor_of(expert: &ExpertCard) -> VendorId {
    let id = &expert.id.0;
    let vendor = id.split_once('/').map_or(id.as_str(), |(vendor, _)| vendor);
    VendorId(vendor.to_owned())
}

fn charge(expert: &ExpertCard, cost: Option<&Cost>) -> Charge {
    match cost {
        _ if expert.place != Place::Cloud => Charge::Nothing,
        None => Charge::Unknown,
        Some(cost) if cost.amount <= 0.0 => Charge::Nothing,
        Some(cost) => Charge::UpTo(cost.clone()),
    }
}

fn told(refused: &governor::Refused, expert: &ExpertCard) -> Refused {
    let failure: Failure = refused.to_failure(&expert.id);
    match refused {
        governor::Refused::Wait { wait, .. } => Refused::Wait(*wait, failure),
        governor::Refused::Cap(_) => Refused::Never(failure),
    }
}

fn end(ended: &Ended<'_>) -> End {
    match ended.outcome {
        CallOutcome::Done | CallOutcome::Truncated => End::Complete,
        CallOutcome::Failed(code) => End::Failed {
            code,
            retry_after: ended.retry_after,
        },
        CallOutcome::Cancelled => End::Cancelled,
        CallOutcome::LostRace => End::LostRace,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use coterie_protocol::{Action, Ask, Event};
    use futures::StreamExt as _;

    use super::*;
    use crate::{
        coe::{Coterie, Request},
        experts::{ExpertError, Item, Roster, scripted::Scripted},
        memory::Timestamp,
    };

    fn house() -> House {
        let clock = Clock::starting(Timestamp(1_795_428_000_000));
        House::new(Database::in_memory(), clock)
    }

    async fn ask(house: &House, experts: Vec<Scripted>) -> Vec<Event> {
        let roster = experts.into_iter().fold(Roster::new(), |roster, expert| {
            roster.with(Arc::new(expert))
        });
        let coterie = Coterie::new(roster).in_house(house.clone());
        let request = Request {
            ask: Ask {
                text: "why?".to_owned(),
                ..Ask::default()
            },
            ..Request::default()
        };
        coterie.answer(request).collect().await
    }

    fn cloud(id: &str, lines: Vec<Item>) -> Scripted {
        let expert = Scripted::new(id, Place::Cloud, &Action::ALL);
        expert.priced(1.0, 1.0).with(lines)
    }

    fn text() -> Vec<Item> {
        let said = Item::Text("because".to_owned());
        vec![said, Item::Finished(coterie_protocol::Finish::Complete)]
    }

    #[tokio::test]
    async fn every_call_is_in_the_ledger_with_what_it_took() {
        let house = house();
        let broken = ExpertError::new(FailureCode::QuotaExhausted, "no money");
        let experts = vec![
            cloud("a/m", vec![Item::Failed(broken)]),
            cloud("b/m", text()),
        ];
        let events = ask(&house, experts).await;
        assert!(
            matches!(events.last(), Some(Event::Done { .. })),
            "{events:?}"
        );
        let usage = house.ledger().usage(1).await.unwrap();
        let lines: Vec<_> = usage
            .lines
            .iter()
            .map(|line| {
                (
                    line.expert.0.as_str(),
                    line.calls,
                    line.failures,
                    line.estimated,
                )
            })
            .collect();
        assert!(lines.contains(&("a/m", 1, 1, false)), "{lines:?}");
        assert!(lines.contains(&("b/m", 1, 0, true)), "{lines:?}");
    }

    #[tokio::test]
    async fn a_reached_cap_turns_to_what_costs_nothing() {
        let house = house();
        let cap = Cost {
            amount: 0.000_001,
            currency: "USD".to_owned(),
        };
        let settings = Settings {
            daily_cap: Some(cap),
            ..Settings::default()
        };
        house.save(settings).await.unwrap();
        let free = Scripted::new("free/m", Place::ThisMachine, &Action::ALL).with(text());
        let events = ask(&house, vec![cloud("a/m", text()), free]).await;
        let started: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                Event::StepStarted { expert, .. } => Some(expert.id.0.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(started, ["free/m"]);
        let events = ask(&house, vec![cloud("a/m", text())]).await;
        let Some(Event::Failed { failure }) = events.last() else {
            panic!("{events:?}")
        };
        assert_eq!(failure.code, FailureCode::CapReached);
    }

    #[tokio::test]
    async fn a_vendor_that_asks_to_wait_is_left_alone_by_the_next_request() {
        let house = house();
        let mut busy = ExpertError::new(FailureCode::RateLimited, "slow down");
        busy.retry_after = Some(Duration::from_secs(3600));
        let events = ask(&house, vec![cloud("a/m", vec![Item::Failed(busy)])]).await;
        assert!(
            matches!(events.last(), Some(Event::Failed { .. })),
            "{events:?}"
        );
        house.database().settle().await;
        let events = ask(&house, vec![cloud("a/m", text()), cloud("b/m", text())]).await;
        let asked = |id: &str| {
            events.iter().any(
                |event| matches!(event, Event::StepStarted { expert, .. } if expert.id.0 == id),
            )
        };
        assert!(!asked("a/m") && asked("b/m"), "{events:?}");
    }
}
