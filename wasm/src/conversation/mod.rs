//! One answer: what was asked, what has arrived of it, how it stands.

mod course;
mod step;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use coterie_protocol::{
    Action, Answered, Captured, Cost, Event, ExpertId, Failure, LanguageTag, Outcome, PlanShape,
    RequestId, Signal, StepId, Target, Understood,
};

pub use course::{Course, Standing};
pub use step::{Seam, Step};

use crate::capture::{Refusal, Source};

/// An answer's name within the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AnswerKey(pub u32);

/// What a reader asked, before the page was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// The button or menu item, if one was used.
    pub action: Option<Action>,
    /// The reader's own words.
    pub text: String,
    /// The place that a menu item was used at; without, the page in view.
    pub place: Option<Place>,
    /// The expert that was chosen for this question alone.
    pub expert: Option<ExpertId>,
}

/// The place that a menu item was used at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The tab.
    pub tab: i32,
    /// The frame of the tab.
    pub frame: i32,
    /// What the menu was opened on.
    pub target: Target,
    /// The selected text, as the browser gave it.
    pub selection: Option<String>,
}

/// How an answer stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// The page is being read, or the host not there yet.
    Preparing,
    /// It was asked for; nothing has come.
    Waiting,
    /// It is arriving.
    Writing,
    /// It is complete.
    Done(Answered),
    /// The reader stopped it.
    Stopped,
    /// The host or the worker went away.
    Interrupted,
    /// It failed.
    Failed(Trouble),
}

/// Why an answer failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// The host said so.
    Host(Failure),
    /// The page could not be read.
    Page(Refusal),
}

/// A wait for an expert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// For how long, in milliseconds.
    pub wait_ms: u64,
    /// Why.
    pub failure: Failure,
    /// Tells it from the one before, which may have been as long.
    pub number: u32,
}

/// What came of holding several answers against each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The steps that gave them.
    pub steps: Vec<StepId>,
    /// Whether they agree.
    pub agree: bool,
}

/// Spending that comes near a limit.
#[derive(Debug, Clone, PartialEq)]
pub struct NearCap {
    /// Spent so far.
    pub spent: Cost,
    /// The limit.
    pub cap: Cost,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its name.
    pub key: AnswerKey,
    /// What was asked.
    pub question: Question,
    /// The page that it is about, as it was read.
    pub source: Option<Arc<Source>>,
    /// What the host made of the page.
    pub captured: Option<Arc<Captured>>,
    /// The passage that it is about.
    pub selection: Option<String>,
    /// Whether the page was read, or found unreadable and not needed.
    pub prepared: bool,
    /// Whether the page was captured again because the host had forgotten it.
    pub captured_again: bool,
    /// The request under which it was asked for.
    pub request: Option<RequestId>,
    /// Whether the reader has asked to stop it.
    pub stopping: bool,
    /// How it stands.
    pub phase: Phase,
    /// How the reader's words are understood, where they were read.
    pub understood: Option<Understood>,
    /// The shape of the plan.
    pub shape: PlanShape,
    /// The most that it may cost, where known.
    pub at_most: Option<Cost>,
    /// What came of holding several answers against each other.
    pub compared: Option<Compared>,
    /// The language of the answer, where known.
    pub language: Option<LanguageTag>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What it waits for now, beyond the first word.
    pub pause: Option<Pause>,
    /// Whether spending comes near a limit.
    pub near_cap: Option<NearCap>,
    /// What the reader says of it: `Signal::Good` or `Signal::Bad`.
    pub opinion: Option<Signal>,
    pauses: u32,
}

impl Answer {
    /// An answer that nothing was done for yet.
    pub fn new(key: AnswerKey, question: Question) -> Self {
        Self {
            key,
            question,
            source: None,
            captured: None,
            selection: None,
            prepared: false,
            captured_again: false,
            request: None,
            stopping: false,
            phase: Phase::Preparing,
            understood: None,
            shape: PlanShape::Single,
            at_most: None,
            compared: None,
            language: None,
            steps: Vec::new(),
            pause: None,
            near_cap: None,
            opinion: None,
            pauses: 0,
        }
    }

    /// Whether more may come.
    pub fn is_running(&self) -> bool {
        match self.phase {
            Phase::Preparing | Phase::Waiting | Phase::Writing => true,
            Phase::Done(_) | Phase::Stopped | Phase::Interrupted | Phase::Failed(_) => false,
        }
    }

