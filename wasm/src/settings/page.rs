//! The settings page as a whole.

use leptos::prelude::*;

use super::{Counter, Desk, Said, own, spending, usage, vendor};
use crate::{
    browser::i18n::say,
    failure::{INSTALL, advice},
    messages::Key,
    state::Link,
    view::{command::command, set_document_language},
};

/// The page.
pub fn page(counter: Counter) -> impl IntoView {
    set_document_language();
    let known = Memo::new(move |_| counter.settings.with(Option::is_some));
    view! {
        <div class="settings-page">
            <header class="settings-top">
                <span class="mark" aria-hidden="true"></span>
                <h1>{say(Key::Settings)}</h1>
                <p class="saved" role="status" aria-live="polite">
                    {move || counter.of_settings.get().map(|said| words(&said))}
                </p>
            </header>
            {move || trouble(counter)}
            <main>
                {vendor::vendors(counter)}
                <Show when=move || known.get()>
                    {own::endpoints(counter)}
                    {spending::profile(counter)}
                    {spending::caps(counter)}
                </Show>
                {usage::usage(counter)}
            </main>
        </div>
    }
}

/// What is said of something that the reader did.
pub fn words(said: &Said) -> String {
    match said {
        Said::Working => say(Key::SaidWorking),
        Said::Kept => say(Key::SaidKept),
        Said::Works => say(Key::SaidWorks),
        Said::Removed => say(Key::SaidRemoved),
        Said::Saved => say(Key::SaidSaved),
        Said::Failed(failure) => {
            format!("{} ({})", say(advice(failure.code).0), failure.message)
        }
        Said::Lost => say(Key::HostEndedTitle),
    }
}

/// Why there is no host, and the one thing to do.
fn trouble(counter: Counter) -> Option<impl IntoView> {
    let (title, install) = match counter.link.get() {
        Link::Connecting | Link::Greeting | Link::Ready => return None,
        Link::Missing => (Key::HostMissingTitle, true),
        Link::Forbidden => (Key::HostForbiddenTitle, true),
        Link::HostTooOld(_) => (Key::HostTooOldTitle, true),
        Link::ExtensionTooOld(_) => (Key::ExtensionTooOldTitle, false),
        Link::Ended { .. } => (Key::HostEndedTitle, false),
        Link::Broken(_) => (Key::HostBrokenTitle, false),
    };
    let again = move |_| counter.act(Desk::reconnect);
    Some(view! {
        <section class="notice" role="alert">
            <div>
                <h2>{say(title)}</h2>
                {install.then(|| command(INSTALL))}
                <button type="button" class="plain" on:click=again>{say(Key::TryAgain)}</button>
            </div>
        </section>
    })
}
