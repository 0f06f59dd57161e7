//! Plans of several steps, each expert well, failing or slow, with every call counted.

use coterie_protocol::PlanShape;

use super::*;
use crate::coe::{Parts, Seats, build};

/// A plan of this shape, done by experts that say this: `name: lines`. The last is the strong one.
struct Stage {
    experts: Vec<Arc<Scripted>>,
    intent: Intent,
    plan: Plan,
}

fn says(words: &str) -> Vec<Item> {
    vec![text(words), FINISHED]
}

impl Stage {
    fn new(shape: PlanShape, action: Action, experts: Vec<(&str, Vec<Item>)>) -> Self {
        let ids: Vec<_> = experts
            .iter()
            .map(|(id, _)| ExpertId((*id).to_owned()))
            .collect();
        let (strong, first) = ids.split_last().unwrap();
        let seats = Seats {
            stages: vec![first.to_vec(), vec![strong.clone()]],
        };
        let expert = |(id, lines): (&str, Vec<Item>)| Arc::new(Scripted::saying(id, lines));
        let mut intent = Intent::of_action(action);
        intent.article = Arc::new(scripted::article());
        Self {
            experts: experts.into_iter().map(expert).collect(),
            intent,
            plan: build(shape, action, &seats, &Parts::new()),
        }
    }

    fn parts(mut self, shape: PlanShape, count: usize) -> Self {
        let mut article = scripted::article();
        let paragraph = article.paragraphs[0].clone();
        article.paragraphs = vec![paragraph; count];
        for (paragraph, number) in article.paragraphs.iter_mut().zip(1..) {
            paragraph.number = number;
        }
        self.intent.article = Arc::new(article);
        let seats = Seats {
            stages: vec![
                vec![self.experts[0].card().id.clone()],
                vec![self.experts[1].card().id.clone()],
            ],
        };
        let parts: Parts = (0..count).map(|at| at..at + 1).collect();
        self.plan = build(shape, self.intent.action, &seats, &parts);
        self
    }

    fn events(&self) -> BoxStream<'static, Event> {
        let experts = self.experts.iter();
        let experts = experts.map(|expert| Arc::clone(expert) as Arc<dyn Expert>);
        follow(
            self.plan.clone(),
            self.intent.clone(),
            experts.collect(),
            BareStage::shared(),
            Instant::now(),
        )
    }

    /// What the reader has in the end: the text of every shown step, revised, and the marks. And
    /// how often each expert was asked.
    async fn check(&self, expected: &str, calls: &[usize]) {
        let events: Vec<_> = self.events().collect().await;
        assert_eq!(seen(&events), expected, "{}", shown(&events));
        let asked: Vec<_> = self.experts.iter().map(|expert| expert.calls()).collect();
        assert_eq!(asked, calls, "{}", shown(&events));
        assert!(self.experts.iter().all(|expert| expert.under_way() == 0));
        let terminal = events.iter().filter(|event| event.is_terminal()).count();
        assert_eq!(terminal, 1, "{}", shown(&events));
    }
}

/// What a reader sees in the end.
fn seen(events: &[Event]) -> String {
    let mut texts = std::collections::BTreeMap::<u32, String>::new();
    let mut rest = Vec::new();
    for event in events {
        match event {
            Event::Delta { step, text } => texts.entry(step.0).or_default().push_str(text),
            Event::Seam { step, at, .. } => {
                let text = texts.entry(step.0).or_default();
                *text = text.chars().take(usize::try_from(*at).unwrap()).collect();
            }
            Event::Revised { step, by, text } => {
                texts.insert(step.0, format!("{text} (by {})", by.0));
            }
            Event::Marked { step, marks } => {
                let checks: Vec<_> = marks.iter().map(|mark| mark.check.as_str()).collect();
                rest.push(format!("[{}: {}]", step.0, checks.join(" ")));
            }
            Event::Failed { failure } => rest.push(format!("failed-{:?}", failure.code)),
            _ => {}
        }
    }
    let texts = texts.into_values().collect::<Vec<_>>().join(" | ");
    [vec![texts], rest].concat().join(" ").trim().to_owned()
}

