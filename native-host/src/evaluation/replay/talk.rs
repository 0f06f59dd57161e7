//! The policy where answers can be compared: ask by expected gain, see whether they agree, ask on or
//! take the best. It is [`next_move`], as in live use, over panels learned from the outcomes that
//! were fitted on.

use std::collections::HashMap;

use super::{
    play::{Policy, Taken},
    pool::{Pool, Row},
};
use crate::coe::{
    learn::{Outcome, panels},
    route::{Belief, Limits, Move, Panel, Said, Weights, next_move},
};

pub(super) struct Talk {
    panels: Vec<Panel>,
}

impl Talk {
    pub(super) fn fit(pool: &Pool, rows: &[&Row]) -> Self {
        let outcomes: Vec<Outcome> = rows.iter().filter_map(|row| outcome(row)).collect();
        Self {
            panels: panels(outcomes.iter(), &pool.families, pool.tasks.len()),
        }
    }
}

fn outcome(row: &Row) -> Option<Outcome> {
    Some(Outcome {
        kind: row.task,
        score: row.score.iter().copied().collect::<Option<_>>()?,
        cost: row.cost.clone(),
        group: row.group.clone()?,
    })
}

impl Talk {
    /// How likely an expert alone is right.
    pub(super) fn expected(&self, row: &Row, expert: usize) -> f64 {
        Belief::new(&self.panels[row.task], 0.0).would_be_right(expert)
    }
}

impl Policy for Talk {
    fn play(&self, rows: &[&Row], money: f64) -> Vec<Taken> {
        let weights = Weights::of_money(money);
        let limits = Limits::of(&weights);
        // The same answers lead to the same move.
        let mut known: HashMap<(usize, Vec<(usize, Said)>), Move> = HashMap::new();
        let mut talk = |row: &&Row| {
            let panel = &self.panels[row.task];
            let mut belief = Belief::new(panel, 0.0);
            let mut said: Vec<(usize, Said)> = Vec::new();
            let mut founders: Vec<usize> = Vec::new();
            let mut cost = 0.0;
            loop {
                let key = (row.task, said.clone());
                let next = *known
                    .entry(key)
                    .or_insert_with(|| next_move(panel, &belief, &weights, limits));
                match next {
                    Move::Ask { seat, .. } => {
                        cost += row.cost[seat];
                        let group = row.group.as_ref().and_then(|groups| groups[seat]);
                        let answer = match group {
                            None => Said::Nothing,
                            Some(group) => match founders.iter().position(|it| *it == group) {
                                Some(earlier) => Said::Joins(earlier),
                                None => {
                                    founders.push(group);
                                    Said::New
                                }
                            },
                        };
                        said.push((seat, answer));
                        belief = belief.after(seat, answer);
                    }
                    Move::Accept { seat, right } | Move::Vote { seat, right } => {
                        let score = row.score[seat].unwrap_or(0.0);
                        return Taken {
                            score,
                            cost,
                            expected: Some(right),
                            asked: said.iter().map(|(seat, _)| *seat).collect(),
                        };
                    }
                    Move::GiveUp => {
                        return Taken {
                            score: 0.0,
                            cost,
                            expected: Some(0.0),
                            asked: said.iter().map(|(seat, _)| *seat).collect(),
                        };
                    }
                }
            }
        };
        rows.iter().map(&mut talk).collect()
    }
}
