//! Every shared word and colour: named by what they mean.

use std::borrow::Cow;
use std::fmt::Write;

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
    let (page, steps) = (visible(page), count(steps, "step"));
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
            c if c.is_control() || deceives(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Whether a mark turns the direction of text around, or takes no room, and so hides what is there.
fn deceives(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// JSON with such marks written as numbers.
pub fn written_out(json: &str) -> Cow<'_, str> {
    if json.is_ascii() || !json.chars().any(deceives) {
        return Cow::Borrowed(json);
    }
    let mut whole = String::with_capacity(json.len());
    for c in json.chars() {
        if deceives(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing into a string does not fail.
                let _ = write!(whole, "\\u{unit:04x}");
            }
        } else {
            whole.push(c);
        }
    }
    Cow::Owned(whole)
}

/// Words of ours, with colours, in which others' may stand: control characters are made visible, but for ends
/// of lines, tabs and the sequences that colours are.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let is_color = |rest: &str| {
        let rest = rest.strip_prefix("\x1b[").unwrap_or_default();
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';');
        end.is_some_and(|end| rest[end..].starts_with('m'))
    };
    let is_odd = |(at, c): (usize, char)| {
        let is_mark = c.is_control() && !matches!(c, '\n' | '\t');
        deceives(c) || (is_mark && !(c == '\x1b' && is_color(&text[at..])))
    };
    if !text.char_indices().any(is_odd) {
        return Cow::Borrowed(text);
    }
    let shown = text.char_indices().map(|(at, c)| match c {
        c if is_odd((at, c)) => visible(c.encode_utf8(&mut [0; 4])).into_owned(),
        c => c.to_string(),
    });
    Cow::Owned(shown.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_colours_command_the_terminal() {
        assert_eq!(
            harmless("\x1b[1;31merror\x1b[0m: a\n"),
            "\x1b[1;31merror\x1b[0m: a\n"
        );
        assert_eq!(harmless("a\u{202e}b"), "a\u{fffd}b");
        assert_eq!(harmless("a\x1b]0;x\x07\r\x1b[2Jb"), "a␛]0;x␇␍␛[2Jb");
        assert_eq!(visible("a\u{200b}b\u{feff}"), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn what_steps_print_cannot_command_the_terminal() {
        assert_eq!(
            visible("a\u{1b}[2J\u{7}\0\u{7f}\u{9b}b\u{202e}c\td"),
            "a␛[2J␇␀␡\u{fffd}b\u{fffd}c\td"
        );
    }
}
