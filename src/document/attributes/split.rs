//! The words of an author, each with its value.

use std::ops::Range;

pub(super) struct Given<'a> {
    pub(super) span: Range<usize>,
    pub(super) name: &'a str,
    pub(super) value: Option<&'a str>,
}

/// Splits at blanks, commas between words and braces; quotes and `/…/` keep a value together.
pub(super) fn split(text: &str, span: Range<usize>) -> Vec<Given<'_>> {
    let mut found = Vec::new();
    let mut at = span.start;
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',');
    while at < span.end {
        let rest = &text[at..span.end];
        let gap = rest.len() - rest.trim_start_matches(is_gap).len();
        if gap > 0 {
            at += gap;
            continue;
        }
        let length = rest
            .find(|c: char| is_gap(c) || c == '=')
            .unwrap_or(rest.len());
        let name = &rest[..length];
        let start = at;
        at += length;
        let mut value = None;
        if text[at..span.end].starts_with('=') {
            at += 1;
            let (text_of_value, end) = value_at(text, at..span.end);
            value = Some(text_of_value);
            at = end;
        }
        found.push(Given {
            span: start..at.max(start + 1),
            name,
            value,
        });
    }
    found
}

fn value_at(text: &str, span: Range<usize>) -> (&str, usize) {
    let rest = &text[span.clone()];
    if let Some(quote @ ('"' | '\'' | '/')) = rest.chars().next() {
        let closing = rest[1..]
            .char_indices()
            .find(|&(i, c)| c == quote && (quote != '/' || !rest[..=i].ends_with('\\')));
        if let Some((length, _)) = closing {
            let end = span.start + 1 + length + 1;
            let slashes = usize::from(quote == '/');
            return (&text[span.start + 1 - slashes..end - 1 + slashes], end);
        }
    }
    let mut length = rest
        .find(|c: char| c.is_whitespace() || c == '}')
        .unwrap_or(rest.len());
    // `log:"two words"`
    if let Some((kind, quoted)) = rest.split_once(":\"")
        && kind.len() < length
        && let Some(closing) = quoted.find('"')
    {
        length = kind.len() + 2 + closing + 1;
    }
    (&rest[..length], span.start + length)
}
