//! What a real host learns of its reader: ratings of experts and habits, both in the database, both
//! the reader's to see and to erase.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use coterie_protocol::{Action, ExpertCard, HabitOf, Signal};

use super::vendor_of;
use crate::{
    coe::{
        Leaning, Lesson, Rating, Request,
        learn::{self, About, RatingRow, Ratings, SignalKind},
    },
    memory::{self, Circumstances, Clock, Database, DatabaseError, Ground, Habits, Timestamp},
};

/// So many answers are remembered for what the reader says of them later.
const ANSWERS: usize = 256;

/// An answer of an expert is expected to be so good where nothing else is said.
const EXPECTED: f64 = 0.75;

/// From so many observations on a rating is said to be learned.
const ENOUGH: f64 = 1.0;

/// Who answered what, by the name of the request, oldest first.
type Answers = VecDeque<(String, Vec<Lesson>)>;

/// What is learned of a reader. Clones are the same.
#[derive(Clone)]
pub(super) struct Learned {
    kept: memory::Ratings,
    habits: Habits,
    clock: Clock,
    ratings: Arc<RwLock<Ratings>>,
    previous: Arc<Mutex<Option<Action>>>,
    answers: Arc<Mutex<Answers>>,
}

impl Learned {
    pub(super) fn new(database: &Database, clock: &Clock) -> Self {
        Self {
            kept: memory::Ratings::new(database.clone()),
            habits: Habits::new(database.clone(), clock.clone()),
            clock: clock.clone(),
            ratings: Arc::default(),
            previous: Arc::default(),
            answers: Arc::default(),
        }
    }

    /// Takes over what this and other hosts have kept.
    pub(super) async fn refresh(&self) -> Result<(), DatabaseError> {
        let rows = self.kept.all().await?.into_iter().map(row);
        let ratings = Ratings::from_rows(rows);
        *self.ratings.write().unwrap_or_else(PoisonError::into_inner) = ratings;
        Ok(())
    }

    pub(super) fn rating(&self, action: Action, expert: &ExpertCard, prior: f64) -> Rating {
        let ratings = self.ratings.read().unwrap_or_else(PoisonError::into_inner);
        let vendor = vendor_of(expert);
        let estimate = ratings.estimate(action.as_str(), &expert.id.0, &vendor.0, prior);
        Rating {
            quality: estimate.quality,
            learned: estimate.observations + estimate.offset_observations >= ENOUGH,
        }
    }

    pub(super) fn learn(&self, lessons: &[Lesson]) {
        let mut changed = Vec::new();
        let mut ratings = self.ratings.write().unwrap_or_else(PoisonError::into_inner);
        for lesson in lessons {
            let vendor = vendor_of(&lesson.expert).0;
            let rows = ratings.note(&learn::Signal {
                at: self.clock.now().0.unsigned_abs() / 1000,
                intent: lesson.action.as_str().to_owned(),
                expert: lesson.expert.id.0.clone(),
                vendor: vendor.clone(),
                kind: lesson.kind,
                expected: EXPECTED,
            });
            changed.extend(rows.into_iter().map(|row| kept(row, &vendor)));
        }
        drop(ratings);
        self.kept.put_later(changed);
    }

    pub(super) fn answered(&self, name: &str, lessons: Vec<Lesson>) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push_back((name.to_owned(), lessons));
        if answers.len() > ANSWERS {
            answers.pop_front();
        }
    }

    pub(super) fn feedback(&self, about: &str, signal: Signal) {
        let kind = match signal {
            Signal::Copied | Signal::Inserted => SignalKind::Used,
            Signal::Good => SignalKind::ThumbUp,
            Signal::Bad => SignalKind::ThumbDown,
            Signal::Withdrawn => return,
        };
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let found = answers.iter().rev().find(|(name, _)| name == about);
        let lessons = found
            .map(|(_, lessons)| lessons.clone())
            .unwrap_or_default();
        drop(answers);
        let lessons: Vec<_> = lessons
            .into_iter()
            .map(|lesson| Lesson { kind, ..lesson })
            .collect();
        self.learn(&lessons);
    }

    /// How the reader leans in these circumstances; a database that cannot be read leans nowhere.
    pub(super) async fn leaning(&self, request: &Request) -> Leaning {
        let leans = match self.habits.lean(&self.circumstances(request)).await {
            Ok(leans) => leans,
            Err(error) => {
                tracing::error!(%error, "nothing is known of the reader's habits");
                return Leaning::default();
            }
        };
        let because = leans.first().map(|lean| habit_of(lean.ground));
        #[expect(clippy::cast_possible_truncation, reason = "a weight from -2 to 2")]
        let weights = leans
            .iter()
            .map(|lean| (lean.action, lean.log_weight as f32));
        Leaning {
            weights: weights.collect(),
            because,
        }
    }

    pub(super) fn wanted(&self, request: &Request, action: Action) {
        self.habits.note(action, &self.circumstances(request));
        *self.previous.lock().unwrap_or_else(PoisonError::into_inner) = Some(action);
    }

    fn circumstances(&self, request: &Request) -> Circumstances {
        let article = request.article.as_ref();
        let selected = request.selection.as_ref().map(|selection| &selection.text);
        let selected = request.ask.selection.as_ref().or(selected);
        let previous = *self.previous.lock().unwrap_or_else(PoisonError::into_inner);
        Circumstances::new(
            request.address.as_deref(),
            article.and_then(|article| article.language.as_ref()),
            selected.map(|text| text.chars().count()),
            hour(self.clock.now()),
            previous,
        )
    }
}

/// The hour of the day, by the clock of the world: what is shifted is shifted for each of a
/// reader's days alike.
fn hour(now: Timestamp) -> u8 {
    let hours = now.0.div_euclid(3_600_000).rem_euclid(24);
    u8::try_from(hours).unwrap_or(0)
}

fn habit_of(ground: Ground) -> HabitOf {
    match ground {
        Ground::All => HabitOf::All,
        Ground::Site => HabitOf::Site,
        Ground::Language => HabitOf::Language,
        Ground::Length => HabitOf::Length,
        Ground::Hour => HabitOf::Time,
        Ground::Previous => HabitOf::Previous,
    }
}

/// A rating as it is kept. An expert's goes with its vendor's name, so that both can be erased
/// together.
fn kept(row: RatingRow, vendor: &str) -> memory::Rating {
    let at = i64::try_from(row.at).unwrap_or(i64::MAX);
    let (intent, arm, vendor) = match row.about {
        About::Expert { intent, expert } => (intent, expert, vendor.to_owned()),
        About::Vendor { vendor } => (String::new(), String::new(), vendor),
        About::Everyone => Default::default(),
    };
    memory::Rating {
        intent,
        arm,
        vendor,
        wins: row.sum,
        weight: row.weight,
        events: i64::try_from(row.events).unwrap_or(i64::MAX),
        updated: Timestamp(0).after(Duration::from_secs(at.unsigned_abs())),
    }
}

fn row(kept: memory::Rating) -> RatingRow {
    let about = match (kept.arm.is_empty(), kept.vendor.is_empty()) {
        (false, _) => About::Expert {
            intent: kept.intent,
            expert: kept.arm,
        },
        (true, false) => About::Vendor {
            vendor: kept.vendor,
        },
        (true, true) => About::Everyone,
    };
    RatingRow {
        about,
        weight: kept.weight,
        sum: kept.wins,
        at: kept.updated.0.unsigned_abs() / 1000,
        events: kept.events.unsigned_abs(),
    }
}
