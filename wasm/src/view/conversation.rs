//! The list of answers. It follows what arrives while the reader is at its end, and only then.

use leptos::{html, prelude::*};

use super::{
    answer::answer,
    icon::{Icon, icon},
};
use crate::{app::App, browser::i18n::say, messages::Key};

/// This close to the end counts as being there, in CSS pixels.
const NEAR: i32 = 48;

/// The list.
pub fn conversation(app: App) -> impl IntoView {
    let list = NodeRef::<html::Main>::new();
    let scrolled = move |_| {
        if let Some(list) = list.get_untracked() {
            let left = list.scroll_height() - list.scroll_top() - list.client_height();
            app.at_end.set(left < NEAR);
        }
    };
    provide_context(Follow { app, list });
    // A new answer comes into view.
    Effect::new(move |_| {
        app.answers.track();
        Follow { app, list }.follow();
    });
    let to_end = move |_| {
        app.at_end.set(true);
        Follow { app, list }.follow();
    };
    view! {
        <main node_ref=list class="conversation" tabindex="-1" aria-label=say(Key::Conversation) on:scroll=scrolled>
            <Show when=move || app.answers.with(Vec::is_empty)>
                <div class="welcome">
                    <span class="mark" aria-hidden="true"></span>
                    <h2>{say(Key::WelcomeTitle)}</h2>
                    <p>{say(Key::WelcomeBody)}</p>
                </div>
            </Show>
            <For each=move || app.answers.get() key=|shown| shown.key children=move |shown| answer(app, &shown) />
        </main>
        <div class="latest">
            <Show when=move || !app.at_end.get()>
                <button type="button" aria-label=say(Key::Latest) title=say(Key::Latest) on:click=to_end>
                    {icon(Icon::Down)}
                </button>
            </Show>
        </div>
    }
}

/// Keeps the end in view.
#[derive(Clone, Copy)]
pub struct Follow {
    app: App,
    list: NodeRef<html::Main>,
}

impl Follow {
    /// Shows the end again after something was added, if the reader was there.
    pub fn follow(self) {
        if self.app.at_end.get_untracked()
            && let Some(list) = self.list.get_untracked()
        {
            list.set_scroll_top(list.scroll_height());
        }
    }
}
