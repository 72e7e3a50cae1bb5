//! What is read of files.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, Blob};

use super::clock::{now_ms, sleep};
use super::number::whole;
use super::page::settled;
use crate::crc64::Crc64;
use crate::file::FileFacts;

/// So much of the file is in JavaScript's memory at a time.
const WINDOW_BYTES: f64 = 4.0 * 1024.0 * 1024.0;

/// So much of it is in wasm's memory, which never shrinks again.
const PIECE_BYTES: u32 = 256 * 1024;

/// After so many milliseconds the page gets its turn. A frame at 60 Hz is 16; a user feels more than 50 in one go.
const MAX_TURN_MS: i64 = 12;

#[wasm_bindgen]
extern "C" {
    /// A blob whose methods a page may have replaced.
    type Source;
    #[wasm_bindgen(catch, method, js_name = arrayBuffer)]
    fn array_buffer(this: &Source) -> Result<JsValue, JsValue>;
}

/// The facts that the core knows of a file. A page may have given it properties of its own, of any type.
pub(crate) fn facts(file: &Blob) -> FileFacts {
    let text = |name: &str| Reflect::get(file, &name.into()).ok()?.as_string();
    FileFacts {
        // A blob has no name; this is the one that FormData gives it.
        name: text("name").unwrap_or_else(|| "blob".into()),
        size: whole(file.size()),
        content_type: text("type").unwrap_or_default(),
    }
}

/// CRC-64/XZ of the whole blob. Fails with what reading failed with, or with the signal's reason.
pub(crate) async fn crc64(blob: Blob, signal: Option<AbortSignal>) -> Result<u64, JsValue> {
    let aborted = || match &signal {
        Some(signal) if signal.aborted() => Err(signal.reason()),
        _ => Ok(()),
    };
    let size = blob.size();
    let mut crc64 = Crc64::new();
    if size < 1.0 {
        // A folder seems empty, too, and so does a file that vanished before the browser looked at its size.
        read(&blob).await?;
    }
    let mut start = 0.0;
    while start < size {
        let window = read(&blob.slice_with_f64_and_f64(start, start + WINDOW_BYTES)?).await?;
        let mut turn_began_ms = now_ms();
        let mut from = 0;
        while from < window.length() {
            aborted()?;
            let to = from.saturating_add(PIECE_BYTES).min(window.length());
            crc64.update(&window.subarray(from, to).to_vec());
            from = to;
            if now_ms() - turn_began_ms >= MAX_TURN_MS {
                sleep(0).await;
                turn_began_ms = now_ms();
            }
        }
        start += WINDOW_BYTES;
    }
    aborted()?;
    Ok(crc64.finish())
}

/// Whether the first and the last byte can be read. A request with a file that changed on disk ends like one that met
/// a broken network, and only this tells them apart.
pub(crate) async fn is_readable(blob: &Blob) -> bool {
    let size = blob.size();
    if size < 1.0 {
        return read(blob).await.is_ok();
    }
    for start in [0.0, size - 1.0] {
        let Ok(byte) = blob.slice_with_f64_and_f64(start, start + 1.0) else {
            return false;
        };
        if !read(&byte).await.is_ok_and(|bytes| bytes.length() == 1) {
            return false;
        }
    }
    true
}

async fn read(blob: &Blob) -> Result<Uint8Array, JsValue> {
    let bytes = settled(blob.unchecked_ref::<Source>().array_buffer()?).await?;
    if bytes.is_object() {
        Ok(Uint8Array::new(&bytes))
    } else {
        Err(JsValue::UNDEFINED)
    }
}
