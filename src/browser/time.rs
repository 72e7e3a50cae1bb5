//! The clock, timers, randomness and whether the browser is online: what the core is told instead of asking.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use super::listener::Listener;

// Globals that windows and workers share.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, ms: i32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: &JsValue);
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]) -> Result<(), JsValue>;

    type Navigator;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Option<Navigator>;
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> Option<bool>;
}

/// Unix time in milliseconds, by the (possibly wrong) clock of this machine.
pub(crate) fn now_ms() -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number far below 2^53, and the cast saturates"
    )]
    let now = js_sys::Date::now() as i64;
    now
}

/// 128 random bits, good enough that two never are the same.
pub(crate) fn unique() -> [u8; 16] {
    let mut bytes = [0; 16];
    if get_random_values(&mut bytes).is_err() {
        // No `crypto` here at all. Uniqueness is wanted, not secrecy.
        for byte in &mut bytes {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "0 to 255"
            )]
            {
                *byte = (js_sys::Math::random() * 256.0) as u8;
            }
        }
    }
    bytes
}

/// Whether the browser believes to be online; `true` where it cannot say.
pub(crate) fn is_online() -> bool {
    NAVIGATOR
        .with(|navigator| navigator.as_ref().and_then(Navigator::on_line))
        .unwrap_or(true)
}

/// Calls back whenever the browser comes online, until it is dropped.
pub(crate) fn on_online(callback: impl Fn() + 'static) -> Listener {
    let global: EventTarget = js_sys::global().unchecked_into();
    Listener::new(&global, "online", move |_| callback())
}

/// One call after `ms` milliseconds, unless it is dropped before.
pub(crate) struct Timer {
    id: JsValue,
    _callback: Closure<dyn Fn()>,
}

impl Timer {
    pub(crate) fn new(ms: u64, callback: impl Fn() + 'static) -> Self {
        let callback = Closure::<dyn Fn()>::new(callback);
        // Longer ones than 24.8 days would fire at once.
        let ms = i32::try_from(ms).unwrap_or(i32::MAX);
        Self {
            id: set_timeout(callback.as_ref(), ms),
            _callback: callback,
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.id);
    }
}

/// Lets other tasks of the thread run (events, painting) before it goes on.
pub(crate) fn yield_now() -> Pause {
    Pause {
        state: Rc::default(),
        timer: None,
    }
}

#[derive(Default)]
struct PauseState {
    over: bool,
    waker: Option<Waker>,
}

/// The future of [`yield_now`].
pub(crate) struct Pause {
    state: Rc<RefCell<PauseState>>,
    timer: Option<Timer>,
}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        {
            let mut state = self.state.borrow_mut();
            if state.over {
                return Poll::Ready(());
            }
            state.waker = Some(context.waker().clone());
        }
        if self.timer.is_none() {
            let state = Rc::clone(&self.state);
            self.timer = Some(Timer::new(0, move || {
                let waker = {
                    let mut state = state.borrow_mut();
                    state.over = true;
                    state.waker.take()
                };
                if let Some(waker) = waker {
                    waker.wake();
                }
            }));
        }
        Poll::Pending
    }
}
