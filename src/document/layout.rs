//! The marks by which sites give their readers a choice or set something apart, in a dozen dialects:
//! they are taken out of the text, and what they hold is moved to the left where it was indented, so
//! that one Markdown parser reads all of a page; a map of lines leads back.

mod arms;
mod editions;
mod fences;
mod html;
mod mark;
mod marks;
mod tags;
mod write;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::page::{Arm, Boxed, Choice, Form};
use mark::{Close, Mark};

/// A page without the marks of its site.
pub(super) struct Layout<'a> {
    pub(super) text: Cow<'a, str>,
    /// For each line of the text: where it starts there, and where in the document.
    lines: Vec<(usize, usize)>,
    pub(super) choices: Vec<Choice>,
    pub(super) boxes: Vec<Boxed>,
    /// Fences that are still open where what holds them ends.
    pub(super) unclosed: Vec<Range<usize>>,
    /// Where the document ends.
    end: usize,
}

impl Layout<'_> {
    /// The byte of the document for one of the text.
    pub(super) fn place(&self, byte: usize) -> usize {
        let index = self.lines.partition_point(|(text, _)| *text <= byte);
        match self.lines.get(index.wrapping_sub(1)) {
            Some((text, document)) => document + (byte - text),
            None => byte,
        }
    }

    pub(super) fn span(&self, span: &Range<usize>) -> Range<usize> {
        if self.lines.is_empty() {
            return span.clone();
        }
        let start = self.place(span.start);
        let end = if span.end > span.start {
            self.place(span.end - 1) + 1
        } else {
            start
        };
        let end = end.min(self.end);
        start.min(end)..end
    }
}

/// Deeper than any page nests its containers.
const MOST_OPEN: usize = 64;

/// A container that is open.
struct Open {
    close: Close,
    /// How far its mark is indented.
    indent: usize,
    /// How far its content is moved to the left.
    strip: usize,
    what: What,
}

enum What {
    /// Arms of one choice stand in it.
    Group(usize),
    /// One arm: its choice and its number there.
    Arm(usize, usize),
    Box(usize),
    /// Each fence in it is an arm.
    Fences(usize),
}

struct Unmarking<'a> {
    source: &'a str,
    text: String,
    lines: Vec<(usize, usize)>,
    open: Vec<Open>,
    choices: Vec<Choice>,
    boxes: Vec<Boxed>,
    unclosed: Vec<Range<usize>>,
    /// The fence that is open: its mark, its length, where it opened, and how many containers hold it.
    fence: Option<(u8, usize, Range<usize>, usize)>,
    /// The choice that the next arm goes on with, if nothing else comes between.
    last: Option<(usize, usize)>,
    /// A comment of MDX is open.
    remark: bool,
    /// Where the last of them is closed.
    last_remark: usize,
    /// For each line, the number of the next one with something on it.
    nexts: Vec<usize>,
    /// Names of the editions that the page shows.
    editions: BTreeSet<String>,
}

/// Takes the marks of a site out of a page.
pub(super) fn layout(source: &str) -> Layout<'_> {
    let above = above(source);
    if !marks::may_have_any(source) {
        return Layout {
            text: Cow::Borrowed(&source[above..]),
            lines: vec![(0, above)],
            choices: Vec::new(),
            boxes: Vec::new(),
            unclosed: Vec::new(),
            end: source.len(),
        };
    }
    let lines = super::page::split_lines(source, 0..source.len());
    let mut reader = Unmarking {
        source,
        text: String::with_capacity(source.len()),
        lines: Vec::new(),
        open: Vec::new(),
        choices: Vec::new(),
        boxes: Vec::new(),
        unclosed: Vec::new(),
        fence: None,
        last: None,
        remark: false,
        last_remark: source.rfind("*/").unwrap_or(0),
        nexts: nexts(source, &lines),
        editions: editions::editions(source),
    };
    for (index, line) in lines.iter().enumerate() {
        if line.start >= above {
            reader.line(index, &lines);
        }
    }
    while let Some(open) = reader.open.pop() {
        reader.end(&open, source.len());
    }
    reader.choices.retain(|choice| !choice.arms.is_empty());
    Layout {
        text: Cow::Owned(reader.text),
        lines: reader.lines,
        choices: reader.choices,
        boxes: reader.boxes,
        unclosed: reader.unclosed,
        end: source.len(),
    }
}

