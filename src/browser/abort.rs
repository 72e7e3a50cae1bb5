//! Abort signals: the caller's, which is only listened to, and our own, which is handed to others.
//!
//! The caller's signal never goes to gloo-net or `fetch`: its reason may be any value, and gloo-net 0.7 panics when
//! a request is rejected with one that is no `Error`.

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use wasm_bindgen::JsValue;
use web_sys::{AbortController, AbortSignal};

use super::listener::Listener;

/// Calls back when `signal` is aborted, from now on. Stops listening when it is dropped.
pub(crate) fn on_abort(signal: &AbortSignal, callback: impl Fn(JsValue) + 'static) -> Listener {
    let watched = signal.clone();
    Listener::new(signal, "abort", move |_| {
        callback(reason(&watched).unwrap_or_default());
    })
}

/// `signal.reason`, whatever it is, when the signal is aborted.
pub(crate) fn reason(signal: &AbortSignal) -> Option<JsValue> {
    signal.aborted().then(|| signal.reason())
}

/// The outcome of `work`, unless `signal` is aborted before: then its reason.
pub(crate) async fn until<T>(
    signal: Option<&AbortSignal>,
    work: impl Future<Output = Result<T, JsValue>>,
) -> Result<T, JsValue> {
    let Some(signal) = signal else {
        return work.await;
    };
    let waker: Rc<RefCell<Option<Waker>>> = Rc::default();
    let waiting = Rc::clone(&waker);
    let _listener = on_abort(signal, move |_| {
        let waker = waiting.take();
        if let Some(waker) = waker {
            waker.wake();
        }
    });
    let mut work = pin!(work);
    poll_fn(|context| {
        if let Some(reason) = reason(signal) {
            return Poll::Ready(Err(reason));
        }
        waker.replace(Some(context.waker().clone()));
        work.as_mut().poll(context)
    })
    .await
}

/// A signal that is aborted when this value is dropped.
pub(crate) struct AbortOnDrop(AbortController);

impl AbortOnDrop {
    pub(crate) fn new() -> Result<Self, JsValue> {
        AbortController::new().map(Self)
    }

    pub(crate) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        // Without a reason: the browser then makes an `Error` of its own.
        self.0.abort();
    }
}
