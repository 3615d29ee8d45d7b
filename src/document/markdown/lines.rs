//! Lines, put together from the stretches that the parser gives.

use std::ops::Range;

/// Puts lines together from the stretches that the parser gives.
#[derive(Default)]
pub(super) struct Lines {
    current: Option<Range<usize>>,
}

impl Lines {
    pub(super) fn take(&mut self, text: &str, span: &Range<usize>, lines: &mut Vec<Range<usize>>) {
        let mut at = span.start;
        for part in text[span.clone()].split_inclusive('\n') {
            let content = part.trim_end_matches(['\n', '\r']);
            let start = self.current.take().map_or(at, |line| line.start);
            let end = (at + content.len()).max(start);
            // A carriage return before the line end is a stretch of its own, left out by the parser.
            let line = start..start + text[start..end].trim_end_matches('\r').len();
            at += part.len();
            if part.ends_with('\n') {
                lines.push(line);
            } else {
                self.current = Some(line);
            }
        }
    }

    pub(super) fn finish(self, lines: &mut Vec<Range<usize>>) {
        lines.extend(self.current);
    }
}

/// Where a tag starts, in letters of any size.
pub(super) fn find_tag(text: &str, tag: &str) -> Option<usize> {
    text.match_indices('<').map(|(at, _)| at).find(|&at| {
        text.get(at..at + tag.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(tag))
    })
}

pub(super) fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}
