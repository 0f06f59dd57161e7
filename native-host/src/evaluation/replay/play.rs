//! Fitting on one part, choosing the operating point there, and playing the other part with it.

use super::{
    figures::Ordered,
    gain::Gain,
    parts::stable_hash,
    pool::{Pool, Row},
    talk::Talk,
};

/// A policy that was fitted.
pub(super) trait Policy: Sync {
    /// What it takes for each row, where a dollar is worth so much quality.
    fn play(&self, rows: &[&Row], money: f64) -> Vec<Taken>;

    /// The same for several worths of a dollar.
    fn play_all(&self, rows: &[&Row], moneys: &[f64]) -> Vec<Vec<Taken>> {
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        let mut played: Vec<Vec<Taken>> = vec![Vec::new(); moneys.len()];
        let (next, slots) = (std::sync::atomic::AtomicUsize::new(0), &mut played);
        let found = std::sync::Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..workers.min(moneys.len()) {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(money) = moneys.get(at) else {
                            break;
                        };
                        let taken = self.play(rows, *money);
                        if let Ok(mut found) = found.lock() {
                            found.push((at, taken));
                        }
                    }
                });
            }
        });
        for (at, taken) in found.into_inner().unwrap_or_default() {
            slots[at] = taken;
        }
        played
    }
}

/// What was taken for a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Taken {
    pub score: f64,
    pub cost: f64,
    /// How good the policy itself expects it to be, where it does.
    pub expected: Option<f64>,
    /// Experts in the order in which they were asked.
    pub asked: Vec<usize>,
}

/// How a dollar is weighed: in shares of the best single expert's mean cost, so that the same grid suits
/// every price list.
const GRID: [f64; 28] = [
    0.0, 0.002, 0.004, 0.006, 0.009, 0.012, 0.016, 0.02, 0.025, 0.03, 0.036, 0.043, 0.05, 0.06,
    0.07, 0.08, 0.09, 0.1, 0.115, 0.13, 0.15, 0.18, 0.22, 0.28, 0.36, 0.5, 0.8, 1.5,
];
/// Folds within the part that is fitted on.
const INNER: u64 = 8;
/// The same where fitting takes longer.
const INNER_GAIN: u64 = 3;
/// What "about as good" means.
const TOLERANCE: f64 = 0.003;

/// What came of one part, row by row.
#[derive(Debug, Clone, Default)]
pub(super) struct Played {
    pub rows: Vec<RowPlay>,
    /// For each point of the grid, what was taken.
    pub sweep: Vec<Vec<Taken>>,
    /// At the point of the fitted part that costs least and is as good as its best single expert.
    pub parity: Vec<Taken>,
    /// At the best point of the fitted part that costs no more than its best single expert.
    pub no_more: Vec<Taken>,
    /// At the point that costs least and is within [`TOLERANCE`].
    pub within: Vec<Taken>,
    /// For pairs, and free against paid: what is taken in which order.
    pub ordered: Vec<Ordered>,
}

/// One row, whatever the policy.
#[derive(Debug, Clone)]
pub(super) struct RowPlay {
    pub task: usize,
    /// Of each expert, where it took part.
    pub single: Vec<Option<(f64, f64)>>,
    /// The best score, and the least cost of it.
    pub oracle: (f64, f64),
    /// The expert that was best at this task in the fitted part.
    pub task_prior: (f64, f64),
}

impl Played {
    /// Adds what came of another part.
    pub(super) fn extend(&mut self, other: Self) {
        self.rows.extend(other.rows);
        if self.sweep.is_empty() {
            self.sweep = other.sweep;
        } else {
            for (all, more) in self.sweep.iter_mut().zip(other.sweep) {
                all.extend(more);
            }
        }
        self.parity.extend(other.parity);
        self.no_more.extend(other.no_more);
        self.within.extend(other.within);
        self.ordered.extend(other.ordered);
    }
}

/// Whether answers of these rows can be compared.
fn talks(rows: &[&Row]) -> bool {
    let comparable = rows.iter().filter(|row| row.group.is_some()).count();
    2 * comparable > rows.len() && rows.iter().all(|row| row.score.iter().all(Option::is_some))
}

enum Fitted {
    Talk(Talk),
    Gain(Gain),
}

impl Fitted {
    /// What one expert alone does.
    fn alone(&self, row: &Row, expert: usize) -> Taken {
        Taken {
            expected: match self {
                Self::Talk(talk) => Some(talk.expected(row, expert)),
                Self::Gain(_) => None,
            },
            ..taken(row, expert)
        }
    }

    fn fit(pool: &Pool, rows: &[&Row], talk: bool) -> Self {
        if talk {
            Self::Talk(Talk::fit(pool, rows))
        } else {
            Self::Gain(Gain::fit(pool, rows))
        }
    }

    fn policy(&self) -> &dyn Policy {
        match self {
            Self::Talk(talk) => talk,
            Self::Gain(gain) => gain,
        }
    }
}

