//! The side panel: what a reader sees of Coterie.
//!
//! What the panel does is decided in modules that know no browser (`state`, `conversation`,
//! `markdown`, `capture`, `failure`, `language`, `messages`), so that it is tested anywhere;
//! `browser` binds what the browser offers, `view` shows, and `app` ties them together. `settings` is
//! the settings page, built in the same way.

mod announcement;
mod app;
mod browser;
mod capture;
mod conversation;
mod crash;
mod failure;
mod language;
mod markdown;
mod messages;
mod port;
mod settings;
mod state;
mod view;

use coterie_protocol::ClientId;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    app::App,
    browser::{tabs, warn},
};

/// Starts the panel or, in its document, the settings page; the browser calls it when the module is
/// loaded.
#[wasm_bindgen(start)]
pub fn start() {
    crash::install_hook();
    if is_settings_page() {
        return show_settings();
    }
    spawn_local(async {
        match tabs::own_window().await {
            Ok(window) => show(window),
            Err(error) => warn("finding the panel's window", &error),
        }
    });
}

fn show(window: i32) {
    // Twelve hexadecimal digits: a valid name, and not one that another panel has.
    let Ok(client) = ClientId::try_from(random_name()) else {
        return;
    };
    leptos::mount::mount_to_body(move || {
        let app = App::new(client, window);
        spawn_local(app.start(window));
        view::panel(app)
    });
}

/// Whether the document is that of the settings.
fn is_settings_page() -> bool {
    let path = leptos::prelude::window().location().pathname();
    path.is_ok_and(|path| path == "/options.html")
}

fn show_settings() {
    let Ok(client) = ClientId::try_from(random_name()) else {
        return;
    };
    leptos::mount::mount_to_body(move || {
        let counter = settings::Counter::new(client);
        counter.connect();
        settings::page(counter)
    });
}

fn random_name() -> String {
    (0..3)
        .map(|_| format!("{:04x}", (js_sys::Math::random() * 65_536.0) as u16))
        .collect()
}
