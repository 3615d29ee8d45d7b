//! Markdown → the pieces that matter here, in order: headings, prose, code blocks, comments.
//!
//! The only place that names pulldown-cmark. Every piece keeps its bytes.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::diagnostic::{Diagnostic, Source};

/// What a document consists of, as far as a reader's commands are concerned.
pub(super) struct Outline {
    pub(super) pieces: Vec<Piece>,
    pub(super) front_matter: Option<Range<usize>>,
    pub(super) links: Vec<(Range<usize>, String)>,
    pub(super) anchors: BTreeSet<String>,
}

/// One piece of a document.
#[derive(Debug)]
pub(super) enum Piece {
    Heading {
        slug: String,
    },
    /// A paragraph: its text, and which words of it are code.
    Prose {
        text: String,
        code: Vec<String>,
    },
    Code(Code),
    /// An HTML comment; `inner` is what stands between `<!--` and `-->`.
    Comment {
        span: Range<usize>,
        inner: Range<usize>,
    },
}

/// A code block: fenced, indented or `<pre>`.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) span: Range<usize>,
    /// What follows the opening fence; empty for the other kinds.
    pub(super) info: Range<usize>,
    /// Each line without its line end and without list and quote marks.
    pub(super) lines: Vec<Range<usize>>,
    /// It is HTML: what looks like text may be entities and tags.
    pub(super) is_html: bool,
    /// It has no fence.
    pub(super) is_indented: bool,
}

pub(super) fn outline(source: &Arc<Source>, faults: &mut Vec<Diagnostic>) -> Outline {
    let text = source.text.as_str();
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader {
        text,
        pieces: Vec::new(),
        front_matter: None,
        open: Open::Nothing,
        unclosed_comments: Vec::new(),
        links: Vec::new(),
        anchors: html_anchors(text),
    };
    for (event, span) in Parser::new_ext(text, options).into_offset_iter() {
        if let Some(unclosed) = reader.read(event, span) {
            faults.push(
                Diagnostic::new(
                    "unclosed-fence",
                    source,
                    unclosed,
                    "this code block is never closed",
                )
                .label("opened here")
                .help("end it with a line of the same fence, in the same list item or quote"),
            );
        }
    }
    faults.extend(reader.unclosed_comments.into_iter().map(|opening| {
        Diagnostic::new(
            "unclosed-comment",
            source,
            opening,
            "this comment is never closed",
        )
        .label("opened here")
        .help("end it with `-->`; until then all that follows is part of it")
    }));
    Outline {
        pieces: reader.pieces,
        front_matter: reader.front_matter,
        links: reader.links,
        anchors: reader.anchors,
    }
}

/// Places that HTML in the page names.
fn html_anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    for attribute in ["id=\"", "name=\""] {
        let named = text.split(attribute).skip(1);
        anchors.extend(named.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    anchors
}

struct Reader<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
    front_matter: Option<Range<usize>>,
    open: Open,
    /// The openings of comments that run to the end of their block.
    unclosed_comments: Vec<Range<usize>>,
    links: Vec<(Range<usize>, String)>,
    anchors: BTreeSet<String>,
}

/// What the events that come next belong to.
enum Open {
    Nothing,
    Heading(String),
    Prose { text: String, code: Vec<String> },
    Code(Code, Lines),
    Html(Range<usize>),
    FrontMatter(Option<Range<usize>>),
}

