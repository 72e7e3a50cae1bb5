//! The body of a post: the form's head, the file, the form's tail.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::Blob;

use crate::form::PostForm;

/// The file, as it is sent.
pub(crate) enum Content {
    /// Its bytes go from the disk to the network without passing through here.
    Blob(Blob),
    /// They are here already.
    Bytes(Uint8Array),
}

/// What `fetch` and `XMLHttpRequest` send: a blob of all three, or an array.
pub(super) fn body(form: &PostForm, content: &Content) -> Result<JsValue, JsValue> {
    let head = Uint8Array::from(form.head());
    let tail = Uint8Array::from(form.tail().as_slice());
    match content {
        Content::Blob(file) => {
            Blob::new_with_blob_sequence(&Array::of3(&head, file, &tail)).map(JsValue::from)
        }
        Content::Bytes(bytes) => {
            let parts = [&head, bytes, &tail];
            let body = Uint8Array::new_with_length(parts.iter().map(|part| part.length()).sum());
            let mut at = 0;
            for part in parts {
                body.set(part, at);
                at += part.length();
            }
            Ok(body.into())
        }
    }
}
