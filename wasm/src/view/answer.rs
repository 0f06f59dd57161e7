//! One answer of the conversation.

use std::time::Duration;

use coterie_protocol::{Cost, ExpertCard, Finish, Place, Reason, StepId};
use leptos::prelude::*;

use super::{
    actions::sign,
    command::copy_button,
    experts::{another, place},
    header::open_settings,
    icon::{Icon, icon},
    look::Look,
    marks::marks,
    opinion::opinion,
    plan::plan,
    prose::{prose, reasoning},
    reading::reading,
    reason::why,
    revision::version,
    seam::seams,
    trouble::{retry, trouble},
};
use crate::{
    announcement::name,
    app::{App, Shown},
    browser::i18n::{duration, money, say, say_with},
    conversation::{Answer, AnswerKey, NearCap, Pause, Phase, Seam},
    failure::advice,
    messages::Key,
    state::Link,
};

/// The answer.
pub fn answer(app: App, shown: &Shown) -> impl IntoView + use<> {
    let key = shown.key;
    let look = Look::new(app, shown);
    let steps = look.memo(|answer| {
        answer
            .steps
            .iter()
            .filter(|step| step.is_shown())
            .map(|step| step.step)
            .collect::<Vec<_>>()
    });
    let running = look.memo(Answer::is_running);
    let version = shown.version.clone();
    view! {
        <article class="answer" aria-labelledby=heading_id(key) aria-busy=move || running.get().to_string()>
            {asked(key, &look)}
            {reading(&look)}
            {plan(&look)}
            <For
                each=move || steps.get()
                key=|step| *step
                children=move |step| {
                    let look = Look::new(app, &Shown { key, version: version.clone() });
                    one_step(app, key, step, &look)
                }
            />
            {state_line(app, key, &look)}
            {pause_line(&look)}
            {near_cap_line(&look)}
            {facts(app, key, &look)}
        </article>
    }
}

fn heading_id(key: AnswerKey) -> String {
    format!("answer-{}", key.0)
}

/// What was asked.
fn asked(key: AnswerKey, look: &Look) -> impl IntoView + use<> {
    let action = look.memo(|answer| answer.question.action);
    let own_words = look.memo(|answer| answer.question.text.clone());
    let about = look.memo(about);
    let heading = move || {
        let own = own_words.get();
        if own.is_empty() {
            say(name(action.get()))
        } else {
            own
        }
    };
    view! {
        <header class="asked">
            {move || icon(sign(action.get()))}
            <div>
                <h2 id=heading_id(key) dir="auto" class:own=move || !own_words.with(String::is_empty)>{heading}</h2>
                <p class="about" dir="auto">{move || about.get()}</p>
            </div>
        </header>
    }
}

/// What it is about: the selected passage, else the page.
fn about(answer: &Answer) -> String {
    match (&answer.selection, &answer.source) {
        (Some(passage), _) => format!(
            "“{}”",
            passage.split_whitespace().collect::<Vec<_>>().join(" ")
        ),
        (None, Some(source)) => source.snapshot.title.clone(),
        (None, None) => String::new(),
    }
}

fn one_step(app: App, key: AnswerKey, step: StepId, look: &Look) -> impl IntoView + use<> {
    let expert = look.of_step(step, |answer, step| {
        let (card, reason) = step.expert.clone()?;
        Some((card, reason, step.seams.clone(), answer.is_running()))
    });
    let shortened = look.of_step(step, |_, step| step.read_percent);
    let shortened = move || {
        let percent = shortened.get()?.to_string();
        Some(view! { <p class="state">{say_with(Key::StatusShortened, &[&percent])}</p> })
    };
    view! {
        {move || expert.get().map(|(card, reason, seams, running)| {
            expert_line(app, key, step, &Who { card, reason, seams, running })
        })}
        {shortened}
        {version(look, step)}
        {reasoning(app, key, step, look.version.clone())}
        {prose(app, key, step, look.version.clone())}
        {marks(look, step)}
    }
}

/// Who does a step, and whose place it took.
struct Who {
    card: ExpertCard,
    reason: Reason,
    seams: Vec<Seam>,
    running: bool,
}

/// Who answers, where it runs, and why it was chosen.
fn expert_line(app: App, key: AnswerKey, step: StepId, who: &Who) -> impl IntoView + use<> {
    let card = &who.card;
    let (place, class) = place(card.place);
    let continued = (!who.seams.is_empty())
        .then(|| view! { <span class="place continued">{say(Key::Continued)}</span> });
    let vendor =
        (card.place == Place::Cloud && card.vendor != card.name).then(|| card.vendor.clone());
    view! {
        <details class="expert">
            <summary title=say(Key::Why)>
                <span class="name" dir="auto">{card.name.clone()}</span>
                {vendor.map(|vendor| view! { <span class="vendor" dir="auto">{vendor}</span> })}
                <span class=class>{say(place)}</span>
                {continued}
                {icon(Icon::Chevron)}
            </summary>
            <p>{why(&who.reason)}</p>
            {seams(app, key, step, &card.name, &who.seams, who.running)}
        </details>
    }
}

