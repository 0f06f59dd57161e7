//! How the plan of an answer goes: what is said of it as a whole, and how each step stands.

use coterie_protocol::{PlanShape, StepRole};

use super::{Answer, Phase, Step};

/// What is said of a plan of several steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// So many experts are asked the same.
    Asking(usize),
    /// So many experts agree.
    Agree(usize),
    /// Experts differ, and another is deciding.
    Deciding,
    /// Experts differed, and another has decided.
    Decided,
    /// Experts differ, and nobody decided.
    Differ,
    /// A faithful text is made to read well.
    FaithfulElegant,
    /// A text is written by an outline and polished.
    OutlineDraftPolish,
    /// A long text is read in parts.
    Parts {
        /// How many there are.
        all: usize,
        /// How many have been read, while there are more to come.
        read: Option<usize>,
    },
    /// The best of so many answers of one expert.
    BestOf(usize),
    /// So many proposals are merged.
    Proposals(usize),
    /// So many steps, each from what it takes.
    Steps(usize),
    /// Another expert looks for what is doubtful.
    SecondOpinion,
    /// As an expert planned it.
    Written,
    /// Another expert tries what did not turn out well.
    Again,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It has not begun.
    Waiting,
    /// It is at work.
    Working,
    /// It is complete.
    Done,
    /// It failed.
    Failed,
    /// It was to be done only if others had differed or failed.
    NotNeeded,
    /// The answer ended before it was complete.
    Undone,
}

impl Answer {
    /// What is said of its plan; nothing of a plan of one step.
    pub fn course(&self) -> Option<Course> {
        if self.steps.len() < 2 && self.shape != PlanShape::Written {
            return None;
        }
        let of_role = |roles: &[StepRole]| {
            let has_role = |step: &&Step| roles.contains(&step.role());
            self.steps.iter().filter(has_role).count()
        };
        Some(match self.shape {
            PlanShape::Single => Course::Again,
            PlanShape::Agree | PlanShape::EnginesAgree => self.comparison(),
            PlanShape::FaithfulElegant => Course::FaithfulElegant,
            PlanShape::OutlineDraftPolish => Course::OutlineDraftPolish,
            PlanShape::ReadInParts => self.parts(),
            PlanShape::BestOf => Course::BestOf(of_role(&[StepRole::Propose])),
            PlanShape::ProposeMerge => Course::Proposals(of_role(&[StepRole::Propose])),
            PlanShape::Compound => Course::Steps(self.steps.len()),
            PlanShape::SecondOpinion => Course::SecondOpinion,
            PlanShape::Written => Course::Written,
        })
    }

    fn comparison(&self) -> Course {
        let deciders = || {
            let decides = |step: &&Step| step.role() == StepRole::Decide;
            self.steps.iter().filter(decides)
        };
        let stands = |standing| deciders().any(|step| self.standing(step) == standing);
        match &self.compared {
            Some(compared) if compared.agree => Course::Agree(compared.steps.len()),
            _ if stands(Standing::Done) => Course::Decided,
            Some(_) if stands(Standing::Working) || stands(Standing::Waiting) => Course::Deciding,
            Some(_) => Course::Differ,
            None => Course::Asking(self.steps.len() - deciders().count()),
        }
    }

    fn parts(&self) -> Course {
        let parts = || {
            let is_part = |step: &&Step| step.role() == StepRole::Part;
            self.steps.iter().filter(is_part)
        };
        let all = parts().count();
        let read = parts().filter(|step| step.report.is_some()).count();
        Course::Parts {
            all,
            read: (self.is_running() && read < all).then_some(read),
        }
    }

    /// How a step stands.
    pub fn standing(&self, step: &Step) -> Standing {
        let planned = step.planned.as_ref();
        let is_conditional = planned.is_some_and(|planned| planned.conditional);
        let agree = self.compared.as_ref().is_some_and(|found| found.agree);
        if step.report.is_some() {
            Standing::Done
        } else if step.has_failed {
            Standing::Failed
        } else if step.expert.is_none() && is_conditional && agree {
            Standing::NotNeeded
        } else if self.is_running() && step.expert.is_some() {
            Standing::Working
        } else if self.is_running() {
            Standing::Waiting
        } else if step.expert.is_none() && matches!(self.phase, Phase::Done(_)) {
            Standing::NotNeeded
        } else {
            Standing::Undone
        }
    }

    /// Whether the text of a step may yet be replaced by the work of another.
    pub fn is_draft(&self, step: &Step) -> bool {
        let may_replace = |other: &Step| {
            let in_place_of_it = !matches!(
                other.role(),
                StepRole::Part | StepRole::Outline | StepRole::Doubt | StepRole::Plan
            );
            let is_open = matches!(self.standing(other), Standing::Waiting | Standing::Working);
            !other.is_shown() && in_place_of_it && is_open
        };
        step.is_shown()
            && step.revision.is_none()
            && !step.text.source().is_empty()
            && self.steps.iter().any(may_replace)
    }
}

impl Step {
    /// What it is within the plan.
    pub fn role(&self) -> StepRole {
        let planned = self.planned.as_ref();
        planned.map_or_else(StepRole::default, |planned| planned.role)
    }
}
