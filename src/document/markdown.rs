//! Markdown → the page: headings, text, code blocks, comments, each with its bytes.
//!
//! The only place that names pulldown-cmark. It reads the text that [`layout`] leaves, so that what
//! stands in tabs and boxes of whatever dialect is Markdown like all else.

mod html;
mod lines;
mod rendered;

use std::ops::Range;
use std::sync::Arc;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::layout::{Layout, layout};
use super::page::{Code, CodeSpan, Item, Mark, Page, Prose, Section, nest};
use crate::diagnostic::{Diagnostic, Source};
use html::html_anchors;
use lines::{Lines, first_line};

pub use rendered::{Fenced, Heading, rendered};

/// What of Markdown's dialects is understood. Front matter is taken off before: the parser would see it at any rule of a
/// page.
const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH);

/// Reads the structure of a page.
pub(super) fn page(source: &Arc<Source>, faults: &mut Vec<Diagnostic>) -> Page {
    let layout = layout(&source.text);
    let mut reader = Builder {
        text: &layout.text,
        page: Page {
            sections: vec![Section::default()],
            anchors: html_anchors(&source.text),
            ..Page::default()
        },
        open: Open::Nothing,
        unclosed_comments: Vec::new(),
    };
    let mut unclosed = layout.unclosed.clone();
    for (event, span) in Parser::new_ext(&layout.text, OPTIONS).into_offset_iter() {
        unclosed.extend(reader.read(event, span).map(|span| layout.span(&span)));
    }
    reader.close();
    let unclosed_comments = std::mem::take(&mut reader.unclosed_comments);
    let mut page = reader.page;
    faults.extend(unclosed.into_iter().map(|opening| {
        Diagnostic::new(
            "unclosed-fence",
            source,
            opening,
            "this code block is never closed",
        )
        .label("opened here")
        .help("end it with a line of the same fence, in the same list item, tab or quote")
    }));
    faults.extend(unclosed_comments.into_iter().map(|opening| {
        Diagnostic::new(
            "unclosed-comment",
            source,
            layout.span(&opening),
            "this comment is never closed",
        )
        .label("opened here")
        .help("end it with `-->`; until then all that follows is part of it")
    }));
    for item in &mut page.items {
        place(item, &source.text, &layout);
    }
    for section in &mut page.sections {
        section.span = layout.span(&section.span);
    }
    for (span, _) in &mut page.links {
        *span = layout.span(span);
    }
    page.front_matter = super::front_matter(&source.text);
    page.choices = layout.choices;
    page.boxes = layout.boxes;
    nest(&mut page.boxes);
    page
}

/// Gives an item the bytes of the document in place of those of the text that was parsed.
fn place(item: &mut Item, source: &str, layout: &Layout<'_>) {
    match item {
        Item::Heading(_) => {}
        Item::Prose(prose) => {
            prose.span = layout.span(&prose.span);
            for (_, at) in &mut prose.places {
                *at = layout.place(*at);
            }
            for code in &mut prose.code {
                code.span = layout.span(&code.span);
            }
        }
        Item::Code(code) => {
            let language = layout.text[code.info.clone()].trim().to_owned();
            code.span = layout.span(&code.span);
            code.info = layout.span(&code.info);
            // A fence that a tag stands for: `{% highlight bash %}`.
            if source.get(code.info.clone()).map(str::trim) != Some(language.as_str()) {
                code.info = code.span.start..code.span.start;
                code.class_below = Some(format!("language-{language}"));
            }
            for line in &mut code.lines {
                *line = layout.span(line);
            }
        }
        Item::Comment { span, inner } => {
            *span = layout.span(span);
            *inner = layout.span(inner);
        }
    }
}

struct Builder<'a> {
    text: &'a str,
    page: Page,
    open: Open,
    /// The openings of comments that run to the end of their block.
    unclosed_comments: Vec<Range<usize>>,
}

/// What the events that come next belong to.
enum Open {
    Nothing,
    Heading(String, Range<usize>, u8),
    Prose(Prose),
    Code(Code, Lines),
    Html(Range<usize>),
}

