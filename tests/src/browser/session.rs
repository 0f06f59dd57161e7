//! One thing in the browser that can be worked: a page, the side panel, the service worker.

use std::{fs, path::Path, sync::Arc, time::Duration};

use data_encoding::BASE64;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    BrowserError,
    complaint::{self, Complaint},
    connection::{ANSWER, Connection, Event},
    error::at,
    keys,
};
use crate::{PATIENCE, until};

/// A target with a DevTools session attached.
#[derive(Clone)]
pub struct Session {
    connection: Arc<Connection>,
    target: String,
    session: String,
}

impl Session {
    pub(super) fn attach(connection: &Arc<Connection>, target: &str) -> Result<Self, BrowserError> {
        let params = json!({"targetId": target, "flatten": true});
        let answer = connection.call("", "Target.attachToTarget", params, ANSWER)?;
        let session = Self {
            connection: Arc::clone(connection),
            target: target.to_owned(),
            session: text(&answer, "sessionId", "Target.attachToTarget")?,
        };
        session.call("Runtime.enable", json!({}))?;
        session.call("Log.enable", json!({}))?;
        Ok(session)
    }

    /// The DevTools target id.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// Whether the target has ended other than by closing.
    pub(super) fn has_crashed(&self) -> Result<bool, BrowserError> {
        let crashed = |event: &Event| event.method == "Inspector.targetCrashed";
        let events = self.connection.take_events(&self.session, crashed)?;
        Ok(!events.is_empty())
    }

    /// Calls a DevTools method in this target.
    ///
    /// # Errors
    /// When the browser refuses or does not answer in time.
    pub fn call(&self, method: &str, params: Value) -> Result<Value, BrowserError> {
        self.connection.call(&self.session, method, params, ANSWER)
    }

    /// Evaluates an expression, waiting for it if it is a promise.
    ///
    /// # Errors
    /// When it throws, or gives a value of another type.
    pub fn evaluate<T: DeserializeOwned>(&self, script: &str) -> Result<T, BrowserError> {
        self.evaluate_with(script, false)
    }

    /// Evaluates an expression as if the reader had just clicked.
    ///
    /// # Errors
    /// When it throws, or gives a value of another type.
    pub fn evaluate_as_gesture<T: DeserializeOwned>(
        &self,
        script: &str,
    ) -> Result<T, BrowserError> {
        self.evaluate_with(script, true)
    }

    /// Runs an expression for its effect.
    ///
    /// # Errors
    /// When it throws.
    pub fn run(&self, script: &str) -> Result<(), BrowserError> {
        let _value: Value =
            self.evaluate(&format!("Promise.resolve({script}).then(() => null)"))?;
        Ok(())
    }

    fn evaluate_with<T: DeserializeOwned>(
        &self,
        script: &str,
        gesture: bool,
    ) -> Result<T, BrowserError> {
        let params = json!({
            "expression": script, "awaitPromise": true, "returnByValue": true,
            "userGesture": gesture,
        });
        let mut answer = self.call("Runtime.evaluate", params)?;
        if let Some(thrown) = answer.get("exceptionDetails") {
            return Err(BrowserError::Threw {
                script: script.chars().take(200).collect(),
                message: complaint::thrown(thrown),
            });
        }
        serde_json::from_value(answer["result"]["value"].take()).map_err(|error| {
            BrowserError::Unexpected {
                method: format!("`{}`", script.chars().take(200).collect::<String>()),
                detail: error.to_string(),
            }
        })
    }

    /// Waits until an expression gives something other than null, undefined and false.
    ///
    /// # Errors
    /// When it does not in time, with what the page showed; when it throws.
    pub fn wait_for<T: DeserializeOwned>(
        &self,
        what: &str,
        script: &str,
    ) -> Result<T, BrowserError> {
        self.wait_within(what, PATIENCE, script)
    }

    /// As [`Session::wait_for`], with a patience of its own.
    ///
    /// # Errors
    /// When it does not in time, with what the page showed; when it throws.
    pub fn wait_within<T: DeserializeOwned>(
        &self,
        what: &str,
        patience: Duration,
        script: &str,
    ) -> Result<T, BrowserError> {
        let probe = format!(
            "(async () => {{ const v = await ({script}); return v === false || v === undefined ? null : v; }})()"
        );
        let result = until(what, patience, || self.evaluate::<Option<T>>(&probe));
        result.map_err(|error| match error {
            BrowserError::TimedOut(timed_out) => BrowserError::NotMet {
                timed_out,
                looked: self.visible_text(),
            },
            other => other,
        })
    }

    /// What can be read in the page, for messages: shortened, never an error.
    pub fn visible_text(&self) -> String {
        let script = "(globalThis.document?.body?.innerText ?? '').slice(0, 2000)";
        self.evaluate(script)
            .unwrap_or_else(|error| format!("(not to be had: {error})"))
    }

    /// Clicks the middle of the first element that matches, with a real mouse event.
    ///
    /// # Errors
    /// When there is no such element in view.
    pub fn click(&self, selector: &str) -> Result<(), BrowserError> {
        let (x, y) = self.place_of(selector)?;
        for kind in ["mousePressed", "mouseReleased"] {
            let params = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", params)?;
        }
        Ok(())
    }

