//! One answer of the conversation.

use coterie_protocol::{Cost, ExpertCard, Finish, Place, Reason, StepId};
use leptos::prelude::*;

use super::{
    actions::sign,
    command::copy_button,
    icon::{Icon, icon},
    prose::{prose, reasoning},
    trouble::{retry, trouble},
};
use crate::{
    announcement::name,
    app::{App, Shown},
    browser::i18n::{duration, money, say, say_with},
    conversation::{Answer, AnswerKey, Phase},
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
            .map(|step| step.step)
            .collect::<Vec<_>>()
    });
    let running = look.memo(Answer::is_running);
    let version = shown.version.clone();
    view! {
        <article class="answer" aria-labelledby=heading_id(key) aria-busy=move || running.get().to_string()>
            {asked(key, &look)}
            <For
                each=move || steps.get()
                key=|step| *step
                children=move |step| {
                    let look = Look::new(app, &Shown { key, version: version.clone() });
                    one_step(app, key, step, &look)
                }
            />
            {state_line(app, key, &look)}
            {facts(app, key, &look)}
        </article>
    }
}

/// Derives from an answer what is shown, and only again when it has changed.
struct Look {
    app: App,
    key: AnswerKey,
    version: ArcRwSignal<u32>,
}

impl Look {
    fn new(app: App, shown: &Shown) -> Self {
        Self {
            app,
            key: shown.key,
            version: shown.version.clone(),
        }
    }

    fn memo<T>(&self, of: impl Fn(&Answer) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: Default + Clone + PartialEq + Send + Sync + 'static,
    {
        let (app, key, version) = (self.app, self.key, self.version.clone());
        Memo::new(move |_| {
            version.track();
            app.answer(key, &of).unwrap_or_default()
        })
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
    let expert = look.memo(move |answer| {
        let step = answer.steps.iter().find(|known| known.step == step);
        step.and_then(|step| step.expert.clone())
    });
    let shortened = look.memo(move |answer| {
        let step = answer.steps.iter().find(|known| known.step == step);
        step.and_then(|step| step.read_percent)
    });
    let shortened = move || {
        let percent = shortened.get()?.to_string();
        Some(view! { <p class="state">{say_with(Key::StatusShortened, &[&percent])}</p> })
    };
    view! {
        {move || expert.get().map(|(card, reason)| expert_line(&card, &reason))}
        {shortened}
        {reasoning(app, key, step, look.version.clone())}
        {prose(app, key, step, look.version.clone())}
    }
}

/// Who answers, where it runs, and why it was chosen.
fn expert_line(card: &ExpertCard, reason: &Reason) -> impl IntoView + use<> {
    let (place, class) = match card.place {
        Place::BuiltIn => (Key::PlaceBuiltIn, "place built-in"),
        Place::ThisMachine => (Key::PlaceThisMachine, "place this-machine"),
        Place::Cloud => (Key::PlaceCloud, "place cloud"),
    };
    let vendor =
        (card.place == Place::Cloud && card.vendor != card.name).then(|| card.vendor.clone());
    view! {
        <details class="expert">
            <summary title=say(Key::Why)>
                <span class="name" dir="auto">{card.name.clone()}</span>
                {vendor.map(|vendor| view! { <span class="vendor" dir="auto">{vendor}</span> })}
                <span class=class>{say(place)}</span>
                {icon(Icon::Chevron)}
            </summary>
            <p>{why(reason)}</p>
        </details>
    }
}

fn why(reason: &Reason) -> String {
    match reason {
        Reason::Chosen => say(Key::ReasonChosen),
        Reason::OnThisMachine => say(Key::ReasonThisMachine),
        Reason::HasKey => say(Key::ReasonKeySet),
        Reason::BuiltIn => say(Key::ReasonBuiltIn),
        Reason::Hedge { expert } => say_with(Key::ReasonHedge, &[&expert.0]),
        Reason::InsteadOf { expert, failure } => {
            say_with(Key::ReasonInstead, &[&expert.0, &say(advice(*failure).0)])
        }
    }
}

/// How the answer stands, where its text does not say so.
fn state_line(app: App, key: AnswerKey, look: &Look) -> impl IntoView + use<> {
    let phase = look.memo(|answer| Some((answer.phase.clone(), answer.has_text())));
    move || {
        let (phase, has_text) = phase.get()?;
        let line = |key| view! { <p class="state">{say(key)}</p> }.into_any();
        match phase {
            Phase::Preparing if app.link.get() == Link::Ready => {
                Some(waiting(Key::Reading).into_any())
            }
            Phase::Preparing => Some(waiting(Key::WaitingHost).into_any()),
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

/// Time and cost, and what can be done with the answer.
fn facts(app: App, key: AnswerKey, look: &Look) -> impl IntoView + use<> {
    let took = look.memo(|answer| match &answer.phase {
        Phase::Done(answered) => {
            Some((answered.duration_ms, answered.cost.clone(), is_free(answer)))
        }
        _ => None,
    });
    let running = look.memo(Answer::is_running);
    let stopping = look.memo(|answer| answer.stopping);
    let has_text = look.memo(Answer::has_text);
    let copy = move || app.answer(key, Answer::text).unwrap_or_default();
    view! {
        <footer class="facts">
            {move || took.get().map(|(time, cost, free)| view! {
                <span>{duration(time)}</span>
                <span>{cost_of(cost.as_ref(), free)}</span>
            })}
            <span class="gap"></span>
            <Show when=move || has_text.get()>{copy_button(Key::Copy, copy)}</Show>
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
        </footer>
    }
}

/// Whether every expert of it runs on the reader's machine.
fn is_free(answer: &Answer) -> bool {
    let mut experts = answer.steps.iter().map(|step| step.expert.as_ref());
    experts.all(|expert| expert.is_some_and(|(card, _)| card.place != Place::Cloud))
}

fn cost_of(cost: Option<&Cost>, free: bool) -> String {
    match cost {
        Some(cost) => money(cost.amount, &cost.currency),
        None if free => say(Key::CostNone),
        None => say(Key::CostUnknown),
    }
}
