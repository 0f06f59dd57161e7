//! A command to run in a terminal, and buttons that copy.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::icon::{Icon, icon};
use crate::{
    browser::{clipboard, i18n::say, warn},
    messages::Key,
};

/// How long a copy button says what came of it.
const SAID_FOR: Duration = Duration::from_millis(1_800);

/// A command with a button that copies it.
pub fn command(text: &'static str) -> impl IntoView {
    view! {
        <div class="command">
            <code dir="ltr">{text}</code>
            {copy_button(Key::CommandCopy, move || text.to_owned(), || {})}
        </div>
    }
}

/// A button that copies what is there when it is pressed, and tells once it is copied.
pub fn copy_button(
    name: Key,
    text: impl Fn() -> String + 'static,
    tell: impl Fn() + Copy + 'static,
) -> impl IntoView {
    let came_of_it = RwSignal::new(None);
    let copy = move |_| {
        let text = text();
        spawn_local(async move {
            let copied = clipboard::copy(&text).await;
            match &copied {
                Ok(()) => tell(),
                Err(error) => warn("copying", error),
            }
            came_of_it.try_set(Some(copied.is_ok()));
            set_timeout(
                move || {
                    came_of_it.try_set(None);
                },
                SAID_FOR,
            );
        });
    };
    let sign = move || {
        icon(if came_of_it.get() == Some(true) {
            Icon::Done
        } else {
            Icon::Copy
        })
    };
    let label = move || match came_of_it.get() {
        None => say(name),
        Some(true) => say(Key::Copied),
        Some(false) => say(Key::CopyFailed),
    };
    view! {
        <button type="button" class="tool" aria-label=label title=label on:click=copy>{sign}</button>
        <span class="quiet" role="status">{move || came_of_it.get().map(|_| label())}</span>
    }
}
