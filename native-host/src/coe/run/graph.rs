//! A plan under way: starts each step when what it takes is there, decides at the joints, and
//! tells what happens in the order in which a reader can follow it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use coterie_protocol::{
    Event, ExpertCard, ExpertId, Failure, FailureCode, Finish, Place, PlanShape, StepId, StepReport,
};
use futures::{
    StreamExt as _,
    stream::{BoxStream, SelectAll},
};

use super::{
    assignment::Assignment,
    backstage::Backstage,
    joint::{self, Verdict},
    purse::Purse,
    quality,
    step::{self, Job},
};
use crate::{
    coe::{Intent, Joint, Lesson, Plan, Rule, Seat, Step, learn::SignalKind, rank},
    experts::Expert,
    memory::RequestNumber,
};

/// An answer longer than this, in bytes, is passed on and neither kept nor checked.
const LONGEST_KEPT: usize = 1024 * 1024;

/// What a step came to.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// Its text.
    pub(super) text: String,
    /// Who made it, last.
    pub(super) expert: ExpertCard,
    /// How that one ended.
    pub(super) finish: Finish,
}

/// How a step stands.
#[derive(Debug)]
enum State {
    /// It waits for others, or for its release.
    Waiting,
    /// It is under way.
    Running {
        text: String,
        expert: Option<ExpertCard>,
    },
    /// It is done.
    Made(Made),
    /// It could not be done.
    Failed(Failure),
    /// It is not needed.
    Skipped,
}

impl State {
    fn is_settled(&self) -> bool {
        match self {
            Self::Made(_) | Self::Failed(_) | Self::Skipped => true,
            Self::Waiting | Self::Running { .. } => false,
        }
    }
}

/// A plan under way.
pub(super) struct Graph {
    plan: Plan,
    assignment: Assignment,
    experts: Vec<Arc<dyn Expert>>,
    backstage: Arc<dyn Backstage>,
    request: RequestNumber,
    purse: Purse,
    states: BTreeMap<StepId, State>,
    released: BTreeSet<StepId>,
    /// Joints that have decided, by their place in the plan.
    decided: BTreeSet<usize>,
    /// How much of each shown step's text was told, in bytes.
    told: BTreeMap<StepId, usize>,
    /// Steps whose text is too long to be kept.
    let_go: BTreeSet<StepId>,
    running: SelectAll<BoxStream<'static, (StepId, Event)>>,
    events: VecDeque<Event>,
    ended: bool,
}

impl Graph {
    pub(super) fn new(
        plan: Plan,
        intent: Intent,
        experts: Vec<Arc<dyn Expert>>,
        backstage: Arc<dyn Backstage>,
        request: RequestNumber,
    ) -> Self {
        let assignment = Assignment::new(intent);
        let at_most = assignment.at_most(&plan, &experts, backstage.as_ref());
        let mut graph = Self {
            states: BTreeMap::new(),
            purse: Purse::of(at_most.as_ref()),
            assignment,
            experts,
            backstage,
            request,
            released: BTreeSet::new(),
            decided: BTreeSet::new(),
            told: BTreeMap::new(),
            let_go: BTreeSet::new(),
            running: SelectAll::new(),
            events: VecDeque::new(),
            ended: false,
            plan: Plan {
                steps: Vec::new(),
                joints: Vec::new(),
                shape: plan.shape,
            },
        };
        graph.add(plan);
        let steps = graph.plan.steps.iter().map(Step::planned).collect();
        graph.events.push_back(Event::Planned {
            shape: graph.plan.shape,
            steps,
            language: Some(graph.assignment.intent().language.clone()),
            at_most,
        });
        graph
    }

