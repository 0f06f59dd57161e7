//! How a request is understood, how it will be done, and what is found in what came of it.

use serde::{Deserialize, Serialize};

use crate::{Action, StepId, Target};

/// How a request in the reader's own words is understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// What is done; for a request with several parts, the first.
    pub action: Action,
    /// What it is done to, where it matters.
    pub target: Option<Target>,
    /// What the reading rests on.
    pub because: Basis,
    /// Whether it is sure. Otherwise the safe thing is done, and `others` may be meant.
    pub sure: bool,
    /// What else may be meant, likeliest first.
    pub others: Vec<Action>,
    /// What each part asks for, in the order in which it is done; one when the request is simple.
    pub parts: Vec<Action>,
}

/// What a reading rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Basis {
    /// The reader's words.
    Words,
    /// What most readers want here, since nothing was said.
    Usual,
    /// What this reader usually does.
    Habit {
        /// In what respect.
        of: HabitOf,
    },
}

/// In what respect a reader has a habit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HabitOf {
    /// On this site.
    Site,
    /// With pages in this language.
    Language,
    /// With passages of this length.
    Length,
    /// At this time of day.
    Time,
    /// After what was done before.
    Previous,
    /// Altogether.
    All,
}

/// The shape of a plan: who works with whom.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum PlanShape {
    /// One expert.
    #[default]
    Single,
    /// Cheap experts of different families; where they differ, a strong one decides.
    Agree,
    /// A translator for fidelity, then a writer for expression.
    FaithfulElegant,
    /// Two free translation engines; where they differ, a better one decides.
    EnginesAgree,
    /// A long text read in parts by several, put together by one.
    ReadInParts,
    /// An outline, a text by it, and a polish.
    OutlineDraftPolish,
    /// Several answers of one strong expert; the one most like the others stands.
    BestOf,
    /// Answers of several experts, merged by one.
    ProposeMerge,
    /// The parts of a compound request, each from what it takes.
    Compound,
    /// One expert, and another that marks what it doubts.
    SecondOpinion,
    /// As an expert planned it.
    Written,
}

/// What a step is within its plan.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum StepRole {
    /// It does what is asked.
    #[default]
    Whole,
    /// It does the same as another, to be held against it.
    Second,
    /// It decides where others differ.
    Decide,
    /// It reads a part of a long text.
    Part,
    /// It puts the parts together.
    Join,
    /// It makes an outline.
    Outline,
    /// It writes by an outline.
    Draft,
    /// It makes a faithful text read well.
    Polish,
    /// It makes one answer of several.
    Propose,
    /// It makes one of several answers.
    Merge,
    /// It marks what is doubtful in an answer.
    Doubt,
    /// It plans.
    Plan,
}

impl StepRole {
    /// Every role.
    pub const ALL: [Self; 12] = [
        Self::Whole,
        Self::Second,
        Self::Decide,
        Self::Part,
        Self::Join,
        Self::Outline,
        Self::Draft,
        Self::Polish,
        Self::Propose,
        Self::Merge,
        Self::Doubt,
        Self::Plan,
    ];

    /// Whether it is the work of a plan of one step, so that who does only that can do it.
    pub fn is_whole(self) -> bool {
        match self {
            Self::Whole | Self::Second | Self::Decide | Self::Propose => true,
            Self::Part
            | Self::Join
            | Self::Outline
            | Self::Draft
            | Self::Polish
            | Self::Merge
            | Self::Doubt
            | Self::Plan => false,
        }
    }
}

/// A step before it is begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// The step.
    pub step: StepId,
    /// What it does.
    pub action: Action,
    /// What it is within the plan.
    #[serde(default)]
    pub role: StepRole,
    /// The steps whose work it takes.
    #[serde(default)]
    pub after: Vec<StepId>,
    /// Whether its text is part of the answer as it comes.
    #[serde(default = "shown")]
    pub shown: bool,
    /// Whether it is done only where others differ or fail.
    #[serde(default)]
    pub conditional: bool,
}

fn shown() -> bool {
    true
}

/// Something that a check found in an answer, and that could not be mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The name of the check: `numbers`, `language`, `citations`, `second_opinion`.
    pub check: String,
    /// What was found, in one sentence of English.
    pub what: String,
    /// The words of the answer that it is about, where there are some.
    pub words: Option<String>,
}