/// For each line, the number of the next one with something on it; behind the last, one too many.
fn nexts(source: &str, lines: &[Range<usize>]) -> Vec<usize> {
    let mut nexts = vec![lines.len(); lines.len()];
    let mut next = lines.len();
    for (index, line) in lines.iter().enumerate().rev() {
        nexts[index] = next;
        if !source[line.clone()].trim().is_empty() {
            next = index;
        }
    }
    nexts
}

/// Where the page begins: below its front matter.
fn above(source: &str) -> usize {
    let Some(front) = super::front_matter(source) else {
        return 0;
    };
    let rest = &source[front.end..];
    rest.find('\n')
        .map_or(source.len(), |end| front.end + end + 1)
}

fn indent_of(line: &str) -> usize {
    line.bytes()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .map(|byte| if byte == b'\t' { 4 } else { 1 })
        .sum()
}

impl Unmarking<'_> {
    fn line(&mut self, index: usize, lines: &[Range<usize>]) {
        let line = lines[index].clone();
        let text = &self.source[line.clone()];
        let trimmed = text.trim();
        let is_blank = trimmed.is_empty();
        let indent = indent_of(text);
        if !is_blank {
            self.end_indented(indent, line.start);
        }
        if let Some((mark, length, _, _)) = &self.fence {
            if fences::closes_fence(trimmed, *mark, *length) {
                self.fence = None;
            } else if let Some(tag) = fences::tag_behind_fence(text, *mark, *length) {
                // Katacoda closes a block with what its button does.
                self.fence = None;
                self.keep(line.start..line.start + tag, self.strip());
                return;
            }
            self.keep(line, self.strip());
            return;
        }
        if marks::is_ours(trimmed) {
            // Text right above or below must not swallow it.
            self.part(line.start);
            let end = line.end;
            self.keep(line, self.strip());
            self.part(end);
            return;
        }
        if self.is_remark(trimmed, line.start) {
            self.blank(line);
            return;
        }
        if let Some(fence) = fences::highlighted(trimmed) {
            self.put(&line, &fence);
            return;
        }
        if self.closes(trimmed, line.start) {
            self.blank(line);
            return;
        }
        let next = self.next(lines, index);
        let whole;
        let begun = match next.map(str::trim) {
            // The title of what can be unfolded stands on a line of its own.
            Some(next)
                if trimmed == "<details>"
                    || trimmed.starts_with("<details ") && !trimmed.contains("<summary") =>
            {
                whole = format!(
                    "{trimmed}{}",
                    if next.starts_with("<summary") {
                        next
                    } else {
                        ""
                    }
                );
                whole.as_str()
            }
            _ => trimmed,
        };
        if let Some(mark) = marks::mark(begun).or_else(|| editions::edition(begun, &self.editions))
        {
            let needs_indent = matches!(mark.close, Close::Dedent);
            let is_held = next.is_some_and(|next| indent_of(next) > indent);
            // What is never closed must not make each line a look at all of them.
            let has_room = self.open.len() < MOST_OPEN;
            if has_room && (!needs_indent || is_held) {
                let keeps = mark.keeps_line;
                self.begin(mark, indent, &line, lines, index);
                if keeps {
                    self.keep(line, self.strip());
                } else {
                    self.blank(line);
                }
                return;
            }
        }
        if let Some((mark, length)) = fences::opens_fence(trimmed) {
            self.arm_of_fence(trimmed, &line);
            self.fence = Some((mark, length, line.clone(), self.open.len()));
        }
        if !is_blank && !marks::is_aside(trimmed) {
            self.last = None;
        }
        if marks::is_tag_alone(trimmed) {
            self.blank(line);
        } else {
            self.keep(line, self.strip());
        }
    }

    /// Ends what holds only lines that are indented further than this one.
    fn end_indented(&mut self, indent: usize, at: usize) {
        while let Some(open) = self.open.last() {
            if !matches!(open.close, Close::Dedent) || indent > open.indent {
                return;
            }
            if let Some((_, _, opened, _)) = self
                .fence
                .take_if(|(_, _, _, depth)| *depth >= self.open.len())
            {
                self.unclosed.push(opened);
            }
            let open = self.open.pop().expect("one is open");
            self.end(&open, at);
        }
    }

    /// Whether a line closes a container; closes it.
    fn closes(&mut self, line: &str, at: usize) -> bool {
        let Some(index) = self
            .open
            .iter()
            .rposition(|open| marks::closes(&open.close, line))
        else {
            return false;
        };
        let keeps_mark = matches!(self.open[index].close, Close::Rule | Close::NotQuoted);
        while self.open.len() > index {
            let open = self.open.pop().expect("one is open");
            self.end(&open, at);
        }
        !keeps_mark || line.starts_with(['-', '*', '_'])
    }

    fn end(&mut self, open: &Open, at: usize) {
        match open.what {
            What::Arm(choice, arm) => {
                self.choices[choice].arms[arm].span.end = at;
                self.last = Some((choice, open.indent));
            }
            What::Box(number) => self.boxes[number].span.end = at,
            What::Group(_) | What::Fences(_) => {}
        }
    }

    fn begin(
        &mut self,
        mark: Mark,
        indent: usize,
        line: &Range<usize>,
        lines: &[Range<usize>],
        index: usize,
    ) {
        // Another heading of a tab ends the one before.
        if matches!(mark.close, Close::Rule) {
            let before = self
                .open
                .iter()
                .rposition(|open| matches!(open.close, Close::Rule));
            while before.is_some_and(|before| self.open.len() > before) {
                let open = self.open.pop().expect("one is open");
                self.end(&open, line.start);
            }
        }
        let what = match mark.what {
            mark::What::Group => {
                self.choices.push(Choice {
                    form: Form::Tabs,
                    arms: Vec::new(),
                });
                What::Group(self.choices.len() - 1)
            }
            mark::What::Fences => {
                self.choices.push(Choice {
                    form: Form::Tabs,
                    arms: Vec::new(),
                });
                What::Fences(self.choices.len() - 1)
            }
            mark::What::Arm(form, label) => {
                let choice = self.choice_for(form, indent, &mark.close);
                let arms = &mut self.choices[choice].arms;
                arms.push(Arm {
                    label,
                    named: line.clone(),
                    span: line.start..self.source.len(),
                });
                What::Arm(choice, arms.len() - 1)
            }
            mark::What::Box(kind, mut title) => {
                if title.is_empty() {
                    let next = lines
                        .get(index + 1)
                        .map(|next| self.source[next.clone()].trim());
                    title = next.and_then(html::html_heading).unwrap_or_default();
                }
                self.boxes.push(Boxed {
                    kind,
                    title,
                    named: line.clone(),
                    span: line.start..self.source.len(),
                    parent: None,
                });
                What::Box(self.boxes.len() - 1)
            }
        };
        let strip = match mark.close {
            Close::Dedent => 4.min(self.held_indent(lines, index).saturating_sub(indent)),
            Close::Tag(_) => self
                .held_indent_to_close(lines, index, &mark.close)
                .saturating_sub(indent),
            _ => 0,
        };
        self.open.push(Open {
            close: mark.close,
            indent,
            strip,
            what,
        });
    }
}
