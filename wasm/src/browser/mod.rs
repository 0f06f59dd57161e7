//! Thin typed bindings to the browser: `chrome.*` and the few parts of the page that are needed.

pub mod addresses;
pub mod clipboard;
pub mod i18n;
pub mod listener;
pub mod page_agent;
pub mod permissions;
pub mod port;
pub mod storage;
pub mod tabs;
pub mod timing;

use wasm_bindgen::JsValue;

/// The browser's own words for what went wrong.
pub fn message(error: &JsValue) -> String {
    let text = js_sys::Reflect::get(error, &"message".into()).ok();
    let text = text
        .and_then(|text| text.as_string())
        .or_else(|| error.as_string());
    text.unwrap_or_else(|| "unknown error".to_owned())
}

/// Notes in the console what went wrong where nothing else can be done about it. Errors of the
/// browser name no page text.
pub fn warn(what: &str, error: &JsValue) {
    console_warn(&format!("coterie: {what}: {}", message(error)));
}

#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = warn)]
    fn console_warn(text: &str);
}