impl Builder<'_> {
    /// Takes one event in; returns the opening line of a fence that is never closed.
    fn read(&mut self, event: Event<'_>, span: Range<usize>) -> Option<Range<usize>> {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.close();
                self.open = Open::Heading(String::new(), span, level as u8);
            }
            // A list item without blank lines has its text directly in it, without a paragraph.
            Event::Start(Tag::Paragraph | Tag::Item) => {
                self.close();
                self.open = Open::Prose(Prose {
                    span,
                    ..Prose::default()
                });
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
                        mark: if is_indented {
                            Mark::Indent
                        } else {
                            Mark::Fence
                        },
                        class_below: None,
                    },
                    Lines::default(),
                );
            }
            Event::Start(Tag::HtmlBlock) => {
                self.close();
                self.open = Open::Html(span);
            }
            Event::Start(Tag::List(_) | Tag::BlockQuote(_))
            | Event::End(
                TagEnd::Heading(_) | TagEnd::Paragraph | TagEnd::Item | TagEnd::HtmlBlock,
            ) => self.close(),
            Event::End(TagEnd::CodeBlock) => {
                let unclosed = self.unclosed_fence();
                self.close();
                return unclosed;
            }
            Event::Text(words) => self.words(&words, &span, false),
            Event::Code(words) => self.words(&words, &span, true),
            Event::SoftBreak | Event::HardBreak => self.words("\n", &span, false),
            Event::InlineHtml(_) => self.comments(span),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                self.page.links.push((span, dest_url.into_string()));
            }
            _ => {}
        }
        None
    }

    fn words(&mut self, words: &str, span: &Range<usize>, is_code: bool) {
        match &mut self.open {
            Open::Heading(text, ..) => text.push_str(words),
            Open::Prose(prose) => {
                let start = prose.text.len();
                let at = if is_code {
                    let written = &self.text[span.clone()];
                    let marks = written.len() - written.trim_start_matches('`').len();
                    // One blank behind the marks belongs to them.
                    let inner = written.trim_matches('`');
                    span.start
                        + marks
                        + usize::from(inner.len() > words.len() && inner.starts_with(' '))
                } else {
                    span.start
                };
                prose.places.push((start, at));
                prose.text.push_str(words);
                if is_code {
                    prose.places.push((prose.text.len(), span.end));
                    // What goes on in the next line stands nowhere as it is read.
                    let is_whole = self.text.get(at..at + words.len()) == Some(words);
                    prose.code.push(CodeSpan {
                        at: start..prose.text.len(),
                        span: at..at + if is_whole { words.len() } else { 0 },
                    });
                }
            }
            Open::Code(code, lines) => lines.take(self.text, span, &mut code.lines),
            Open::Nothing | Open::Html(_) => {}
        }
    }

    fn close(&mut self) {
        match std::mem::replace(&mut self.open, Open::Nothing) {
            Open::Nothing => {}
            Open::Heading(text, span, level) => self.heading(text, span, level),
            Open::Prose(prose) => self.prose(prose),
            Open::Code(mut code, lines) => {
                lines.finish(&mut code.lines);
                self.page.items.push(Item::Code(code));
            }
            Open::Html(span) => self.html(span),
        }
    }

    fn heading(&mut self, text: String, span: Range<usize>, level: u8) {
        self.page.anchors.insert(anchor(&text));
        let before = self.page.sections.len() - 1;
        let parent =
            std::iter::successors(Some(before), |section| self.page.sections[*section].parent)
                .find(|section| self.page.sections[*section].level < level);
        self.page.sections.push(Section {
            slug: slug(&text),
            title: text,
            span,
            level,
            parent,
        });
        self.page.items.push(Item::Heading(before + 1));
    }

    /// A text; a line of attributes alone says what the block above it is, and a line that begins
    /// with `%` is a comment of `MyST`.
    fn prose(&mut self, prose: Prose) {
        let text = prose.text.trim();
        if text.is_empty() {
            return;
        }
        if let Some(class) = text
            .strip_prefix("{:")
            .and_then(|rest| rest.strip_suffix('}'))
        {
            if let Some(Item::Code(code)) = self.page.items.last_mut() {
                let mut words =
                    class.split(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ':'));
                let class = words.find_map(|word| word.strip_prefix('.'));
                code.class_below = class.map(str::to_owned);
            }
            return;
        }
        let written = &self.text[prose.span.clone()];
        let length = written.trim_end().len();
        let comment = written
            .strip_prefix('%')
            .map(|inner| (1, inner.trim_end()))
            .or_else(|| {
                Some((
                    3,
                    written
                        .trim_end()
                        .strip_prefix("{/*")?
                        .strip_suffix("*/}")?,
                ))
            });
        if let Some((marks, inner)) =
            comment.filter(|(_, inner)| inner.trim_start().starts_with("tutcheck"))
        {
            let start = prose.span.start;
            self.page.items.push(Item::Comment {
                span: start..start + length,
                inner: start + marks..start + marks + inner.len(),
            });
            return;
        }
        self.page.items.push(Item::Prose(prose));
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
        if code.mark == Mark::Indent {
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
