//! From what was played to the figures that are told: means, paired differences, their intervals.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;

use super::{
    figures::{Figure, Resampler, ratio},
    play::{Played, RowPlay, Taken},
    pool::Pool,
};

/// What a replay found. Qualities, savings and gains are shares: 0.55 is 55 %, 0.012 is 1.2 points;
/// costs are dollars for a request. Intervals are 95 %, by paired bootstrap over the rows.
#[derive(Debug, Clone, Serialize)]
pub struct ReplayReport {
    /// The experts that were chosen from.
    pub pool: Vec<String>,
    /// How many outcomes were scored.
    pub rows: usize,
    /// How many were fitted on, of all folds the mean.
    pub fitted_rows: usize,
    /// The expert that is best over all scored rows: what hindsight would have taken.
    pub best_single: Named,
    /// The best expert for each row, and what the cheapest such costs.
    pub oracle: Priced,
    /// The best expert for each task in the fitted part.
    pub task_prior: Priced,
    /// From dear money to cheap: the policy at each worth of a dollar.
    pub curve: Vec<Point>,
    /// Share of the best single expert's cost that is saved, where the fitted part shows parity.
    pub saving_at_parity: Operating,
    /// What is gained over the best single expert, where the fitted part shows no higher cost.
    pub gain_at_no_more_cost: Operating,
    /// The saving where the fitted part shows a quality within 0.3 points.
    pub within_0_3: Operating,
    /// Area under the recovered gap between weak and strong, over the share of requests that go to the
    /// strong one; 0.5 at random. Of pairs, and of free against paid engines.
    pub apgr: Option<Figure>,
    /// By task: quality at parity, of the best single expert, and cost against it.
    pub tasks: BTreeMap<String, TaskFigures>,
    /// The most frequent ways at parity with their shares: experts in the order asked.
    pub ways: Vec<(String, f64)>,
    /// The same without the expert that dwarfs the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_reasoning: Option<Box<Self>>,
}

/// A quality with its cost.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Priced {
    /// The quality.
    #[serde(flatten)]
    pub quality: Figure,
    /// Dollars for a request.
    pub cost: f64,
}

/// The same of one expert.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// The expert.
    pub name: String,
    /// Its figures.
    #[serde(flatten)]
    pub priced: Priced,
}

/// The policy at one worth of a dollar.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Point {
    /// Dollars for a request.
    pub cost: f64,
    /// Its quality.
    pub quality: Figure,
}

/// What came of an operating point that was chosen on the fitted part.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Operating {
    /// The figure that gives it its name.
    #[serde(flatten)]
    pub figure: Figure,
    /// Its quality.
    pub quality: f64,
    /// How much better it is than the best single expert.
    pub difference: Figure,
    /// Dollars for a request.
    pub cost: f64,
    /// Share of the best single expert's cost that is saved.
    pub saving: Figure,
}

/// One task.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct TaskFigures {
    /// How many outcomes.
    pub rows: usize,
    /// Quality at parity.
    pub quality: f64,
    /// Quality of the best single expert.
    pub best_single: f64,
    /// Cost against that of the best single expert.
    pub cost_share: f64,
}

/// How many ways are told.
const MOST_WAYS: usize = 12;

impl ReplayReport {
    pub(super) fn of(pool: &Pool, played: &Played, fitted_rows: usize) -> Self {
        let resampler = Resampler::new(played.rows.len());
        let best = best_single(pool, &played.rows);
        let baseline = singles(&played.rows, best);
        let scores = |taken: &[Taken]| taken.iter().map(|it| it.score).collect::<Vec<_>>();
        let costs = |taken: &[Taken]| taken.iter().map(|it| it.cost).collect::<Vec<_>>();
        let base_scores: Vec<f64> = baseline.iter().map(|it| it.0).collect();
        let base_costs: Vec<f64> = baseline.iter().map(|it| it.1).collect();
        let operating = |taken: &[Taken], by_saving: bool| {
            let pairs = scores(taken).into_iter().zip(&base_scores);
            let differences: Vec<f64> = pairs.map(|(score, base)| score - base).collect();
            let difference = resampler.mean(&differences);
            let saving = resampler.figure(&[&costs(taken), &base_costs], |sums| {
                1.0 - ratio(sums[0], sums[1])
            });
            Operating {
                figure: if by_saving { saving } else { difference },
                quality: average(&scores(taken)),
                difference,
                cost: average(&costs(taken)),
                saving,
            }
        };
        let priced = |of: fn(&RowPlay) -> (f64, f64)| {
            let all: Vec<(f64, f64)> = played.rows.iter().map(of).collect();
            Priced {
                quality: resampler.mean(&all.iter().map(|it| it.0).collect::<Vec<_>>()),
                cost: average(&all.iter().map(|it| it.1).collect::<Vec<_>>()),
            }
        };
        let curve = played.sweep.iter().rev().map(|taken| Point {
            cost: average(&costs(taken)),
            quality: resampler.mean(&scores(taken)),
        });
        Self {
            pool: pool.names.clone(),
            rows: played.rows.len(),
            fitted_rows,
            best_single: Named {
                name: pool.names[best].clone(),
                priced: Priced {
                    quality: resampler.mean(&base_scores),
                    cost: average(&base_costs),
                },
            },
            oracle: priced(|row| row.oracle),
            task_prior: priced(|row| row.task_prior),
            curve: curve.collect(),
            saving_at_parity: operating(&played.parity, true),
            gain_at_no_more_cost: operating(&played.no_more, false),
            within_0_3: operating(&played.within, true),
            apgr: (!played.ordered.is_empty()).then(|| super::figures::apgr(&played.ordered)),
            tasks: tasks(pool, played, &baseline),
            ways: ways(pool, &played.parity),
            without_reasoning: None,
        }
    }
}