impl Reader<'_> {
    /// Takes one event in; returns the opening line of a fence that is never closed.
    fn read(&mut self, event: Event<'_>, span: Range<usize>) -> Option<Range<usize>> {
        match event {
            Event::Start(Tag::Heading { .. }) => self.open = Open::Heading(String::new()),
            // A list item without blank lines has its text directly in it, without a paragraph.
            Event::Start(Tag::Paragraph | Tag::Item) => {
                self.open = Open::Prose {
                    text: String::new(),
                    code: Vec::new(),
                };
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                self.close();
                let is_indented = kind == CodeBlockKind::Indented;
                let info = match kind {
                    CodeBlockKind::Fenced(_) => self.info(&span),
                    CodeBlockKind::Indented => span.start..span.start,
                };
                self.open = Open::Code(
                    Code {
                        span,
                        info,
                        lines: Vec::new(),
                        is_html: false,
                        is_indented,
                    },
                    Lines::default(),
                );
            }
            Event::Start(Tag::HtmlBlock) => {
                self.close();
                self.open = Open::Html(span);
            }
            Event::Start(Tag::MetadataBlock(_)) => self.open = Open::FrontMatter(None),
            Event::End(
                TagEnd::Heading(_)
                | TagEnd::Paragraph
                | TagEnd::Item
                | TagEnd::HtmlBlock
                | TagEnd::MetadataBlock(_),
            ) => self.close(),
            Event::End(TagEnd::CodeBlock) => {
                let unclosed = self.unclosed_fence();
                self.close();
                return unclosed;
            }
            Event::Text(words) => self.words(&words, &span, false),
            Event::Code(words) => self.words(&words, &span, true),
            Event::SoftBreak | Event::HardBreak => self.words(" ", &span, false),
            Event::InlineHtml(_) => self.comments(span),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.links.push((span, dest_url.into_string()));
            }
            _ => {}
        }
        None
    }

    fn words(&mut self, words: &str, span: &Range<usize>, is_code: bool) {
        match &mut self.open {
            Open::Heading(text) => text.push_str(words),
            Open::Prose { text, code } => {
                text.push_str(words);
                if is_code {
                    code.push(words.to_owned());
                }
            }
            Open::Code(code, lines) => lines.take(self.text, span, &mut code.lines),
            Open::FrontMatter(range) => {
                *range = Some(range.as_ref().map_or(span.start, |r| r.start)..span.end);
            }
            Open::Nothing | Open::Html(_) => {}
        }
    }

    fn close(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Heading(text) => {
                self.anchors.insert(anchor(&text));
                self.pieces.push(Piece::Heading { slug: slug(&text) });
            }
            Open::Prose { text, code } => {
                if !text.trim().is_empty() {
                    self.pieces.push(Piece::Prose { text, code });
                }
            }
            Open::Code(mut code, lines) => {
                lines.finish(&mut code.lines);
                if self.is_in_tab(&code) {
                    self.tab(&code);
                } else {
                    self.pieces.push(Piece::Code(code));
                }
            }
            Open::Html(span) => self.html(span),
            Open::FrontMatter(range) => self.front_matter = range,
        }
    }

    /// Whether an indented block is what `MkDocs` shows in a tab or an admonition: `=== "Linux"`, `!!! tip`.
    fn is_in_tab(&self, code: &Code) -> bool {
        let is_headed = self.pieces.last().is_some_and(|piece| {
            matches!(piece, Piece::Prose { text, .. }
                if ["!!! ", "??? ", "???+ ", "=== "].iter().any(|mark| text.starts_with(mark)))
        });
        code.is_indented && is_headed
    }

    /// What stands in it: text, and blocks with fences.
    fn tab(&mut self, code: &Code) {
        let mut prose = String::new();
        let mut open: Option<Code> = None;
        for line in &code.lines {
            let text = &self.text[line.clone()];
            match &mut open {
                Some(block) => {
                    block.span.end = line.end;
                    if is_fence(text) && text.trim().trim_matches(['`', '~']).is_empty() {
                        self.pieces.extend(open.take().map(Piece::Code));
                    } else {
                        block.lines.push(line.clone());
                    }
                }
                None if is_fence(text) => {
                    self.prose(std::mem::take(&mut prose));
                    let after = text.trim_start().trim_start_matches(['`', '~']);
                    open = Some(Code {
                        span: line.clone(),
                        info: line.end - after.len()..line.end,
                        lines: Vec::new(),
                        is_html: false,
                        is_indented: false,
                    });
                }
                None => {
                    prose.push_str(text);
                    prose.push('\n');
                }
            }
        }
        self.pieces.extend(open.map(Piece::Code));
        self.prose(prose);
    }

    fn prose(&mut self, text: String) {
        if !text.trim().is_empty() {
            let code = text
                .split('`')
                .skip(1)
                .step_by(2)
                .map(str::to_owned)
                .collect();
            self.pieces.push(Piece::Prose { text, code });
        }
    }

    /// The bytes after the fence of a block's first line.
    fn info(&self, span: &Range<usize>) -> Range<usize> {
        let line = first_line(self.text, span);
        let fence = &self.text[line.clone()];
        let mark = fence.chars().next().unwrap_or('`');
        let start = line.start + (fence.len() - fence.trim_start_matches(mark).len());
        start..line.end
    }

    /// A fence that runs to the end of its container is not closed: pulldown-cmark accepts that
    /// silently, but the rest of the page would be swallowed.
    fn unclosed_fence(&self) -> Option<Range<usize>> {
        let Open::Code(code, _) = &self.open else {
            return None;
        };
        if code.is_indented {
            return None;
        }
        let opening = first_line(self.text, &code.span);
        let first = &self.text[opening.clone()];
        let mark = first.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let length = first.len() - first.trim_start_matches(mark).len();
        if length < 3 {
            return None;
        }
        let block = self.text[code.span.clone()].trim_end();
        let last = block.rsplit('\n').next().unwrap_or_default();
        let last = last.trim_start_matches(['>', ' ', '\t']).trim_end();
        let closed =
            block.len() > first.len() && last.len() >= length && last.chars().all(|c| c == mark);
        (!closed).then_some(opening)
    }

    fn html(&mut self, span: Range<usize>) {
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
    fn comments(&mut self, span: Range<usize>) {
        let mut rest = span;
        while let Some(start) = self.text[rest.clone()].find("<!--") {
            let start = rest.start + start;
            let Some(length) = self.text[start + 4..rest.end].find("-->") else {
                self.unclosed_comments.push(start..start + 4);
                return;
            };
            let inner = start + 4..start + 4 + length;
            let end = inner.end + 3;
            self.pieces.push(Piece::Comment {
                span: start..end,
                inner,
            });
            rest.start = end;
        }
    }

    fn preformatted(&mut self, span: Range<usize>) {
        let text = &self.text[span.clone()];
        let Some(open) = text.find('>') else { return };
        let end = text.find("</pre").unwrap_or(text.len());
        let mut start = (open + 1).min(end);
        if text[start..end].starts_with("<code") {
            start += text[start..end].find('>').map_or(0, |i| i + 1);
        }
        let end = text[..end].strip_suffix("</code>").map_or(end, str::len);
        let mut lines = Lines::default();
        let mut code = Code {
            span: span.clone(),
            info: span.start..span.start,
            lines: Vec::new(),
            is_html: true,
            is_indented: false,
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
        self.pieces.push(Piece::Code(code));
    }
}

fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

/// Puts lines together from the stretches that the parser gives.
#[derive(Default)]
struct Lines {
    current: Option<Range<usize>>,
}

impl Lines {
    fn take(&mut self, text: &str, span: &Range<usize>, lines: &mut Vec<Range<usize>>) {
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

    fn finish(self, lines: &mut Vec<Range<usize>>) {
        lines.extend(self.current);
    }
}

/// Where a tag starts, in letters of any size.
fn find_tag(text: &str, tag: &str) -> Option<usize> {
    text.match_indices('<').map(|(at, _)| at).find(|&at| {
        text.get(at..at + tag.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(tag))
    })
}

fn first_line(text: &str, span: &Range<usize>) -> Range<usize> {
    let line = text[span.clone()].lines().next().unwrap_or_default();
    span.start..span.start + line.len()
}

/// The name of a heading in a link, as GitHub makes it: blanks become hyphens, punctuation goes.
fn anchor(text: &str) -> String {
    text.trim()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

/// What a heading contributes to the keys of steps: lower case, words joined by hyphens.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.extend(word.chars().flat_map(char::to_lowercase));
    }
    slug
}
