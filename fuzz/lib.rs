//! What the targets share.

use std::time::{Duration, Instant};

/// What 64 KiB may take at most. A quadratic step takes seconds.
const MOST: Duration = Duration::from_millis(50);

/// Runs it, and again when it took too long: another program may have been in the way.
///
/// # Panics
///
/// When it takes too long each time.
pub fn in_time<T>(work: impl Fn() -> T) -> T {
    for _ in 0..5 {
        let began = Instant::now();
        let result = work();
        if began.elapsed() < MOST {
            return result;
        }
    }
    panic!("it takes more than {MOST:?}");
}
