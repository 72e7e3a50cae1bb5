//! What is read of files.

use std::cell::RefCell;

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{AbortSignal, Blob};

use super::clock::{now_ms, turn};
use super::number::whole;
use super::reading::{Pieces, read};
use crate::crc64::Crc64;
use crate::file::FileFacts;

/// Up to this size a file is read at once, which takes one request to the browser in place of three.
const MAX_AT_ONCE: f64 = 4.0 * 1024.0 * 1024.0;

/// So much of it is in wasm's memory, which never shrinks again.
const PIECE_BYTES: u32 = 256 * 1024;

/// After so many milliseconds the page gets its turn. A frame at 60 Hz is 16; a user feels more than 50 in one go.
const MAX_TURN_MS: i64 = 12;

thread_local! {
    /// Where bytes are put to be hashed: one buffer for all uploads, for none of them keeps it over an `await`.
    static PIECE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
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
    let mut checksum = Checksum::new(signal);
    let size = blob.size();
    if size <= MAX_AT_ONCE {
        // An empty one, too: a folder seems empty, and so does a file that vanished before the browser saw its size.
        checksum.add(&read(&blob).await?).await?;
    } else {
        let mut pieces = Pieces::of(blob)?;
        while let Some(bytes) = pieces.next().await? {
            checksum.add(&bytes).await?;
        }
    }
    // Some browsers end early, without an error, when a file has become shorter.
    if checksum.bytes == whole(size) {
        Ok(checksum.crc64.finish())
    } else {
        Err(JsValue::UNDEFINED)
    }
}

/// CRC-64/XZ of bytes that are so few that the page need not get its turn meanwhile.
pub(super) fn crc64_of(bytes: &Uint8Array) -> u64 {
    let mut checksum = Checksum::new(None);
    checksum.add_piece(bytes);
    checksum.crc64.finish()
}

struct Checksum {
    signal: Option<AbortSignal>,
    crc64: Crc64,
    bytes: u64,
    /// How long the page has waited for its turn. The clock counts whole milliseconds and a piece takes less, but as often as
    /// not one ends within it: the sum is right.
    worked_ms: i64,
}

impl Checksum {
    fn new(signal: Option<AbortSignal>) -> Self {
        Self {
            signal,
            crc64: Crc64::new(),
            bytes: 0,
            worked_ms: 0,
        }
    }

    async fn add(&mut self, bytes: &Uint8Array) -> Result<(), JsValue> {
        let mut from = 0;
        while from < bytes.length() {
            self.check_signal()?;
            let began_ms = now_ms();
            let to = from.saturating_add(PIECE_BYTES).min(bytes.length());
            self.add_piece(&bytes.subarray(from, to));
            from = to;
            self.worked_ms += now_ms() - began_ms;
            if self.worked_ms >= MAX_TURN_MS {
                turn().await;
                self.worked_ms = 0;
            }
        }
        self.check_signal()
    }

    fn add_piece(&mut self, piece: &Uint8Array) {
        PIECE.with_borrow_mut(|buffer| {
            buffer.resize(piece.length() as usize, 0);
            piece.copy_to(buffer);
            self.crc64.update(buffer);
        });
        self.bytes += u64::from(piece.length());
    }

    fn check_signal(&self) -> Result<(), JsValue> {
        match &self.signal {
            Some(signal) if signal.aborted() => Err(signal.reason()),
            _ => Ok(()),
        }
    }
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
