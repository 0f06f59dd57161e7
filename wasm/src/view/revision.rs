//! That the text of a step is a draft, or has given way to better work, which the reader can look
//! behind.

use coterie_protocol::StepId;
use leptos::prelude::*;

use super::{look::Look, plan::role};
use crate::{
    browser::i18n::{say, say_with},
    conversation::{Answer, Step},
    messages::Key,
};

/// What is said of a text beyond what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    /// Who gave what stands.
    by: String,
    /// Whether there was a text before it.
    has_draft: bool,
}

/// The line above the text.
pub fn version(look: &Look, step: StepId) -> impl IntoView + use<> {
    let (app, key) = (look.app, look.key);
    let is_draft = look.of_step(step, Answer::is_draft);
    let version = look.of_step(step, version_of);
    let shows_draft = look.of_step(step, |_, step| {
        let revision = step.revision.as_ref();
        revision.is_some_and(|revision| revision.shows_draft)
    });
    let turn = move |_| {
        let draft = !shows_draft.get_untracked();
        app.act(|panel| panel.show_draft(key, step, draft));
    };
    let tag = move || {
        let shown = is_draft.get() || shows_draft.get();
        shown.then(|| view! { <span class="place draft">{say(Key::Draft)}</span> })
    };
    let button = move || {
        view! {
            <button type="button" class="inline" on:click=turn>
                {move || say(if shows_draft.get() { Key::ShowRevision } else { Key::ShowDraft })}
            </button>
        }
    };
    let revised = move || {
        let version = version.get()?;
        Some(view! {
            <span>{say_with(Key::RevisedBy, &[&version.by])}</span>
            {version.has_draft.then(button)}
        })
    };
    let is_there = Memo::new(move |_| is_draft.get() || version.with(Option::is_some));
    view! {
        <Show when=move || is_there.get()>
            <p class="version">{tag}{revised}</p>
        </Show>
    }
}

fn version_of(answer: &Answer, step: &Step) -> Option<Version> {
    let revision = step.revision.as_ref()?;
    let other = answer.find(revision.by)?;
    let name = other.expert.as_ref().map(|(card, _)| card.name.clone());
    Some(Version {
        by: name.unwrap_or_else(|| say(role(other.role()))),
        has_draft: revision.has_draft(),
    })
}
