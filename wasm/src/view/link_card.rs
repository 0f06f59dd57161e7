//! What keeps the host from answering, and the one thing to do.

use coterie_protocol::{PROTOCOL, Version};
use leptos::prelude::*;

use super::{
    command::command,
    page_card::{button, notice, open_extensions},
};
use crate::{
    app::App,
    browser::i18n::{say, say_with},
    failure::INSTALL,
    messages::Key,
    state::{Link, Panel},
};

/// The card, if the host is not there.
pub fn card(app: App) -> impl IntoView {
    move || match app.link.get() {
        Link::Connecting | Link::Greeting | Link::Ready => None,
        Link::Missing => {
            let (title, body) = (say(Key::HostMissingTitle), say(Key::HostMissingBody));
            Some(notice(title, body, install(app)).into_any())
        }
        Link::Forbidden => {
            let (title, body) = (say(Key::HostForbiddenTitle), say(Key::HostForbiddenBody));
            Some(notice(title, body, install(app)).into_any())
        }
        Link::Ended { .. } => {
            let (title, body) = (say(Key::HostEndedTitle), say(Key::HostEndedBody));
            Some(notice(title, body, again(app)).into_any())
        }
        Link::Broken(detail) => {
            Some(notice(say(Key::HostBrokenTitle), detail, again(app)).into_any())
        }
        Link::HostTooOld(host) => {
            let (title, body) = (
                say(Key::HostTooOldTitle),
                versions(Key::HostTooOldBody, host),
            );
            Some(notice(title, body, install(app)).into_any())
        }
        Link::ExtensionTooOld(host) => {
            let title = say(Key::ExtensionTooOldTitle);
            let body = versions(Key::ExtensionTooOldBody, host);
            Some(notice(title, body, open_extensions()).into_any())
        }
    }
}

fn versions(key: Key, host: Version) -> String {
    say_with(key, &[&host.to_string(), &PROTOCOL.to_string()])
}

fn install(app: App) -> impl IntoView {
    (command(INSTALL), again(app))
}

fn again(app: App) -> impl IntoView {
    button(say(Key::TryAgain), move || app.act(Panel::reconnect))
}