/// Fits on `fit_on` alone, plays `score`.
pub(super) fn play(pool: &Pool, fit_on: &[&Row], score: &[&Row]) -> Played {
    let talk = talks(fit_on) && talks(score);
    let best = best_single(pool, fit_on);
    let (_, cost) = single(fit_on, best);
    let moneys: Vec<f64> = GRID.iter().map(|share| share / cost.max(1e-12)).collect();
    let curve = inner_curve(pool, fit_on, &moneys, talk, best);
    let affordable = || {
        curve
            .iter()
            .enumerate()
            .filter(|(_, point)| point.1 <= cost)
    };
    let finest = affordable().max_by(|one, other| {
        // Of equally good ones the cheaper.
        one.1
            .0
            .total_cmp(&other.1.0)
            .then(other.1.1.total_cmp(&one.1.1))
    });
    let finest = finest.map(|(at, _)| at);
    let cheapest = |at_least: f64| {
        let good = affordable().filter(|(_, point)| point.0 >= at_least);
        let least = good.min_by(|one, other| one.1.1.total_cmp(&other.1.1));
        least.map(|(at, _)| at)
    };
    let fitted = Fitted::fit(pool, fit_on, talk);
    let sweep = fitted.policy().play_all(score, &moneys);
    // Where no point is cheap enough, the best single expert is it.
    let alone = || score.iter().map(|row| taken(row, best)).collect::<Vec<_>>();
    let at = |point: Option<usize>| point.map_or_else(alone, |point| sweep[point].clone());
    let rows = row_plays(pool, fit_on, score);
    Played {
        // Where none is good enough, the best comes nearest.
        parity: at(cheapest(0.0).or(finest)),
        within: at(cheapest(-TOLERANCE).or(finest)),
        no_more: at(finest),
        ordered: ordered(pool, fit_on, score, &fitted),
        rows,
        sweep,
    }
}

fn taken(row: &Row, expert: usize) -> Taken {
    Taken {
        score: row.score[expert].unwrap_or(0.0),
        cost: row.cost[expert],
        expected: None,
        asked: vec![expert],
    }
}

/// At each point how much better than the best single expert, and the cost, by cross-validation within
/// the rows; quality made to fall with the worth of a dollar as it must but for noise.
fn inner_curve(
    pool: &Pool,
    rows: &[&Row],
    moneys: &[f64],
    talk: bool,
    best: usize,
) -> Vec<(f64, f64)> {
    let mut sums = vec![[0.0; 3]; moneys.len()];
    let folds = if talk { INNER } else { INNER_GAIN };
    for fold in 0..folds {
        // Another hash than that of the parts, so that the folds differ from them.
        let inside = |row: &&&Row| stable_hash(&format!("inner {}", row.id)) % folds == fold;
        let held: Vec<&Row> = rows.iter().filter(inside).copied().collect();
        let rest: Vec<&Row> = rows.iter().filter(|row| !inside(row)).copied().collect();
        let fitted = Fitted::fit(pool, &rest, talk);
        let alone: Vec<Taken> = held.iter().map(|row| fitted.alone(row, best)).collect();
        for (sum, played) in sums.iter_mut().zip(fitted.policy().play_all(&held, moneys)) {
            for (taken, alone) in played.iter().zip(&alone) {
                sum[0] += taken.score - alone.score;
                sum[1] +=
                    taken.expected.unwrap_or(taken.score) - alone.expected.unwrap_or(alone.score);
                sum[2] += taken.cost;
            }
        }
    }
    let count = rows.len().max(1) as f64;
    let column = |at: usize| sums.iter().map(|sum| sum[at] / count).collect::<Vec<f64>>();
    let (happened, expected) = (column(0), column(1));
    let expected = on_line(&expected, &happened);
    let both = happened.iter().zip(&expected);
    let both: Vec<f64> = both
        .map(|(one, other)| f64::midpoint(*one, *other))
        .collect();
    falling(&both).into_iter().zip(column(2)).collect()
}

/// What was expected, brought onto what happened by the line of least squares through all points. What
/// happened is right or wrong and noisy from point to point; what was expected is smooth, but errs in
/// the same direction everywhere.
fn on_line(expected: &[f64], happened: &[f64]) -> Vec<f64> {
    let count = expected.len().max(1) as f64;
    let mean = |values: &[f64]| values.iter().sum::<f64>() / count;
    let (across, up) = (mean(expected), mean(happened));
    let pairs = expected.iter().zip(happened);
    let both: f64 = pairs
        .map(|(one, other)| (one - across) * (other - up))
        .sum();
    let square: f64 = expected.iter().map(|one| (one - across).powi(2)).sum();
    let slope = if square > 0.0 { both / square } else { 1.0 };
    expected
        .iter()
        .map(|one| up + slope * (one - across))
        .collect()
}

