//! A plan under way: starts each step when what it takes is there, decides at the joints, and
//! tells what happens in the order in which a reader can follow it.

mod decide;

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use coterie_protocol::{
    Event, ExpertCard, ExpertId, Failure, FailureCode, Finish, StepId, StepReport,
};
use futures::{
    StreamExt as _,
    stream::{BoxStream, SelectAll},
};

use super::{
    assignment::Assignment,
    backstage::Backstage,
    purse::Purse,
    step::{self, Job},
};
use crate::{
    coe::{Intent, Joint, Plan, Rule, Step, Take, rank},
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
    /// Who began it and fell silent in the middle.
    pub(super) begun_by: Vec<ExpertId>,
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
        begun_by: Vec<ExpertId>,
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
            Some(Take::Passage(_)) => self.is_final(from),
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
            begun_by: Vec::new(),
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
                if let Some(State::Running {
                    text,
                    expert: known,
                    begun_by,
                }) = self.states.get_mut(&id)
                {
                    let before = known.replace(expert.clone());
                    begun_by.extend(before.filter(|_| !text.is_empty()).map(|card| card.id));
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
            begun_by,
        }) = self.states.remove(&id)
        else {
            return;
        };
        let made = Made {
            text,
            expert,
            begun_by,
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
}
