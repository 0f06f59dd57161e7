//! Running the page agent in a page.

use coterie_protocol::Snapshot;
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use super::port::object;
use crate::capture::{PAGE_AGENT_FILES, Refusal, refusal};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "scripting"], js_name = executeScript, catch)]
    async fn execute_script(injection: &JsValue) -> Result<JsValue, JsValue>;
}

/// Takes a snapshot of a frame of a tab.
///
/// # Errors
/// Why the page may not be read.
pub async fn snapshot(tab: i32, frame: i32) -> Result<Snapshot, Refusal> {
    let files: Array = PAGE_AGENT_FILES
        .iter()
        .map(|file| JsValue::from_str(file))
        .collect();
    let frames = Array::of1(&frame.into());
    let target = object(&[("tabId", &tab.into()), ("frameIds", &frames)]);
    let injection = object(&[("target", &target), ("files", &files)]);
    match execute_script(&injection).await {
        Ok(results) => read(&results).map_err(Refusal::Other),
        Err(error) => {
            let known = super::tabs::tab(tab).await.ok().flatten();
            let url = known.and_then(|tab| tab.url);
            Err(refusal(&super::message(&error), url.as_deref()))
        }
    }
}

/// The first result's value; a page agent that failed leaves none.
fn read(results: &JsValue) -> Result<Snapshot, String> {
    let first = Reflect::get_u32(results, 0).map_err(|error| super::message(&error))?;
    let value = Reflect::get(&first, &"result".into()).map_err(|error| super::message(&error))?;
    if value.is_undefined() || value.is_null() {
        return Err("the page agent gave no snapshot".to_owned());
    }
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}
