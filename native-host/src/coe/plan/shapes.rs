//! The plans themselves, shape by shape.

use coterie_protocol::{
    Action, ExpertId,
    PlanShape::{
        self, Agree, BestOf, Compound, EnginesAgree, FaithfulElegant, OutlineDraftPolish,
        ProposeMerge, ReadInParts, SecondOpinion, Single, Written,
    },
    StepId, StepRole,
};

use super::{Joint, Parts, Plan, Rule, Seat, Step, Take};
use crate::experts::HandedKind;

/// How often the same expert is asked when the answer most like the others is taken.
const TIMES: u32 = 3;

/// Who sits where, stage by stage. A seat that is empty is taken by whoever the router ranks first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seats {
    /// Those of the first stage begin: cheap ones, engines, proposers, readers of parts. Those of
    /// the later ones decide, polish, join or merge.
    pub stages: Vec<Vec<ExpertId>>,
}

impl Seats {
    /// One stage alone.
    pub fn of(first: Vec<ExpertId>) -> Self {
        Self {
            stages: vec![first],
        }
    }

    fn first(&self) -> &[ExpertId] {
        self.stages.first().map_or(&[], Vec::as_slice)
    }

    fn at(&self, number: usize) -> Seat {
        Seat::of(self.first().get(number))
    }

    /// The first of the last stage.
    fn strong(&self) -> Seat {
        Seat::of(self.stages.last().and_then(|stage| stage.first()))
    }
}

/// Builds a plan of this shape. `parts` are those of a long text; without any, a text is not read
/// in parts. Compound and written plans are built from what was asked for, not from a shape.
pub fn build(shape: PlanShape, action: Action, seats: &Seats, parts: &Parts) -> Plan {
    let (steps, joints) = match shape {
        Single | Compound | Written => return Plan::single(action, seats.at(0)),
        ReadInParts if parts.len() < 2 => return Plan::single(action, seats.at(0)),
        Agree | EnginesAgree => agree(action, seats),
        FaithfulElegant => polished(vec![whole(0, action).by(seats.at(0))], action, seats),
        OutlineDraftPolish => polished(outlined(action, seats), action, seats),
        ReadInParts => (in_parts(action, seats, parts), Vec::new()),
        BestOf => best_of(action, seats),
        ProposeMerge => propose(action, seats),
        SecondOpinion => second_opinion(action, seats),
    };
    Plan {
        shape,
        steps,
        joints,
    }
}

fn whole(id: u32, action: Action) -> Step {
    Step::new(id, action, StepRole::Whole).shown()
}

fn ids(count: usize) -> Vec<StepId> {
    (0..).take(count).map(StepId).collect()
}

/// The first of several cheap ones is shown as it comes; each later stage is asked only where no
/// answer has more agreement than each other.
fn agree(action: Action, seats: &Seats) -> (Vec<Step>, Vec<Joint>) {
    let cheap = seats.first().len().max(2);
    let mut steps = vec![whole(0, action).by(seats.at(0))];
    for (number, id) in ids(cheap).into_iter().enumerate().skip(1) {
        let seat = seats.at(number).unlike(ids(number));
        steps.push(Step::new(id.0, action, StepRole::Second).by(seat));
    }
    let nobody = [Vec::new()];
    let later = seats.stages.get(1..).filter(|later| !later.is_empty());
    let mut joints = Vec::new();
    for stage in later.unwrap_or(&nobody) {
        let before = ids(steps.len());
        let mut otherwise = Vec::new();
        for number in 0..stage.len().max(1) {
            let seat = Seat::of(stage.get(number)).unlike(before.iter().copied());
            let id = steps.len() as u32;
            steps.push(Step::new(id, action, StepRole::Decide).by(seat).held());
            otherwise.push(StepId(id));
        }
        joints.push(Joint {
            of: before,
            rule: Rule::Agree { otherwise },
        });
    }
    joints.push(Joint {
        of: ids(steps.len()),
        rule: Rule::Decide { draft: StepId(0) },
    });
    (steps, joints)
}

