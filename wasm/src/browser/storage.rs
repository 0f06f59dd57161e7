//! What the panel remembers between sessions: nothing but the reader's choices.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use super::port::object;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "storage", "local"], catch)]
    async fn get(key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "storage", "local"], catch)]
    async fn set(items: &JsValue) -> Result<JsValue, JsValue>;
}

/// The language to translate into.
const TARGET_LANGUAGE: &str = "target_language";

/// The expert for what is asked next; empty where Coterie chooses.
const EXPERT: &str = "expert";

/// The expert that the reader chose, if any.
///
/// # Errors
/// What the browser says.
pub async fn expert() -> Result<Option<String>, JsValue> {
    let items = get(EXPERT).await?;
    let id = Reflect::get(&items, &EXPERT.into())?.as_string();
    Ok(id.filter(|id| !id.is_empty()))
}

/// Remembers the expert, or that Coterie chooses.
///
/// # Errors
/// What the browser says.
pub async fn remember_expert(id: Option<&str>) -> Result<(), JsValue> {
    let id = id.unwrap_or_default();
    set(&object(&[(EXPERT, &id.into())])).await.map(drop)
}

/// The language that the reader chose to translate into, if ever.
///
/// # Errors
/// What the browser says.
pub async fn target_language() -> Result<Option<String>, JsValue> {
    let items = get(TARGET_LANGUAGE).await?;
    Ok(Reflect::get(&items, &TARGET_LANGUAGE.into())?.as_string())
}

/// Remembers the language to translate into.
///
/// # Errors
/// What the browser says.
pub async fn remember_target_language(tag: &str) -> Result<(), JsValue> {
    set(&object(&[(TARGET_LANGUAGE, &tag.into())]))
        .await
        .map(drop)
}
