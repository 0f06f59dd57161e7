use std::collections::BTreeMap;

use super::*;

fn signal(kind: SignalKind, intent: &str, vendor: &str, at: u64, expected: f64) -> Signal {
    Signal {
        at,
        intent: intent.to_owned(),
        expert: format!("{vendor}/model"),
        vendor: vendor.to_owned(),
        kind,
        expected,
    }
}

#[test]
fn without_signals_the_catalogue_is_right() {
    let found = Ratings::default().estimate("math", "a/model", "a", 0.7);
    assert_eq!(
        (found.quality, found.offset, found.observations),
        (0.7, 0.0, 0.0)
    );
}

#[test]
fn a_few_thumbs_move_a_rating_a_little_and_many_move_it_much() {
    let after = |thumbs: u64| {
        let mut ratings = Ratings::default();
        for at in 0..thumbs {
            ratings.note(&signal(SignalKind::ThumbDown, "math", "a", at, 0.7));
        }
        ratings.estimate("math", "a/model", "a", 0.7).quality
    };
    assert!((0.55..0.7).contains(&after(2)), "{}", after(2));
    assert!(after(60) < 0.45 && after(60) > 0.2, "{}", after(60));
    assert!((0.0..after(60)).contains(&after(500)), "{}", after(500));
}

#[test]
fn a_vendor_that_is_preferred_at_one_thing_is_thought_better_at_others() {
    let mut ratings = Ratings::default();
    for at in 0..10 {
        ratings.note(&signal(SignalKind::Preferred, "write", "a", at, 0.7));
        ratings.note(&signal(SignalKind::PassedOver, "write", "b", at, 0.7));
    }
    let quality = |vendor: &str| {
        ratings
            .estimate("math", &format!("{vendor}/model"), vendor, 0.7)
            .quality
    };
    assert!(
        quality("a") > 0.8 && quality("b") < 0.6,
        "{} {}",
        quality("a"),
        quality("b")
    );
    assert!((quality("c") - 0.7).abs() < 1e-12);
    assert!(quality("a") <= 0.9 + 1e-9, "never by more than 0.2");
}

#[test]
fn who_praises_all_alike_prefers_nobody() {
    let mut ratings = Ratings::default();
    for at in 0..40 {
        for vendor in ["a", "b", "c"] {
            ratings.note(&signal(SignalKind::ThumbUp, "write", vendor, at, 0.7));
        }
    }
    let (offset, _) = ratings.offset("a");
    assert!(offset.abs() < 0.06, "{offset}");
}

#[test]
fn what_was_observed_fades_with_events_and_with_time() {
    let mut ratings = Ratings::default();
    ratings.note(&signal(SignalKind::ThumbUp, "math", "a", 0, 0.7));
    let seen = |ratings: &Ratings| ratings.estimate("math", "a/model", "a", 0.7).observations;
    assert!((seen(&ratings) - 1.0).abs() < 1e-9);
    let mut later = ratings.clone();
    later.note(&signal(SignalKind::ThumbUp, "code", "b", 60 * 86_400, 0.7));
    assert!((seen(&later) - 0.5).abs() < 0.01, "{}", seen(&later));
    for _ in 0..200 {
        ratings.note(&signal(SignalKind::ThumbUp, "code", "b", 0, 0.7));
    }
    assert!((seen(&ratings) - 0.5).abs() < 0.01, "{}", seen(&ratings));
}

#[test]
fn rows_are_the_whole_state_and_can_be_forgotten() {
    let mut ratings = Ratings::default();
    let mut kept = BTreeMap::new();
    for at in 0..30 {
        let vendor = ["a", "b"][usize::try_from(at % 2).expect("small")];
        let kind = SignalKind::ALL[usize::try_from(at % 10).expect("small")];
        for row in ratings.note(&signal(kind, "math", vendor, at, 0.6)) {
            kept.insert(row.about.clone(), row);
        }
    }
    assert_eq!(kept.values().cloned().collect::<Vec<_>>(), ratings.rows());
    let text = serde_json::to_string(&ratings.rows()).expect("written");
    let rows: Vec<RatingRow> = serde_json::from_str(&text).expect("read");
    let again = Ratings::from_rows(rows);
    let estimate = |ratings: &Ratings| ratings.estimate("math", "a/model", "a", 0.6);
    assert_eq!(estimate(&again), estimate(&ratings));
    ratings.forget(|about| matches!(about, About::Expert { .. }));
    assert_eq!(ratings.rows().len(), 3);
    ratings.forget(|_| true);
    assert_eq!(estimate(&ratings).quality, 0.6);
}

