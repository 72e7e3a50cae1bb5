//! CRC-64/XZ of blobs.

use std::pin::pin;

use futures_util::poll;
use js_sys::{Array, Uint8Array};
use oss_direct_upload::crc64::Crc64;
use oss_direct_upload::npm::crc64;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{AbortController, Blob};

fn blob(bytes: &[u8]) -> Blob {
    let parts = Array::of1(&Uint8Array::from(bytes));
    Blob::new_with_u8_array_sequence(&parts).unwrap()
}

async fn of(blob: Blob) -> String {
    crc64(blob, None).await.unwrap()
}

#[wasm_bindgen_test]
async fn the_catalogue_s_check_value() {
    // https://reveng.sourceforge.io/crc-catalogue/all.htm: CRC-64/XZ, check 0x995dc9bbdf1939fa.
    assert_eq!(of(blob(b"123456789")).await, "11051210869376104954");
    assert_eq!(of(blob(b"")).await, "0");
}

#[wasm_bindgen_test]
async fn is_the_same_over_windows_and_pieces() {
    let mut state = 1_u32;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(9 * 1024 * 1024 + 77)
    .collect();
    let mut whole = Crc64::new();
    whole.update(&bytes);
    assert_eq!(of(blob(&bytes)).await, whole.finish().to_string());
}

#[wasm_bindgen_test]
async fn stops_with_the_signal_s_reason() {
    let controller = AbortController::new().unwrap();
    let bytes = vec![0; 16 * 1024 * 1024];
    let mut working = pin!(crc64(blob(&bytes), Some(controller.signal())));
    // It has begun to read.
    assert!(poll!(&mut working).is_pending());
    controller.abort_with_reason(&JsValue::from_str("enough"));
    assert_eq!(working.await.unwrap_err(), "enough");
}
