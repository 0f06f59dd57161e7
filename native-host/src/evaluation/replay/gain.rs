//! The policy where answers cannot be compared exactly, or were not recorded: begin with what is
//! cheap, predict what each dearer expert would gain, and ask it where that is worth its price.
//!
//! The gain is learned by ridge regression on the words of the request, on its surface, on its kind,
//! and, where free translations of several engines were recorded, on how far they agree: all that is
//! known before the dearer expert is asked. Two views of the text are averaged; a kind with many
//! outcomes has a model of its own beside the common one.

use std::collections::BTreeMap;

use super::{
    drafts,
    figures::Ordered,
    play::{Policy, Taken},
    pool::{Pool, Row},
};
use crate::coe::learn::{Blend, Design, Encoder, Linear, Sparse};

/// A kind with so many outcomes has a model of its own.
const OWN_MODEL: usize = 250;
/// How much that counts against the common one.
const OWN_SHARE: f64 = 0.7;
/// Two views of the text, each with the penalty that suits it: chosen by cross-validation on half of
/// MMLU, by subject and by row, and GSM8K.
const VIEWS: [(Blend, f64); 2] = [
    (
        Blend {
            words: 1.0,
            characters: 0.0,
            surface: 0.1,
            further: 0.4,
            kind: 0.5,
            kind_words: 0.0,
        },
        12.0,
    ),
    (
        Blend {
            words: 1.0,
            characters: 1.0,
            surface: 0.1,
            further: 0.4,
            kind: 0.5,
            kind_words: 0.0,
        },
        30.0,
    ),
];

pub(super) struct Gain {
    base: Base,
    /// For each expert its models, by its place in the pool; of one that is cheap they tell when it is
    /// better than the one usually taken.
    others: Vec<(usize, Vec<View>)>,
    tasks: Vec<String>,
    families: Vec<String>,
}

struct View {
    encoder: Encoder,
    common: Linear,
    own: BTreeMap<usize, (Encoder, Linear)>,
}

/// What is taken as long as nothing dearer is asked.
pub(super) struct Base {
    /// For each kind the cheap experts, best first.
    order: Vec<Vec<usize>>,
    /// Those that cost least: all that cost nothing, or else the one cheapest.
    cheap: Vec<usize>,
}

impl Base {
    pub(super) fn fit(pool: &Pool, rows: &[&Row]) -> Self {
        let price = |expert: usize| mean(rows.iter().map(|row| Some(row.cost[expert])));
        let experts = 0..pool.names.len();
        let least = experts.clone().map(price).fold(f64::INFINITY, f64::min);
        let mut cheap: Vec<usize> = experts.filter(|expert| price(*expert) <= least).collect();
        if least > 0.0 {
            cheap.truncate(1);
        }
        let everywhere = |expert: usize| mean(rows.iter().map(|row| row.score[expert]));
        let order = (0..pool.tasks.len()).map(|task| {
            let mut order = cheap.clone();
            let here: Vec<_> = rows.iter().filter(|row| row.task == task).collect();
            let quality = |expert: usize| {
                let scores: Vec<f64> = here.iter().filter_map(|row| row.score[expert]).collect();
                // A kind never seen falls back on the whole.
                (scores.iter().sum::<f64>() + 3.0 * everywhere(expert))
                    / (scores.len() as f64 + 3.0)
            };
            order.sort_by(|one, other| quality(*other).total_cmp(&quality(*one)));
            order
        });
        Self {
            order: order.collect(),
            cheap,
        }
    }

    /// The best cheap expert that took part.
    pub(super) fn of(&self, row: &Row) -> usize {
        let took_part = self.order[row.task]
            .iter()
            .find(|it| row.score[**it].is_some());
        took_part.or(self.cheap.first()).copied().unwrap_or(0)
    }

    pub(super) fn is_cheap(&self, expert: usize) -> bool {
        self.cheap.contains(&expert)
    }

    pub(super) fn len(&self) -> usize {
        self.cheap.len()
    }
}

