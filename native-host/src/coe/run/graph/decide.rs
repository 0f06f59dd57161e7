//! What a plan under way makes of results: a finished text is checked, and where results come
//! together it is decided what stands and what follows.

use coterie_protocol::{Action, Event, Mark, Place, PlanShape, StepId};

use super::{Graph, Made, State};
use crate::{
    coe::{
        Joint, Lesson, Plan, Rule, Seat, Step,
        learn::SignalKind,
        rank,
        run::{
            joint::{self, Verdict},
            quality,
        },
        written,
    },
    experts::Task,
};

impl Graph {
    /// Looks at a finished text: mends what can be mended, gives what is wrong to another expert,
    /// and marks what remains.
    pub(super) fn check(&mut self, id: StepId) {
        let (Some(step), Some(made)) = (self.plan.step(id).cloned(), self.made(id).cloned()) else {
            return;
        };
        let task = self.task(&step);
        let checked = quality::check(&task, &made);
        if made.expert.place != Place::BuiltIn {
            self.learn_of_check(&step, &made, checked.faults);
        }
        if let Some(mended) = checked.mended {
            self.replace(id, id, mended);
        }
        if checked.is_wrong && self.may_redo(&step) {
            return self.redo(&step);
        }
        self.mark(id, checked.marks);
    }

    fn task(&self, step: &Step) -> Task {
        self.assignment
            .task(step, |from| self.made(from).map(|made| made.text.as_str()))
    }

    /// A second expert is asked once, unless the reader chose the first or others are at it.
    fn may_redo(&self, step: &Step) -> bool {
        let alone = !self
            .plan
            .joints
            .iter()
            .any(|joint| joint.of.contains(&step.id));
        let free = self.assignment.intent().expert.is_none();
        let used = self.made(step.id).map(|made| &made.expert.id);
        let task = self.task(step);
        let other = || {
            let route = rank(&task, &self.experts, None, self.backstage.as_ref()).ok();
            route.is_some_and(|route| {
                route
                    .candidates
                    .iter()
                    .any(|candidate| Some(&candidate.expert.card().id) != used)
            })
        };
        alone && free && other()
    }

    fn redo(&mut self, step: &Step) {
        let id = self.plan.next_id();
        let mut again = step.clone();
        again.id = id;
        again.shown = false;
        again.seat = Seat::default().unlike([step.id]);
        let joint = Joint {
            of: vec![step.id, id],
            rule: Rule::Better { draft: step.id },
        };
        self.grow(Plan {
            shape: self.plan.shape,
            steps: vec![again],
            joints: vec![joint],
        });
    }

    /// Adds steps, and says so.
    fn grow(&mut self, plan: Plan) {
        self.events.push_back(Event::Planned {
            shape: plan.shape,
            steps: plan.steps.iter().map(Step::planned).collect(),
            language: Some(self.assignment.intent().language.clone()),
            at_most: None,
        });
        self.add(plan);
    }

    fn replace(&mut self, draft: StepId, by: StepId, text: String) {
        if let Some(State::Made(made)) = self.states.get_mut(&draft) {
            made.text.clone_from(&text);
        }
        self.told.insert(draft, text.len());
        self.events.push_back(Event::Revised {
            step: draft,
            by,
            text,
        });
    }

    fn mark(&mut self, step: StepId, marks: Vec<Mark>) {
        if !marks.is_empty() {
            self.events.push_back(Event::Marked { step, marks });
        }
    }

    /// Decides at a joint whose steps have all ended.
    pub(super) fn decide(&mut self, joint: &Joint) {
        let Some(last) = joint.of.last().copied() else {
            return;
        };
        let made: Vec<_> = joint
            .of
            .iter()
            .filter_map(|step| Some((*step, self.made(*step)?.clone())))
            .collect();
        match joint.rule.clone() {
            Rule::Agree { otherwise } => {
                let not_needed =
                    |step: &StepId| matches!(self.states.get(step), Some(State::Skipped));
                if joint.of.iter().any(not_needed) {
                    // It was decided before this stage.
                    return self.skip(&otherwise);
                }
                let made = joint::independent(made);
                let agree = joint::settled(self.assignment.intent(), &made);
                if made.len() > 1 {
                    let steps = made.iter().map(|(step, _)| *step).collect();
                    self.events.push_back(Event::Compared { steps, agree });
                }
                if agree {
                    self.skip(&otherwise);
                } else {
                    self.released.extend(otherwise);
                }
            }
            Rule::Decide { draft } => {
                let made = joint::independent(made);
                self.learn_from(&made);
                let verdict = joint::most(self.assignment.intent(), &made, draft, last);
                self.settle(draft, verdict);
            }
            Rule::Closest { draft } => {
                let verdict = joint::closest(self.assignment.intent(), &made, draft);
                self.settle(draft, verdict);
            }
            Rule::Replace { draft, guarded } => self.polish(draft, last, guarded),
            Rule::Better { draft } => self.better(draft, last),
            Rule::Doubts { about } => {
                let doubts = self.made(last).zip(self.made(about));
                let marks = doubts.map(|(doubts, about)| joint::doubts(&doubts.text, &about.text));
                self.mark(about, marks.unwrap_or_default());
            }
            Rule::Grow => self.follow(last),
        }
    }