fn agree(a: Vec<Item>, b: Vec<Item>, strong: Vec<Item>) -> Stage {
    Stage::new(
        PlanShape::Agree,
        Action::Math,
        vec![("a", a), ("b", b), ("s", strong)],
    )
}

fn no() -> Vec<Item> {
    vec![failed(FailureCode::QuotaExhausted)]
}

#[tokio::test(start_paused = true)]
async fn two_that_agree_are_enough_and_the_strong_one_is_not_asked() {
    let stage = agree(says("**42**"), says("It is 42."), says("42"));
    stage.check("**42**", &[1, 1, 0]).await;
}

#[tokio::test(start_paused = true)]
async fn where_two_differ_the_strong_one_decides_and_the_draft_is_upgraded_in_place() {
    let stage = agree(says("42"), says("41"), says("41"));
    stage.check("41 (by 2)", &[1, 1, 1]).await;
    let stage = agree(says("42"), says("41"), says("42"));
    stage.check("42", &[1, 1, 1]).await;
    let stage = agree(says("42"), says("41"), says("40"));
    stage.check("40 (by 2)", &[1, 1, 1]).await;
}

#[tokio::test(start_paused = true)]
async fn the_draft_streams_before_anything_is_decided() {
    let mut stage = agree(says("42"), says("41"), says("41"));
    let slow = Scripted::saying("b", says("41")).slowly(Duration::from_secs(3));
    stage.experts[1] = Arc::new(slow);
    let mut events = stage.events();
    let started = Instant::now();
    while !matches!(events.next().await, Some(Event::Delta { .. })) {}
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(stage.experts[2].calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_fails_in_an_agreement_is_replaced_by_those_who_are_left() {
    // The one that shows its draft, the one that is compared, and the one that decides.
    agree(no(), says("41"), says("41"))
        .check("41", &[1, 2, 1])
        .await;
    agree(says("42"), no(), says("42"))
        .check("42", &[1, 1, 1])
        .await;
    let open = "42 [0: agreement]";
    agree(says("42"), says("41"), no())
        .check(open, &[1, 1, 1])
        .await;
    // One that says the same twice confirms nothing.
    let alone = "42 [0: agreement]";
    agree(no(), no(), says("42")).check(alone, &[2, 3, 2]).await;
    agree(no(), no(), no())
        .check("failed-QuotaExhausted", &[2, 3, 3])
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_polished_text_stands_in_for_the_faithful_one() {
    let stage = Stage::new(
        PlanShape::FaithfulElegant,
        Action::Rewrite,
        vec![
            ("a", says("A lighthouse gives warning to ships.")),
            ("s", says("A lighthouse gives ships a warning.")),
        ],
    );
    stage
        .check("A lighthouse gives ships a warning. (by 1)", &[1, 1])
        .await;
}

#[tokio::test(start_paused = true)]
async fn without_a_polish_the_faithful_text_stands() {
    let faithful = || says("A lighthouse warns ships.");
    let shape = PlanShape::FaithfulElegant;
    let stage = Stage::new(shape, Action::Rewrite, vec![("a", faithful()), ("s", no())]);
    stage.check("A lighthouse warns ships.", &[1, 1]).await;
    let stage = Stage::new(shape, Action::Rewrite, vec![("a", no()), ("s", no())]);
    stage.check("failed-QuotaExhausted", &[1, 1]).await;
}

#[tokio::test(start_paused = true)]
async fn a_long_text_is_read_in_parts_and_put_together() {
    let shape = PlanShape::ReadInParts;
    let experts = vec![("a", says("notes [¶1]")), ("s", says("All of it [¶1]."))];
    let stage = Stage::new(shape, Action::Explain, experts).parts(shape, 3);
    stage.check("All of it [¶1].", &[3, 1]).await;
}

#[tokio::test(start_paused = true)]
async fn a_part_that_nobody_reads_is_said() {
    let shape = PlanShape::ReadInParts;
    let stage = Stage::new(shape, Action::Explain, vec![("a", no()), ("s", no())]).parts(shape, 3);
    stage.check("failed-QuotaExhausted", &[3, 3]).await;
}

#[tokio::test(start_paused = true)]
async fn of_several_answers_the_one_most_like_the_others_stands() {
    let shape = PlanShape::BestOf;
    let stage = Stage::new(shape, Action::Write, vec![("s", says("Dear reader"))]);
    stage.check("Dear reader", &[3]).await;
}

#[tokio::test(start_paused = true)]
async fn proposals_are_merged_and_the_first_is_read_meanwhile() {
    let shape = PlanShape::ProposeMerge;
    let experts = vec![
        ("a", says("One.")),
        ("b", says("Two.")),
        ("s", says("Both.")),
    ];
    Stage::new(shape, Action::Write, experts)
        .check("Both. (by 2)", &[1, 1, 1])
        .await;
    let experts = vec![("a", says("One.")), ("b", no()), ("s", no())];
    Stage::new(shape, Action::Write, experts)
        .check("One.", &[2, 1, 2])
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_outline_is_written_out_and_polished() {
    let shape = PlanShape::OutlineDraftPolish;
    let experts = vec![
        ("a", says("A lighthouse warns ships.")),
        ("s", says("A lighthouse warns all ships.")),
    ];
    let stage = Stage::new(shape, Action::Write, experts);
    stage
        .check("A lighthouse warns all ships. (by 2)", &[1, 2])
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_second_opinion_marks_what_it_doubts() {
    let shape = PlanShape::SecondOpinion;
    let doubts = says("\"It is made of cheese.\" - it is made of stone");
    let answer = says("The tower is old. It is made of cheese.");
    let stage = Stage::new(shape, Action::Explain, vec![("b", doubts), ("s", answer)]);
    let expected = "The tower is old. It is made of cheese. [0: second_opinion]";
    stage.check(expected, &[1, 1]).await;
    let answer = says("The tower is old.");
    let stage = Stage::new(shape, Action::Explain, vec![("b", no()), ("s", answer)]);
    stage.check("The tower is old.", &[1, 1]).await;
}

#[tokio::test(start_paused = true)]
async fn dropping_the_answer_stops_everybody_in_every_state() {
    let slow = |id: &str, words: &str| {
        Arc::new(Scripted::saying(id, says(words)).slowly(Duration::from_secs(1)))
    };
    for pauses in 0..12 {
        let mut stage = agree(says("42"), says("41"), says("41"));
        stage.experts = vec![slow("a", "42"), slow("b", "41"), slow("s", "41")];
        let mut events = stage.events();
        for _ in 0..pauses {
            events.next().await;
        }
        drop(events);
        let under_way: Vec<_> = stage
            .experts
            .iter()
            .map(|expert| expert.under_way())
            .collect();
        assert_eq!(under_way, [0, 0, 0], "after {pauses} events");
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_is_spent_than_was_said_before() {
    let priced =
        |id: &str, lines: Vec<Item>| Arc::new(Scripted::saying(id, lines).priced(1.0, 1000.0));
    // It never ends of itself, and each piece costs a little.
    let endless: Vec<_> = (0..200).map(|_| text(&"word ".repeat(400))).collect();
    let mut stage = Stage::new(PlanShape::Single, Action::Explain, vec![("s", Vec::new())]);
    stage.experts = vec![priced("s", endless)];
    let events: Vec<_> = stage.events().collect().await;
    let at_most = events.iter().find_map(|event| match event {
        Event::Planned { at_most, .. } => at_most.clone(),
        _ => None,
    });
    let spent = match events.last() {
        Some(Event::Done {
            outcome: Outcome::Answered(answered),
        }) => {
            assert_eq!(answered.finish, Finish::Truncated);
            answered.cost.clone()
        }
        other => panic!("{other:?}"),
    };
    let (at_most, spent) = (at_most.unwrap().amount, spent.unwrap().amount);
    let piece = 0.5;
    assert!(
        spent <= at_most + piece && spent > at_most / 2.0,
        "{spent} of {at_most}"
    );
}
