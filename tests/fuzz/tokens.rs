//! Any line is split into tokens that are found in it, in time that does not grow out of bounds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tutcheck::matching::candidates;

fuzz_target!(|text: &str| {
    for word in candidates(text) {
        assert!(text.contains(word));
    }
});
