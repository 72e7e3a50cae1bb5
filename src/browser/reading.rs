//! The bytes of a blob, read one after the other in the way that is the fastest where this runs.
//!
//! Of a file of 256 MiB, in GB/s: a stream read into buffers of our own 0.97 in Chromium and 1.62 in Firefox, as it
//! comes 0.91 and 0.81; in slices of 4 MiB 0.54 and 0.60. WebKit has no such buffers: as it comes 0.79, in slices 0.60.
//!
//! A buffer is asked for full (`min`, which browsers that do not know it leave aside): else Firefox gives it with 54 KiB in
//! it, and each piece costs a turn, whatever its size. 512 MiB then take 1.7 s of CPU time in place of 0.7.
//!
//! Chromium (156) at times never answers a read into a buffer, when the last one was answered a while ago: one of some
//! 30 readings of 256 MiB ended so. Then the rest is read as it comes, which always went on.

use std::cell::Cell;

use futures_util::FutureExt;
use futures_util::future::{Either, LocalBoxFuture, select};
use js_sys::{ArrayBuffer, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::clock::{now_ms, sleep};
use super::page::{object, settled};

/// Two of them are in use, again and again. Buffers that the browser makes pile up until it collects them: 435 MiB
/// of slices during 4 GiB in Chromium.
const BUFFER_BYTES: u32 = 1024 * 1024;

/// A buffer that is not filled after so long never will be. If it is a slow disk after all, nothing is lost.
const PATIENCE_MS: u64 = 1000;

#[wasm_bindgen]
extern "C" {
    /// A blob whose methods a page may have replaced.
    type Source;
    #[wasm_bindgen(catch, method, js_name = arrayBuffer)]
    fn array_buffer(this: &Source) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn stream(this: &Source) -> Result<Stream, JsValue>;

    type Stream;
    #[wasm_bindgen(catch, method, js_name = getReader)]
    fn reader(this: &Stream) -> Result<Reader, JsValue>;
    #[wasm_bindgen(catch, method, js_name = getReader)]
    fn reader_with(this: &Stream, options: &JsValue) -> Result<Reader, JsValue>;

    type Reader;
    #[wasm_bindgen(catch, method)]
    fn read(this: &Reader) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, method, js_name = read)]
    fn read_into(this: &Reader, view: &Uint8Array, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, method)]
    fn cancel(this: &Reader) -> Result<Promise, JsValue>;

    type Read;
    #[wasm_bindgen(catch, method, getter)]
    fn done(this: &Read) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, method, getter)]
    fn value(this: &Read) -> Result<JsValue, JsValue>;
}

/// All bytes of a blob at once.
pub(super) async fn read(blob: &Blob) -> Result<Uint8Array, JsValue> {
    let bytes = settled(blob.unchecked_ref::<Source>().array_buffer()?).await?;
    if bytes.is_object() {
        Ok(Uint8Array::new(&bytes))
    } else {
        Err(JsValue::UNDEFINED)
    }
}

/// The bytes of a blob, piece by piece. While one is worked on the next is read. Dropping it ends that.
pub(super) struct Pieces {
    blob: Blob,
    /// How many bytes were given.
    given: f64,
    reader: Reader,
    /// `None` where the browser makes buffers.
    buffers: Option<Buffers>,
    /// `None` after the end, and after a failure.
    next: Option<JsFuture>,
}

/// What is needed to read into buffers of our own.
struct Buffers {
    /// The one that is free when the next piece is there.
    free: ArrayBuffer,
    /// When the read that is under way began.
    began_ms: i64,
    /// Goes off when that may be late. A timer for each read would take the browser longer than the read.
    alarm: LocalBoxFuture<'static, ()>,
}

impl Pieces {
    pub(super) fn of(blob: Blob) -> Result<Self, JsValue> {
        Self::from(blob, 0.0)
    }

