//! Whether a plan can be done: it ends, and takes nothing that is not there.

use std::collections::BTreeSet;

use coterie_protocol::StepId;
use thiserror::Error;

use super::{Plan, Rule};

/// No plan has more steps than this: the parts of a long text are most of them.
pub const MOST_STEPS: usize = 64;

/// Why a plan cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlanError {
    /// There is nothing to do.
    #[error("the plan has no step")]
    Empty,
    /// It is too much.
    #[error("the plan has {steps} steps, and at most {most} are done")]
    TooManySteps {
        /// How many it has.
        steps: usize,
        /// How many are allowed.
        most: usize,
    },
    /// Two steps have one number.
    #[error("two steps have the number {0}")]
    Twice(u32),
    /// A step takes what does not come before it.
    #[error("step {step} takes from step {from}, which does not come before it")]
    NotBefore {
        /// The step.
        step: u32,
        /// What it takes from.
        from: u32,
    },
    /// A joint is about a step that is not there, or about none.
    #[error("a joint is about step {0}, which is not in the plan")]
    Unknown(u32),
    /// A step would wait for ever.
    #[error("step {0} is held back, and no joint releases it")]
    NeverReleased(u32),
    /// The reader would see nothing.
    #[error("no step of the plan is shown")]
    NothingShown,
    /// What an expert wrote is no plan.
    #[error("the plan that was written cannot be read: {0}")]
    Unreadable(String),
    /// What an expert wrote would do what it may not.
    #[error("step {step} of the plan that was written asks for {what}, which is not allowed")]
    NotAllowed {
        /// The step.
        step: u32,
        /// What it asks for.
        what: String,
    },
}

impl Plan {
    /// Whether it can be done to its end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), PlanError> {
        match self.steps.len() {
            0 => return Err(PlanError::Empty),
            steps if steps > MOST_STEPS => {
                let most = MOST_STEPS;
                return Err(PlanError::TooManySteps { steps, most });
            }
            _ => {}
        }
        let mut known = BTreeSet::new();
        for step in &self.steps {
            let takes = step.takes.iter().map(|take| take.from());
            for from in takes.chain(step.seat.unlike.iter().copied()) {
                if !known.contains(&from) {
                    let (step, from) = (step.id.0, from.0);
                    return Err(PlanError::NotBefore { step, from });
                }
            }
            if !known.insert(step.id) {
                return Err(PlanError::Twice(step.id.0));
            }
        }
        let mut released = BTreeSet::new();
        for joint in &self.joints {
            let unknown = |step: &&StepId| !known.contains(step);
            let named = joint.rule.draft();
            if let Some(step) = joint.of.iter().chain(&named).find(unknown) {
                return Err(PlanError::Unknown(step.0));
            }
            if let Rule::Agree { otherwise } = &joint.rule {
                released.extend(otherwise.iter().copied());
            }
        }
        let stuck = |step: &&super::Step| step.held && !released.contains(&step.id);
        if let Some(step) = self.steps.iter().find(stuck) {
            return Err(PlanError::NeverReleased(step.id.0));
        }
        let grows = self.joints.iter().any(|joint| joint.rule == Rule::Grow);
        if !grows && !self.steps.iter().any(|step| step.shown) {
            return Err(PlanError::NothingShown);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use coterie_protocol::{Action, StepRole};

    use super::*;
    use crate::coe::plan::{Joint, Seat, Step, Take};

    fn plan(steps: Vec<Step>, joints: Vec<Joint>) -> Plan {
        Plan {
            steps,
            joints,
            ..Plan::single(Action::Answer, Seat::default())
        }
    }

    fn step(id: u32) -> Step {
        Step::new(id, Action::Answer, StepRole::Whole).shown()
    }

    fn check(steps: Vec<Step>, joints: Vec<Joint>, expected: &Result<(), PlanError>) {
        assert_eq!(plan(steps, joints).check(), *expected);
    }

    #[test]
    fn what_ends_and_takes_only_what_is_there_can_be_done() {
        let second = step(1).taking(Take::Passage(StepId(0)));
        check(vec![step(0), second], Vec::new(), &Ok(()));
    }

    #[test]
    fn what_would_never_end_is_told() {
        check(Vec::new(), Vec::new(), &Err(PlanError::Empty));
        let loops = step(0).taking(Take::Passage(StepId(0)));
        let before = PlanError::NotBefore { step: 0, from: 0 };
        check(vec![loops], Vec::new(), &Err(before));
        check(
            vec![step(0), step(0)],
            Vec::new(),
            &Err(PlanError::Twice(0)),
        );
        check(
            vec![step(0).held()],
            Vec::new(),
            &Err(PlanError::NeverReleased(0)),
        );
        let many: Vec<_> = (0..65).map(step).collect();
        let too_many = PlanError::TooManySteps {
            steps: 65,
            most: 64,
        };
        check(many, Vec::new(), &Err(too_many));
    }

    #[test]
    fn a_joint_about_nothing_and_a_plan_that_shows_nothing_are_told() {
        let joint = Joint {
            of: vec![StepId(7)],
            rule: Rule::Grow,
        };
        check(vec![step(0)], vec![joint], &Err(PlanError::Unknown(7)));
        let hidden = Step::new(0, Action::Answer, StepRole::Whole);
        check(vec![hidden], Vec::new(), &Err(PlanError::NothingShown));
    }
}
