//! What stands where on a page: sections, ways of which a reader takes one, text, code. Structure and
//! no judgement; every text keeps its bytes.

use std::collections::BTreeSet;
use std::ops::Range;

/// A page as its author structured it.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Headings, in order. The first is what stands above all of them.
    pub(super) sections: Vec<Section>,
    /// Ways of which a reader takes one.
    pub(super) choices: Vec<Choice>,
    /// Stretches that are set apart: notes, warnings.
    pub(super) boxes: Vec<Boxed>,
    /// Text, code and comments, in order.
    pub(super) items: Vec<Item>,
    pub(super) front_matter: Option<Range<usize>>,
    pub(super) links: Vec<(Range<usize>, String)>,
    pub(super) anchors: BTreeSet<String>,
}

/// A heading, and what it stands above.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) title: String,
    pub(super) span: Range<usize>,
    pub(super) slug: String,
    /// 1 is the page's own title; 0 is before any heading.
    pub(super) level: u8,
    pub(super) parent: Option<usize>,
}

/// How a page gives its reader a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Tabs of whatever kind.
    Tabs,
    /// Stretches of the whole page that go with a setting: zones, scopes.
    Zones,
    /// The same for versions: ranges of monikers.
    Versions,
    /// Sections beside each other.
    Sections,
}

/// Ways of which a reader takes one.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) form: Form,
    pub(super) arms: Vec<Arm>,
}

/// One of the ways.
#[derive(Debug, Clone)]
pub(super) struct Arm {
    pub(super) label: String,
    /// The bytes that name it.
    pub(super) named: Range<usize>,
    /// All that belongs to it.
    pub(super) span: Range<usize>,
}

/// A stretch that is set apart from the text around it.
#[derive(Debug)]
pub(super) struct Boxed {
    /// `danger`, `note`, `tip` …, in small letters.
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) named: Range<usize>,
    pub(super) span: Range<usize>,
    /// The one that it begins in.
    pub(super) parent: Option<usize>,
}

impl Page {
    /// The boxes that a place stands in, the innermost first.
    pub(super) fn boxes_around(&self, at: usize) -> impl Iterator<Item = &Boxed> {
        let begun = self.boxes.partition_point(|boxed| boxed.span.start <= at);
        let last = begun.checked_sub(1).map(|last| &self.boxes[last]);
        let all = std::iter::successors(last, |boxed| Some(&self.boxes[boxed.parent?]));
        all.filter(move |boxed| boxed.span.contains(&at))
    }
}

/// Says of each box in which other it begins; they come in the order in which they begin.
pub(super) fn nest(boxes: &mut [Boxed]) {
    let mut open: Vec<usize> = Vec::new();
    for index in 0..boxes.len() {
        let start = boxes[index].span.start;
        while open
            .pop_if(|outer| boxes[*outer].span.end <= start)
            .is_some()
        {}
        boxes[index].parent = open.last().copied();
        open.push(index);
    }
}

/// One piece of a page.
#[derive(Debug)]
pub(super) enum Item {
    /// The heading of a section.
    Heading(usize),
    Prose(Prose),
    Code(Code),
    /// An HTML comment, or one in the words of MDX or `MyST`; `inner` is what stands between its marks.
    Comment {
        span: Range<usize>,
        inner: Range<usize>,
    },
}

/// A paragraph, or the text of a list item.
#[derive(Debug, Default)]
pub(super) struct Prose {
    pub(super) span: Range<usize>,
    /// What a reader sees of it.
    pub(super) text: String,
    /// Where stretches of the text stand in the document: a byte of the text, and one of the document.
    pub(super) places: Vec<(usize, usize)>,
    /// Words of it that are code.
    pub(super) code: Vec<CodeSpan>,
}

/// Words that are code within a text.
#[derive(Debug, Clone)]
pub(super) struct CodeSpan {
    /// Where in the text.
    pub(super) at: Range<usize>,
    /// Where in the document, without the marks; empty if it goes over several lines.
    pub(super) span: Range<usize>,
}

