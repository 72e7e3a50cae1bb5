//! The clock, timers, random bytes and the network's state.

use std::pin::pin;

use futures_channel::mpsc;
use futures_util::StreamExt;
use futures_util::future::{Either, pending, select};
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Promise};
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Crypto, EventTarget, MessageChannel};

use super::guard::Listener;

#[wasm_bindgen]
extern "C" {
    type Navigator;
    #[wasm_bindgen(thread_local_v2, js_name = navigator)]
    static NAVIGATOR: Option<Navigator>;
    // Not web-sys's: where a browser cannot say, that would read "offline".
    #[wasm_bindgen(method, getter, js_name = onLine)]
    fn on_line(this: &Navigator) -> Option<bool>;

    #[wasm_bindgen(thread_local_v2, js_name = crypto)]
    static CRYPTO: Option<Crypto>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(handler: &Function, ms: i32);
}

/// Unix time in milliseconds, by the clock of this machine, which may be wrong.
pub(crate) fn now_ms() -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a whole number far below 2^53, and the cast saturates"
    )]
    let now = js_sys::Date::now() as i64;
    now
}

/// Waits. Longer than 24.8 days is not possible: such a timer would go off at once.
pub(crate) async fn sleep(ms: u64) {
    let ms = ms.min(u64::from(i32::MAX.unsigned_abs()));
    TimeoutFuture::new(u32::try_from(ms).unwrap_or_default()).await;
}

/// Lets the page have its turn. By a message, for browsers make timers wait: after a few 4 ms, in a hidden tab a second.
/// And by a timer, for in WebKit a message goes through the process that reads files: it took 30 ms while that did.
pub(crate) async fn turn() {
    let mut near = None;
    let heard = Promise::new(&mut |heard, _| {
        set_timeout(&heard, 0);
        if let Ok(channel) = MessageChannel::new() {
            channel.port1().set_onmessage(Some(&heard));
            // Where it cannot be sent the timer is left.
            let _ = channel.port2().post_message(&JsValue::UNDEFINED);
            near = Some(channel.port1());
        }
    });
    // It is never rejected.
    let _ = JsFuture::from(heard).await;
    if let Some(near) = near {
        near.close();
    }
}

/// Whether the browser believes that it is online; `true` where it cannot say.
pub(crate) fn is_online() -> bool {
    NAVIGATOR
        .with(|navigator| navigator.as_ref().and_then(Navigator::on_line))
        .unwrap_or(true)
}

/// What the future comes to; `None` when that takes longer. 0 means without a limit.
pub(crate) async fn within<T>(ms: u32, future: impl Future<Output = T>) -> Option<T> {
    if ms == 0 {
        return Some(future.await);
    }
    match select(pin!(future), pin!(sleep(ms.into()))).await {
        Either::Left((value, _)) => Some(value),
        Either::Right(((), _)) => None,
    }
}

/// Waits until the browser comes online.
pub(crate) async fn online() {
    let target: EventTarget = js_sys::global().unchecked_into();
    let (sender, mut came) = mpsc::unbounded();
    let listener = Listener::new(target, "online", move |_| {
        // Nobody waits any more when this fails.
        let _ = sender.unbounded_send(());
    });
    match listener {
        Ok(_listener) => {
            came.next().await;
        }
        Err(_) => pending().await,
    }
}

/// A random UUID, good enough that two are never the same.
pub(crate) fn unique() -> Uuid {
    let mut bytes = [0; 16];
    let filled = CRYPTO.with(|crypto| {
        crypto
            .as_ref()
            .is_some_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok())
    });
    if !filled {
        // They are no secret, so these will do.
        for byte in &mut bytes {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "from 0 to 255"
            )]
            let random = (js_sys::Math::random() * 256.0) as u8;
            *byte = random;
        }
    }
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}
