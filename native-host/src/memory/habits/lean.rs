//! What a person most likely means, from counts alone.
//!
//! One count for each ground, never for two together: a person makes a few requests a day, and a
//! table by site, hour and language at once would stay empty. For each ground the counts are
//! smoothed towards what the person does in all (a Dirichlet prior whose weight is [`PRIOR`]), and
//! the logarithms of how far they depart from it are added up (naive Bayes), each ground with a
//! share of what it says, since grounds depend on each other.

use std::{collections::BTreeMap, time::Duration};

use coterie_protocol::Action;

use super::Ground;

/// So many observations of one ground weigh as much as all that is known of the person.
const PRIOR: f64 = 8.0;

/// So many observations of the person weigh as much as knowing nothing, for each action.
const EVEN: f64 = 2.0;

/// No history moves a reading further than this, in natural logarithms: a factor of 7.
const FURTHEST: f64 = 2.0;

/// A ground that moves a reading by less than this is no reason to name.
const NAMED: f64 = 0.2;

/// After this time a count is worth half.
pub(super) const HALF_LIFE: Duration = Duration::from_hours(60 * 24);

/// How much a ground counts.
fn share(ground: Ground) -> f64 {
    match ground {
        Ground::All => 0.5,
        Ground::Site => 0.9,
        Ground::Language => 0.6,
        Ground::Length => 0.6,
        Ground::Previous => 0.5,
        Ground::Hour => 0.3,
    }
}

/// How often each action was done, by ground; for the circumstances of one request.
pub(super) type Counts = BTreeMap<Ground, BTreeMap<Action, f64>>;

/// Which way a person's history leans.
#[derive(Debug, Clone, PartialEq)]
pub struct Lean {
    /// Towards this action, or away from it.
    pub action: Action,
    /// To be added to the logarithm of its odds; from -2 to 2.
    pub log_weight: f64,
    /// What says so most.
    pub ground: Ground,
    /// The same in words, with the share that was counted.
    pub reason: String,
}

/// How the history leans for every action, the strongest first. Empty without any history.
pub(super) fn lean(counts: &Counts) -> Vec<Lean> {
    let all = counts.get(&Ground::All);
    let total: f64 = all.into_iter().flatten().map(|(_, count)| count).sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let actions = Action::ALL;
    let even = 1.0 / actions.len() as f64;
    let of = |ground: Ground, action: Action| {
        counts
            .get(&ground)
            .and_then(|counts| counts.get(&action))
            .copied()
            .unwrap_or_default()
    };
    let usual = |action: Action| {
        let prior = EVEN * actions.len() as f64;
        (of(Ground::All, action) + prior * even) / (total + prior)
    };
    let mut leans: Vec<Lean> = actions
        .into_iter()
        .map(|action| {
            let grounds = counts.keys().map(|&ground| {
                let moved = if ground == Ground::All {
                    (usual(action) / even).ln()
                } else {
                    let seen: f64 = counts
                        .get(&ground)
                        .into_iter()
                        .flatten()
                        .map(|(_, count)| count)
                        .sum();
                    let here = (of(ground, action) + PRIOR * usual(action)) / (seen + PRIOR);
                    (here / usual(action)).ln()
                };
                (ground, share(ground) * moved)
            });
            let grounds: Vec<_> = grounds.collect();
            let log_weight: f64 = grounds.iter().map(|(_, moved)| moved).sum();
            let log_weight = log_weight.clamp(-FURTHEST, FURTHEST);
            // The strongest in the direction of the whole.
            let strongest = grounds
                .iter()
                .max_by(|one, other| (one.1 * log_weight).total_cmp(&(other.1 * log_weight)));
            let ground = strongest
                .filter(|(_, moved)| moved.abs() >= NAMED)
                .map_or(Ground::All, |(ground, _)| *ground);
            let seen: f64 = counts
                .get(&ground)
                .into_iter()
                .flatten()
                .map(|(_, count)| count)
                .sum();
            Lean {
                action,
                log_weight,
                ground,
                reason: reason(
                    ground,
                    action,
                    of(ground, action) / seen.max(f64::MIN_POSITIVE),
                ),
            }
        })
        .collect();
    leans.sort_by(|one, other| {
        other
            .log_weight
            .total_cmp(&one.log_weight)
            .then(one.action.cmp(&other.action))
    });
    leans
}

fn reason(ground: Ground, action: Action, part: f64) -> String {
    let how = match part {
        0.5.. => "mostly",
        0.2.. => "often",
        _ if part > 0.0 => "sometimes",
        _ => "never yet",
    };
    let action = action.as_str();
    let place = match ground {
        Ground::All => return format!("you {how} {action}"),
        Ground::Site => "on this site",
        Ground::Language => "on pages in this language",
        Ground::Length => "with a selection of this length",
        Ground::Hour => "at this time of day",
        Ground::Previous => "after what you did before",
    };
    format!("{place} you {how} {action}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of translations and summaries by ground.
    fn counts(rows: &[(Ground, f64, f64)]) -> Counts {
        let rows = rows.iter().map(|&(ground, translations, summaries)| {
            let actions = [
                (Action::Translate, translations),
                (Action::Summarize, summaries),
            ];
            (ground, BTreeMap::from(actions))
        });
        rows.collect()
    }

    #[track_caller]
    fn check(rows: &[(Ground, f64, f64)], action: Action, ground: Ground, reason: &str) {
        let leans = lean(&counts(rows));
        let first = &leans[0];
        assert_eq!((first.action, first.ground), (action, ground), "{leans:?}");
        assert_eq!(first.reason, reason);
        assert!(first.log_weight > 0.0);
    }

    #[test]
    fn without_history_nothing_leans() {
        assert!(lean(&Counts::new()).is_empty());
        assert!(lean(&counts(&[(Ground::All, 0.0, 0.0)])).is_empty());
    }

    #[test]
    fn a_site_outweighs_what_is_usual() {
        let rows = [(Ground::All, 30.0, 60.0), (Ground::Site, 28.0, 1.0)];
        check(
            &rows,
            Action::Translate,
            Ground::Site,
            "on this site you mostly translate",
        );
        let rows = [(Ground::All, 30.0, 60.0), (Ground::Site, 0.0, 0.0)];
        check(
            &rows,
            Action::Summarize,
            Ground::All,
            "you mostly summarize",
        );
    }

    #[test]
    fn one_observation_moves_little() {
        let before = lean(&counts(&[
            (Ground::All, 20.0, 20.0),
            (Ground::Site, 0.0, 0.0),
        ]));
        let after = lean(&counts(&[
            (Ground::All, 20.0, 20.0),
            (Ground::Site, 1.0, 0.0),
        ]));
        let of = |leans: &[Lean]| {
            let translate = leans.iter().find(|lean| lean.action == Action::Translate);
            translate.map(|lean| lean.log_weight).unwrap_or_default()
        };
        let moved = of(&after) - of(&before);
        assert!((0.01..0.2).contains(&moved), "{moved}");
    }

    #[test]
    fn no_history_moves_further_than_its_limit() {
        let everything = Ground::ALL.map(|ground| (ground, 10_000.0, 0.0));
        let leans = lean(&counts(&everything));
        assert_eq!(leans.len(), Action::ALL.len());
        assert!(
            leans.iter().all(|lean| lean.log_weight.abs() <= FURTHEST),
            "{leans:?}"
        );
    }
}
