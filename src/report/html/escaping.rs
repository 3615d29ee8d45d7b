//! Words of others' in HTML.

use std::fmt::Write as _;

use crate::wording;

/// A text that is nothing but text, also between quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut whole = String::with_capacity(text.len() + 8);
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            whole.push('\n');
        }
        for c in wording::visible(line).chars() {
            match c {
                '&' => whole.push_str("&amp;"),
                '<' => whole.push_str("&lt;"),
                '>' => whole.push_str("&gt;"),
                '"' => whole.push_str("&quot;"),
                '\'' => whole.push_str("&#39;"),
                c => whole.push(c),
            }
        }
    }
    whole
}

/// An address in this page, another one for each key: what is no letter, digit or plain sign is written as a number.
pub(super) fn anchor(key: &str) -> String {
    let mut anchor = String::new();
    for c in key.chars() {
        if c.is_alphanumeric() || "-_./:".contains(c) {
            anchor.push(c);
        } else {
            let _ = write!(anchor, "~{:x}~", u32::from(c));
        }
    }
    anchor
}
