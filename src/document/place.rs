//! Places in the text: lines, and their numbers.

use std::ops::Range;

/// Line numbers of bytes that come in rising order, without counting from the top each time.
pub(super) struct LineCounter<'a> {
    text: &'a str,
    byte: usize,
    line: usize,
}

impl<'a> LineCounter<'a> {
    pub(super) fn new(text: &'a str) -> LineCounter<'a> {
        LineCounter {
            text,
            byte: 0,
            line: 1,
        }
    }

    pub(super) fn line(&mut self, byte: usize) -> usize {
        if byte >= self.byte {
            self.line += self.text[self.byte..byte].matches('\n').count();
        } else {
            self.line -= self.text[byte..self.byte].matches('\n').count();
        }
        self.byte = byte;
        self.line
    }
}

/// The bytes of each line in a stretch, without line ends.
pub(super) fn split_lines(text: &str, span: Range<usize>) -> Vec<Range<usize>> {
    let mut at = span.start;
    let mut lines = Vec::new();
    for line in text[span].split_inclusive('\n') {
        lines.push(at..at + line.trim_end_matches(['\n', '\r']).len());
        at += line.len();
    }
    lines
}
