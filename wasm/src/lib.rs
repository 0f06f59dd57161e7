//! The side panel.

mod capture;
mod conversation;
mod language;
mod markdown;
mod port;
mod state;
