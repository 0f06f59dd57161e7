//! What this reader usually does, as the prior of a reading.

use coterie_protocol::{Action, HabitOf};

/// How a reader leans before a word is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Leaning {
    /// What is added to the logarithm of each action's probability; actions that are not there
    /// get nothing.
    pub weights: Vec<(Action, f32)>,
    /// What speaks loudest for the first of them.
    pub because: Option<HabitOf>,
}

impl Leaning {
    /// What is added for an action.
    pub fn weight(&self, action: Action) -> f32 {
        let found = self.weights.iter().find(|(known, _)| *known == action);
        found.map_or(0.0, |(_, weight)| *weight)
    }

    /// What the reader does most here, if anything is known.
    pub fn favourite(&self) -> Option<Action> {
        let best = self.weights.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        (best.1 > 0.0).then_some(best.0)
    }
}