/// The closest falling sequence (pool adjacent violators).
fn falling(values: &[f64]) -> Vec<f64> {
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for value in values {
        blocks.push((*value, 1));
        while let [.., (before, count), (last, more)] = blocks[..]
            && before < last
        {
            let all = count + more;
            let mean = (before * count as f64 + last * more as f64) / all as f64;
            blocks.truncate(blocks.len() - 2);
            blocks.push((mean, all));
        }
    }
    blocks
        .into_iter()
        .flat_map(|(mean, count)| vec![mean; count])
        .collect()
}

/// Mean score and cost of one expert over the rows that it took part in.
pub(super) fn single(rows: &[&Row], expert: usize) -> (f64, f64) {
    let took_part = rows
        .iter()
        .filter_map(|row| Some((row.score[expert]?, row.cost[expert])));
    let (score, cost, count) = took_part.fold((0.0, 0.0, 0.0), |sum, (score, cost)| {
        (sum.0 + score, sum.1 + cost, sum.2 + 1.0)
    });
    if count > 0.0 {
        (score / count, cost / count)
    } else {
        (0.0, 0.0)
    }
}

/// The best expert of those that took part in all rows, or in most.
pub(super) fn best_single(pool: &Pool, rows: &[&Row]) -> usize {
    let part = |expert: usize| {
        rows.iter()
            .filter(|row| row.score[expert].is_some())
            .count()
    };
    let most = (0..pool.names.len()).map(part).max().unwrap_or(0);
    let able = (0..pool.names.len()).filter(|expert| part(*expert) == most);
    let quality = |expert: usize| single(rows, expert).0;
    able.max_by(|one, other| quality(*one).total_cmp(&quality(*other)))
        .unwrap_or(0)
}

/// What is independent of the policy, row by row.
fn row_plays(pool: &Pool, fit_on: &[&Row], score: &[&Row]) -> Vec<RowPlay> {
    let fallback = best_single(pool, fit_on);
    let best = (0..pool.tasks.len()).map(|task| {
        let here: Vec<&Row> = fit_on
            .iter()
            .filter(|row| row.task == task)
            .copied()
            .collect();
        if here.is_empty() {
            fallback
        } else {
            best_single(pool, &here)
        }
    });
    let best: Vec<usize> = best.collect();
    let play = |row: &&Row| {
        let single: Vec<Option<(f64, f64)>> = (row.score.iter().zip(&row.cost))
            .map(|(score, cost)| score.map(|score| (score, *cost)))
            .collect();
        let better = |one: &(f64, f64), other: &(f64, f64)| {
            one.0.total_cmp(&other.0).then(other.1.total_cmp(&one.1))
        };
        let oracle = single.iter().flatten().copied().max_by(better);
        let oracle = oracle.unwrap_or_default();
        RowPlay {
            task: row.task,
            oracle,
            task_prior: single[best[row.task]]
                .or(single[fallback])
                .unwrap_or_default(),
            single,
        }
    };
    score.iter().map(play).collect()
}

/// For a pair of experts, or of free and paid engines: the order in which the dearer one is asked.
fn ordered(pool: &Pool, fit_on: &[&Row], score: &[&Row], fitted: &Fitted) -> Vec<Ordered> {
    let Some(strong) = strong_of_pair(pool, fit_on) else {
        return Vec::new();
    };
    let mut ordered = match fitted {
        Fitted::Gain(gain) => gain.ordered(score, strong),
        Fitted::Talk(_) => Gain::fit(pool, fit_on).ordered(score, strong),
    };
    by_rank(&mut ordered);
    ordered
}

/// Predictions replaced by their rank, 0 to 1, so that those of several fits can be put together: only
/// their order counts, and the level of each fit leans away from the rows that it did not see.
fn by_rank(ordered: &mut [Ordered]) {
    ordered.sort_by(|one, other| one.gain.total_cmp(&other.gain));
    let count = ordered.len() as f64;
    let mut below = 0;
    for equal in ordered.chunk_by_mut(|one, other| one.gain.total_cmp(&other.gain).is_eq()) {
        let rank = (below as f64 + equal.len() as f64 / 2.0) / count;
        below += equal.len();
        for row in equal {
            row.gain = rank;
        }
    }
}

/// The dearer of two, or the best of the paid where the others are free.
fn strong_of_pair(pool: &Pool, rows: &[&Row]) -> Option<usize> {
    let price = |expert: usize| single(rows, expert).1;
    let experts = 0..pool.names.len();
    let paid: Vec<usize> = experts
        .clone()
        .filter(|expert| price(*expert) > 0.0)
        .collect();
    let free = pool.names.len() - paid.len();
    if pool.names.len() == 2 {
        return experts.max_by(|one, other| price(*one).total_cmp(&price(*other)));
    }
    let best = |one: &usize, other: &usize| single(rows, *one).0.total_cmp(&single(rows, *other).0);
    (free > 0).then(|| paid.into_iter().max_by(best))?
}
