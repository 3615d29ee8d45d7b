//! The lines at the end of a terminal that say which pages are being played.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::time::Instant;

use crate::command::door;
use crate::terminal;
use crate::wording::{self, NOTE};

/// So many pages have a line: also on a terminal of few rows, nothing is left of what was drawn.
const MOST: usize = 4;

/// What of a title fits into so many columns; what is no ASCII may have two.
fn fits(title: &str, room: usize) -> &str {
    let mut columns = 0;
    let end = title.char_indices().find(|(_, c)| {
        columns += if c.is_ascii() { 1 } else { 2 };
        columns > room
    });
    end.map_or(title, |(at, _)| &title[..at])
}

/// A line for each page that is being played.
#[derive(Default)]
pub(super) struct Board {
    going: BTreeMap<usize, (String, Instant)>,
    /// So many lines are drawn.
    lines: usize,
}

impl Board {
    pub(super) fn begins(&mut self, number: usize, title: &str) {
        let title = wording::visible(title).into_owned();
        self.going.insert(number, (title, Instant::now()));
    }

    pub(super) fn ends(&mut self, number: usize) {
        self.going.remove(&number);
    }

    /// Draws the lines in place of those that were drawn before; nothing, where nobody watches.
    pub(super) fn draw(&mut self) {
        if !(std::io::stderr().is_terminal() && std::io::stdout().is_terminal()) {
            return;
        }
        let mut text = self.back();
        let width = usize::from(terminal::columns().unwrap_or(80));
        for (title, since) in self.going.values().take(MOST) {
            let clock = format!("{} s", since.elapsed().as_secs());
            let room = width.saturating_sub(15 + clock.len());
            let title = door::hidden(title);
            let title = fits(&title, room);
            let _ = writeln!(text, "{NOTE}{:>12}{NOTE:#} {clock} {title}", "playing");
        }
        let more = self.going.len().saturating_sub(MOST);
        if more > 0 {
            let _ = writeln!(text, "{NOTE}{:>12}{NOTE:#} and {more} more", "playing");
        }
        self.lines = self.going.len().min(MOST) + usize::from(more > 0);
        door::draw(&text);
    }

    /// Takes the lines away.
    pub(super) fn clear(&mut self) {
        let text = self.back();
        if !text.is_empty() {
            door::draw(&text);
        }
        self.lines = 0;
    }

    /// To where the lines begin, and nothing behind that.
    fn back(&self) -> String {
        match self.lines {
            0 => String::new(),
            lines => format!("\r\x1b[{lines}A\x1b[J"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_title_has_no_more_columns_than_there_are() {
        assert_eq!(fits("docs/a.md", 20), "docs/a.md");
        assert_eq!(fits("docs/a.md", 4), "docs");
        assert_eq!(fits("日本語.md", 5), "日本");
        assert_eq!(fits("", 0), "");
    }
}
