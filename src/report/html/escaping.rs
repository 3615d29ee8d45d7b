//! Words of others' in HTML.

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

/// An address in this page: letters, digits and a few signs.
pub(super) fn anchor(key: &str) -> String {
    let is_plain = |c: &char| c.is_alphanumeric() || "-_./:".contains(*c);
    let plain = key.chars().map(|c| if is_plain(&c) { c } else { '-' });
    plain.collect()
}
