//! CRC-64 of a blob, and whether a blob can still be read.

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::time;
use crate::crc64::Crc64;

/// So much of the file is in JavaScript's memory at a time.
const WINDOW_BYTES: u32 = 4 * 1024 * 1024;
/// So much of it is in wasm's memory, which never shrinks again.
const PIECE_BYTES: u32 = 256 * 1024;
/// After so long the page gets its turn. A frame at 60 Hz is 16 ms; more than 50 ms in one go is felt.
const MAX_TURN_MS: i64 = 12;

/// The checksum of all bytes of `blob`. Dropping the future stops the work.
///
/// # Errors
///
/// What reading the blob failed with: usually a `NotReadableError`, for the file was changed, moved or deleted.
pub(crate) async fn crc64(blob: &Blob) -> Result<u64, JsValue> {
    let size = blob.size();
    if size < 1.0 {
        read_whole(blob).await?;
    }
    let mut crc = Crc64::new();
    let mut piece = vec![0; PIECE_BYTES as usize];
    let mut offset = 0.0;
    while offset < size {
        let end = size.min(offset + f64::from(WINDOW_BYTES));
        let window = read(blob, offset, end).await?;
        offset = end;
        let mut turn_began = time::now_ms();
        let mut from = 0;
        while from < window.length() {
            let to = window.length().min(from + PIECE_BYTES);
            let part = window.subarray(from, to);
            if let Some(bytes) = piece.get_mut(..part.length() as usize) {
                part.copy_to(bytes);
                crc.update(bytes);
            }
            from = to;
            if time::now_ms() - turn_began >= MAX_TURN_MS {
                time::yield_now().await;
                turn_began = time::now_ms();
            }
        }
    }
    Ok(crc.finish())
}

/// Whether the first and the last byte can be read: a request with a file that changed on disk ends like one that met
/// a broken network, and only this tells them apart.
pub(crate) async fn is_readable(blob: &Blob) -> bool {
    let size = blob.size();
    if size < 1.0 {
        return read_whole(blob).await.is_ok();
    }
    read(blob, 0.0, 1.0)
        .await
        .is_ok_and(|bytes| bytes.length() == 1)
        && read(blob, size - 1.0, size)
            .await
            .is_ok_and(|bytes| bytes.length() == 1)
}

/// For what seems empty: so do a folder, and a file that vanished before the browser looked at its size. Reading a
/// slice of either fails no more than reading a slice of an empty file.
async fn read_whole(blob: &Blob) -> Result<(), JsValue> {
    JsFuture::from(blob.array_buffer()).await.map(drop)
}

async fn read(blob: &Blob, start: f64, end: f64) -> Result<Uint8Array, JsValue> {
    let bytes = JsFuture::from(blob.slice_with_f64_and_f64(start, end)?.array_buffer()).await?;
    Ok(Uint8Array::new(bytes.unchecked_ref::<ArrayBuffer>()))
}
