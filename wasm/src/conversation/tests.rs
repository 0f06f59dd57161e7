//! What an answer makes of the events of plans of several steps.

use coterie_protocol::{
    Action, Event, ExpertCard, ExpertId, Failure, FailureCode, Finish, Mark, Outcome, Place,
    PlanShape, PlannedStep, Reason, StepId, StepReport, StepRole,
};

use super::*;

/// An answer to which things happen.
struct Stage {
    answer: Answer,
}

impl Stage {
    /// An answer with this plan, of steps with these roles; the first is shown unless another is
    /// named.
    fn planned(shape: PlanShape, roles: &[StepRole], shown: u32) -> Self {
        let steps = (0..).zip(roles).map(|(step, role)| PlannedStep {
            step: StepId(step),
            action: Action::Answer,
            role: *role,
            after: Vec::new(),
            shown: step == shown,
            conditional: *role == StepRole::Decide,
        });
        let mut stage = Self {
            answer: Answer::new(AnswerKey(1), Question::default()),
        };
        stage.happen(Event::Planned {
            shape,
            steps: steps.collect(),
            language: None,
            at_most: None,
        });
        stage
    }

    /// Two experts, and a third that decides.
    fn agree() -> Self {
        let roles = [StepRole::Whole, StepRole::Second, StepRole::Decide];
        Self::planned(PlanShape::Agree, &roles, 0)
    }

    fn happen(&mut self, event: Event) {
        self.answer.apply(event);
    }

    fn start(&mut self, step: u32) {
        let name = format!("expert {step}");
        self.happen(Event::StepStarted {
            step: StepId(step),
            expert: ExpertCard {
                id: ExpertId(name.clone()),
                name,
                vendor: "Test".to_owned(),
                place: Place::Cloud,
                actions: Vec::new(),
                price: None,
                seen: None,
            },
            reason: Reason::HasKey,
        });
    }

    fn say(&mut self, step: u32, text: &str) {
        self.happen(Event::Delta {
            step: StepId(step),
            text: text.to_owned(),
        });
    }

    fn finish(&mut self, step: u32) {
        self.happen(Event::StepFinished {
            step: StepId(step),
            report: StepReport {
                finish: Finish::Complete,
                first_text_ms: None,
                duration_ms: 100,
                usage: None,
                cost: None,
                estimated: false,
            },
        });
    }

    fn compare(&mut self, agree: bool) {
        let steps = vec![StepId(0), StepId(1)];
        self.happen(Event::Compared { steps, agree });
    }

    fn revise(&mut self, step: u32, by: u32, text: &str) {
        self.happen(Event::Revised {
            step: StepId(step),
            by: StepId(by),
            text: text.to_owned(),
        });
    }

    fn fail(&mut self, step: u32) {
        self.happen(Event::StepFailed {
            step: StepId(step),
            failure: Failure::new(FailureCode::Overloaded, "why"),
        });
    }

    fn end(&mut self) {
        let answered = Answered {
            duration_ms: 1,
            first_text_ms: None,
            cost: None,
            estimated: false,
            finish: Finish::Complete,
        };
        self.happen(Event::Done {
            outcome: Outcome::Answered(answered),
        });
    }

    fn step(&self, step: u32) -> &Step {
        self.answer.find(StepId(step)).unwrap()
    }

    #[track_caller]
    fn check(&self, course: Course, standings: &[Standing], first_is_draft: bool) {
        assert_eq!(self.answer.course(), Some(course));
        let steps = self.answer.steps.iter();
        let found: Vec<_> = steps.map(|step| self.answer.standing(step)).collect();
        assert_eq!(found, standings);
        assert_eq!(self.answer.is_draft(self.step(0)), first_is_draft);
    }
}

use Standing::{Done, Failed, NotNeeded, Undone, Waiting, Working};

