//! The lines at the end of a terminal that say which pages are being played.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::time::Instant;

use crate::command::door;
use crate::terminal;
use crate::wording::{self, NOTE};

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
        for (title, since) in self.going.values() {
            let clock = format!("{} s", since.elapsed().as_secs());
            let room = width.saturating_sub(15 + clock.len());
            let title: String = door::hidden(title).chars().take(room).collect();
            let _ = writeln!(text, "{NOTE}{:>12}{NOTE:#} {clock} {title}", "playing");
        }
        self.lines = self.going.len();
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
