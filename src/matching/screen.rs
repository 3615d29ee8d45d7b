//! What a terminal shows in the end of output that moves the cursor about. The only place that
//! names vt100.

use std::num::NonZeroU16;

use vt100::capture::{BasicFormattedCaptureState, RowContents, basic_formatted_to_plain};

/// Taller than any terminal that a program was told of, so that no line is out of its reach; what
/// scrolls off the top is kept.
const ROWS: NonZeroU16 = NonZeroU16::new(200).expect("not zero");
/// Wider than any line that a program draws for a terminal.
const COLUMNS: NonZeroU16 = NonZeroU16::new(500).expect("not zero");

/// More clears of the screen are no drawing that anybody looks at.
const CLEARS: usize = 500;

/// Whether lines are drawn anew in their place, so that only an emulator knows what is left.
pub(super) fn is_drawn(text: &str) -> bool {
    text.match_indices("\u{1b}[").any(|(at, _)| {
        let end = text[at + 2..]
            .bytes()
            .find(|byte| (0x40..=0x7e).contains(byte));
        matches!(end, Some(b'A'..=b'H' | b'J' | b'd' | b'f'))
    })
}

/// The lines that stand on the screen, and those above it, once everything was written.
pub(super) fn final_screen(text: &str) -> String {
    let mut parser = vt100::Parser::new_with_callbacks(ROWS, COLUMNS, 0, Above::default());
    // A terminal's driver puts the carriage return before a line feed; a pipe does not.
    for line in since_last_clears(text).split_inclusive('\n') {
        parser.process(line.trim_end_matches('\n').as_bytes());
        if line.ends_with('\n') {
            parser.process(b"\r\n");
        }
    }
    let mut shown: String = basic_formatted_to_plain(&parser.callbacks().text).collect();
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    for row in parser.screen().rows(0, COLUMNS.get()) {
        shown.push_str(row.trim_end());
        shown.push('\n');
    }
    shown.truncate(shown.trim_end().len());
    if text.ends_with('\n') && !shown.is_empty() {
        shown.push('\n');
    }
    shown
}

/// A text from where so many clears of the screen are left in it. Each is the work of the whole screen, and what stood
/// there before the last is gone.
fn since_last_clears(text: &str) -> &str {
    let is_clear = |at: &usize| {
        let before = text[..*at].trim_end_matches(|c: char| c.is_ascii_digit());
        before.ends_with("\u{1b}[")
    };
    let mut clears = text.rmatch_indices('J').map(|(at, _)| at).filter(is_clear);
    clears.nth(CLEARS).map_or(text, |at| &text[at + 1..])
}

/// What a terminal of this size shows once everything was written to it.
pub fn final_screen_of(bytes: &[u8], columns: u16, rows: u16) -> String {
    let mut parser = vt100::Parser::new(
        NonZeroU16::new(rows).unwrap_or(ROWS),
        NonZeroU16::new(columns).unwrap_or(COLUMNS),
        0,
    );
    parser.process(since_last_clears(&String::from_utf8_lossy(bytes)).as_bytes());
    let mut shown = String::new();
    for row in parser.screen().rows(0, columns) {
        shown.push_str(row.trim_end());
        shown.push('\n');
    }
    shown.truncate(shown.trim_end().len());
    if !shown.is_empty() {
        shown.push('\n');
    }
    shown
}

/// What has scrolled off the top.
#[derive(Default)]
struct Above {
    text: String,
    state: BasicFormattedCaptureState,
}

impl vt100::Callbacks for Above {
    fn on_scroll(&mut self, row: RowContents<'_>, _alternate: bool) {
        // Writing into a string does not fail.
        let _ = row.write_formatted_basic(&mut self.text, &mut self.state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cleared_again_and_again_costs_little() {
        let text = "\x1b[2J\x1b[Hx".repeat(50_000) + "\x1b[2J\x1b[Hthe last\n";
        assert_eq!(final_screen(&text), "the last\n");
        assert_eq!(final_screen_of(text.as_bytes(), 80, 24), "the last\n");
        assert_eq!(since_last_clears("J\x1b[2Ja"), "J\x1b[2Ja");
    }
}
