//! What is ended by being dropped.

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal, Event, EventTarget};

/// Aborts its signal when it is dropped.
pub(crate) struct Aborter(AbortController);

impl Aborter {
    pub(crate) fn new() -> Result<Self, JsValue> {
        AbortController::new().map(Self)
    }

    pub(crate) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }
}

impl Drop for Aborter {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Listens to an event until it is dropped.
pub(crate) struct Listener {
    target: EventTarget,
    event: &'static str,
    callback: Closure<dyn FnMut(Event)>,
}

impl Listener {
    /// Fails for something that is no event target.
    pub(crate) fn new(
        target: EventTarget,
        event: &'static str,
        listen: impl FnMut(Event) + 'static,
    ) -> Result<Self, JsValue> {
        let callback = Closure::new(listen);
        target.add_event_listener_with_callback(event, callback.as_ref().unchecked_ref())?;
        Ok(Self {
            target,
            event,
            callback,
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.callback.as_ref().unchecked_ref();
        // Fails only where adding has failed.
        let _ = self
            .target
            .remove_event_listener_with_callback(self.event, callback);
    }
}
