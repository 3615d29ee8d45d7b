//! Lines of `<pre>`, as a browser shows them.

use std::ops::Range;

use crate::document::page::Mark;

/// A line as a reader sees it: in HTML without the tags around it.
pub(super) fn trimmed<'s>(source: &'s str, line: &Range<usize>, mark: Mark) -> &'s str {
    let mut text = &source[line.clone()];
    if mark != Mark::Html {
        return text;
    }
    while let Some(rest) = text
        .strip_prefix('<')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/'))
    {
        let Some(end) = rest.find('>') else { break };
        text = &rest[end + 1..];
    }
    loop {
        let bare = text.trim_end();
        let Some(start) = bare
            .rfind("</")
            .filter(|start| bare.ends_with('>') && !bare[*start..bare.len() - 1].contains('>'))
        else {
            break;
        };
        text = &text[..start];
    }
    // A tag that ends before a remark: `<code>docker pull x</code>  # latest`.
    if let Some(at) = text.find("</code>") {
        let (before, after) = (&text[..at], &text[at + 7..]);
        if after.trim_start().starts_with('#') {
            return before;
        }
    }
    text
}
