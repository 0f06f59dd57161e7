//! What drives a real browser and stands in for experts in the tests.
//!
//! [`browser`] launches Chromium and works the side panel, the service worker and pages in it;
//! [`experts`] is an OpenAI-compatible server that misbehaves on request; [`pages`] serves pages
//! to read; [`vendors`] makes those experts ones of the cloud, with prices. `cargo xtask run` and `cargo xtask bench` use them as well.

pub mod browser;
mod environment;
pub mod experts;
pub mod figures;
pub mod host;
mod http;
pub mod pages;
pub mod panel;
pub mod paths;
mod process;
pub mod vendors;
mod wait;

pub use process::kill as kill_process;
pub use wait::{PATIENCE, TimedOut, until};