    /// Those who agree with most speak for themselves, the others against.
    fn learn_from(&self, made: &[(StepId, Made)]) {
        let agreed = joint::agreed(self.assignment.intent(), made);
        let lesson = |((_, made), agreed): (&(StepId, Made), bool)| Lesson {
            action: self.assignment.intent().action,
            expert: made.expert.clone(),
            kind: if agreed {
                SignalKind::Agreed
            } else {
                SignalKind::Disagreed
            },
        };
        if let Some(agreed) = agreed {
            self.backstage
                .learn(made.iter().zip(agreed).map(lesson).collect());
        }
    }

    /// A check that passed or failed says something of whoever wrote the text.
    fn learn_of_check(&self, step: &Step, made: &Made, faults: usize) {
        let kind = if faults == 0 {
            SignalKind::CheckPassed
        } else {
            SignalKind::CheckFailed
        };
        self.backstage.learn(vec![Lesson {
            action: step.action,
            expert: made.expert.clone(),
            kind,
        }]);
    }

    fn skip(&mut self, steps: &[StepId]) {
        for step in steps {
            self.states.insert(*step, State::Skipped);
        }
    }

    fn settle(&mut self, draft: StepId, verdict: Verdict) {
        match verdict {
            Verdict::Stands => {}
            Verdict::By(step) => {
                if let Some(made) = self.made(step).cloned() {
                    self.stand_in(draft, step, &made);
                }
            }
            Verdict::Open(marks) => self.mark(draft, marks),
            Verdict::Nobody => self.give_up(draft),
        }
    }

    /// Another step's text stands for the draft, checked as the draft was.
    fn stand_in(&mut self, draft: StepId, by: StepId, made: &Made) {
        let text = made.text.clone();
        let same = self.made(draft).is_some_and(|draft| draft.text == text);
        self.states.insert(draft, State::Made(made.clone()));
        if same {
            return;
        }
        self.replace(draft, by, text);
        if let Some(step) = self.plan.step(draft).cloned() {
            let checked = quality::check(&self.task(&step), made);
            if let Some(mended) = checked.mended {
                self.replace(draft, by, mended);
            }
            self.mark(draft, checked.marks);
        }
    }

    fn give_up(&mut self, draft: StepId) {
        if let Some(State::Failed(failure)) = self.states.get(&draft) {
            let failure = failure.clone();
            self.end(failure);
        }
    }

    fn polish(&mut self, draft: StepId, by: StepId, guarded: bool) {
        let Some(polished) = self.made(by).cloned() else {
            return self.give_up(draft);
        };
        let faithful = self.made(draft).map(|made| made.text.clone());
        let against = match (faithful, self.plan.step(draft).cloned()) {
            (Some(faithful), Some(step)) if guarded => {
                quality::guard(&self.task(&step), &faithful, &polished)
            }
            _ => Vec::new(),
        };
        if against.is_empty() {
            self.stand_in(draft, by, &polished);
        } else {
            self.mark(by, against);
        }
    }

    fn better(&mut self, draft: StepId, by: StepId) {
        let (Some(step), Some(first)) = (self.plan.step(draft).cloned(), self.made(draft).cloned())
        else {
            return;
        };
        let task = self.task(&step);
        let old = quality::check(&task, &first);
        let new = self
            .made(by)
            .map(|made| (quality::check(&task, made), made.clone()));
        match new {
            Some((checked, made)) if checked.faults < old.faults => {
                let text = checked.mended.unwrap_or_else(|| made.text.clone());
                self.states.insert(draft, State::Made(made));
                self.replace(draft, by, text);
                self.mark(draft, checked.marks);
            }
            _ => self.mark(draft, old.marks),
        }
    }

    /// Adds the steps that an expert wrote; where it wrote none that can be done, one expert does
    /// the whole.
    fn follow(&mut self, planner: StepId) {
        let first = self.plan.next_id();
        let action = self.assignment.intent().action;
        let written = self
            .made(planner)
            .map(|made| written::read(&made.text, first, &Action::ALL));
        let plan = match written {
            Some(Ok(plan)) => plan,
            other => {
                if let Some(Err(error)) = other {
                    tracing::info!(%error, "a written plan is not followed");
                }
                let mut plan = Plan::single(action, Seat::default());
                plan.shape = PlanShape::Written;
                plan.steps[0].id = first;
                plan
            }
        };
        self.grow(plan);
    }
}