#[test]
fn where_experts_agree_the_draft_stands_and_nobody_decides() {
    let mut stage = Stage::agree();
    stage.check(Course::Asking(2), &[Waiting, Waiting, Waiting], false);
    stage.start(0);
    stage.start(1);
    stage.say(0, "42");
    stage.check(Course::Asking(2), &[Working, Working, Waiting], true);
    stage.finish(0);
    stage.finish(1);
    stage.compare(true);
    stage.check(Course::Agree(2), &[Done, Done, NotNeeded], false);
    stage.end();
    stage.check(Course::Agree(2), &[Done, Done, NotNeeded], false);
}

#[test]
fn where_experts_differ_another_decides_and_its_text_takes_the_place_of_the_draft() {
    let mut stage = Stage::agree();
    stage.start(0);
    stage.say(0, "41");
    stage.finish(0);
    stage.start(1);
    stage.finish(1);
    stage.compare(false);
    stage.check(Course::Deciding, &[Done, Done, Waiting], true);
    stage.start(2);
    stage.check(Course::Deciding, &[Done, Done, Working], true);
    stage.finish(2);
    stage.revise(0, 2, "42");
    stage.check(Course::Decided, &[Done, Done, Done], false);
    assert_eq!(stage.answer.text(), "42");
    assert!(stage.step(0).is_new);
    assert_eq!(stage.step(0).edition, 1);
}

#[test]
fn experts_that_differ_where_nobody_could_decide_are_said_to_differ() {
    let mut stage = Stage::agree();
    stage.start(0);
    stage.say(0, "41");
    stage.finish(0);
    stage.start(1);
    stage.finish(1);
    stage.compare(false);
    stage.start(2);
    stage.fail(2);
    stage.check(Course::Differ, &[Done, Done, Failed], false);
}

#[test]
fn an_expert_that_takes_over_is_at_work_and_no_failure() {
    let mut stage = Stage::agree();
    stage.start(0);
    stage.fail(0);
    stage.check(Course::Asking(2), &[Failed, Waiting, Waiting], false);
    stage.start(0);
    stage.check(Course::Asking(2), &[Working, Waiting, Waiting], false);
}

#[test]
fn what_was_begun_when_an_answer_was_stopped_is_not_finished() {
    let mut stage = Stage::agree();
    stage.start(0);
    stage.say(0, "4");
    stage.happen(Event::Cancelled);
    stage.check(Course::Asking(2), &[Undone, Undone, Undone], false);
}

#[test]
fn parts_are_counted_while_they_are_read() {
    let roles = [StepRole::Part, StepRole::Part, StepRole::Join];
    let mut stage = Stage::planned(PlanShape::ReadInParts, &roles, 2);
    let parts = |read| Some(Course::Parts { all: 2, read });
    assert_eq!(stage.answer.course(), parts(Some(0)));
    stage.start(0);
    stage.say(0, "notes that are no part of the answer");
    stage.finish(0);
    assert_eq!(stage.answer.course(), parts(Some(1)));
    assert!(!stage.answer.has_text());
    stage.finish(1);
    assert_eq!(stage.answer.course(), parts(None));
    stage.say(2, "summary");
    assert!(!stage.answer.is_draft(stage.step(2)));
    assert_eq!(stage.answer.text(), "summary");
}

#[test]
fn a_plan_of_one_step_is_not_spoken_of_until_another_is_added() {
    let mut stage = Stage::planned(PlanShape::Single, &[StepRole::Whole], 0);
    assert_eq!(stage.answer.course(), None);
    stage.say(0, "text");
    assert!(!stage.answer.is_draft(stage.step(0)));
    stage.happen(Event::Planned {
        shape: PlanShape::Single,
        steps: vec![PlannedStep {
            step: StepId(1),
            action: Action::Answer,
            role: StepRole::Whole,
            after: Vec::new(),
            shown: false,
            conditional: false,
        }],
        language: None,
        at_most: None,
    });
    assert_eq!(stage.answer.course(), Some(Course::Again));
    assert!(stage.answer.is_draft(stage.step(0)));
}

