//! After a panic nothing may run any more: what it left half done cannot be trusted.

use std::{
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

use wasm_bindgen::prelude::*;

static CRASHED: AtomicBool = AtomicBool::new(false);

#[wasm_bindgen]
extern "C" {
    /// Puts a screen in place of the panel, from which it can be loaded anew; in `boot.js`.
    #[wasm_bindgen(js_namespace = globalThis, js_name = coterieCrashed)]
    fn show_crash_screen();

    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn console_error(text: &str);
}

/// Whether the panel has failed.
pub fn has_crashed() -> bool {
    CRASHED.load(Ordering::Relaxed)
}

/// From now on a panic ends the panel with a screen that says so.
pub fn install_hook() {
    panic::set_hook(Box::new(|info| {
        if !CRASHED.swap(true, Ordering::Relaxed) {
            // The place alone: a panic's message may hold text of the page.
            let place = info.location().map(ToString::to_string);
            console_error(&format!(
                "coterie: the panel failed at {}",
                place.unwrap_or_default()
            ));
            show_crash_screen();
        }
    }));
}
