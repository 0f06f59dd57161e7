//! Waiting: once per frame, or for some time.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::prelude::*;

/// The longest that a hidden panel waits for a frame, in milliseconds.
const LONGEST_FRAME_MS: i32 = 250;

/// Calls back at most once for any number of [`Self::ask`]s in one frame. A hidden panel gets no
/// frames, so it is also called after a while without.
pub struct EachFrame {
    callback: Rc<Closure<dyn FnMut()>>,
    asked: Rc<RefCell<Option<(i32, i32)>>>,
}

impl EachFrame {
    /// Calls this.
    pub fn new(mut call: impl FnMut() + 'static) -> Self {
        let asked = Rc::new(RefCell::new(None));
        let cleared = Rc::clone(&asked);
        let callback = Closure::new(move || {
            let handles = cleared.borrow_mut().take();
            if let Some((frame, timer)) = handles {
                forget(frame, timer);
                call();
            }
        });
        Self {
            callback: Rc::new(callback),
            asked,
        }
    }

    /// Asks for a call.
    pub fn ask(&self) {
        let mut asked = self.asked.borrow_mut();
        if asked.is_none() {
            *asked = self.schedule();
        }
    }

    fn schedule(&self) -> Option<(i32, i32)> {
        let window = web_sys::window()?;
        let function = self.callback.as_ref().as_ref().unchecked_ref();
        let frame = window.request_animation_frame(function).ok()?;
        let timer = window
            .set_timeout_with_callback_and_timeout_and_arguments_0(function, LONGEST_FRAME_MS)
            .ok()?;
        Some((frame, timer))
    }
}

/// Only one of the two is to come.
fn forget(frame: i32, timer: i32) {
    if let Some(window) = web_sys::window() {
        // Neither fails for a handle that is spent.
        let _ = window.cancel_animation_frame(frame);
        window.clear_timeout_with_handle(timer);
    }
}
