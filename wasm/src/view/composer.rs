//! Where the reader asks in words of their own, and chooses the language to translate into.

use leptos::{ev, html, prelude::*};

use super::{
    actions::can_reach_host,
    experts::picker,
    icon::{Icon, icon},
};
use crate::{
    app::App, browser::i18n::say, conversation::Question, language::TARGETS, messages::Key,
};

/// The key code of a key that an input method has taken for itself.
const TAKEN_BY_INPUT_METHOD: u32 = 229;

/// The composer.
pub fn composer(app: App) -> impl IntoView {
    let draft = RwSignal::new(String::new());
    let field = NodeRef::<html::Textarea>::new();
    let is_blank = Memo::new(move |_| draft.with(|draft| draft.trim().is_empty()));
    let can_send = Memo::new(move |_| !is_blank.get() && can_reach_host(app));
    let send = move || {
        if can_send.get_untracked() {
            let text = draft.get_untracked().trim().to_owned();
            draft.set(String::new());
            app.act(|panel| {
                panel.ask(Question {
                    text,
                    ..Question::default()
                })
            });
        }
    };
    take_focus(app.focus_composer, move || {
        field.get_untracked().map(|field| field.focus())
    });
    view! {
        <form
            class="composer"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <textarea
                node_ref=field
                rows="1"
                dir="auto"
                aria-label=say(Key::Composer)
                placeholder=say(Key::ComposerHint)
                prop:value=move || draft.get()
                on:input=move |event| draft.set(event_target_value(&event))
                on:keydown=move |event| {
                    if sends(&event) {
                        event.prevent_default();
                        send();
                    }
                }
            ></textarea>
            <div class="tools">
                {language_choice(app)}
                {picker(app)}
                <button
                    type="submit"
                    class="send"
                    aria-label=say(Key::Send)
                    title=say(Key::Send)
                    disabled=move || !can_send.get()
                >
                    {icon(Icon::Send)}
                </button>
            </div>
        </form>
    }
}

/// Enter sends and Shift with Enter begins a line, unless an input method is at work: its Enter
/// picks a word, and Safari and some methods tell so by the key code alone.
fn sends(event: &ev::KeyboardEvent) -> bool {
    let composing = event.is_composing() || event.key_code() == TAKEN_BY_INPUT_METHOD;
    event.key() == "Enter" && !event.shift_key() && !composing
}

fn language_choice(app: App) -> impl IntoView {
    let choice = NodeRef::<html::Select>::new();
    let target = Memo::new(move |_| app.page.with(|page| page.target.to_string()));
    let option = move |(tag, name): (&'static str, &'static str)| {
        view! { <option value=tag lang=tag selected=move || target.get() == tag>{name}</option> }
    };
    take_focus(app.focus_language, move || {
        choice.get_untracked().map(|choice| choice.focus())
    });
    view! {
        <label class="into">
            <span>{say(Key::TranslateInto)}</span>
            <select
                node_ref=choice
                prop:value=move || target.get()
                on:change=move |event| app.choose_language(event_target_value(&event))
            >
                {TARGETS.map(option).into_iter().collect::<Vec<_>>()}
            </select>
        </label>
    }
}

/// Moves the focus whenever the signal is raised.
fn take_focus<T>(raised: RwSignal<u32>, focus: impl Fn() -> Option<Result<(), T>> + 'static) {
    Effect::new(move |_| {
        if raised.get() > 0 {
            // What cannot take the focus now is not on the screen.
            let _ = focus();
        }
    });
}