/// What the last step shows is made to read well by another, if it keeps every fact.
fn polished(mut steps: Vec<Step>, action: Action, seats: &Seats) -> (Vec<Step>, Vec<Joint>) {
    let draft = StepId(steps.len() as u32 - 1);
    let polish = StepId(draft.0 + 1);
    let seat = seats.strong().unlike([draft]);
    let step = Step::new(polish.0, action, StepRole::Polish).by(seat);
    steps.push(step.taking(Take::Handed(draft, HandedKind::Draft)));
    let joint = Joint {
        of: vec![draft, polish],
        rule: Rule::Replace {
            draft,
            guarded: true,
        },
    };
    (steps, vec![joint])
}

fn outlined(action: Action, seats: &Seats) -> Vec<Step> {
    let outline = Step::new(0, action, StepRole::Outline).by(seats.strong());
    let draft = Step::new(1, action, StepRole::Draft)
        .by(seats.at(0))
        .shown();
    let draft = draft.taking(Take::Handed(StepId(0), HandedKind::Outline));
    vec![outline, draft]
}

/// Parts are read side by side, those who read take turns, and one puts the notes together.
fn in_parts(action: Action, seats: &Seats, parts: &Parts) -> Vec<Step> {
    let join = StepId(parts.len() as u32);
    let part = |(id, paragraphs): (u32, &std::ops::Range<usize>)| {
        let turn = id as usize % seats.first().len().max(1);
        let mut step = Step::new(id, action, StepRole::Part).by(seats.at(turn));
        step.paragraphs = Some(paragraphs.clone());
        step
    };
    let mut steps: Vec<_> = (0..).zip(parts).map(part).collect();
    let mut last = Step::new(join.0, action, StepRole::Join)
        .by(seats.strong())
        .shown();
    // The notes stand for the text, which does not fit.
    last.paragraphs = Some(0..0);
    for id in 0..join.0 {
        last = last.taking(Take::Handed(StepId(id), HandedKind::Notes));
    }
    steps.push(last);
    steps
}

fn best_of(action: Action, seats: &Seats) -> (Vec<Step>, Vec<Joint>) {
    let mut steps: Vec<_> = (0..TIMES)
        .map(|id| Step::new(id, action, StepRole::Propose).by(seats.strong()))
        .collect();
    steps[0].shown = true;
    let joint = Joint {
        of: (0..TIMES).map(StepId).collect(),
        rule: Rule::Closest { draft: StepId(0) },
    };
    (steps, vec![joint])
}

fn propose(action: Action, seats: &Seats) -> (Vec<Step>, Vec<Joint>) {
    let proposals = ids(seats.first().len().clamp(2, 3));
    let mut steps = Vec::new();
    for (number, id) in proposals.iter().enumerate() {
        let seat = seats.at(number).unlike(proposals[..number].iter().copied());
        steps.push(Step::new(id.0, action, StepRole::Propose).by(seat));
    }
    steps[0].shown = true;
    let merge = StepId(proposals.len() as u32);
    let mut step = Step::new(merge.0, action, StepRole::Merge).by(seats.strong());
    for id in &proposals {
        step = step.taking(Take::Handed(*id, HandedKind::Draft));
    }
    steps.push(step);
    let joint = Joint {
        of: vec![StepId(0), merge],
        rule: Rule::Replace {
            draft: StepId(0),
            guarded: false,
        },
    };
    (steps, vec![joint])
}

