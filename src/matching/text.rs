//! Bytes → the text that a reader sees.

use std::borrow::Cow;

use super::screen;

/// What a terminal shows of these bytes: colours and titles removed, carriage returns and
/// backspaces applied, line ends as `\n`. Where the cursor was moved to other lines, it is the final
/// screen. What is no UTF-8 becomes `�`.
pub fn plain(bytes: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(bytes);
    if !text.bytes().any(|byte| matches!(byte, 0x1b | b'\r' | 0x08)) {
        text
    } else if screen::is_drawn(&text) {
        Cow::Owned(screen::final_screen(&text))
    } else {
        Cow::Owned(text.split('\n').map(shown).collect::<Vec<_>>().join("\n"))
    }
}

/// One line as the terminal has it in the end.
fn shown(line: &str) -> String {
    let line = without_escapes(line.trim_end_matches('\r'));
    if !line.contains(['\r', '\u{8}']) {
        return line;
    }
    let mut cells: Vec<char> = Vec::new();
    let mut column = 0_usize;
    for character in line.chars() {
        match character {
            '\r' => column = 0,
            '\u{8}' => column = column.saturating_sub(1),
            _ => {
                if column < cells.len() {
                    cells[column] = character;
                } else {
                    cells.push(character);
                }
                column += 1;
            }
        }
    }
    cells.into_iter().collect()
}

/// Removes control sequences (`ESC [ … letter`), titles (`ESC ] … BEL`) and two-byte escapes.
fn without_escapes(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character != '\u{1b}' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('[') => {
                let mut before = None;
                let mut end = characters.next();
                while let Some(character) = end.filter(|c| !('@'..='~').contains(c)) {
                    before = Some(character);
                    end = characters.next();
                }
                // "Erase the whole line"; or "to its end", after a carriage return and before new text.
                if end == Some('K') && (before == Some('2') || plain.ends_with('\r')) {
                    plain.clear();
                }
            }
            Some(']') => {
                let mut previous = ' ';
                let _ = characters.by_ref().find(|&c| {
                    let ends = c == '\u{7}' || (previous == '\u{1b}' && c == '\\');
                    previous = c;
                    ends
                });
            }
            Some('(' | ')') => {
                characters.next();
            }
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_sees_the_last_state_of_a_line() {
        for (bytes, seen) in [
            (&b"plain\ntext\n"[..], "plain\ntext\n"),
            (b"crlf\r\n", "crlf\n"),
            (b"10%\r 50%\r100%\n", "100%\n"),
            (b"abc\x08\x08X\n", "aXc\n"),
            (b"\x1b[1;31mred\x1b[0m\n", "red\n"),
            (b"\x1b]0;title\x07text\n", "text\n"),
            (b"\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\\n", "link\n"),
            (b"long progress\r\x1b[Kdone\n", "done\n"),
            (b"\xff\xfe\n", "\u{fffd}\u{fffd}\n"),
            (b"nul \0\n", "nul \0\n"),
        ] {
            assert_eq!(plain(bytes), seen);
        }
    }

    #[test]
    fn lines_that_are_drawn_anew_are_seen_once() {
        for (bytes, seen) in [
            (
                &b"a: Waiting\nb: Waiting\n\x1b[2A\x1b[2K\ra: Done\x1b[2B\r"[..],
                "a: Done\nb: Waiting",
            ),
            (b"one\n\x1b[1Atwo\n", "two\n"),
            (b"\x1b[2J\x1b[Hclear\n", "clear\n"),
        ] {
            assert_eq!(plain(bytes), seen);
        }
        // What has left the screen is still there to read.
        let mut long = String::from("first\n");
        long.push_str(&"line\n".repeat(1000));
        long.push_str("\x1b[1Alast\n");
        let seen = plain(long.as_bytes());
        assert!(seen.starts_with("first\nline\n") && seen.ends_with("line\nlast\n"));
        assert_eq!(seen.lines().count(), 1001);
    }
}
