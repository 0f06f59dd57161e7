//! What keeps the page from being read, and the one thing to do.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::icon::{Icon, icon};
use crate::{
    app::App,
    browser::{
        i18n::{say, say_with},
        permissions::{self, Sites},
        tabs, warn,
    },
    capture::Refusal,
    failure::advice,
    messages::Key,
    state::{PageState, Panel},
};

/// The card, if anything keeps the page from being read.
pub fn card(app: App) -> impl IntoView {
    let state = Memo::new(move |_| app.page.with(|page| page.state.clone()));
    move || match state.get() {
        PageState::Unknown | PageState::Reading | PageState::Read { .. } => None,
        PageState::Refused(refusal) => Some(refused(app, &refusal).into_any()),
        PageState::Empty => {
            let (title, body) = (say(Key::PageEmptyTitle), say(Key::PageEmptyBody));
            Some(notice(title, body, again(app)).into_any())
        }
        PageState::Failed(failure) => {
            let (title, body) = (say(Key::PageOtherTitle), say(advice(failure.code).0));
            Some(notice(title, body, again(app)).into_any())
        }
    }
}

/// Title and sentence for each reason not to read a page.
pub fn words(refusal: &Refusal) -> (Key, Key) {
    match refusal {
        Refusal::NotGranted(_) => (Key::PageNotGrantedTitle, Key::PageNotGrantedBody),
        Refusal::BrowserPage => (Key::PageBrowserTitle, Key::PageBrowserBody),
        Refusal::Store => (Key::PageStoreTitle, Key::PageStoreBody),
        Refusal::Pdf => (Key::PagePdfTitle, Key::PagePdfBody),
        Refusal::PageSource => (Key::PageSourceTitle, Key::PageSourceBody),
        Refusal::LocalFile => (Key::PageFileTitle, Key::PageFileBody),
        Refusal::ErrorPage => (Key::PageErrorTitle, Key::PageErrorBody),
        Refusal::Gone => (Key::PageGoneTitle, Key::PageGoneBody),
        Refusal::Silent => (Key::PageSilentTitle, Key::PageSilentBody),
        Refusal::Other(_) => (Key::PageOtherTitle, Key::PageOtherBody),
    }
}

fn refused(app: App, refusal: &Refusal) -> impl IntoView + use<> {
    let (title, body) = words(refusal);
    let remedy = match refusal {
        Refusal::NotGranted(host) => grant(app, host.clone()).into_any(),
        // Nothing but another page helps, and the sentence says so.
        Refusal::BrowserPage | Refusal::Store | Refusal::Pdf | Refusal::PageSource => ().into_any(),
        Refusal::LocalFile => open_extensions().into_any(),
        Refusal::ErrorPage => reload(app).into_any(),
        Refusal::Gone | Refusal::Silent | Refusal::Other(_) => again(app).into_any(),
    };
    notice(say(title), say(body), remedy)
}

/// A card that says what is the matter and what to do.
pub fn notice(title: String, body: String, remedy: impl IntoView) -> impl IntoView {
    view! {
        <section class="notice" role="status">
            {icon(Icon::Notice)}
            <div>
                <h2>{title}</h2>
                <p>{body}</p>
                {remedy}
            </div>
        </section>
    }
}

/// This site, or all, from now on. Where the address is not known the browser asks by itself.
fn grant(app: App, host: Option<String>) -> impl IntoView {
    let answer = RwSignal::new(None);
    let site = match host {
        Some(host) => {
            let name = say_with(Key::AccessHere, &[&host]);
            let sites = Sites::Host(host);
            Some(button(name, move || ask_for(sites.clone(), answer)).into_any())
        }
        None if permissions::can_request_tab() => {
            let name = say(Key::AccessSite);
            Some(button(name, move || request_tab(app, answer)).into_any())
        }
        None => None,
    };
    view! {
        <p class="more">{say(Key::PageNotGrantedMore)}</p>
        <div class="choices">
            {site}
            {button(say(Key::AccessAll), move || ask_for(Sites::All, answer))}
        </div>
        <p class="note" role="status">{move || answer.get().map(say)}</p>
    }
}

/// Asks for sites. If they are given, the browser tells, and the page is read.
pub fn ask_for(sites: Sites, answer: RwSignal<Option<Key>>) {
    spawn_local(async move {
        let said = match sites.ask_for().await {
            Ok(true) => None,
            Ok(false) => Some(Key::AccessDeclined),
            Err(error) => {
                warn("asking for access", &error);
                Some(Key::AccessDeclined)
            }
        };
        answer.try_set(said);
    });
}

fn request_tab(app: App, answer: RwSignal<Option<Key>>) {
    let tab = app
        .page
        .with_untracked(|page| page.tab.as_ref().map(|tab| tab.id));
    spawn_local(async move {
        let Some(tab) = tab else { return };
        let said = match permissions::request_tab(tab).await {
            Ok(()) => Key::AccessConfirm,
            Err(error) => {
                warn("asking for access", &error);
                Key::AccessDeclined
            }
        };
        answer.try_set(Some(said));
    });
}

fn again(app: App) -> impl IntoView {
    button(say(Key::TryAgain), move || app.act(Panel::look_again))
}

/// Loads the page in view anew.
pub fn reload(app: App) -> impl IntoView {
    button(say(Key::PageReload), move || {
        let tab = app
            .page
            .with_untracked(|page| page.tab.as_ref().map(|tab| tab.id));
        spawn_local(async move {
            if let Some(tab) = tab
                && let Err(error) = tabs::reload(tab).await
            {
                warn("reloading the page", &error);
            }
        });
    })
}

/// Opens the browser's own page about extensions.
pub fn open_extensions() -> impl IntoView {
    button(say(Key::OpenExtensions), || {
        spawn_local(async {
            if let Err(error) = tabs::open_extensions().await {
                warn("opening the extensions page", &error);
            }
        });
    })
}

/// A button with a name.
pub fn button(name: String, act: impl Fn() + 'static) -> impl IntoView {
    view! { <button type="button" class="plain" on:click=move |_| act()>{name}</button> }
}
