//! The shapes of plans as data, from `shapes.toml`.

use std::{collections::BTreeMap, fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};

use super::panel::Kind;
use crate::coe::agree::Measure;

const SOURCE: &str = include_str!("shapes.toml");

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    // A test parses the same file, so the empty table is never seen.
    toml::from_str(SOURCE).unwrap_or_default()
});

#[derive(Debug, Default, Deserialize)]
struct Table {
    kinds: BTreeMap<Needs, Kind>,
    #[serde(flatten)]
    shapes: BTreeMap<Shape, Form>,
}

/// The shape of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One expert.
    Single,
    /// Two cheap ones; a strong one where they differ.
    AgreeElseStrong,
    /// Two cheap ones; a third where they differ; a strong one where that does not settle it.
    AgreeElseThirdElseStrong,
    /// Two cheap ones; where they differ two strong ones, and a vote of all.
    AgreeElseVote,
    /// Two free translation engines; a paid one where they differ.
    EnginesAgreeElsePaid,
    /// One expert asked several times.
    BestOfN,
    /// A translator for fidelity, then a writer for expression.
    FaithfulThenElegant,
    /// Two propose, a third merges.
    ProposeAndMerge,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Self; 8] = [
        Self::Single,
        Self::AgreeElseStrong,
        Self::AgreeElseThirdElseStrong,
        Self::AgreeElseVote,
        Self::EnginesAgreeElsePaid,
        Self::BestOfN,
        Self::FaithfulThenElegant,
        Self::ProposeAndMerge,
    ];

    /// What is known of it.
    pub fn form(self) -> &'static Form {
        TABLE.shapes.get(&self).unwrap_or(&SINGLE)
    }

    /// Whether the answers to a request can be compared as this shape needs it; `None` for open ones.
    pub fn suits(self, measure: Option<Measure>) -> bool {
        match self.form().needs {
            Needs::None => true,
            Needs::Similar => measure.is_some_and(|it| it != Measure::KeyFacts),
            Needs::Exact => measure.is_some_and(Measure::is_exact),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Single => "one expert",
            Self::AgreeElseStrong => "a pair, else a strong one",
            Self::AgreeElseThirdElseStrong => "a pair, else a third, else a strong one",
            Self::AgreeElseVote => "a pair, else a vote",
            Self::EnginesAgreeElsePaid => "two engines, else a paid one",
            Self::BestOfN => "best of several answers",
            Self::FaithfulThenElegant => "faithful, then elegant",
            Self::ProposeAndMerge => "propose and merge",
        })
    }
}

/// What the answers must allow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// Nothing.
    #[default]
    None,
    /// That similar ones can be told.
    Similar,
    /// That equal ones can be told.
    Exact,
}

/// What is known of a shape.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// How many seats each stage has.
    pub stages: Vec<usize>,
    /// Whether all stages are always walked, one working on what the other made.
    #[serde(default)]
    pub every: bool,
    /// What the answers must allow.
    pub needs: Needs,
    /// Part of the way from the best seat's quality to 1 that the plan goes besides agreement.
    #[serde(default)]
    pub lift: f64,
    /// How often each seat is asked.
    #[serde(default = "once")]
    pub calls: u32,
}

fn once() -> u32 {
    1
}

/// Never seen: the table has a row for each shape.
static SINGLE: Form = Form {
    stages: Vec::new(),
    every: false,
    needs: Needs::None,
    lift: 0.0,
    calls: 1,
};

impl Kind {
    /// What requests are like whose answers are compared so, before anything is learned.
    pub fn of(measure: Option<Measure>) -> Self {
        let needs = match measure {
            Some(measure) if measure.is_exact() => Needs::Exact,
            _ => Needs::Similar,
        };
        let usual = Self {
            spread: 1.5,
            novelty: 2.0,
        };
        TABLE.kinds.get(&needs).copied().unwrap_or(usual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_has_its_row_and_no_row_is_without_one() {
        let table: Table = toml::from_str(SOURCE).expect("shapes.toml");
        assert_eq!(table.shapes.len(), Shape::ALL.len());
        for shape in Shape::ALL {
            let form = &table.shapes[&shape];
            assert!((1..=3).contains(&form.stages.len()), "{shape}");
            assert!(form.stages.iter().all(|seats| (1..=2).contains(seats)));
            assert!((0.0..0.3).contains(&form.lift) && (1..=5).contains(&form.calls));
        }
        assert_eq!(table.kinds.len(), 2);
        assert!(
            Kind::of(Some(Measure::Number)).spread > Kind::of(Some(Measure::CharacterF)).spread
        );
    }

    #[test]
    fn open_answers_are_not_compared() {
        assert!(Shape::Single.suits(None) && Shape::BestOfN.suits(None));
        assert!(!Shape::AgreeElseStrong.suits(None));
        assert!(!Shape::AgreeElseStrong.suits(Some(Measure::CharacterF)));
        assert!(Shape::EnginesAgreeElsePaid.suits(Some(Measure::CharacterF)));
        assert!(Shape::AgreeElseVote.suits(Some(Measure::Json)));
    }
}
