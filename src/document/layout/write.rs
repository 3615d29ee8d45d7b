//! The text without the marks, and the map of its lines.

use std::ops::Range;

use super::Unmarking;

impl Unmarking<'_> {
    pub(super) fn strip(&self) -> usize {
        self.open.iter().map(|open| open.strip).sum()
    }

    /// Puts a line into the text, moved to the left.
    pub(super) fn keep(&mut self, line: Range<usize>, strip: usize) {
        let text = &self.source[line.clone()];
        let mut left = strip;
        let mut taken = 0;
        for byte in text.bytes() {
            match byte {
                b' ' if left > 0 => left -= 1,
                b'\t' if left > 0 => left = left.saturating_sub(4),
                _ => break,
            }
            taken += 1;
        }
        self.lines.push((self.text.len(), line.start + taken));
        self.text.push_str(&text[taken..]);
        self.line_end(line.end);
    }

    /// Whether a line is in a comment of MDX that is none of ours: `{/*` … `*/}`.
    pub(super) fn is_remark(&mut self, line: &str, at: usize) -> bool {
        let is_end = |line: &str| line.ends_with("*/}") || line.ends_with("*/ }");
        if self.remark {
            self.remark = !is_end(line);
            return true;
        }
        // One that is never closed is none: nothing of the page may be lost for it.
        self.remark = line.starts_with("{/*")
            && !line.contains("*/")
            && !line.contains("tutcheck")
            && at < self.last_remark;
        self.remark
    }

    /// Puts an empty line in.
    pub(super) fn part(&mut self, at: usize) {
        self.lines.push((self.text.len(), at));
        self.text.push('\n');
    }

    /// Puts a fence in place of the tag of a template that means one.
    pub(super) fn put(&mut self, line: &Range<usize>, fence: &str) {
        self.lines.push((self.text.len(), line.start));
        self.text.push_str(fence);
        self.line_end(line.end);
    }

    pub(super) fn blank(&mut self, line: Range<usize>) {
        self.lines.push((self.text.len(), line.end));
        self.line_end(line.end);
    }

    /// The line end behind a byte, as the document has it.
    pub(super) fn line_end(&mut self, from: usize) {
        let rest = &self.source[from..];
        let Some(length) = rest.find('\n') else {
            return;
        };
        let end = if rest[..length].ends_with('\r') {
            "\r\n"
        } else {
            "\n"
        };
        self.lines
            .push((self.text.len(), from + length + 1 - end.len()));
        self.text.push_str(end);
    }
}
