//! Counts, which are floating point numbers in JavaScript.

/// A count as JavaScript has it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole numbers below 2^53, and the cast saturates"
)]
pub(crate) fn whole(number: f64) -> u64 {
    number as u64
}

/// A count as JavaScript wants it.
#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
pub(crate) fn float(number: u64) -> f64 {
    number as f64
}
