//! How good each expert is held to be, after what this reader did.
//!
//! The catalogue's quality counts as [`prior`](../signals.toml) observations; what is observed moves
//! the mean of that posterior. Besides, each vendor has an offset for this reader, shared over all
//! intents, since a person who likes one vendor's way of writing likes it everywhere: the mean of what
//! was better or worse than expected, against the same mean over all vendors, shrunk and clipped.
//! What was observed fades. Nothing is tried out at the reader's expense: there is no exploration.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::signals::{Signal, rules};

const DAY: f64 = 86_400.0;

/// What is kept of one sum of observations. Rows are the whole state: they can be shown, exported and
/// deleted one by one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RatingRow {
    /// Of what.
    pub about: About,
    /// Observations, faded up to the last one.
    pub weight: f64,
    /// Their rewards; for a vendor, and for all together, how much better than expected they were.
    pub sum: f64,
    /// When the last one came, in seconds since 1970.
    pub at: u64,
    /// How many signals of any kind had come by then.
    pub events: u64,
}

/// What a sum of observations is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// One expert, or arm, at one intent.
    Expert {
        /// The intent or skill.
        intent: String,
        /// The expert or arm.
        expert: String,
    },
    /// One vendor at everything.
    Vendor {
        /// The vendor.
        vendor: String,
    },
    /// All of them: a reader who praises everything prefers nobody.
    Everyone,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    weight: f64,
    sum: f64,
    at: u64,
    events: u64,
}

/// What was learned from one reader.
#[derive(Debug, Clone, Default)]
pub struct Ratings {
    sums: BTreeMap<About, Sum>,
    events: u64,
    now: u64,
}

/// A quality, and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// 0 to 1: what to go by.
    pub quality: f64,
    /// What the catalogue says.
    pub prior: f64,
    /// How many observations of this expert at this intent count, faded.
    pub observations: f64,
    /// Their mean reward; that of the prior if there are none.
    pub observed: f64,
    /// The reader's offset for the vendor, in it.
    pub offset: f64,
    /// On how many observations, faded, the offset rests.
    pub offset_observations: f64,
}

impl fmt::Display for Estimate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{:.3}: catalogue {:.3}, counted {} times; seen here {:.3} in {:.1} observations; vendor \
             {:+.3} from {:.1} observations",
            self.quality,
            self.prior,
            rules().prior,
            self.observed,
            self.observations,
            self.offset,
            self.offset_observations
        )
    }
}

impl Ratings {
    /// From what was kept.
    pub fn from_rows(rows: impl IntoIterator<Item = RatingRow>) -> Self {
        let mut ratings = Self::default();
        for row in rows {
            ratings.events = ratings.events.max(row.events);
            ratings.now = ratings.now.max(row.at);
            let sum = Sum {
                weight: row.weight,
                sum: row.sum,
                at: row.at,
                events: row.events,
            };
            ratings.sums.insert(row.about, sum);
        }
        ratings
    }

    /// What has to be kept.
    pub fn rows(&self) -> Vec<RatingRow> {
        let row = |(about, sum): (&About, &Sum)| RatingRow {
            about: about.clone(),
            weight: sum.weight,
            sum: sum.sum,
            at: sum.at,
            events: sum.events,
        };
        self.sums.iter().map(row).collect()
    }

    /// Takes note of a signal. Returns the rows that changed. Time never runs backwards: a signal that is
    /// older than the last one counts as if it came with it.
    pub fn note(&mut self, signal: &Signal) -> Vec<RatingRow> {
        let worth = signal.kind.worth();
        self.events += 1;
        self.now = self.now.max(signal.at);
        let expected = if worth.pairwise { 0.5 } else { signal.expected };
        let better = worth.weight * (worth.reward - expected.clamp(0.0, 1.0));
        let expert = About::Expert {
            intent: signal.intent.clone(),
            expert: signal.expert.clone(),
        };
        let vendor = About::Vendor {
            vendor: signal.vendor.clone(),
        };
        let changes = [
            (expert, worth.weight * worth.reward),
            (vendor, better),
            (About::Everyone, better),
        ];
        changes
            .map(|(about, sum)| self.add(about, worth.weight, sum))
            .into()
    }

    fn add(&mut self, about: About, weight: f64, sum: f64) -> RatingRow {
        let faded = self.faded(&about);
        let now = Sum {
            weight: faded.weight + weight,
            sum: faded.sum + sum,
            at: self.now,
            events: self.events,
        };
        self.sums.insert(about.clone(), now);
        RatingRow {
            about,
            weight: now.weight,
            sum: now.sum,
            at: now.at,
            events: now.events,
        }
    }

    /// A sum as it counts now.
    fn faded(&self, about: &About) -> Sum {
        let sum = self.sums.get(about).copied().unwrap_or_default();
        let rules = rules();
        let events = self.events.saturating_sub(sum.events) as f64 / rules.half_life_events;
        let days = self.now.saturating_sub(sum.at) as f64 / DAY / rules.half_life_days;
        let left = 0.5_f64.powf(events + days);
        Sum {
            weight: sum.weight * left,
            sum: sum.sum * left,
            ..sum
        }
    }

    /// How good an expert is held to be at an intent, given what the catalogue says.
    pub fn estimate(&self, intent: &str, expert: &str, vendor: &str, prior: f64) -> Estimate {
        let rules = rules();
        let about = About::Expert {
            intent: intent.to_owned(),
            expert: expert.to_owned(),
        };
        let seen = self.faded(&about);
        let mean = (rules.prior * prior + seen.sum) / (rules.prior + seen.weight);
        let (offset, offset_observations) = self.offset(vendor);
        Estimate {
            quality: (mean + offset).clamp(0.0, 1.0),
            prior,
            observations: seen.weight,
            observed: if seen.weight > 0.0 {
                seen.sum / seen.weight
            } else {
                prior
            },
            offset,
            offset_observations,
        }
    }

    /// How much better than expected this reader finds a vendor than the others, and from how many
    /// observations.
    pub fn offset(&self, vendor: &str) -> (f64, f64) {
        let rules = rules();
        let about = About::Vendor {
            vendor: vendor.to_owned(),
        };
        let own = self.faded(&about);
        let all = self.faded(&About::Everyone);
        let shrunk = |sum: f64, weight: f64| sum / (weight + rules.vendor_prior);
        // The others only: a reader who knows one vendor compares it with nobody.
        let others = shrunk(all.sum - own.sum, (all.weight - own.weight).max(0.0));
        let share = own.weight / (own.weight + rules.vendor_prior);
        let offset = shrunk(own.sum, own.weight) - share * others;
        (
            offset.clamp(-rules.vendor_most, rules.vendor_most),
            own.weight,
        )
    }

    /// Forgets what `erase` says; without a rest everything.
    pub fn forget(&mut self, erase: impl Fn(&About) -> bool) {
        self.sums.retain(|about, _| !erase(about));
    }
}
