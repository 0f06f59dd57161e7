//! How the reader's own words are understood, and one click for what else they may mean.

use coterie_protocol::{Action, Basis, HabitOf, Understood};
use leptos::prelude::*;

use super::look::Look;
use crate::{
    announcement::name,
    browser::i18n::{say, say_with},
    conversation::Answer,
    messages::Key,
};

/// At most so many other readings are offered.
const OFFERED: usize = 2;

/// The line above an answer, and the other readings beneath it.
pub fn reading(look: &Look) -> impl IntoView + use<> {
    let (app, key) = (look.app, look.key);
    let line = look.memo(line);
    let others = look.memo(others);
    let button = move |action: Action| {
        view! {
            <button
                type="button"
                class="plain"
                data-action=action.as_str()
                on:click=move |_| { app.act(|panel| panel.ask_as(key, action)); }
            >
                {say(name(Some(action)))}
            </button>
        }
    };
    view! {
        {move || line.get().map(|line| view! { <p class="reading">{line}</p> })}
        <Show when=move || others.with(|others| !others.is_empty())>
            <div class="others" role="group" aria-label=say(Key::ReadingOthers)>
                <span aria-hidden="true">{say(Key::ReadingOthers)}</span>
                <For each=move || others.get() key=|action| *action children=button />
            </div>
        </Show>
    }
}

/// What is said of the reading: of words that were read, or of words that the reader explained.
fn line(answer: &Answer) -> Option<String> {
    if let Some(action) = answer.question.action {
        let own_words = !answer.question.text.is_empty();
        return own_words.then(|| say_with(Key::ReadingChosen, &[&say(name(Some(action)))]));
    }
    let read = answer.understood.as_ref()?;
    let what = what(read);
    if !read.sure {
        return Some(say_with(Key::ReadingUnsure, &[&what]));
    }
    let mut words = say_with(Key::ReadingSure, &[&what]);
    if let Basis::Habit { of } = read.because {
        // Brings its own comma.
        words.push_str(&say(habit(of)));
    }
    Some(words)
}

/// The parts in order.
fn what(read: &Understood) -> String {
    let first = [read.action];
    let parts = match read.parts.as_slice() {
        [] => &first[..],
        parts => parts,
    };
    let names: Vec<_> = parts.iter().map(|part| say(name(Some(*part)))).collect();
    names.join(" → ")
}

fn others(answer: &Answer) -> Vec<Action> {
    match &answer.understood {
        Some(read) if !read.sure && answer.question.action.is_none() => {
            read.others.iter().copied().take(OFFERED).collect()
        }
        _ => Vec::new(),
    }
}

fn habit(of: HabitOf) -> Key {
    match of {
        HabitOf::Site => Key::HabitSite,
        HabitOf::Language => Key::HabitLanguage,
        HabitOf::Length => Key::HabitLength,
        HabitOf::Time => Key::HabitTime,
        HabitOf::Previous => Key::HabitPrevious,
        HabitOf::All => Key::HabitAll,
    }
}
