//! What the reader sees.

mod actions;
mod answer;
mod captured;
mod careful_link;
pub mod command;
mod composer;
mod conversation;
pub mod experts;
pub mod header;
pub mod icon;
mod link_card;
mod look;
mod marks;
mod opinion;
pub mod page_card;
mod plan;
mod prose;
mod reading;
mod reason;
mod revision;
mod seam;
mod trouble;

use leptos::{ev, prelude::*};

use crate::{
    app::App,
    browser::i18n::panel_language,
    state::{Link, Panel},
};

/// The whole panel.
pub fn panel(app: App) -> impl IntoView {
    set_document_language();
    stop_on_escape(app);
    let again = window_event_listener(ev::focus, move |_| app.look_again());
    on_cleanup(move || again.remove());
    let is_empty = move || app.answers.with(Vec::is_empty);
    view! {
        <div class="panel" class:empty=is_empty on:pointerenter=move |_| app.look_again()>
            {header::header(app)}
            {conversation::conversation(app)}
            {notices(app)}
            <footer class="dock">
                {actions::actions(app)}
                {composer::composer(app)}
            </footer>
            {careful_link::dialog(app)}
            <p class="quiet" role="status" aria-live="polite">{move || app.announcement.get()}</p>
        </div>
    }
}

/// What stands in the way, if anything, with the one thing to do.
fn notices(app: App) -> impl IntoView {
    let is_connected = Memo::new(move |_| {
        app.link
            .with(|link| matches!(link, Link::Connecting | Link::Greeting | Link::Ready))
    });
    view! {
        <div class="notices">
            {move || if is_connected.get() {
                page_card::card(app).into_any()
            } else {
                link_card::card(app).into_any()
            }}
        </div>
    }
}

fn stop_on_escape(app: App) {
    let listener = window_event_listener(ev::keydown, move |event| {
        let free = app.careful_link.with_untracked(Option::is_none) && !event.is_composing();
        if event.key() == "Escape" && free && app.act(Panel::stop_last) {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Names the language of the document.
pub fn set_document_language() {
    if let Some(root) = document().document_element()
        && let Err(error) = root.set_attribute("lang", &panel_language())
    {
        crate::browser::warn("naming the panel's language", &error);
    }
}
