//! Keys that a session shows as terminals do: `^C`.

use crate::document::key;

/// The key that terminals show at the start of a line, and what the program says after it.
pub(super) fn split_key(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start();
    let rest = text
        .strip_prefix("^C")
        .or_else(|| text.strip_prefix("^D"))?;
    Some((&text[..2], rest.trim_start()))
}

/// What is sent where a session shows that a key was pressed, as terminals do.
pub(super) fn pressed(text: &str) -> Option<String> {
    let text = text.trim();
    key::characters(text).filter(|_| matches!(text, "^C" | "^D"))
}
