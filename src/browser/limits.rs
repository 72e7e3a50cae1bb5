//! Limits of the caller's own for a file. What pages give is checked by `src/js/limits.js`, with the same function.

use wasm_bindgen::prelude::*;

use super::file::float;
use crate::error::{Code, Error, Phase};
use crate::file::FileFacts;

/// Limits beside those of the signed policy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that the file must have at least.
    pub min_size: Option<u64>,
    /// Bytes that it may have at most.
    pub max_size: Option<u64>,
    /// What it may be, in the words of HTML's `<input accept>`: `image/*`, `application/pdf`, `.csv`. Empty: anything.
    pub accept: Vec<String>,
}

#[wasm_bindgen(module = "/src/browser/limits.js")]
extern "C" {
    fn excess(
        min_size: Option<f64>,
        max_size: Option<f64>,
        accept: Vec<String>,
        name: &str,
        size: f64,
        content_type: &str,
    ) -> Option<String>;
}

impl Limits {
    /// `POLICY_VIOLATION`, which names the limit and the file's own value, if the file does not keep to them.
    pub(crate) fn check(&self, file: &FileFacts) -> Result<(), Error> {
        let excess = excess(
            self.min_size.map(float),
            self.max_size.map(float),
            self.accept.clone(),
            &file.name,
            float(file.size),
            &file.content_type,
        );
        excess.map_or(Ok(()), |excess| {
            Err(Error::new(Code::PolicyViolation, Phase::Check, excess))
        })
    }
}