    /// Whether any text has arrived.
    pub fn has_text(&self) -> bool {
        self.shown_steps()
            .any(|step| !step.text.source().is_empty())
    }

    /// Whether more text of a step may come at its end.
    pub fn is_writing(&self, step: StepId) -> bool {
        let open = |step: &Step| step.report.is_none() && step.revision.is_none();
        self.phase == Phase::Writing && self.find(step).is_some_and(open)
    }

    /// The text as it is shown, as the experts wrote it.
    pub fn text(&self) -> String {
        self.joined(|step| step.text.source())
    }

    /// The text that stands, whether or not the reader looks at what was there before it.
    pub fn standing_text(&self) -> String {
        self.joined(Step::standing)
    }

    fn joined<'a>(&'a self, of: impl Fn(&'a Step) -> &'a str) -> String {
        let texts = self.shown_steps().map(|step| of(step).trim());
        texts
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    fn shown_steps(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| step.is_shown())
    }

    /// A step, by its number.
    pub fn find(&self, step: StepId) -> Option<&Step> {
        self.steps.iter().find(|known| known.step == step)
    }

    /// A step to work on, by its number.
    pub fn find_mut(&mut self, step: StepId) -> Option<&mut Step> {
        self.steps.iter_mut().find(|known| known.step == step)
    }

    /// Takes what happened to its request. After a terminal event nothing counts any more.
    pub fn apply(&mut self, event: Event) {
        if !self.is_running() {
            return;
        }
        // Whatever happens next ends the wait; a notice about money is no part of it.
        if !matches!(event, Event::NearCap { .. }) {
            self.pause = None;
        }
        match event {
            Event::Understood(understood) => self.understood = Some(understood),
            Event::Planned {
                shape,
                steps,
                language,
                at_most,
            } => {
                for planned in steps {
                    let step = planned.step;
                    self.step(step).planned = Some(planned);
                }
                self.shape = shape;
                self.language = language;
                self.at_most = at_most.or(self.at_most.take());
            }
            Event::Compared { steps, agree } => self.compared = Some(Compared { steps, agree }),
            Event::Revised { step, by, text } => {
                self.phase = Phase::Writing;
                self.step(step).revise(by, text);
            }
            Event::Marked { step, marks } => self.step(step).marks = marks,
            Event::StepStarted {
                step,
                expert,
                reason,
            } => self.step(step).begin(expert, reason),
            Event::Delta { step, text } => {
                self.phase = Phase::Writing;
                self.step(step).write(&text);
            }
            Event::Reasoning { step, text } => self.step(step).reasoning.push_str(&text),
            Event::Shortened { step, read_percent } => {
                self.step(step).read_percent = Some(read_percent);
            }
            Event::Seam { step, at, failure } => self.step(step).sew(at, failure),
            Event::Waiting {
                wait_ms, failure, ..
            } => {
                self.pauses += 1;
                self.pause = Some(Pause {
                    wait_ms,
                    failure,
                    number: self.pauses,
                });
            }
            Event::NearCap { spent, cap } => self.near_cap = Some(NearCap { spent, cap }),
            Event::StepFailed { step, failure } => self.step(step).fail(failure),
            Event::StepFinished { step, report } => self.step(step).report = Some(report),
            Event::Done { outcome } => self.done(outcome),
            Event::Failed { failure } => self.phase = Phase::Failed(Trouble::Host(failure)),
            Event::Cancelled => self.phase = Phase::Stopped,
        }
    }

    /// Takes note that the host or the worker went away.
    pub fn interrupt(&mut self) {
        if self.request.is_some() && self.is_running() {
            self.phase = Phase::Interrupted;
        }
    }

    fn done(&mut self, outcome: Outcome) {
        self.phase = match outcome {
            Outcome::Answered(answered) => Phase::Done(answered),
            // Not what was asked for: as good as no end.
            Outcome::Welcome(_)
            | Outcome::Captured(_)
            | Outcome::Experts { .. }
            | Outcome::Vendors { .. }
            | Outcome::Key { .. }
            | Outcome::KeyTested { .. }
            | Outcome::Settings(_)
            | Outcome::Usage(_)
            | Outcome::Noted => Phase::Interrupted,
        };
    }

    fn step(&mut self, step: StepId) -> &mut Step {
        let at = self.steps.partition_point(|known| known.step < step);
        if self.steps.get(at).is_none_or(|known| known.step != step) {
            self.steps.insert(at, Step::new(step));
        }
        &mut self.steps[at]
    }
}