fn second_opinion(action: Action, seats: &Seats) -> (Vec<Step>, Vec<Joint>) {
    let answer = whole(0, action).by(seats.strong());
    let seat = seats.at(0).unlike([StepId(0)]);
    let doubt = Step::new(1, action, StepRole::Doubt).by(seat);
    let doubt = doubt.taking(Take::Handed(StepId(0), HandedKind::Draft));
    let joint = Joint {
        of: vec![StepId(0), StepId(1)],
        rule: Rule::Doubts { about: StepId(0) },
    };
    (vec![answer, doubt], vec![joint])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(shape: PlanShape, first: &[&str], expected: &str) {
        let id = |name: &&str| ExpertId((*name).to_owned());
        let seats = Seats {
            stages: vec![first.iter().map(id).collect(), vec![id(&"strong")]],
        };
        let plan = build(shape, Action::Answer, &seats, &vec![0..2, 2..5]);
        assert_eq!(plan.check(), Ok(()), "{shape:?}");
        let expected: Vec<_> = expected.trim().lines().map(str::trim).collect();
        assert_eq!(plan.to_string(), expected.join("\n"), "{shape:?}");
    }

    #[test]
    fn every_plan_is_as_it_says() {
        check(Single, &["a"], "0: answer (whole), by a, shown");
        check(
            Agree,
            &["a", "b"],
            "0: answer (whole), by a, shown
             1: answer (second), by b, by another than 0
             2: answer (decide), by strong, by another than 0, 1, if needed
             0, 1 agree, or 2 decides
             of 0, 1, 2 what most say stands for 0",
        );
        check(
            FaithfulElegant,
            &["a"],
            "0: answer (whole), by a, shown
             1: answer (polish), draft of 0, by strong, by another than 0
             after 0, 1 the last stands for 0 if it keeps every fact",
        );
        check(
            OutlineDraftPolish,
            &["a"],
            "0: answer (outline), by strong
             1: answer (draft), outline of 0, by a, shown
             2: answer (polish), draft of 1, by strong, by another than 1
             after 1, 2 the last stands for 1 if it keeps every fact",
        );
        check(
            ReadInParts,
            &["a"],
            "0: answer (part), paragraphs 1-2, by a
             1: answer (part), paragraphs 3-5, by a
             2: answer (join), paragraphs 1-0, notes of 0, notes of 1, by strong, shown",
        );
        check(
            BestOf,
            &[],
            "0: answer (propose), by strong, shown
             1: answer (propose), by strong
             2: answer (propose), by strong
             of 0, 1, 2 the one most like the others stands for 0",
        );
        check(
            ProposeMerge,
            &["a", "b"],
            "0: answer (propose), by a, shown
             1: answer (propose), by b, by another than 0
             2: answer (merge), draft of 0, draft of 1, by strong
             after 0, 2 the last stands for 0",
        );
        check(
            SecondOpinion,
            &["a"],
            "0: answer (whole), by strong, shown
             1: answer (doubt), draft of 0, by a, by another than 0
             after 0, 1 doubts about 0 are marked",
        );
    }

    #[test]
    fn a_later_stage_waits_for_the_one_before_it() {
        let id = |name: &str| ExpertId(name.to_owned());
        let seats = Seats {
            stages: vec![
                vec![id("a"), id("b")],
                vec![id("c")],
                vec![id("d"), id("e")],
            ],
        };
        let plan = build(Agree, Action::Math, &seats, &Parts::new());
        assert_eq!(plan.check(), Ok(()));
        let joints: Vec<_> = plan.joints.iter().map(ToString::to_string).collect();
        assert_eq!(
            joints,
            [
                "0, 1 agree, or 2 decides",
                "0, 1, 2 agree, or 3, 4 decides",
                "of 0, 1, 2, 3, 4 what most say stands for 0",
            ]
        );
    }

    #[test]
    fn a_text_of_one_part_is_read_by_one() {
        let plan = build(
            ReadInParts,
            Action::Summarize,
            &Seats::default(),
            &std::iter::once(0..9).collect(),
        );
        assert_eq!(plan, Plan::single(Action::Summarize, Seat::default()));
    }

    #[test]
    fn the_same_seats_give_the_same_plan() {
        let build = || build(Agree, Action::Math, &Seats::default(), &Parts::new());
        assert_eq!(build(), build());
    }
}
