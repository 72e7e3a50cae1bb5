//! What several tests need.

use oss_direct_upload::json::Json;

/// The shared vectors.
pub(crate) fn vector(name: &str) -> serde_json::Value {
    let path = [env!("CARGO_MANIFEST_DIR"), "/tests/vectors/", name].concat();
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// As the browser would hand it to the library.
pub(crate) fn json(value: &serde_json::Value) -> Json {
    serde_json::from_value(value.clone()).unwrap()
}