/// The best in hindsight, of those that took part most often.
fn best_single(pool: &Pool, rows: &[RowPlay]) -> usize {
    let part = |expert: usize| {
        rows.iter()
            .filter(|row| row.single[expert].is_some())
            .count()
    };
    let most = (0..pool.names.len()).map(part).max().unwrap_or(0);
    let quality = |expert: usize| -> f64 {
        let scores = rows.iter().filter_map(|row| row.single[expert]);
        scores.map(|(score, _)| score).sum()
    };
    let able = (0..pool.names.len()).filter(|expert| part(*expert) == most);
    able.max_by(|one, other| quality(*one).total_cmp(&quality(*other)))
        .unwrap_or(0)
}

fn singles(rows: &[RowPlay], expert: usize) -> Vec<(f64, f64)> {
    rows.iter()
        .map(|row| row.single[expert].unwrap_or_default())
        .collect()
}

fn tasks(pool: &Pool, played: &Played, baseline: &[(f64, f64)]) -> BTreeMap<String, TaskFigures> {
    let mut sums: BTreeMap<usize, (usize, [f64; 4])> = BTreeMap::new();
    for ((row, taken), base) in played.rows.iter().zip(&played.parity).zip(baseline) {
        let (rows, sum) = sums.entry(row.task).or_default();
        *rows += 1;
        for (sum, value) in sum
            .iter_mut()
            .zip([taken.score, taken.cost, base.0, base.1])
        {
            *sum += value;
        }
    }
    let figures = |(task, (rows, sum)): (usize, (usize, [f64; 4]))| {
        let figures = TaskFigures {
            rows,
            quality: sum[0] / rows as f64,
            best_single: sum[2] / rows as f64,
            cost_share: ratio(sum[1], sum[3]),
        };
        (pool.tasks[task].clone(), figures)
    };
    sums.into_iter().map(figures).collect()
}

fn ways(pool: &Pool, taken: &[Taken]) -> Vec<(String, f64)> {
    let mut counts: BTreeMap<&[usize], usize> = BTreeMap::new();
    for taken in taken {
        *counts.entry(&taken.asked).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let named = counts.into_iter().take(MOST_WAYS).map(|(asked, count)| {
        let names: Vec<&str> = asked.iter().map(|it| pool.names[*it].as_str()).collect();
        (names.join(", "), count as f64 / taken.len() as f64)
    });
    named.collect()
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / (values.len() as f64).max(1.0)
}

impl fmt::Display for ReplayReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |formatter: &mut fmt::Formatter<'_>, what: &str, it: Figure, cost: f64| {
            let Figure { value, low, high } = it.of_hundred();
            writeln!(
                formatter,
                "{what:<34} {value:>7.2}  [{low:>6.2}, {high:>6.2}]  ${:>9.4}",
                1_000.0 * cost
            )
        };
        writeln!(
            formatter,
            "{} outcomes, fitted on {}; {} experts",
            self.rows,
            self.fitted_rows,
            self.pool.len()
        )?;
        writeln!(
            formatter,
            "{:<34} {:>7}  {:^16}  {:>10}",
            "%", "value", "95 %", "$ / 1,000"
        )?;
        let best = &self.best_single;
        let name = format!("best single: {}", best.name);
        line(formatter, &name, best.priced.quality, best.priced.cost)?;
        line(
            formatter,
            "best of each task",
            self.task_prior.quality,
            self.task_prior.cost,
        )?;
        line(formatter, "oracle", self.oracle.quality, self.oracle.cost)?;
        for (what, it) in [
            ("saving at parity", &self.saving_at_parity),
            ("saving within 0.3 points", &self.within_0_3),
            ("gain at no more cost", &self.gain_at_no_more_cost),
        ] {
            line(formatter, what, it.figure, it.cost)?;
            let Figure { value, low, high } = it.difference.of_hundred();
            let saved = 100.0 * it.saving.value;
            writeln!(
                formatter,
                "    quality {:.2}, {value:+.2} points [{low:+.2}, {high:+.2}], {saved:.1} % cheaper",
                100.0 * it.quality
            )?;
        }
        if let Some(Figure { value, low, high }) = self.apgr {
            writeln!(
                formatter,
                "{:<34} {value:>7.3}  [{low:>6.3}, {high:>6.3}]",
                "APGR"
            )?;
        }
        writeln!(formatter, "curve: quality % at $ for 1,000 requests")?;
        for point in &self.curve {
            let Figure { value, low, high } = point.quality.of_hundred();
            let cost = 1_000.0 * point.cost;
            writeln!(
                formatter,
                "    {cost:>10.4} {value:>7.2}  [{low:>6.2}, {high:>6.2}]"
            )?;
        }
        writeln!(formatter, "ways at parity")?;
        for (way, share) in &self.ways {
            writeln!(formatter, "    {:>5.1} %  {way}", 100.0 * share)?;
        }
        if let Some(without) = &self.without_reasoning {
            writeln!(formatter, "\nwithout the reasoning expert: {without}")?;
        }
        Ok(())
    }
}
