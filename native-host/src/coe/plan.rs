//! How it is done: from an intent to steps.

use coterie_protocol::{Action, Event, PlanShape, PlannedStep, StepId, StepRole};

use super::Intent;

/// The steps that fulfil an intent, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// At least one.
    pub steps: Vec<Step>,
}

/// One step: the work of one expert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Its number within the request.
    pub id: StepId,
    /// What it does.
    pub action: Action,
}

impl Plan {
    /// Plans one step: it streams at once. Collaboration has to be worth its delay.
    pub fn of(intent: &Intent) -> Self {
        let step = Step {
            id: StepId(0),
            action: intent.action,
        };
        Self { steps: vec![step] }
    }

    /// The plan as told to the reader.
    pub fn announce(&self, intent: &Intent) -> Event {
        let steps = self.steps.iter().map(|step| PlannedStep {
            step: step.id,
            action: step.action,
            role: StepRole::Whole,
            after: Vec::new(),
            shown: true,
            conditional: false,
        });
        Event::Planned {
            shape: PlanShape::Single,
            steps: steps.collect(),
            language: Some(intent.language.clone()),
            at_most: None,
        }
    }
}