/// How the answer stands, where its text does not say so.
fn state_line(app: App, key: AnswerKey, look: &Look) -> impl IntoView + use<> {
    let phase = look.memo(|answer| {
        Some((
            answer.phase.clone(),
            answer.has_text(),
            answer.pause.is_some(),
        ))
    });
    move || {
        let (phase, has_text, pauses) = phase.get()?;
        let line = |key| view! { <p class="state">{say(key)}</p> }.into_any();
        match phase {
            Phase::Preparing if app.link.get() == Link::Ready => {
                Some(waiting(Key::Reading).into_any())
            }
            Phase::Preparing => Some(waiting(Key::WaitingHost).into_any()),
            Phase::Waiting if pauses => None,
            Phase::Waiting => Some(waiting(Key::Waiting).into_any()),
            Phase::Writing => None,
            Phase::Done(answered) => match answered.finish {
                Finish::Complete => None,
                Finish::Truncated => Some(line(Key::StatusTruncated)),
            },
            Phase::Stopped => Some(line(Key::StatusStopped)),
            Phase::Interrupted => Some(line(Key::StatusInterrupted)),
            Phase::Failed(why) => {
                let incomplete = has_text.then(|| line(Key::StatusIncomplete));
                Some((incomplete, trouble(app, key, &why)).into_any())
            }
        }
    }
}

fn waiting(key: Key) -> impl IntoView {
    view! { <p class="waiting"><span class="pulse" aria-hidden="true"></span>{say(key)}</p> }
}

/// What it waits for, and how long yet.
fn pause_line(look: &Look) -> impl IntoView + use<> {
    let pause = look.memo(|answer| answer.pause.clone());
    move || pause.get().map(|pause| countdown(&pause))
}

fn countdown(pause: &Pause) -> impl IntoView + use<> {
    let left = RwSignal::new(pause.wait_ms.div_ceil(1000));
    let second = move || {
        left.try_update(|left| *left = left.saturating_sub(1));
    };
    if let Ok(clock) = set_interval_with_handle(second, Duration::from_secs(1)) {
        on_cleanup(move || clock.clear());
    }
    let why = say(advice(pause.failure.code).0);
    view! {
        <p class="waiting pause">
            <span class="pulse" aria-hidden="true"></span>
            {move || say_with(Key::Pause, &[&why, &left.get().to_string()])}
        </p>
    }
}

/// That spending comes near a limit.
fn near_cap_line(look: &Look) -> impl IntoView + use<> {
    let near = look.memo(|answer| answer.near_cap.clone());
    move || {
        let NearCap { spent, cap } = near.get()?;
        let amount = |cost: &Cost| money(cost.amount, &cost.currency);
        Some(view! {
            <p class="near-cap">
                {say_with(Key::NearCap, &[&amount(&spent), &amount(&cap)])}
                " "
                <button type="button" class="inline" on:click=move |_| open_settings()>
                    {say(Key::OpenSettings)}
                </button>
            </p>
        })
    }
}

/// Time and cost, and what can be done with the answer.
fn facts(app: App, key: AnswerKey, look: &Look) -> impl IntoView + use<> {
    let took = look.memo(|answer| match &answer.phase {
        Phase::Done(answered) => {
            let cost = cost_of(answered.cost.as_ref(), answered.estimated, is_free(answer));
            Some((answered.duration_ms, cost))
        }
        _ => None,
    });
    let running = look.memo(Answer::is_running);
    let stopping = look.memo(|answer| answer.stopping);
    let has_text = look.memo(Answer::has_text);
    let copy = move || app.answer(key, Answer::text).unwrap_or_default();
    let copied = move || app.act(|panel| panel.copied(key));
    let (ask_another, list) = another(app, key);
    let ended = move || !running.get();
    view! {
        <footer class="facts">
            {move || took.get().map(|(time, cost)| view! {
                <span>{duration(time)}</span>
                <span>{cost}</span>
            })}
            <span class="gap"></span>
            <Show when=move || has_text.get()>{copy_button(Key::Copy, copy, copied)}</Show>
            <div class="ended" hidden=move || !ended() || !has_text.get()>{opinion(look)}</div>
            {move || if running.get() {
                view! {
                    <button
                        type="button"
                        class="stop"
                        disabled=move || stopping.get()
                        on:click=move |_| app.act(|panel| panel.stop(key))
                    >
                        {icon(Icon::Stop)}
                        {move || say(if stopping.get() { Key::Stopping } else { Key::Stop })}
                    </button>
                }.into_any()
            } else {
                view! {
                    <button
                        type="button"
                        class="tool"
                        aria-label=say(Key::Retry)
                        title=say(Key::Retry)
                        on:click=move |_| retry(app, key)
                    >
                        {icon(Icon::Retry)}
                    </button>
                }.into_any()
            }}
            <div class="ended" hidden=move || !ended()>{ask_another}</div>
        </footer>
        {list}
    }
}

/// Whether every expert of it runs on the reader's machine.
fn is_free(answer: &Answer) -> bool {
    let mut experts = answer.steps.iter().filter_map(|step| step.expert.as_ref());
    !answer.steps.is_empty() && experts.all(|(card, _)| card.place != Place::Cloud)
}

fn cost_of(cost: Option<&Cost>, estimated: bool, free: bool) -> String {
    match cost {
        Some(cost) if estimated => say_with(Key::Estimated, &[&money(cost.amount, &cost.currency)]),
        Some(cost) => money(cost.amount, &cost.currency),
        None if free => say(Key::CostNone),
        None => say(Key::CostUnknown),
    }
}
