//! The port to the extension's worker.

use std::{cell::RefCell, rc::Rc};

use coterie_protocol::{Assembler, FromHost, ToHost};
use js_sys::JSON;
use serde::{Serialize, de::DeserializeOwned};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::listener::{ChromeEvent, Listener};
use crate::port::{Incoming, Outgoing, PORT_NAME, parts};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = connect, catch)]
    fn connect(options: &JsValue) -> Result<ChromePort, JsValue>;

    #[derive(Debug, Clone)]
    type ChromePort;

    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_message(this: &ChromePort, message: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn disconnect(this: &ChromePort) -> Result<(), JsValue>;

    #[wasm_bindgen(method, getter, js_name = onMessage)]
    fn on_message(this: &ChromePort) -> ChromeEvent;

    #[wasm_bindgen(method, getter, js_name = onDisconnect)]
    fn on_disconnect(this: &ChromePort) -> ChromeEvent;

    #[wasm_bindgen(js_namespace = ["chrome", "runtime"], js_name = getManifest)]
    fn manifest() -> JsValue;
}

/// A port to the worker; closed when dropped.
pub struct Port {
    port: ChromePort,
    _listeners: [Listener; 2],
}

impl Port {
    /// Connects. `received` gets every message, `closed` is called once if the worker ends.
    ///
    /// # Errors
    /// What the browser says when the worker cannot be reached.
    pub fn open(
        mut received: impl FnMut(Incoming) + 'static,
        mut closed: impl FnMut() + 'static,
    ) -> Result<Self, JsValue> {
        let port = connect(&object(&[("name", &PORT_NAME.into())]))?;
        let assembler = Rc::new(RefCell::new(Assembler::default()));
        let on_message = Listener::new(port.on_message(), move |message, _, _| {
            if let Some(message) = read(message, &mut assembler.borrow_mut()) {
                received(message);
            }
        });
        let on_disconnect = Listener::new(port.on_disconnect(), move |_, _, _| closed());
        Ok(Self {
            port,
            _listeners: [on_message, on_disconnect],
        })
    }

    /// Sends a message. One that cannot be sent is noted: the port's end is told by itself.
    pub fn post(&self, message: &Outgoing) {
        let sent = match message {
            Outgoing::Host { message } => self.post_to_host(message),
            Outgoing::Worker(_) => self.post_whole(message),
        };
        if let Err(error) = sent {
            super::warn("sending a message", &error);
        }
    }

    fn post_to_host(&self, message: &ToHost) -> Result<(), JsValue> {
        let json = String::from(JSON::stringify(&to_js(message)?)?);
        let mut parts = parts(message, &json).into_iter();
        parts.try_for_each(|message| self.post_whole(&Outgoing::Host { message }))
    }

    fn post_whole(&self, message: &Outgoing) -> Result<(), JsValue> {
        self.port.post_message(&to_js(message)?)
    }
}

impl Drop for Port {
    fn drop(&mut self) {
        if let Err(error) = self.port.disconnect() {
            super::warn("closing the port", &error);
        }
    }
}

/// The extension's version.
pub fn version() -> String {
    let version = js_sys::Reflect::get(&manifest(), &"version".into());
    version
        .ok()
        .and_then(|version| version.as_string())
        .unwrap_or_default()
}

/// Reads a message, putting chunks together. One that cannot be read is noted and dropped.
fn read(message: JsValue, assembler: &mut Assembler) -> Option<Incoming> {
    let incoming = from_js(message)?;
    let Incoming::Host {
        message: FromHost::Chunk(chunk),
    } = incoming
    else {
        return Some(incoming);
    };
    match assembler.push(chunk) {
        Ok(text) => {
            let message = JSON::parse(&text?).ok().and_then(from_js)?;
            Some(Incoming::Host { message })
        }
        Err(error) => {
            super::warn("putting chunks together", &error.to_string().into());
            None
        }
    }
}

fn from_js<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value)
        .inspect_err(|error| super::warn("reading a message", &error.to_string().into()))
        .ok()
}

fn to_js(message: &impl Serialize) -> Result<JsValue, JsValue> {
    Ok(message.serialize(&Serializer::json_compatible())?)
}

/// An object with these properties.
pub fn object(properties: &[(&str, &JsValue)]) -> JsValue {
    let object = js_sys::Object::new();
    for (name, value) in properties {
        // A plain object takes every property.
        let _ = js_sys::Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
