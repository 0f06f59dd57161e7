//! Tabs and windows.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

use super::{
    listener::{ChromeEvent, Listener},
    port::object,
};
use crate::capture::Tab;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "windows"], js_name = getCurrent, catch)]
    async fn current_window() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], catch)]
    async fn query(filter: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], catch)]
    async fn get(tab: i32) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = reload, catch)]
    async fn reload_tab(tab: i32) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], catch)]
    async fn create(options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = openOptionsPage, catch)]
    async fn open_options_page() -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = onActivated, thread_local_v2)]
    static ON_ACTIVATED: ChromeEvent;

    #[wasm_bindgen(js_namespace = ["chrome", "tabs"], js_name = onUpdated, thread_local_v2)]
    static ON_UPDATED: ChromeEvent;
}

/// The window that the panel stands in.
///
/// # Errors
/// What the browser says.
pub async fn own_window() -> Result<i32, JsValue> {
    let window = current_window().await?;
    number(&window, "id").ok_or_else(|| "the window has no id".into())
}

/// The tab in view in a window.
///
/// # Errors
/// What the browser says.
pub async fn active_tab(window: i32) -> Result<Option<Tab>, JsValue> {
    let filter = object(&[("active", &true.into()), ("windowId", &window.into())]);
    let tabs = query(&filter).await?;
    Ok(read(&Reflect::get_u32(&tabs, 0)?))
}

/// What may be known of a tab.
///
/// # Errors
/// What the browser says, as when the tab is gone.
pub async fn tab(id: i32) -> Result<Option<Tab>, JsValue> {
    Ok(read(&get(id).await?))
}

/// Loads a tab's page anew.
///
/// # Errors
/// What the browser says.
pub async fn reload(tab: i32) -> Result<(), JsValue> {
    reload_tab(tab).await.map(drop)
}

/// Opens the browser's page about extensions.
///
/// # Errors
/// What the browser says.
pub async fn open_extensions() -> Result<(), JsValue> {
    create(&object(&[("url", &"chrome://extensions".into())]))
        .await
        .map(drop)
}

/// Opens the settings.
///
/// # Errors
/// What the browser says.
pub async fn open_settings() -> Result<(), JsValue> {
    open_options_page().await.map(drop)
}

/// Something that happened to the tabs of the panel's window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// The reader turned to a tab.
    Turned(i32),
    /// A tab loads another page.
    Loading(Tab),
    /// A tab has loaded a page, or the page has changed its address.
    Loaded(Tab),
}

/// Listens to the tabs of a window.
pub fn listen(window: i32, tell: impl Fn(Happening) + Clone + 'static) -> [Listener; 2] {
    let tell_turn = tell.clone();
    let on_activated = Listener::new(ON_ACTIVATED.with(Clone::clone), move |info, _, _| {
        if number(&info, "windowId") == Some(window)
            && let Some(id) = number(&info, "tabId")
        {
            tell_turn(Happening::Turned(id));
        }
    });
    let on_updated = Listener::new(ON_UPDATED.with(Clone::clone), move |_, change, tab| {
        if number(&tab, "windowId") != Some(window) {
            return;
        }
        let status = text(&change, "status");
        match (status.as_deref(), read(&tab)) {
            (Some("loading"), Some(tab)) => tell(Happening::Loading(tab)),
            (Some("complete"), Some(tab)) => tell(Happening::Loaded(tab)),
            (None, Some(tab)) if text(&change, "url").is_some() => tell(Happening::Loaded(tab)),
            _ => {}
        }
    });
    [on_activated, on_updated]
}

fn read(tab: &JsValue) -> Option<Tab> {
    Some(Tab {
        id: number(tab, "id")?,
        url: text(tab, "url"),
        title: text(tab, "title"),
    })
}

fn number(object: &JsValue, name: &str) -> Option<i32> {
    let value = Reflect::get(object, &name.into()).ok()?.as_f64()?;
    // Ids are whole and small; what is not has no tab.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the browser's ids are 32 bits wide"
    )]
    Some(value as i32)
}

fn text(object: &JsValue, name: &str) -> Option<String> {
    let text = Reflect::get(object, &name.into()).ok()?.as_string()?;
    (!text.is_empty()).then_some(text)
}
