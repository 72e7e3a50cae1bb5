//! Whatever a policy holds: it is read and judged in time, and shows nothing of what it demands.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oss_direct_upload::json::Json;
use oss_direct_upload::oss::Fields;
use oss_direct_upload::policy::{Checked, Policy};
use oss_direct_upload_fuzz::in_time;

fuzz_target!(|text: &str| {
    // The decoder's own work, then that behind it.
    in_time(|| Policy::decode(text, Json::parse));
    let base64 = base64(text.as_bytes());
    let Some(policy) = in_time(|| Policy::decode(&base64, Json::parse)) else {
        return;
    };
    let mut fields = Fields::new();
    for (name, value) in [
        ("key", "u/a"),
        ("Content-Type", "text/plain"),
        ("x-oss-meta-a", ""),
    ] {
        fields.set(name, value);
    }
    let checked = || Checked {
        fields: &fields,
        content_type: "text/plain",
        size: 9,
        bucket: Some("demo"),
    };
    if let Err(error) = in_time(|| policy.check(checked())) {
        assert!(!error.to_string().is_empty());
    }
    let names: usize = policy
        .conditions()
        .iter()
        .filter_map(|condition| condition.field())
        .map(str::len)
        .sum();
    let shown = format!("{:?}", policy.conditions()).len();
    let most = names + 24 * (policy.conditions().len() + 1);
    assert!(
        shown <= most,
        "{shown} characters are shown of names that have {names}"
    );
});

/// Not the crate that reads it.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0, |bits, &byte| bits << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let is_there = digit <= chunk.len();
            let digit = DIGITS[(bits >> (18 - 6 * digit) & 63) as usize];
            text.push(if is_there { char::from(digit) } else { '=' });
        }
    }
    text
}
