//! Edits of a page: bytes, and what stands in their place.

use std::ops::Range;

use super::Refusal;
use crate::matching::{self, Rewrite, Rewritten};
use crate::wording;

/// Bytes of a text, and what stands in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes; none where something is put between two.
    pub span: Range<usize>,
    /// What stands there then.
    pub text: String,
}

/// A text with edits; those that would touch each other must not be among them.
pub fn applied(text: &str, edits: &[Edit]) -> String {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut whole = String::with_capacity(text.len());
    let mut at = 0;
    for edit in sorted {
        whole.push_str(&text[at..edit.span.start]);
        whole.push_str(&edit.text);
        at = edit.span.end;
    }
    whole.push_str(&text[at..]);
    whole
}

/// The edits that make the lines of an output what they would be.
pub(super) fn of_shown(
    text: &str,
    lines: &[Range<usize>],
    rewrite: &Rewrite,
) -> Result<Vec<Edit>, Refusal> {
    let mut edits = Vec::new();
    let mut next = 0;
    let mut new: Vec<String> = Vec::new();
    for line in &rewrite.lines {
        match line {
            Rewritten::Kept(number) => {
                let number = (*number).min(lines.len());
                stretch(text, lines, next..number, &new, &mut edits);
                new.clear();
                next = number + 1;
            }
            Rewritten::Instead(number, line) => {
                let old = lines.get(*number).map_or("", |range| &text[range.clone()]);
                if matching::is_literal(old) {
                    literal(line)?;
                }
                new.push(written(line)?);
            }
            Rewritten::New(line) => {
                literal(line)?;
                new.push(written(line)?);
            }
        }
    }
    stretch(text, lines, next..lines.len(), &new, &mut edits);
    Ok(edits)
}

/// Refuses what was printed and would be read as a pattern: it would stand for anything.
pub(super) fn literal(line: &str) -> Result<(), Refusal> {
    if matching::is_literal(line) {
        Ok(())
    } else {
        Err(Refusal::IsPattern)
    }
}

/// A line as it is written: control characters are shown, and what would deceive is refused.
pub(super) fn written(line: &str) -> Result<String, Refusal> {
    if matching::names_workspace(line) {
        return Err(Refusal::NamesScratch);
    }
    let visible = wording::visible(line);
    if visible.contains('\u{fffd}') && !line.contains('\u{fffd}') {
        return Err(Refusal::Deceives);
    }
    Ok(visible.trim_end().to_owned())
}

/// Lines that stand behind each other, and what stands in their place.
fn stretch(
    text: &str,
    lines: &[Range<usize>],
    old: Range<usize>,
    new: &[String],
    edits: &mut Vec<Edit>,
) {
    let old = old.start.min(old.end)..old.end;
    let both = old.len().min(new.len());
    for (range, line) in lines[old.clone()].iter().zip(new) {
        if line.is_empty() && !range.is_empty() {
            // What stands before a line is not left behind as blanks at its end.
            let start = start_of_line(text, range.start);
            edits.push(Edit {
                span: start..range.end,
                text: text[start..range.start].trim_end().to_owned(),
            });
        } else if text[range.clone()] != **line {
            edits.push(Edit {
                span: range.clone(),
                text: line.clone(),
            });
        }
    }
    for range in &lines[old.start + both..old.end] {
        edits.push(removal(text, range));
    }
    let more = &new[both..];
    if more.is_empty() {
        return;
    }
    // Behind the line before, in its manner; at the very beginning, before the first one.
    let end = old.start + both;
    let behind = end.checked_sub(1).and_then(|index| lines.get(index));
    let Some(at) = behind.or(lines.first()) else {
        return;
    };
    let (prefix, end_of_line) = manner(text, at);
    let put = |line: &String| format!("{prefix}{line}").trim_end().to_owned();
    let edit = if behind.is_some() {
        let more = more
            .iter()
            .map(|line| format!("{end_of_line}{}", put(line)));
        Edit {
            span: at.end..at.end,
            text: more.collect(),
        }
    } else {
        let start = start_of_line(text, at.start);
        let more = more
            .iter()
            .map(|line| format!("{}{end_of_line}", put(line)));
        Edit {
            span: start..start,
            text: more.collect(),
        }
    };
    // Where the line before is replaced itself, the two are one edit.
    match edits
        .last_mut()
        .filter(|last| last.span.end == edit.span.start && behind.is_some())
    {
        Some(last) if last.span.end == at.end && !last.span.is_empty() => {
            last.text.push_str(&edit.text);
        }
        _ => edits.push(edit),
    }
}

/// A line with its end; of the last one of a text without, the end before it.
fn removal(text: &str, range: &Range<usize>) -> Edit {
    let start = start_of_line(text, range.start);
    let end = text[range.end..]
        .find('\n')
        .map(|length| range.end + length + 1);
    let span = match end {
        Some(end) => start..end,
        None => text[..start].trim_end_matches(['\r', '\n']).len()..text.len(),
    };
    Edit {
        span,
        text: String::new(),
    }
}

/// What stands before the text of a line (a list's indent, `> `), and how the line ends.
pub(super) fn manner<'t>(text: &'t str, range: &Range<usize>) -> (&'t str, &'static str) {
    let prefix = &text[start_of_line(text, range.start)..range.start];
    (prefix, end_of_line(text, range.start))
}

/// How the line of a byte ends, or, at the end of a text, the one before.
pub(super) fn end_of_line(text: &str, at: usize) -> &'static str {
    let end = text[at..].find('\n').map(|length| at + length);
    let end = end.or_else(|| text[..at].rfind('\n'));
    let is_crlf = end.is_some_and(|end| text[..end].ends_with('\r'));
    if is_crlf { "\r\n" } else { "\n" }
}

pub(super) fn start_of_line(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}
