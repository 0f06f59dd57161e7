//! Who does a step, and by which plan.
//!
//! [`rank`] orders the experts for one step. Above it stands the choice among plans, [`choose`]: an
//! [`Arm`] is the shape of a plan with experts in its seats, its score is quality minus what money
//! and delay are worth. A [`Belief`] says how likely answers are right that agree or differ;
//! [`next_move`] decides by it whether to take an answer or to ask one more. All of it is arithmetic:
//! no I/O, microseconds to a millisecond.

mod appraise;
mod arm;
mod belief;
mod choose;
mod next;
pub(in crate::coe) mod panel;
mod rank;
mod shapes;
mod weights;

pub(super) use self::rank::{appraised, standing};
pub use self::{
    appraise::{Appraisal, family, skill},
    arm::{Arm, Prospect, arms},
    belief::{Belief, Said},
    choose::{Constraints, Decision, Entrant, LeftOut, RequestFacts, Scored, choose},
    next::{Deliberation, Limits, Move, next_move},
    panel::{Kind, MOST_SEATS, Panel, Seated},
    rank::{Candidate, Route, rank},
    shapes::{Form, Needs, Shape},
    weights::Weights,
};
