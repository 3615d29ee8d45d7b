//! Every shared word and colour: named by what they mean.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};

use crate::judge::Verdict;

/// Something is as it should be.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Something is wrong.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Something wants to be looked at.
pub const NOTE: Style = AnsiColor::Yellow.on_default().bold();
/// Where something is, or what to do.
pub const HINT: Style = AnsiColor::Cyan.on_default();
/// What is said in passing.
pub const ASIDE: Style = Style::new().dimmed();
/// What was expected and is not there.
pub const EXPECTED: Style = AnsiColor::Red.on_default();
/// What is there instead.
pub const PRINTED: Style = AnsiColor::Green.on_default();

/// The word of a verdict for people, and its colour. Without colours, capitals say what is red.
pub fn verdict(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::Passed => ("passed", GOOD),
        Verdict::Broken => ("BROKEN", BAD),
        Verdict::Stale => ("stale", NOTE),
        Verdict::Unrecorded => ("UNRECORDED", BAD),
        Verdict::Untestable => ("untestable", NOTE),
        Verdict::NotReached => ("not reached", ASIDE),
        Verdict::Gated => ("gated", ASIDE),
        Verdict::Skipped => ("skipped", ASIDE),
        Verdict::Manual => ("manual", ASIDE),
    }
}

/// `1 step`, `2 steps`.
pub fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// How each command begins that goes through a page: `    Checking page.md (3 steps)`.
pub fn opening(doing: &str, page: &str, steps: usize) -> String {
    let steps = count(steps, "step");
    format!("{GOOD}{doing:>12}{GOOD:#} {page} ({steps})\n")
}

/// Text that a step printed, safe to be shown: control characters are made visible.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| (0x20..0x7f).contains(&byte) || byte == b'\t';
    if text.bytes().all(is_plain) {
        return Cow::Borrowed(text);
    }
    text.chars()
        .map(|c| match c {
            '\t' => '\t',
            '\u{7f}' => '\u{2421}',
            // The pictures of control characters stand in the order of the characters.
            c if (c as u32) < 0x20 => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
            // Marks that turn the direction of text around hide what is there.
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steps_print_cannot_command_the_terminal() {
        assert_eq!(
            visible("a\u{1b}[2J\u{7}\0\u{7f}\u{9b}b\u{202e}c\td"),
            "a␛[2J␇␀␡\u{fffd}b\u{fffd}c\td"
        );
    }
}
