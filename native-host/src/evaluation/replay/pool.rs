//! The experts that are chosen from, and the outcomes as the policies take them.

use std::collections::BTreeSet;

use super::{ReplayError, kinds, records::Record};
use crate::coe::{
    agree::{Agreement, Measure, agree},
    route::MOST_SEATS,
};

/// The experts of a replay, in order of their names.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    pub names: Vec<String>,
    pub families: Vec<String>,
    pub tasks: Vec<String>,
}

/// One outcome over a pool.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub id: String,
    pub task: usize,
    pub prompt: String,
    /// None where the expert did not take part.
    pub score: Vec<Option<f64>>,
    pub cost: Vec<f64>,
    pub answer: Vec<Option<String>>,
    /// The group of each answer among those that agree, where answers can be compared exactly.
    pub group: Option<Vec<Option<usize>>>,
    /// How alike the answers are, where they cannot: empty texts for those that did not take part.
    pub alike: Option<Agreement>,
}

impl Pool {
    /// The experts of the records, those named only, without those named.
    pub(super) fn of(
        records: &[&Record],
        only: &[String],
        without: &[String],
    ) -> Result<Self, ReplayError> {
        let all: BTreeSet<&String> = records.iter().flat_map(|it| it.experts.keys()).collect();
        for name in only.iter().chain(without) {
            if !all.contains(name) {
                let known: Vec<_> = all.iter().map(|it| it.as_str()).collect();
                return Err(ReplayError::UnknownExpert {
                    name: name.clone(),
                    known: known.join(", "),
                });
            }
        }
        let names: Vec<String> = all
            .into_iter()
            .filter(|name| only.is_empty() || only.contains(name))
            .filter(|name| !without.contains(name))
            .cloned()
            .collect();
        if names.len() < 2 || names.len() > MOST_SEATS {
            return Err(ReplayError::Pool {
                experts: names.len(),
                most: MOST_SEATS,
            });
        }
        let tasks: BTreeSet<&String> = records.iter().map(|it| &it.task).collect();
        Ok(Self {
            families: names.iter().map(|name| kinds::family(name)).collect(),
            names,
            tasks: tasks.into_iter().cloned().collect(),
        })
    }

    /// A record over this pool; none if it has fewer than two of its experts.
    pub(super) fn row(&self, record: &Record) -> Option<Row> {
        let recorded: Vec<_> = self
            .names
            .iter()
            .map(|name| record.experts.get(name))
            .collect();
        if recorded.iter().flatten().count() < 2 {
            return None;
        }
        let cost = recorded.iter().zip(&self.names).map(|(recorded, name)| {
            let cost = recorded.and_then(|it| it.cost);
            cost.unwrap_or_else(|| kinds::assumed_cost(name, &record.prompt))
        });
        let answers = recorded
            .iter()
            .map(|it| it.and_then(|it| it.answer.clone()));
        let answers: Vec<Option<String>> = answers.collect();
        let (group, alike) = compared(&record.task, &answers);
        Some(Row {
            id: record.id.clone(),
            task: self.tasks.iter().position(|it| *it == record.task)?,
            prompt: record.prompt.clone(),
            score: recorded.iter().map(|it| it.map(|it| it.score)).collect(),
            cost: cost.collect(),
            group,
            alike,
            answer: answers,
        })
    }
}

/// The group of each answer, if all took part and can be compared exactly; else how alike they are.
fn compared(
    task: &str,
    answers: &[Option<String>],
) -> (Option<Vec<Option<usize>>>, Option<Agreement>) {
    if answers.iter().all(Option::is_none) {
        return (None, None);
    }
    let texts: Vec<&str> = answers
        .iter()
        .map(|it| it.as_deref().unwrap_or(""))
        .collect();
    let measure = Measure::for_answers(kinds::intent(task), None, &texts);
    let agreement = agree(measure, &texts);
    if !measure.is_exact() {
        return (None, Some(agreement));
    }
    let everybody = answers.iter().all(Option::is_some);
    let groups = (0..answers.len())
        .map(|it| agreement.cluster_of(it))
        .collect();
    (everybody.then_some(groups), None)
}
