//! Access to sites, asked for when it is needed.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;

use super::{
    listener::{ChromeEvent, Listener},
    port::object,
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], catch)]
    async fn request(permissions: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], catch)]
    async fn contains(permissions: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], js_name = addHostAccessRequest, catch)]
    async fn add_host_access_request(request: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(thread_local_v2, js_namespace = ["chrome"], js_name = permissions)]
    static PERMISSIONS: JsValue;

    #[wasm_bindgen(js_namespace = ["chrome", "permissions"], js_name = onAdded, thread_local_v2)]
    static ON_ADDED: ChromeEvent;
}

/// Sites that may be read without asking each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sites {
    /// One host, over http and https.
    Host(String),
    /// All of them.
    All,
}

impl Sites {
    fn origins(&self) -> JsValue {
        let host = match self {
            Self::Host(host) => host.as_str(),
            Self::All => "*",
        };
        let patterns = ["http", "https"].map(|scheme| format!("{scheme}://{host}/*"));
        let patterns: Array = patterns
            .iter()
            .map(|pattern| JsValue::from_str(pattern))
            .collect();
        object(&[("origins", &patterns)])
    }

    /// Asks the reader; must be called straight from a click.
    ///
    /// # Errors
    /// What the browser says when it does not even ask.
    pub async fn ask_for(&self) -> Result<bool, JsValue> {
        Ok(request(&self.origins()).await?.is_truthy())
    }

    /// Whether they may be read already.
    pub async fn are_open(&self) -> bool {
        contains(&self.origins())
            .await
            .is_ok_and(|open| open.is_truthy())
    }
}

/// Whether the browser can ask the reader for a tab whose address the extension may not see.
pub fn can_request_tab() -> bool {
    PERMISSIONS.with(|permissions| {
        let function = Reflect::get(permissions, &"addHostAccessRequest".into());
        function.is_ok_and(|function| function.is_instance_of::<Function>())
    })
}

/// Has the browser ask the reader, beside the address bar, to let the extension read a tab's site
/// from now on.
///
/// # Errors
/// What the browser says.
pub async fn request_tab(tab: i32) -> Result<(), JsValue> {
    add_host_access_request(&object(&[("tabId", &tab.into())]))
        .await
        .map(drop)
}

/// Calls back when access to more sites was given.
pub fn on_added(mut tell: impl FnMut() + 'static) -> Listener {
    Listener::new(ON_ADDED.with(Clone::clone), move |_, _, _| tell())
}
