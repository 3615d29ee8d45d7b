//! HTML in Markdown: comments, `<pre>`, anchors.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Builder;
use super::lines::{Lines, find_tag};
use crate::document::fence::{self, Language};
use crate::document::page::{Code, Item, Mark};

impl Builder<'_> {
    pub(super) fn html(&mut self, span: Range<usize>) {
        let mut rest = span.clone();
        while let Some(start) = find_tag(&self.text[rest.clone()], "<pre") {
            let start = rest.start + start;
            self.comments(rest.start..start);
            let closing = find_tag(&self.text[start..rest.end], "</pre").map(|i| start + i);
            let end = closing
                .and_then(|at| Some(at + self.text[at..rest.end].find('>')? + 1))
                .unwrap_or(rest.end);
            self.preformatted(start..end);
            rest.start = end;
        }
        self.comments(rest);
    }

    /// Every comment in a stretch of HTML.
    pub(super) fn comments(&mut self, span: Range<usize>) {
        let mut rest = span;
        while let Some(start) = self.text[rest.clone()].find("<!--") {
            let start = rest.start + start;
            let Some(length) = self.text[start + 4..rest.end].find("-->") else {
                self.unclosed_comments.push(start..start + 4);
                return;
            };
            let inner = start + 4..start + 4 + length;
            let end = inner.end + 3;
            self.page.items.push(Item::Comment {
                span: start..end,
                inner,
            });
            rest.start = end;
        }
    }

    pub(super) fn preformatted(&mut self, span: Range<usize>) {
        let text = &self.text[span.clone()];
        let Some(open) = text.find('>') else { return };
        let end = text.find("</pre").unwrap_or(text.len());
        let mut start = (open + 1).min(end);
        if text[start..end].starts_with("<code") {
            start += text[start..end].find('>').map_or(0, |i| i + 1);
        }
        let end = text[..end].strip_suffix("</code>").map_or(end, str::len);
        // `<pre class="language-bash"><code class="lang-bash">`
        let class = text[..start].split_once("class=\"");
        let class = class.and_then(|(_, rest)| rest.split('"').next());
        let names_language = |class: &&str| {
            class.starts_with("lang")
                || matches!(fence::kind(class), Language::Shell | Language::Console)
        };
        let class = class.and_then(|class| class.split(' ').find(names_language));
        let mut lines = Lines::default();
        let mut code = Code {
            span: span.clone(),
            info: span.start..span.start,
            lines: Vec::new(),
            mark: Mark::Html,
            class_below: class.map(str::to_owned),
        };
        lines.take(
            self.text,
            &(span.start + start..span.start + end.max(start)),
            &mut code.lines,
        );
        lines.finish(&mut code.lines);
        if code.lines.first().is_some_and(Range::is_empty) {
            code.lines.remove(0);
        }
        self.page.items.push(Item::Code(code));
    }
}

/// Places that HTML in the page names.
pub(super) fn html_anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for attribute in ["id=\"", "name=\""] {
        let named = text.split(attribute).skip(1);
        anchors.extend(named.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    anchors
}
