//! What a terminal shows of any bytes: it never fails, and shown again it is the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tutcheck::matching::plain;

fuzz_target!(|bytes: &[u8]| {
    let once = plain(bytes).into_owned();
    let twice = plain(once.as_bytes());
    assert_eq!(once, twice);
});
