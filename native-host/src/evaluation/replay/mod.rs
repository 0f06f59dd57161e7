//! `coterie eval replay`: recorded outcomes through the real router, the real decisions after each
//! answer and the real comparison of answers, fitted on one part and scored on another.
//!
//! Nothing of the scored part is seen before it is scored: panels, gains, the expert of each task and
//! the operating points come from the fitted part, the latter by cross-validation within it.

mod drafts;
mod error;
mod figures;
mod gain;
mod kinds;
mod parts;
mod play;
mod pool;
mod records;
mod report;
mod talk;

use std::path::PathBuf;

pub use self::{
    error::ReplayError,
    figures::Figure,
    parts::{Part, stable_hash},
    records::{Record, Recorded},
    report::{Named, Operating, Point, Priced, ReplayReport, TaskFigures},
};
use self::{
    play::{Played, best_single, single},
    pool::{Pool, Row},
};

/// More folds take long and say nothing more.
const MOST_FOLDS: usize = 20;

/// What to replay.
#[derive(Debug, Clone, Default)]
pub struct ReplayOptions {
    /// Files of outcomes.
    pub files: Vec<PathBuf>,
    /// What to fit on: paths, or a part of the files. Half of the files without.
    pub fit: Vec<String>,
    /// What to score. The other half without; all of the files if others are fitted on.
    pub score: Vec<String>,
    /// Cross-validation over the files instead, in so many folds.
    pub folds: Option<usize>,
    /// The folds hold whole tasks.
    pub by_task: bool,
    /// Only these experts.
    pub experts: Vec<String>,
    /// Not these.
    pub without: Vec<String>,
}

/// Replays.
///
/// # Errors
/// When files or parts cannot be read, are empty, or have no pool to choose from.
pub fn replay(options: &ReplayOptions) -> Result<ReplayReport, ReplayError> {
    let records = records::read(&options.files)?;
    let (fit_on, score) = parts(options, &records)?;
    let (fit_files, score_files) = (outside(&fit_on)?, outside(&score)?);
    let splits = splits(options, &records, &fit_on, &score, &fit_files, &score_files)?;
    let all: Vec<&Record> = records
        .iter()
        .chain(&fit_files)
        .chain(&score_files)
        .collect();
    let pool = Pool::of(&all, &options.experts, &options.without)?;
    let mut report = report(&pool, &splits)?;
    if let Some(reasoning) = reasoning(&pool, &splits) {
        let mut without = options.without.clone();
        without.push(reasoning);
        let pool = Pool::of(&all, &options.experts, &without)?;
        report.without_reasoning = Some(Box::new(self::report(&pool, &splits)?));
    }
    Ok(report)
}

/// What to fit on with what to score then.
type Splits<'a> = Vec<(Vec<&'a Record>, Vec<&'a Record>)>;

fn parts(options: &ReplayOptions, records: &[Record]) -> Result<(Part, Part), ReplayError> {
    let half = |index| Part::Rows { index, count: 2 };
    let fit_on = match options.fit.as_slice() {
        [] => half(0),
        given => Part::read(given)?,
    };
    let score = match (options.score.as_slice(), &fit_on) {
        ([], Part::Files(_)) => Part::All,
        ([], Part::Rows { index: 0, count: 2 }) => half(1),
        ([], Part::Tasks { index, count: 2 }) => Part::Tasks {
            index: 1 - index,
            count: 2,
        },
        ([], _) => half(1),
        (given, _) => Part::read(given)?,
    };
    for part in [&fit_on, &score] {
        if records.is_empty() && !matches!(part, Part::Files(_)) && options.folds.is_none() {
            return Err(ReplayError::PartOfNothing {
                part: part.to_string(),
            });
        }
    }
    Ok((fit_on, score))
}

fn outside(part: &Part) -> Result<Vec<Record>, ReplayError> {
    match part {
        Part::Files(paths) => records::read(paths),
        _ => Ok(Vec::new()),
    }
}