    /// The next that happens. After the last step nothing does, or a failure was the last.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if self.ended {
                return None;
            }
            if self.advance() || !self.events.is_empty() {
                continue;
            }
            let (step, event) = self.running.next().await?;
            self.take(step, event);
        }
    }

    fn add(&mut self, plan: Plan) {
        for step in &plan.steps {
            self.states.insert(step.id, State::Waiting);
        }
        self.plan.steps.extend(plan.steps);
        self.plan.joints.extend(plan.joints);
    }

    /// Decides at joints and starts what can be started; whether anything changed.
    fn advance(&mut self) -> bool {
        let joint = (0..self.plan.joints.len())
            .find(|at| !self.decided.contains(at) && self.all_settled(&self.plan.joints[*at].of));
        if let Some(at) = joint {
            self.decided.insert(at);
            let joint = self.plan.joints[at].clone();
            self.decide(&joint);
            return true;
        }
        let ready = self
            .plan
            .steps
            .iter()
            .find(|step| self.is_ready(step))
            .cloned();
        if let Some(step) = ready {
            self.start(&step);
            return true;
        }
        let lost = self.plan.steps.iter().find_map(|step| self.lost(step));
        if let Some((step, failure)) = lost {
            self.failed(step, failure);
            return true;
        }
        false
    }

    fn all_settled(&self, steps: &[StepId]) -> bool {
        steps
            .iter()
            .all(|step| self.states.get(step).is_some_and(State::is_settled))
    }

    /// Whether nothing can change the result of a step any more.
    fn is_final(&self, step: StepId) -> bool {
        let open = |(at, joint): (usize, &Joint)| {
            joint.rule.draft() == Some(step) && !self.decided.contains(&at)
        };
        self.all_settled(&[step]) && !self.plan.joints.iter().enumerate().any(open)
    }

    fn is_ready(&self, step: &Step) -> bool {
        let waits = matches!(self.states.get(&step.id), Some(State::Waiting));
        let free = !step.held || self.released.contains(&step.id);
        // The work of another's draft begins as soon as there is one; what rests on a result waits
        // until it is the last word.
        let there = |from: StepId| match step.takes.iter().find(|take| take.from() == from) {
            Some(crate::coe::Take::Passage(_)) => self.is_final(from),
            _ => self.all_settled(&[from]),
        };
        let takes = || step.takes.iter().all(|take| there(take.from()));
        waits && free && takes() && !self.has_lost_all(step)
    }

    /// Whether everything that a step takes has failed.
    fn has_lost_all(&self, step: &Step) -> bool {
        !step.takes.is_empty()
            && step
                .takes
                .iter()
                .all(|take| self.made(take.from()).is_none())
    }

    /// A step that can never begin, and why.
    fn lost(&self, step: &Step) -> Option<(StepId, Failure)> {
        let waits = matches!(self.states.get(&step.id), Some(State::Waiting));
        if !waits || !self.has_lost_all(step) {
            return None;
        }
        let failures =
            step.takes
                .iter()
                .filter_map(|take| match self.states.get(&take.from())? {
                    State::Failed(failure) => Some(failure.clone()),
                    State::Skipped => Some(Failure::new(FailureCode::Internal, "it was left out")),
                    _ => None,
                });
        let failures: Vec<_> = failures.collect();
        (failures.len() == step.takes.len())
            .then(|| failures.into_iter().next())?
            .map(|failure| (step.id, failure))
    }

    fn made(&self, step: StepId) -> Option<&Made> {
        match self.states.get(&step)? {
            State::Made(made) => Some(made),
            _ => None,
        }
    }

    /// Who made a step, or is making it, or is about to.
    fn expert_of(&self, step: StepId) -> Option<ExpertId> {
        let expert = match self.states.get(&step)? {
            State::Made(made) => Some(&made.expert.id),
            State::Running { expert, .. } => expert.as_ref().map(|card| &card.id),
            State::Waiting | State::Failed(_) | State::Skipped => return None,
        };
        let seat = || self.plan.step(step)?.seat.first.first();
        expert.or_else(seat).cloned()
    }

    fn start(&mut self, step: &Step) {
        let task = Arc::new(
            self.assignment
                .task(step, |from| self.made(from).map(|made| made.text.as_str())),
        );
        let chosen = self.assignment.intent().expert.as_ref();
        let route = rank(&task, &self.experts, chosen, self.backstage.as_ref())
            .map(|route| route.seated(&step.seat, |other| self.expert_of(other)));
        let state = State::Running {
            text: String::new(),
            expert: None,
        };
        self.states.insert(step.id, state);
        let route = match route {
            Ok(route) => route,
            Err(failure) => return self.failed(step.id, failure),
        };
        if let Some(percent) = self.lost_percent(step) {
            self.events.push_back(Event::Shortened {
                step: step.id,
                read_percent: percent,
            });
        }
        let job = Job {
            step: step.id,
            task,
            request: self.request,
            backstage: Arc::clone(&self.backstage),
            purse: self.purse.clone(),
        };
        let id = step.id;
        let events = step::perform(job, route).map(move |event| (id, event));
        self.running.push(events.boxed());
    }

    /// How much of a text was read by those whose notes a step takes, where some failed.
    fn lost_percent(&self, step: &Step) -> Option<u8> {
        let parts = step
            .takes
            .iter()
            .filter_map(|take| self.plan.step(take.from()));
        let parts: Vec<_> = parts.filter(|part| part.paragraphs.is_some()).collect();
        let lost = parts.iter().any(|part| self.made(part.id).is_none());
        let read = parts.iter().filter(|part| self.made(part.id).is_some());
        let read = read.filter_map(|part| part.paragraphs.clone());
        lost.then(|| self.assignment.percent(read))
    }

    /// Takes what happened to a step.
    fn take(&mut self, id: StepId, event: Event) {
        let shown = self.plan.step(id).is_some_and(|step| step.shown);
        match event {
            Event::Delta { text, .. } => {
                if let Some(State::Running { text: all, .. }) = self.states.get_mut(&id) {
                    all.push_str(&text);
                }
                self.tell();
                self.let_go(id);
            }
            Event::Seam { step, at, failure } if self.let_go.contains(&id) => {
                self.events.push_back(Event::Seam { step, at, failure });
            }
            Event::Seam { step, at, failure } => {
                let kept = self.cut(id, at);
                if shown && self.told.get(&id).is_some_and(|told| *told > 0) {
                    let told = self.told.entry(id).or_default();
                    *told = kept.min(*told);
                    self.events.push_back(Event::Seam { step, at, failure });
                }
            }
            Event::StepStarted {
                expert,
                step,
                reason,
            } => {
                if let Some(State::Running { expert: known, .. }) = self.states.get_mut(&id) {
                    *known = Some(expert.clone());
                }
                self.events.push_back(Event::StepStarted {
                    step,
                    expert,
                    reason,
                });
            }
            Event::StepFinished { report, .. } => self.finished(id, report),
            Event::Failed { failure } => self.failed(id, failure),
            Event::Reasoning { .. } | Event::Shortened { .. } if !shown => {}
            other => self.events.push_back(other),
        }
    }

    /// Keeps no copy of a text that is longer than anything that is checked, once it was told and if
    /// no other step or joint needs it.
    fn let_go(&mut self, id: StepId) {
        let needed = self.plan.joints.iter().any(|joint| joint.of.contains(&id))
            || self
                .plan
                .steps
                .iter()
                .any(|step| step.takes.iter().any(|take| take.from() == id));
        let told = self.told.get(&id).copied();
        if let Some(State::Running { text, .. }) = self.states.get_mut(&id) {
            let long = text.len() > LONGEST_KEPT || self.let_go.contains(&id);
            if long && !needed && told == Some(text.len()) {
                text.clear();
                self.told.insert(id, 0);
                self.let_go.insert(id);
            }
        }
    }

    /// Cuts a step's text to so many characters; gives its length in bytes.
    fn cut(&mut self, id: StepId, characters: u64) -> usize {
        let Some(State::Running { text, .. }) = self.states.get_mut(&id) else {
            return 0;
        };
        let characters = usize::try_from(characters).unwrap_or(usize::MAX);
        let at = text.char_indices().nth(characters).map(|(at, _)| at);
        text.truncate(at.unwrap_or(text.len()));
        text.len()
    }

    /// Tells what is new of the first shown step that has not ended; those after it wait their
    /// turn.
    fn tell(&mut self) {
        let shown = self
            .plan
            .steps
            .iter()
            .filter(|step| step.shown)
            .map(|step| step.id);
        for id in shown {
            let told = self.told.entry(id).or_default();
            let (text, settled) = match self.states.get(&id) {
                Some(State::Running { text, .. }) => (text.as_str(), false),
                Some(State::Made(made)) => (made.text.as_str(), true),
                Some(State::Failed(_) | State::Skipped) => ("", true),
                Some(State::Waiting) | None => return,
            };
            if let Some(new) = text.get(*told..).filter(|new| !new.is_empty()) {
                self.events.push_back(Event::Delta {
                    step: id,
                    text: new.to_owned(),
                });
                *told = text.len();
            }
            if !settled {
                return;
            }
        }
    }

    fn finished(&mut self, id: StepId, report: StepReport) {
        let Some(State::Running {
            text,
            expert: Some(expert),
        }) = self.states.remove(&id)
        else {
            return;
        };
        let made = Made {
            text,
            expert,
            finish: report.finish,
        };
        self.states.insert(id, State::Made(made));
        self.tell();
        self.events
            .push_back(Event::StepFinished { step: id, report });
        if self.plan.step(id).is_some_and(|step| step.shown) && !self.let_go.contains(&id) {
            self.check(id);
        }
    }

    /// Looks at a finished text: mends what can be mended, gives what is wrong to another expert,
    /// and marks what remains.
    fn check(&mut self, id: StepId) {
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

    fn task(&self, step: &Step) -> crate::experts::Task {
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

    fn mark(&mut self, step: StepId, marks: Vec<coterie_protocol::Mark>) {
        if !marks.is_empty() {
            self.events.push_back(Event::Marked { step, marks });
        }
    }

    /// A step could not be done: the request fails with it unless others can stand in for it.
    fn failed(&mut self, id: StepId, failure: Failure) {
        self.states.insert(id, State::Failed(failure.clone()));
        let shown = self.plan.step(id).is_some_and(|step| step.shown);
        let helped = self.plan.joints.iter().any(|joint| {
            joint.rule.draft() == Some(id)
                && joint.of.len() > 1
                && !matches!(joint.rule, Rule::Better { .. })
                && joint.of.iter().any(|other| {
                    *other != id
                        && !matches!(self.states.get(other), Some(State::Failed(_)))
                        && !self.rests_on(*other, id)
                })
        });
        if shown && !helped {
            return self.end(failure);
        }
        if self
            .plan
            .joints
            .iter()
            .any(|joint| joint.rule == Rule::Grow && joint.of.contains(&id))
        {
            return;
        }
        let step_failed = Event::StepFailed { step: id, failure };
        self.events.push_back(step_failed);
        self.tell();
    }

    /// Whether a step takes from another, so that it cannot stand in for it.
    fn rests_on(&self, step: StepId, other: StepId) -> bool {
        let takes = self.plan.step(step).map(|step| step.takes.as_slice());
        takes.is_some_and(|takes| takes.len() == 1 && takes[0].from() == other)
    }

    fn end(&mut self, failure: Failure) {
        self.running.clear();
        self.ended = true;
        self.events.push_back(Event::Failed { failure });
    }

    /// Decides at a joint whose steps have all ended.
    fn decide(&mut self, joint: &Joint) {
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
        let written = self.made(planner).map(|made| {
            crate::coe::written::read(&made.text, first, &coterie_protocol::Action::ALL)
        });
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
