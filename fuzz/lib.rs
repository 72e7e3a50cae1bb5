//! What the targets share.

use std::time::Duration;

use cpu_time::ThreadTime;

/// What 64 KiB may take at most. A quadratic step takes seconds.
const MOST: Duration = Duration::from_millis(50);

/// Runs it, and again when it took too long: the first time something may have been set up. What other programs take of the
/// processor is not counted.
///
/// # Panics
///
/// When it takes too long each time.
pub fn in_time<T>(work: impl Fn() -> T) -> T {
    for _ in 0..5 {
        let began = ThreadTime::now();
        let result = work();
        if began.elapsed() < MOST {
            return result;
        }
    }
    panic!("it takes more than {MOST:?}");
}