    fn from(blob: Blob, start: f64) -> Result<Self, JsValue> {
        let rest = if start > 0.0 {
            &blob.slice_with_f64(start)?
        } else {
            &blob
        };
        let stream = rest.unchecked_ref::<Source>().stream()?;
        let takes_buffers = TAKES_BUFFERS.with(Cell::get);
        let (reader, buffers) = if takes_buffers {
            (stream.reader_with(&with_buffers())?, Some(Buffers::new()))
        } else {
            (stream.reader()?, None)
        };
        let mut pieces = Self {
            blob,
            given: start,
            reader,
            buffers,
            next: None,
        };
        pieces.read_next(takes_buffers.then(|| ArrayBuffer::new(BUFFER_BYTES)))?;
        Ok(pieces)
    }

    /// What is given is overwritten when this is called again.
    pub(super) async fn next(&mut self) -> Result<Option<Uint8Array>, JsValue> {
        let read = match (&mut self.next, &mut self.buffers) {
            (None, _) => return Ok(None),
            (Some(next), None) => next.await,
            (Some(next), Some(buffers)) => {
                let Some(read) = buffers.unless_late(next).await else {
                    TAKES_BUFFERS.set(false);
                    *self = Self::from(self.blob.clone(), self.given)?;
                    return Box::pin(self.next()).await;
                };
                read
            }
        };
        self.next = None;
        let read = read?.unchecked_into::<Read>();
        let is_last = read.done()?.is_truthy();
        let value = read.value()?;
        if is_last && value.is_undefined() {
            return Ok(None);
        }
        // Not by its class: a blob of another frame gives arrays of that frame.
        if !ArrayBuffer::is_view(&value) {
            return Err(JsValue::UNDEFINED);
        }
        let bytes: Uint8Array = value.unchecked_into();
        self.given += f64::from(bytes.length());
        if !is_last {
            let free = self
                .buffers
                .as_mut()
                .map(|buffers| std::mem::replace(&mut buffers.free, bytes.buffer()));
            self.read_next(free)?;
        }
        Ok(Some(bytes))
    }

    fn read_next(&mut self, buffer: Option<ArrayBuffer>) -> Result<(), JsValue> {
        let read = match buffer {
            Some(buffer) => {
                let full = object(&[("min", buffer.byte_length().into())]);
                self.reader.read_into(&Uint8Array::new(&buffer), &full)?
            }
            None => self.reader.read()?,
        };
        if let Some(buffers) = &mut self.buffers {
            buffers.began_ms = now_ms();
        }
        self.next = Some(JsFuture::from(read));
        Ok(())
    }
}

impl Buffers {
    fn new() -> Self {
        Self {
            free: ArrayBuffer::new(BUFFER_BYTES),
            began_ms: now_ms(),
            alarm: sleep(PATIENCE_MS).boxed_local(),
        }
    }

    /// What a read comes to; `None` when that takes too long.
    async fn unless_late<T>(&mut self, mut read: impl Future<Output = T> + Unpin) -> Option<T> {
        loop {
            match select(&mut read, &mut self.alarm).await {
                Either::Left((value, _)) => return Some(value),
                Either::Right(((), _)) => {
                    let waited_ms = u64::try_from(now_ms() - self.began_ms).unwrap_or(0);
                    let left_ms = PATIENCE_MS.saturating_sub(waited_ms);
                    if left_ms == 0 {
                        return None;
                    }
                    self.alarm = sleep(left_ms).boxed_local();
                }
            }
        }
    }
}

impl Drop for Pieces {
    fn drop(&mut self) {
        if self.next.is_some() {
            // A future of it, so that a failure is none that the page has not handled.
            let _ = self.reader.cancel().map(JsFuture::from);
        }
    }
}

thread_local! {
    /// Whether a blob's stream is read into buffers of ours. Asked of an empty blob: where it is not, asking takes the
    /// stream all the same.
    static TAKES_BUFFERS: Cell<bool> = Cell::new(takes_buffers().is_ok());
}

fn takes_buffers() -> Result<Reader, JsValue> {
    let empty = Blob::new()?;
    empty
        .unchecked_ref::<Source>()
        .stream()?
        .reader_with(&with_buffers())
}

fn with_buffers() -> JsValue {
    object(&[("mode", "byob".into())])
}
