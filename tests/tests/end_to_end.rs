//! The whole path in a real browser: page, side panel, worker, native host, expert.
//!
//! `cargo xtask test` builds what these tests need. Each test has a browser with a profile of its
//! own, so any number may run side by side.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that fails fails its test"
)]

#[path = "end_to_end/access.rs"]
mod access;
#[path = "end_to_end/actions.rs"]
mod actions;
#[path = "end_to_end/desktop.rs"]
mod desktop;
#[path = "end_to_end/experts.rs"]
mod experts;
#[path = "end_to_end/figures.rs"]
mod figures;
#[path = "end_to_end/hosts.rs"]
mod hosts;
#[path = "end_to_end/keyboard.rs"]
mod keyboard;
#[path = "end_to_end/languages.rs"]
mod languages;
#[path = "end_to_end/lifecycle.rs"]
mod lifecycle;
#[path = "end_to_end/markdown.rs"]
mod markdown;
#[path = "end_to_end/menus.rs"]
mod menus;
#[path = "end_to_end/settings.rs"]
mod settings;
#[path = "end_to_end/snapshot.rs"]
mod snapshot;
#[path = "end_to_end/stage.rs"]
mod stage;
#[path = "end_to_end/surface.rs"]
mod surface;