impl Prose {
    /// The bytes of the document for a stretch of the text.
    pub(super) fn span_of(&self, at: Range<usize>) -> Range<usize> {
        let place = |byte: usize| {
            let index = self.places.partition_point(|(text, _)| *text <= byte);
            match self.places.get(index.wrapping_sub(1)) {
                Some((text, document)) => document + (byte - text),
                None => self.span.start,
            }
        };
        let start = place(at.start).clamp(self.span.start, self.span.end);
        let end = place(at.end.saturating_sub(1)) + 1;
        start..end.clamp(start, self.span.end)
    }

    /// The text of words that are code.
    pub(super) fn written(&self, code: &CodeSpan) -> &str {
        &self.text[code.at.clone()]
    }

    /// The only thing in it, if that is code: `docker ps`, also with what Katacoda writes behind.
    pub(super) fn alone(&self) -> Option<&CodeSpan> {
        let [code] = self.code.as_slice() else {
            return None;
        };
        let before = self.text[..code.at.start].trim();
        let after = self.text[code.at.end..].trim();
        let is_tag = after.starts_with("{{") && after.ends_with("}}");
        (before.is_empty() && (after.is_empty() || is_tag)).then_some(code)
    }

    /// Its sentences, as stretches of the text.
    pub(super) fn sentences(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = 0;
        let mut spans = self.code.iter().peekable();
        let mut in_code = |byte: usize| {
            while spans.next_if(|code| code.at.end <= byte).is_some() {}
            spans.peek().is_some_and(|code| code.at.contains(&byte))
        };
        let bytes = self.text.as_bytes();
        for (at, character) in self.text.char_indices() {
            let next = at + character.len_utf8();
            let ends = match character {
                '.' | '!' | '?' => {
                    matches!(bytes.get(next), None | Some(b' ' | b'\n'))
                        && !is_abbreviated(&self.text[..at])
                }
                '。' | '！' | '？' => true,
                _ => false,
            };
            if ends && !in_code(at) {
                found.push(start..next);
                start = next;
            }
        }
        found.push(start..self.text.len());
        found.retain(|range| !self.text[range.clone()].trim().is_empty());
        found
    }
}

/// `e.g`, `i.e`, `etc`: no sentence ends behind them.
fn is_abbreviated(before: &str) -> bool {
    let word = before.rsplit([' ', '(', '\n']).next().unwrap_or_default();
    matches!(
        word,
        "e.g" | "i.e" | "etc" | "vs" | "E.g" | "resp" | "z.B" | "p.ej"
    )
}

/// How a code block is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Fence,
    Indent,
    Html,
    /// A paragraph or list item that is one code span.
    Alone,
    /// A code span that a sentence says to type.
    Sentence,
}

/// A code block.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) span: Range<usize>,
    /// What follows the opening fence; empty for the other kinds.
    pub(super) info: Range<usize>,
    /// Each line without its line end and without list and quote marks.
    pub(super) lines: Vec<Range<usize>>,
    pub(super) mark: Mark,
    /// What an attribute line below it says: `{: .language-bash}`.
    pub(super) class_below: Option<String>,
}

impl Page {
    /// The code blocks that begin in a stretch.
    pub(super) fn codes_within(&self, within: &Range<usize>) -> impl Iterator<Item = &Code> {
        let end = within.end;
        let is_before = |item: &Item| self.start_of(item) < within.start;
        let from = self.items.partition_point(is_before);
        let within = self.items[from..]
            .iter()
            .take_while(move |item| self.start_of(item) < end);
        within.filter_map(|item| match item {
            Item::Code(code) => Some(code),
            _ => None,
        })
    }

    /// What stands before a byte, the nearest first.
    pub(super) fn items_before(&self, at: usize) -> impl Iterator<Item = &Item> {
        let end = self.items.partition_point(|item| self.start_of(item) < at);
        self.items[..end].iter().rev()
    }

    fn start_of(&self, item: &Item) -> usize {
        match item {
            Item::Heading(section) => self.sections[*section].span.start,
            Item::Prose(prose) => prose.span.start,
            Item::Code(code) => code.span.start,
            Item::Comment { span, .. } => span.start,
        }
    }

    /// Whether a section is another or stands below it.
    pub(super) fn ancestors(&self, section: usize) -> impl Iterator<Item = &Section> {
        std::iter::successors(self.sections.get(section), |section| {
            self.sections.get(section.parent?)
        })
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
