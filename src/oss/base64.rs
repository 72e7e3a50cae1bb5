//! Base64 as servers write it.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Servers differ in whether they pad, and in the unused bits of the last character.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The text behind a Base64 text; `None` if it is none, or not UTF-8. Some servers break it into lines.
pub(crate) fn decode(base64: &str) -> Option<String> {
    let mut base64 = String::from(base64);
    base64.retain(|c| !c.is_ascii_whitespace());
    String::from_utf8(LENIENT.decode(base64).ok()?).ok()
}
