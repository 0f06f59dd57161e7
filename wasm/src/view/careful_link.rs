//! The question before a link that may not be what it seems: its whole address, and a choice.

use leptos::{html, prelude::*};

use crate::{
    app::App,
    browser::{
        addresses::BrowserAddresses,
        i18n::{say, say_with},
        warn,
    },
    markdown::{Addresses, visible},
    messages::Key,
};

/// The dialog; it is shown while there is an address to ask about.
pub fn dialog(app: App) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let address = app.careful_link;
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if address.with(Option::is_none) {
            dialog.close();
        } else if !dialog.open()
            && let Err(error) = dialog.show_modal()
        {
            warn("asking about a link", &error);
        }
    });
    let shown = move || address.get().map(|address| visible(&address).into_owned());
    let host = move || {
        let host = address
            .get()
            .and_then(|address| BrowserAddresses.parse(&address));
        host.map(|address| address.host).unwrap_or_default()
    };
    let cancel = move |_| address.set(None);
    view! {
        <dialog node_ref=dialog class="careful" aria-labelledby="careful-title" on:close=move |_| address.set(None)>
            <h2 id="careful-title">{say(Key::LinkTitle)}</h2>
            <p>{move || say_with(Key::LinkNote, &[&host()])}</p>
            <code dir="ltr" tabindex="0">{shown}</code>
            <div class="choices">
                <button type="button" class="plain" on:click=cancel>{say(Key::Cancel)}</button>
                <a
                    class="plain strong"
                    target="_blank"
                    rel="noopener noreferrer"
                    href=move || address.get()
                    on:click=move |_| set_timeout(move || address.set(None), std::time::Duration::ZERO)
                >
                    {say(Key::LinkOpen)}
                </a>
            </div>
        </dialog>
    }
}
