//! Whatever is posted: the stand-in reads the same of it, in whatever pieces it comes, and in time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oss_direct_upload_fuzz::in_time;

const BOUNDARY: &str = "b";

fuzz_target!(|body: &[u8]| {
    let whole = in_time(|| standin::read_multipart(BOUNDARY, body, usize::MAX));
    for piece in [1, 7, 1024] {
        // Each feed may look at all that is kept: single bytes are for short bodies.
        if body.len() / piece < 2048 {
            let pieces = standin::read_multipart(BOUNDARY, body, piece);
            assert!(pieces == whole, "in pieces of {piece} bytes");
        }
    }
});