    /// Where the middle of an element is, once it has a size, is in view and can be hit.
    fn place_of(&self, selector: &str) -> Result<(f64, f64), BrowserError> {
        let selector = json!(selector);
        let script = format!(
            "(() => {{ const e = document.querySelector({selector}); if (!e || e.disabled) return null; \
             e.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
             const r = e.getBoundingClientRect(); \
             const x = r.x + r.width / 2, y = r.y + r.height / 2; \
             const hit = r.width > 0 && document.elementFromPoint(x, y); \
             return hit && (e.contains(hit) || hit.contains(e)) ? [x, y] : null; }})()"
        );
        self.wait_for(&format!("the element {selector}"), &script)
    }

    /// Puts text where the caret is, as an input method does.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn insert_text(&self, text: &str) -> Result<(), BrowserError> {
        self.call("Input.insertText", json!({"text": text}))?;
        Ok(())
    }

    /// Presses and releases a key: `Enter`, `Tab`, `Shift+Tab`, `Escape`, `a`.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn press(&self, key: &str) -> Result<(), BrowserError> {
        for params in keys::strokes(key) {
            self.call("Input.dispatchKeyEvent", params)?;
        }
        Ok(())
    }

    /// Goes to an address and waits until it has loaded.
    ///
    /// # Errors
    /// When it cannot be reached or does not load in time.
    pub fn navigate(&self, url: &str) -> Result<(), BrowserError> {
        // The mark tells the old document from the new one at the same address.
        self.run("globalThis.beforeNavigation = true")?;
        let answer = self.call("Page.navigate", json!({"url": url}))?;
        if let Some(reason) = answer.get("errorText").and_then(Value::as_str) {
            return Err(BrowserError::Refused {
                method: format!("navigating to {url}"),
                message: reason.to_owned(),
            });
        }
        self.until_loaded(url)
    }

    fn until_loaded(&self, url: &str) -> Result<(), BrowserError> {
        let script = "!globalThis.beforeNavigation && document.readyState === 'complete'";
        until(&format!("the load of {url}"), PATIENCE, || {
            match self.evaluate::<bool>(script) {
                Ok(loaded) => Ok(loaded.then_some(())),
                // The old document was torn down while the script ran in it.
                Err(BrowserError::Refused { .. }) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }

    /// Makes the page believe in a colour scheme: `light` or `dark`.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn emulate_colour_scheme(&self, scheme: &str) -> Result<(), BrowserError> {
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": features}))?;
        Ok(())
    }

    /// Saves what the target shows as a PNG.
    ///
    /// # Errors
    /// When the picture cannot be taken or written.
    pub fn screenshot(&self, path: &Path) -> Result<(), BrowserError> {
        let method = "Page.captureScreenshot";
        let answer = self.call(method, json!({"format": "png"}))?;
        let picture = BASE64
            .decode(text(&answer, "data", method)?.as_bytes())
            .map_err(|error| BrowserError::Unexpected {
                method: method.to_owned(),
                detail: error.to_string(),
            })?;
        fs::write(path, picture).map_err(at(path))
    }

    /// Begins to note the network requests of the target.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn watch_network(&self) -> Result<(), BrowserError> {
        self.call("Network.enable", json!({}))?;
        self.requests()?;
        Ok(())
    }

    /// The addresses requested since the last call.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn requests(&self) -> Result<Vec<String>, BrowserError> {
        let wanted = |method: &str| method == "Network.requestWillBeSent";
        let events = self
            .connection
            .take_events(&self.session, |event| wanted(&event.method))?;
        let address = |params: &Value| params["request"]["url"].as_str().map(str::to_owned);
        Ok(events
            .iter()
            .filter_map(|event| address(&event.params))
            .collect())
    }

    /// Errors that the target has reported since the last call: on its console, uncaught, or by
    /// the browser about it, such as a violated content security policy.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn complaints(&self) -> Result<Vec<Complaint>, BrowserError> {
        let events = self
            .connection
            .take_events(&self.session, |event| complaint::is_report(&event.method))?;
        Ok(events
            .iter()
            .filter_map(|event| complaint::read(&event.method, &event.params))
            .collect())
    }

    /// Lets go of the target, which goes on.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn detach(self) -> Result<(), BrowserError> {
        let params = json!({"sessionId": self.session});
        self.connection
            .call("", "Target.detachFromTarget", params, ANSWER)
            .map(drop)
    }

    /// Closes the target; for the service worker, kills it.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn close(&self) -> Result<(), BrowserError> {
        let params = json!({"targetId": self.target});
        self.connection
            .call("", "Target.closeTarget", params, ANSWER)?;
        Ok(())
    }
}

/// A text field of an answer.
pub(super) fn text(answer: &Value, field: &str, method: &str) -> Result<String, BrowserError> {
    let found = answer[field].as_str().map(str::to_owned);
    found.ok_or_else(|| BrowserError::Unexpected {
        method: method.to_owned(),
        detail: format!("it has no text {field}"),
    })
}