fn mean(values: impl Iterator<Item = Option<f64>>) -> f64 {
    let (sum, count) = values
        .flatten()
        .fold((0.0, 0.0), |(sum, count), it| (sum + it, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

impl Gain {
    pub(super) fn fit(pool: &Pool, rows: &[&Row]) -> Self {
        let base = Base::fit(pool, rows);
        let figures: Vec<Vec<f64>> = rows
            .iter()
            .map(|row| drafts::figures(row, &base, &pool.families))
            .collect();
        let alone = base.len() < 2;
        let others = (0..pool.names.len()).filter(|expert| !(alone && base.is_cheap(*expert)));
        let others = others.map(|expert| {
            let gain = |row: &Row| {
                let usual = base.of(row);
                let gain = row.score[expert]? - row.score[usual]?;
                (expert != usual).then_some(gain)
            };
            let figures: Vec<Vec<f64>> = (rows.iter().zip(&figures))
                .map(|(row, figures)| with(figures, row, &base, &pool.families, expert))
                .collect();
            let views = VIEWS.iter();
            let views = views
                .map(|(blend, penalty)| View::fit(pool, rows, &figures, *blend, *penalty, &gain));
            (expert, views.collect())
        });
        Self {
            others: others.collect(),
            tasks: pool.tasks.clone(),
            families: pool.families.clone(),
            base,
        }
    }

    /// The predicted gain of each other expert that took part.
    fn gains(&self, row: &Row) -> Vec<(usize, f64)> {
        let figures = drafts::figures(row, &self.base, &self.families);
        let usual = self.base.of(row);
        let took_part = self
            .others
            .iter()
            .filter(|(expert, _)| row.score[*expert].is_some());
        took_part
            .filter(|(expert, _)| *expert != usual)
            .map(|(expert, views)| {
                let figures = with(&figures, row, &self.base, &self.families, *expert);
                let predicted = views
                    .iter()
                    .map(|view| view.predict(row, &self.tasks, &figures));
                (*expert, predicted.sum::<f64>() / views.len() as f64)
            })
            .collect()
    }

    /// For pairs, and for free against paid: what is taken without paying and with, in the order in which
    /// paying is worth most. `strong` is the dear one alone.
    pub(super) fn ordered(&self, rows: &[&Row], strong: usize) -> Vec<Ordered> {
        let best = |one: &(usize, f64), other: &(usize, f64)| one.1.total_cmp(&other.1);
        let found = rows.iter().filter_map(|row| {
            let usual = self.base.of(row);
            let gains = self.gains(row);
            let (cheap, dear): (Vec<_>, Vec<_>) = gains
                .into_iter()
                .partition(|(expert, _)| self.base.is_cheap(*expert));
            let taken = cheap.into_iter().chain([(usual, 0.0)]).max_by(best)?;
            let paid = dear.into_iter().max_by(best)?;
            Some(Ordered {
                gain: paid.1 - taken.1,
                weak: row.score[usual]?,
                cheap: row.score[taken.0]?,
                dear: row.score[paid.0]?,
                strong: row.score[strong]?,
            })
        });
        found.collect()
    }
}

/// Figures of a row with those of one draft.
fn with(figures: &[f64], row: &Row, base: &Base, families: &[String], expert: usize) -> Vec<f64> {
    let mut all = figures.to_vec();
    if base.len() > 1 && base.is_cheap(expert) {
        all.extend(drafts::beside(row, base, families, expert));
    }
    all
}

impl View {
    fn fit(
        pool: &Pool,
        rows: &[&Row],
        figures: &[Vec<f64>],
        blend: Blend,
        penalty: f64,
        gain: &impl Fn(&Row) -> Option<f64>,
    ) -> Self {
        let line = |of: &[usize]| {
            let texts = of
                .iter()
                .map(|at| (rows[*at].prompt.as_str(), figures[*at].as_slice()));
            let encoder = Encoder::fit(blend, texts);
            let mut design = Design::default();
            for at in of {
                let row = rows[*at];
                if let Some(gain) = gain(row) {
                    let kind = &pool.tasks[row.task];
                    design.add(encoder.encode(&row.prompt, kind, &figures[*at]), gain);
                }
            }
            let line = design.fit(penalty);
            (encoder, line)
        };
        let all: Vec<usize> = (0..rows.len()).collect();
        let (encoder, common) = line(&all);
        let mut own = BTreeMap::new();
        for task in 0..pool.tasks.len() {
            let here: Vec<usize> = all
                .iter()
                .filter(|at| rows[**at].task == task)
                .copied()
                .collect();
            if here.len() >= OWN_MODEL && here.len() < rows.len() {
                own.insert(task, line(&here));
            }
        }
        Self {
            encoder,
            common,
            own,
        }
    }

    fn predict(&self, row: &Row, tasks: &[String], figures: &[f64]) -> f64 {
        let kind = &tasks[row.task];
        let encode = |encoder: &Encoder| -> Sparse { encoder.encode(&row.prompt, kind, figures) };
        let common = self.common.predict(&encode(&self.encoder));
        match self.own.get(&row.task) {
            Some((encoder, own)) => {
                OWN_SHARE * own.predict(&encode(encoder)) + (1.0 - OWN_SHARE) * common
            }
            None => common,
        }
    }
}

impl Policy for Gain {
    fn play(&self, rows: &[&Row], money: f64) -> Vec<Taken> {
        self.play_all(rows, &[money]).pop().unwrap_or_default()
    }

    fn play_all(&self, rows: &[&Row], moneys: &[f64]) -> Vec<Vec<Taken>> {
        let gains: Vec<_> = rows.iter().map(|row| self.gains(row)).collect();
        let play = |money: &f64| {
            let take = |(row, gains): (&&Row, &Vec<(usize, f64)>)| {
                let base = self.base.of(row);
                let pay = |expert: usize| money * (row.cost[expert] - row.cost[base]);
                let worth = gains
                    .iter()
                    .map(|(expert, gain)| (*expert, gain - pay(*expert)));
                let best = worth.max_by(|one, other| one.1.total_cmp(&other.1));
                let seat = best
                    .filter(|(_, worth)| *worth > 0.0)
                    .map_or(base, |(expert, _)| expert);
                Taken {
                    score: row.score[seat].unwrap_or(0.0),
                    cost: row.cost[seat],
                    expected: None,
                    asked: vec![seat],
                }
            };
            rows.iter().zip(&gains).map(take).collect()
        };
        moneys.iter().map(play).collect()
    }
}