#[test]
fn an_estimate_says_where_it_comes_from() {
    let mut ratings = Ratings::default();
    ratings.note(&signal(SignalKind::ThumbUp, "math", "a", 0, 0.7));
    let text = ratings.estimate("math", "a/model", "a", 0.7).to_string();
    for part in [
        "catalogue 0.700",
        "75 times",
        "1.000 in 1.0 observations",
        "vendor +0.0",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

/// The same numbers each time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

const VENDORS: usize = 8;
const INTENTS: usize = 3;

struct Life {
    /// Share of the last hundred turns at which the hidden favourite was picked.
    favourite: f64,
    /// Mean reward over all turns.
    reward: f64,
}

/// A reader with a hidden favourite, whose answers satisfy by `bonus` more often. The picks are
/// greedy; of `feedback` of the turns a thumb is given, at 5 % of them the reader picks the favourite
/// by hand if it was not picked.
fn live(seed: u64, turns: u64, bonus: f64, feedback: f64, learn: bool) -> Life {
    let mut numbers = Numbers(seed);
    let mut ratings = Ratings::default();
    let truth: Vec<Vec<f64>> = (0..INTENTS)
        .map(|_| {
            (0..VENDORS)
                .map(|_| 0.66 + 0.12 * numbers.share())
                .collect()
        })
        .collect();
    let prior: Vec<Vec<f64>> = truth
        .iter()
        .map(|row| {
            row.iter()
                .map(|it| it + 0.1 * (numbers.share() - 0.5))
                .collect()
        })
        .collect();
    let pick = |numbers: &mut Numbers, from: usize| (numbers.share() * from as f64) as usize % from;
    let favourite = pick(&mut numbers, VENDORS);
    let (mut hits, mut reward) = (0.0, 0.0);
    for turn in 0..turns {
        let intent = pick(&mut numbers, INTENTS);
        let name = |vendor: usize| format!("v{vendor}");
        let intent_name = intent.to_string();
        let quality = |vendor: usize| {
            let expert = format!("{}/model", name(vendor));
            ratings
                .estimate(&intent_name, &expert, &name(vendor), prior[intent][vendor])
                .quality
        };
        let best = |one: &usize, other: &usize| quality(*one).total_cmp(&quality(*other));
        let picked = (0..VENDORS).max_by(best).expect("vendors");
        let bonus = if picked == favourite { bonus } else { 0.0 };
        let pleased = numbers.share() < truth[intent][picked] + bonus;
        reward += truth[intent][picked] + bonus;
        hits += f64::from(u8::from(picked == favourite && turn + 100 >= turns)) / 100.0;
        let (thumb, by_hand) = (numbers.share() < feedback, numbers.share() < 0.05);
        if !learn {
            continue;
        }
        let note = |ratings: &mut Ratings, vendor: usize, kind| {
            let expected = prior[intent][vendor];
            ratings.note(&signal(kind, &intent_name, &name(vendor), turn, expected));
        };
        if thumb {
            let kind = if pleased {
                SignalKind::ThumbUp
            } else {
                SignalKind::ThumbDown
            };
            note(&mut ratings, picked, kind);
        }
        if by_hand && bonus == 0.0 && picked != favourite && has_favourite(seed) {
            note(&mut ratings, favourite, SignalKind::Preferred);
            note(&mut ratings, picked, SignalKind::PassedOver);
        }
    }
    Life {
        favourite: hits,
        reward: reward / turns as f64,
    }
}

/// Even seeds are readers with a favourite, odd ones have none.
fn has_favourite(seed: u64) -> bool {
    seed.is_multiple_of(2)
}

fn average(lives: impl Iterator<Item = Life>) -> (f64, f64, f64) {
    let (mut hits, mut reward, mut count) = (0.0, 0.0, 0.0);
    for life in lives {
        hits += life.favourite;
        reward += life.reward;
        count += 1.0;
    }
    (hits / count, reward / count, count)
}

#[test]
fn a_hidden_favourite_is_found_and_where_there_is_none_little_is_lost() {
    let seeds = || (0..60_u64).map(|seed| 2 * seed);
    let prior = average(seeds().map(|seed| live(seed, 300, 0.2, 0.3, false)));
    let learned = average(seeds().map(|seed| live(seed, 300, 0.2, 0.3, true)));
    let longer = average(seeds().map(|seed| live(seed, 1_000, 0.2, 0.3, true)));
    // Measured on recorded answers: 7 %, 45 % after 300 turns, 78 % after 1,000.
    assert!(prior.0 < 0.25, "prior alone {}", prior.0);
    assert!(learned.0 > 0.45, "after 300 turns {}", learned.0);
    assert!(longer.0 > 0.75, "after 1,000 turns {}", longer.0);
    assert!(learned.1 > prior.1, "{} {}", learned.1, prior.1);
    let none = || (0..60_u64).map(|seed| 2 * seed + 1);
    let prior = average(none().map(|seed| live(seed, 1_000, 0.0, 0.3, false)));
    let learned = average(none().map(|seed| live(seed, 1_000, 0.0, 0.3, true)));
    assert!(
        learned.1 > prior.1 - 0.02,
        "{} against {}",
        learned.1,
        prior.1
    );
}

#[test]
fn a_line_is_found_and_a_penalty_shrinks_it() {
    let mut numbers = Numbers(7);
    let mut design = Design::default();
    for _ in 0..400 {
        let (one, other) = (numbers.share(), numbers.share());
        let noise = 0.02 * (numbers.share() - 0.5);
        let features = vec![(0, one as f32), (3, other as f32)];
        design.add(features, 0.3 + 2.0 * one - other + noise);
    }
    let line = design.fit(1e-6);
    let predicted = line.predict(&vec![(0, 0.5), (3, 0.25), (9, 4.0)]);
    assert!((predicted - 1.05).abs() < 0.01, "{predicted}");
    let mean = line.predict(&vec![(0, 0.5), (3, 0.5)]);
    let shrunk = design.fit(1e9).predict(&vec![(0, 9.0)]);
    assert!((shrunk - mean).abs() < 0.05, "{shrunk} {mean}");
    assert_eq!(Design::default().fit(1.0).predict(&vec![(0, 1.0)]), 0.0);
}

#[test]
fn a_panel_learns_who_is_good_at_what_and_what_is_dear() {
    let outcome = |at: usize| {
        let hard = at % 2 == 1;
        let score = |right: bool| f64::from(u8::from(right));
        Outcome {
            kind: usize::from(at % 4 > 1),
            score: vec![score(!hard), score(!hard || at % 8 > 3)],
            cost: vec![0.001, if hard { 0.03 } else { 0.01 }],
            group: vec![Some(0), Some(usize::from(hard && at % 8 > 3))],
        }
    };
    let outcomes: Vec<_> = (0..400).map(outcome).collect();
    let families = ["a".to_owned(), "b".to_owned()];
    let panels = panels(outcomes.iter(), &families, 3);
    assert_eq!(panels.len(), 3);
    for panel in &panels[..2] {
        let belief = crate::coe::route::Belief::new(panel, 0.0);
        assert!((belief.would_be_right(0) - 0.5).abs() < 0.03);
        assert!((belief.would_be_right(1) - 0.75).abs() < 0.03);
        // They were wrong together, and a hard request costs more.
        assert!(belief.price(1) > 0.015 && belief.price(1) < 0.025);
        let hard = crate::coe::route::Belief::new(panel, 1.0);
        assert!(hard.price(1) > belief.price(1) + 0.002);
    }
    assert_eq!(
        panels[2].len(),
        2,
        "a kind without outcomes still has a panel"
    );
}