#[test]
fn a_doubter_does_not_make_a_draft_of_what_it_reads() {
    let roles = [StepRole::Whole, StepRole::Doubt];
    let mut stage = Stage::planned(PlanShape::SecondOpinion, &roles, 0);
    stage.start(0);
    stage.say(0, "text");
    stage.check(Course::SecondOpinion, &[Working, Waiting], false);
}

#[test]
fn the_reader_can_look_behind_a_revision_and_back() {
    let roles = [StepRole::Whole, StepRole::Polish];
    let mut stage = Stage::planned(PlanShape::FaithfulElegant, &roles, 0);
    stage.say(0, "faithful");
    stage.revise(0, 1, "elegant");
    let key = StepId(0);
    stage.answer.find_mut(key).unwrap().show_draft(true);
    assert_eq!(stage.answer.text(), "faithful");
    assert_eq!(stage.answer.standing_text(), "elegant");
    assert!(!stage.step(0).is_new);
    stage.answer.find_mut(key).unwrap().show_draft(true);
    assert_eq!(stage.step(0).edition, 2);
    stage.answer.find_mut(key).unwrap().show_draft(false);
    assert_eq!(stage.answer.text(), "elegant");
    assert_eq!(stage.step(0).edition, 3);
}

#[test]
fn what_was_mended_is_no_revision() {
    let mut stage = Stage::agree();
    stage.say(0, "Sure, here is: 42");
    stage.revise(0, 0, "42");
    assert_eq!(stage.answer.text(), "42");
    assert!(stage.step(0).mended);
    assert!(!stage.step(0).is_new);
    assert_eq!(stage.step(0).revision, None);
    // What stands in its place may be mended in turn: the draft stays the draft.
    stage.revise(0, 2, "Sure: 43");
    stage.revise(0, 0, "43");
    let revision = stage.step(0).revision.clone().unwrap();
    assert_eq!(revision.by, StepId(2));
    assert!(revision.has_draft());
    stage.answer.find_mut(StepId(0)).unwrap().show_draft(true);
    assert_eq!(stage.answer.text(), "42");
    assert_eq!(stage.answer.standing_text(), "43");
}

#[test]
fn a_text_that_came_where_there_was_none_has_no_draft_behind_it() {
    let mut stage = Stage::agree();
    stage.revise(0, 1, "42");
    assert!(!stage.step(0).is_new);
    assert!(!stage.step(0).revision.clone().unwrap().has_draft());
}

#[test]
fn marks_are_of_the_text_that_stands() {
    let marked = |words: &str| Event::Marked {
        step: StepId(0),
        marks: vec![Mark {
            check: "numbers".to_owned(),
            what: "a number is not in the source".to_owned(),
            words: Some(words.to_owned()),
        }],
    };
    let mut stage = Stage::agree();
    stage.say(0, "It was 41.");
    stage.happen(marked("41"));
    assert_eq!(stage.step(0).marked_words(), ["41"]);
    stage.revise(0, 2, "It was 43.");
    assert_eq!(stage.step(0).marks, []);
    stage.happen(marked("43"));
    assert_eq!(stage.step(0).marked_words(), ["43"]);
    stage.answer.find_mut(StepId(0)).unwrap().show_draft(true);
    assert_eq!(stage.step(0).marked_words(), [""; 0]);
}

#[test]
fn only_the_step_that_is_at_work_shows_that_more_may_come() {
    let roles = [StepRole::Whole, StepRole::Whole];
    let mut stage = Stage::planned(PlanShape::Compound, &roles, 0);
    stage.start(0);
    stage.say(0, "summary");
    assert!(stage.answer.is_writing(StepId(0)));
    stage.finish(0);
    assert!(!stage.answer.is_writing(StepId(0)));
    assert!(stage.answer.is_writing(StepId(1)));
}
