//! Listeners of the browser's events, removed when they are dropped.

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::crash;

#[wasm_bindgen]
extern "C" {
    /// An event of `chrome.*`.
    #[derive(Debug, Clone)]
    pub type ChromeEvent;

    #[wasm_bindgen(method, catch, js_name = addListener)]
    fn add(this: &ChromeEvent, listener: &Function) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = removeListener)]
    fn remove(this: &ChromeEvent, listener: &Function) -> Result<(), JsValue>;
}

/// Arguments of an event; those that the browser leaves out are undefined.
type Handler = Closure<dyn FnMut(JsValue, JsValue, JsValue)>;

/// A listener of an event of `chrome.*`.
pub struct Listener {
    event: ChromeEvent,
    handler: Handler,
}

impl Listener {
    /// Listens until dropped.
    pub fn new(
        event: ChromeEvent,
        mut handle: impl FnMut(JsValue, JsValue, JsValue) + 'static,
    ) -> Self {
        let handler = Handler::new(move |first, second, third| {
            if !crash::has_crashed() {
                handle(first, second, third);
            }
        });
        if let Err(error) = event.add(handler.as_ref().unchecked_ref()) {
            super::warn("adding a listener", &error);
        }
        Self { event, handler }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Err(error) = self.event.remove(self.handler.as_ref().unchecked_ref()) {
            super::warn("removing a listener", &error);
        }
    }
}