fn splits<'a>(
    options: &ReplayOptions,
    records: &'a [Record],
    fit_on: &Part,
    score: &Part,
    fit_files: &'a [Record],
    score_files: &'a [Record],
) -> Result<Splits<'a>, ReplayError> {
    if let Some(folds) = options.folds {
        if !(2..=MOST_FOLDS).contains(&folds) {
            return Err(ReplayError::Folds { folds });
        }
        return (0..folds as u64)
            .map(|index| {
                let count = folds as u64;
                let held = if options.by_task {
                    Part::Tasks { index, count }
                } else {
                    Part::Rows { index, count }
                };
                let (score, rest) = records.iter().partition(|record| held.has(record));
                // What is given besides is fitted on in every fold.
                let mut fit_on: Vec<&Record> = rest;
                fit_on.extend(fit_files);
                let score: Vec<&Record> = score;
                check(&held, &fit_on, &score, records.len())?;
                Ok((fit_on, score))
            })
            .collect();
    }
    let chosen = |part: &Part, files: &'a [Record]| -> Vec<&'a Record> {
        let inside = records.iter().filter(|record| part.has(record));
        inside.chain(files).collect()
    };
    let (fitted, scored) = (chosen(fit_on, fit_files), chosen(score, score_files));
    let empty = |what, part: &Part| ReplayError::EmptyPart {
        what,
        part: part.to_string(),
        rows: records.len(),
    };
    if fitted.is_empty() {
        return Err(empty("fit on", fit_on));
    }
    if scored.is_empty() {
        return Err(empty("score", score));
    }
    Ok(vec![(fitted, scored)])
}

fn check(
    part: &Part,
    fit_on: &[&Record],
    score: &[&Record],
    rows: usize,
) -> Result<(), ReplayError> {
    let what = match (fit_on.is_empty(), score.is_empty()) {
        (true, _) => "fit on",
        (_, true) => "score",
        _ => return Ok(()),
    };
    Err(ReplayError::EmptyPart {
        what,
        part: part.to_string(),
        rows,
    })
}

fn report(pool: &Pool, splits: &Splits<'_>) -> Result<ReplayReport, ReplayError> {
    let mut all = Played::default();
    let mut fitted_rows = 0;
    for (fit_on, score) in splits {
        let (fit_on, score) = (rows(pool, fit_on), rows(pool, score));
        let (fit_on, score): (Vec<&Row>, Vec<&Row>) =
            (fit_on.iter().collect(), score.iter().collect());
        fitted_rows += fit_on.len();
        all.extend(play::play(pool, &fit_on, &score));
    }
    if all.rows.is_empty() {
        return Err(ReplayError::EmptyPart {
            what: "score",
            part: "the part with two of these experts".to_owned(),
            rows: splits.iter().map(|(_, score)| score.len()).sum(),
        });
    }
    Ok(ReplayReport::of(
        pool,
        &all,
        fitted_rows / splits.len().max(1),
    ))
}

fn rows(pool: &Pool, records: &[&Record]) -> Vec<Row> {
    records
        .iter()
        .filter_map(|record| pool.row(record))
        .collect()
}

/// The expert that costs several times as much as the best of the others and is so much better that
/// it alone decides what is best.
fn reasoning(pool: &Pool, splits: &Splits<'_>) -> Option<String> {
    if pool.names.len() < 4 {
        return None;
    }
    let (fit_on, _) = splits.first()?;
    let rows = rows(pool, fit_on);
    let rows: Vec<&Row> = rows.iter().collect();
    let best = best_single(pool, &rows);
    let (quality, cost) = single(&rows, best);
    let others = (0..pool.names.len()).filter(|expert| *expert != best);
    let others = others.map(|expert| single(&rows, expert));
    let second = others.max_by(|one, other| one.0.total_cmp(&other.0))?;
    let rule = kinds::reasoning();
    let dwarfs = quality >= second.0 + rule.better && cost >= rule.times_dearer * second.1;
    (dwarfs && second.1 > 0.0).then(|| pool.names[best].clone())
}

#[cfg(test)]
mod tests;
