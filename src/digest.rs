//! What a text is, in a few bytes.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// `sha256:…` of a text.
pub fn digest(text: &str) -> String {
    let mut digest = "sha256:".to_owned();
    for byte in Sha256::digest(text) {
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}
