//! A page as a browser shows it, with something else in place of each code block.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, html};

use super::{OPTIONS, anchor};
use crate::diagnostic::Source;
use crate::document::front_matter;
use crate::document::layout::layout;
use crate::wording;

/// A code block of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Fenced<'t> {
    /// Its lines, fences included, from 1.
    pub lines: Range<usize>,
    /// What is in it.
    pub text: &'t str,
}

/// A heading of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Heading {
    /// Its line, from 1.
    pub line: usize,
    /// From 1 to 6.
    pub level: u8,
    /// What it says.
    pub text: String,
}

/// The page as HTML, with what `block` makes of each code block in its place, and its headings, which have the addresses
/// `{prefix}1`, `{prefix}2` …. Nothing of the page's own HTML is in it, and no address but of the web and below the page.
pub fn rendered(
    source: &Source,
    prefix: &str,
    block: &mut dyn FnMut(&Fenced<'_>) -> String,
) -> (String, Vec<Heading>) {
    let layout = layout(&source.text);
    let after = front_matter(&source.text).map_or(0, |front| front.end);
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut headings: Vec<Heading> = Vec::new();
    let mut code: Option<(Range<usize>, String)> = None;
    let mut in_heading = false;
    // In front matter, and in a comment, nothing is for readers.
    let mut in_comment = false;
    // Within HTML, whether something of it is shown.
    let mut is_html: Option<bool> = None;
    for (event, span) in Parser::new_ext(&layout.text, OPTIONS).into_offset_iter() {
        let span = layout.span(&span);
        if span.start < after {
            continue;
        }
        match event {
            Event::Start(Tag::CodeBlock(_)) => {
                let last = span.end.saturating_sub(1).max(span.start);
                let lines = source.line(span.start)..source.line(last) + 1;
                code = Some((lines, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((lines, text)) = code.take() {
                    let made = block(&Fenced { lines, text: &text });
                    events.push(Event::Html(made.into()));
                }
            }
            Event::Text(text) if code.is_some() => {
                if let Some((_, whole)) = &mut code {
                    whole.push_str(&text);
                }
            }
            Event::Start(Tag::Heading { level, .. }) => {
                in_heading = true;
                headings.push(Heading {
                    line: source.line(span.start),
                    level: level as u8,
                    text: String::new(),
                });
                events.push(Event::Start(Tag::Heading {
                    level,
                    id: Some(format!("{prefix}{}", headings.len()).into()),
                    classes: Vec::new(),
                    attrs: Vec::new(),
                }));
            }
            Event::Start(Tag::HtmlBlock) => is_html = Some(false),
            Event::End(TagEnd::HtmlBlock) => {
                if is_html.take() == Some(true) {
                    events.push(Event::End(TagEnd::Paragraph));
                }
            }
            // A picture would be fetched; its words stand for it.
            Event::Start(Tag::Image { .. }) => events.push(Event::Start(Tag::Emphasis)),
            Event::End(TagEnd::Image) => events.push(Event::End(TagEnd::Emphasis)),
            Event::Html(text) | Event::InlineHtml(text) => {
                let said = of_html(&text, &mut in_comment);
                if !said.trim().is_empty() {
                    if is_html == Some(false) {
                        events.push(Event::Start(Tag::Paragraph));
                        is_html = Some(true);
                    }
                    events.push(Event::Text(shown(&said)));
                }
            }
            Event::Text(ref text) | Event::Code(ref text) => {
                if in_heading && let Some(heading) = headings.last_mut() {
                    heading.text.push_str(text);
                }
                let is_code = matches!(event, Event::Code(_));
                let kind = if is_code { Event::Code } else { Event::Text };
                events.push(kind(shown(text)));
            }
            event => {
                in_heading &= !matches!(event, Event::End(TagEnd::Heading(_)));
                events.push(event);
            }
        }
    }
    addressed(&mut events, &headings, prefix);
    let mut text = String::new();
    html::push_html(&mut text, events.into_iter());
    (text, headings)
}

/// What of a piece of HTML is told: all but comments.
fn of_html(mut html: &str, in_comment: &mut bool) -> String {
    let mut said = String::new();
    while !html.is_empty() {
        let mark = if *in_comment { "-->" } else { "<!--" };
        let (before, behind) = html.split_once(mark).unwrap_or((html, ""));
        let is_there = before.len() < html.len();
        if !*in_comment {
            said.push_str(before);
        }
        *in_comment ^= is_there;
        html = behind;
    }
    said
}

/// Gives links within the page the addresses that its headings have here, whatever its author's site gives them; takes
/// those away that may do harm.
fn addressed(events: &mut [Event<'_>], headings: &[Heading], prefix: &str) {
    let anchors: Vec<String> = headings
        .iter()
        .map(|heading| anchor(&heading.text))
        .collect();
    for event in events {
        if let Event::Start(Tag::Link {
            dest_url, title, ..
        }) = event
        {
            *title = shown(title);
            if !is_harmless(dest_url) {
                *dest_url = "".into();
            }
            if let Some(slug) = dest_url.strip_prefix('#') {
                let found = anchors.iter().position(|anchor| anchor == slug);
                let address = found.map(|number| format!("#{prefix}{}", number + 1));
                *dest_url = address.unwrap_or_default().into();
            }
        }
    }
}

/// A text without marks that turn text around or hide it.
fn shown<'t>(text: &str) -> CowStr<'t> {
    wording::visible(text).into_owned().into()
}

/// An address of the web, or below the page.
fn is_harmless(address: &str) -> bool {
    let scheme = address.split(['/', '?', '#']).next().unwrap_or_default();
    match scheme.split_once(':') {
        None => true,
        Some((scheme, _)) => ["http", "https"]
            .iter()
            .any(|one| scheme.eq_ignore_ascii_case(one)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_shown_with_its_blocks_replaced() {
        let source = Source::new(
            "a.md",
            "---\ntitle: x\n---\n# One `two`\n\n<!-- tutcheck: skip -->\n<b onclick=x>hi</b>\n\n- item\n\n  ```sh\n  ls <a>\n  ```\n\n[x](javascript:alert(1)) [y](https://a.b) ![p](http://c/d.png) [up](#one-two) [no](#nothing)\n",
        );
        let mut seen = Vec::new();
        let (html, headings) = rendered(&source, "part-", &mut |shown| {
            seen.push((shown.lines.clone(), shown.text.to_owned()));
            "<BLOCK>".to_owned()
        });
        assert_eq!(seen, [(11..14, "ls <a>\n".to_owned())]);
        let heading = Heading {
            line: 4,
            level: 1,
            text: "One two".to_owned(),
        };
        assert_eq!(headings, [heading]);
        assert!(
            html.contains("<h1 id=\"part-1\">") && html.contains("<BLOCK>"),
            "{html}"
        );
        for never in ["<b", "javascript", "d.png", "<!--", "title: x"] {
            assert!(!html.contains(never), "{never} in {html}");
        }
        assert!(
            html.contains("<a href=\"#part-1\">up</a>") && html.contains("<a href=\"\">no</a>"),
            "{html}"
        );
        assert!(
            html.contains("&lt;b onclick") && html.contains("https://a.b"),
            "{html}"
        );
    }
}
