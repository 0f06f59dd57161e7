//! The plan of an answer that several experts work at: one quiet line, and its steps when opened.

use coterie_protocol::{Cost, StepId, StepRole};
use leptos::prelude::*;

use super::look::Look;
use crate::{
    browser::i18n::{count, duration, money, say, say_with},
    conversation::{Answer, Course, Standing, Step},
    messages::Key,
};

/// The line and the steps.
pub fn plan(look: &Look) -> impl IntoView + use<> {
    let course = look.memo(Answer::course);
    let is_there = Memo::new(move |_| course.with(Option::is_some));
    let busy = look.memo(|answer| answer.is_running() && answer.has_text());
    let rows = look.memo(rows);
    let at_most = look.memo(|answer| answer.at_most.clone());
    let limit = move || {
        let cost = at_most.get()?;
        let cost = money(cost.amount, &cost.currency);
        Some(view! { <p class="limit">{say_with(Key::AtMost, &[&cost])}</p> })
    };
    view! {
        <Show when=move || is_there.get()>
            <details class="fold plan">
                <summary>
                    <span>{move || course.get().map(words)}</span>
                    <Show when=move || busy.get()><span class="pulse" aria-hidden="true"></span></Show>
                </summary>
                <ol>
                    <For each=move || rows.get() key=Clone::clone children=row />
                </ol>
                {limit}
            </details>
        </Show>
    }
}

fn words(course: Course) -> String {
    let number = |key, number| say_with(key, &[&count(number)]);
    match course {
        Course::Asking(experts) => number(Key::PlanAsking, experts),
        Course::Agree(experts) => number(Key::PlanAgree, experts),
        Course::Deciding => say(Key::PlanDeciding),
        Course::Decided => say(Key::PlanDecided),
        Course::Differ => say(Key::PlanDiffer),
        Course::FaithfulElegant => say(Key::PlanFaithful),
        Course::OutlineDraftPolish => say(Key::PlanOutline),
        Course::Parts { all, read: None } => number(Key::PlanParts, all),
        Course::Parts {
            all,
            read: Some(read),
        } => say_with(Key::PlanPartsRead, &[&count(all), &count(read)]),
        Course::BestOf(answers) => number(Key::PlanBestOf, answers),
        Course::Proposals(answers) => number(Key::PlanProposals, answers),
        Course::Steps(steps) => number(Key::PlanSteps, steps),
        Course::SecondOpinion => say(Key::PlanSecondOpinion),
        Course::Written => say(Key::PlanWritten),
        Course::Again => say(Key::PlanAgain),
    }
}

/// One step as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Row {
    step: StepId,
    role: StepRole,
    expert: Option<String>,
    standing: Standing,
    facts: Vec<String>,
    mended: bool,
}

fn rows(answer: &Answer) -> Vec<Row> {
    let row = |step: &Step| Row {
        step: step.step,
        role: step.role(),
        expert: step.expert.as_ref().map(|(card, _)| card.name.clone()),
        standing: answer.standing(step),
        facts: facts(step),
        mended: step.mended,
    };
    answer.steps.iter().map(row).collect()
}

/// Time and money of a finished step.
fn facts(step: &Step) -> Vec<String> {
    let Some(report) = &step.report else {
        return Vec::new();
    };
    let amount = |cost: &Cost| {
        let amount = money(cost.amount, &cost.currency);
        if report.estimated {
            say_with(Key::Estimated, &[&amount])
        } else {
            amount
        }
    };
    let time = duration(report.duration_ms);
    std::iter::once(time)
        .chain(report.cost.as_ref().map(amount))
        .collect()
}

fn row(row: Row) -> impl IntoView {
    let (standing, class) = standing(row.standing);
    let facts = row.facts.into_iter();
    let facts: Vec<_> = facts.map(|fact| view! { <span>{fact}</span> }).collect();
    let mended = row
        .mended
        .then(|| view! { <span>{say(Key::PlanMended)}</span> });
    view! {
        <li data-standing=class>
            <b>{say(role(row.role))}</b>
            {row.expert.map(|name| view! { <span dir="auto">{name}</span> })}
            <span class="standing">{say(standing)}</span>
            {facts}
            {mended}
        </li>
    }
}

/// What a step is, in a word.
pub fn role(role: StepRole) -> Key {
    match role {
        StepRole::Whole => Key::RoleWhole,
        StepRole::Second => Key::RoleSecond,
        StepRole::Decide => Key::RoleDecide,
        StepRole::Part => Key::RolePart,
        StepRole::Join => Key::RoleJoin,
        StepRole::Outline => Key::RoleOutline,
        StepRole::Draft => Key::RoleDraft,
        StepRole::Polish => Key::RolePolish,
        StepRole::Propose => Key::RolePropose,
        StepRole::Merge => Key::RoleMerge,
        StepRole::Doubt => Key::RoleDoubt,
        StepRole::Plan => Key::RolePlan,
    }
}

fn standing(standing: Standing) -> (Key, &'static str) {
    match standing {
        Standing::Waiting => (Key::StandingWaiting, "waiting"),
        Standing::Working => (Key::StandingWorking, "working"),
        Standing::Done => (Key::StandingDone, "done"),
        Standing::Failed => (Key::StandingFailed, "failed"),
        Standing::NotNeeded => (Key::StandingNotNeeded, "not-needed"),
        Standing::Undone => (Key::StandingUndone, "undone"),
    }
}
