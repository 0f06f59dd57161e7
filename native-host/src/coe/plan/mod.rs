//! How it is done: from an intent to a small graph of steps.
//!
//! A [`Plan`] is data: steps, what each takes from others, and joints, where the results of steps
//! come together and it is decided what follows. It is built by tables, is the same for the same
//! request and roster, and prints as what it is. [`shapes`] builds the plans, [`table`] says which
//! shapes suit an intent, [`parts`] divides long texts, [`written`] reads a plan that an expert
//! wrote. `coe::run` does it.

mod check;
mod parts;
mod shapes;
mod show;
mod table;
pub mod written;

use std::ops::Range;

use coterie_protocol::{
    Action, ExpertId, LanguageTag, Length, PlanShape, PlannedStep, StepId, StepRole,
};

pub use self::{
    check::PlanError,
    parts::{Parts, divide},
    shapes::{Seats, build},
    table::{Conditions, Long, suitable},
};
use crate::experts::HandedKind;

/// The steps that fulfil an intent.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Who works with whom.
    pub shape: PlanShape,
    /// At least one, numbered from 0 in this order; a step takes from earlier ones only.
    pub steps: Vec<Step>,
    /// Where the results of steps come together.
    pub joints: Vec<Joint>,
}

/// One step: the work of one expert.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its number within the plan.
    pub id: StepId,
    /// What it does.
    pub action: Action,
    /// What it is within the plan.
    pub role: StepRole,
    /// The words that it follows, where they are not those of the whole request.
    pub words: Option<String>,
    /// The language of its result, where it is not that of the whole request.
    pub language: Option<LanguageTag>,
    /// The length of its result, where it is not that of the whole request.
    pub length: Option<Length>,
    /// What it takes from earlier steps.
    pub takes: Vec<Take>,
    /// The paragraphs that it reads, by their place in the article; without, all.
    pub paragraphs: Option<Range<usize>>,
    /// Who should do it.
    pub seat: Seat,
    /// Whether its text is part of the answer as it comes.
    pub shown: bool,
    /// Whether it waits until a joint releases it.
    pub held: bool,
}

/// What a step takes from an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Its result is quoted beside the material.
    Handed(StepId, HandedKind),
    /// Its result is the passage that is worked on.
    Passage(StepId),
}

impl Take {
    /// The step that is taken from.
    pub fn from(self) -> StepId {
        match self {
            Self::Handed(step, _) | Self::Passage(step) => step,
        }
    }
}

/// Who should do a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seat {
    /// Those who are asked first, in this order; then whoever else can do it.
    pub first: Vec<ExpertId>,
    /// Nobody who did one of these steps, as long as there is somebody else.
    pub unlike: Vec<StepId>,
}

impl Seat {
    /// This expert, or whoever can do it.
    pub fn of(expert: Option<&ExpertId>) -> Self {
        Self {
            first: expert.cloned().into_iter().collect(),
            unlike: Vec::new(),
        }
    }

    /// The same, but nobody who did one of these steps.
    #[must_use]
    pub fn unlike(mut self, steps: impl IntoIterator<Item = StepId>) -> Self {
        self.unlike.extend(steps);
        self
    }
}

/// Where the results of steps come together, once all of them have ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joint {
    /// The steps that it waits for.
    pub of: Vec<StepId>,
    /// What it decides.
    pub rule: Rule,
}

/// What a joint decides. Where a step stands in for another, the reader sees its text instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Whether one answer has more agreement than each other: then the held steps are not needed.
    Agree {
        /// The steps that are held back.
        otherwise: Vec<StepId>,
    },
    /// Between answers that differ, the one that most agree with, else that of the last step.
    Decide {
        /// The answer that is shown so far.
        draft: StepId,
    },
    /// The answer that is most like the others.
    Closest {
        /// The answer that is shown so far.
        draft: StepId,
    },
    /// The last step stands in for the draft; where `guarded`, only if it keeps every fact of it.
    Replace {
        /// The answer that is shown so far.
        draft: StepId,
        /// Whether facts are held against the draft's.
        guarded: bool,
    },
    /// The last step stands in for the draft if fewer faults are found in it.
    Better {
        /// The answer that is shown so far.
        draft: StepId,
    },
    /// The last step names the doubtful sentences of an answer.
    Doubts {
        /// The answer.
        about: StepId,
    },
    /// The last step has written the steps that follow.
    Grow,
}

impl Rule {
    /// The step whose text it may replace.
    pub fn draft(&self) -> Option<StepId> {
        match *self {
            Self::Decide { draft }
            | Self::Closest { draft }
            | Self::Replace { draft, .. }
            | Self::Better { draft } => Some(draft),
            Self::Agree { .. } | Self::Doubts { .. } | Self::Grow => None,
        }
    }
}

impl Step {
    /// A step that does the whole of an action.
    pub fn new(id: u32, action: Action, role: StepRole) -> Self {
        Self {
            id: StepId(id),
            action,
            role,
            words: None,
            language: None,
            length: None,
            takes: Vec::new(),
            paragraphs: None,
            seat: Seat::default(),
            shown: false,
            held: false,
        }
    }

    /// The same, shown to the reader as it comes.
    #[must_use]
    pub fn shown(mut self) -> Self {
        self.shown = true;
        self
    }

    /// The same, waiting for a joint.
    #[must_use]
    pub fn held(mut self) -> Self {
        self.held = true;
        self
    }

    /// The same, done by this seat.
    #[must_use]
    pub fn by(mut self, seat: Seat) -> Self {
        self.seat = seat;
        self
    }

    /// The same, taking this from an earlier step.
    #[must_use]
    pub fn taking(mut self, take: Take) -> Self {
        self.takes.push(take);
        self
    }

    /// As told to the reader.
    pub fn planned(&self) -> PlannedStep {
        PlannedStep {
            step: self.id,
            action: self.action,
            role: self.role,
            after: self.takes.iter().map(|take| take.from()).collect(),
            shown: self.shown,
            conditional: self.held,
        }
    }
}

impl Plan {
    /// A plan of one step.
    pub fn single(action: Action, seat: Seat) -> Self {
        let step = Step::new(0, action, StepRole::Whole).shown().by(seat);
        Self {
            shape: PlanShape::Single,
            steps: vec![step],
            joints: Vec::new(),
        }
    }

    /// The step of this number.
    pub fn step(&self, id: StepId) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The number of the next step that is added.
    pub fn next_id(&self) -> StepId {
        let last = self.steps.iter().map(|step| step.id.0).max();
        StepId(last.map_or(0, |last| last + 1))
    }
}
