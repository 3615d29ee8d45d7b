//! The marks by which sites give their readers a choice or set something apart, in a dozen dialects:
//! they are taken out of the text, and what they hold is moved to the left where it was indented, so
//! that one Markdown parser reads all of a page; a map of lines leads back.

mod fences;
mod marks;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use super::page::{Arm, Boxed, Choice, Form};
use marks::{Close, Mark};

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

struct Reader<'a> {
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
    let mut reader = Reader {
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
        editions: marks::editions(source),
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

impl<'a> Reader<'a> {
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
        if let Some(mark) = marks::mark(begun).or_else(|| marks::edition(begun, &self.editions)) {
            let needs_indent = matches!(mark.close, Close::Dedent);
            let is_held = next.is_some_and(|next| indent_of(next) > indent);
            if !needs_indent || is_held {
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

    fn strip(&self) -> usize {
        self.open.iter().map(|open| open.strip).sum()
    }

    /// Puts a line into the text, moved to the left.
    fn keep(&mut self, line: Range<usize>, strip: usize) {
        let text = &self.source[line.clone()];
        let mut left = strip;
        let mut taken = 0;
        for byte in text.bytes() {
            match byte {
                b' ' if left > 0 => left -= 1,
                b'\t' if left > 0 => left = left.saturating_sub(4),
                _ => break,
            }
            taken += 1;
        }
        self.lines.push((self.text.len(), line.start + taken));
        self.text.push_str(&text[taken..]);
        self.line_end(line.end);
    }

    /// Whether a line is in a comment of MDX that is none of ours: `{/*` … `*/}`.
    fn is_remark(&mut self, line: &str, at: usize) -> bool {
        let is_end = |line: &str| line.ends_with("*/}") || line.ends_with("*/ }");
        if self.remark {
            self.remark = !is_end(line);
            return true;
        }
        // One that is never closed is none: nothing of the page may be lost for it.
        self.remark = line.starts_with("{/*")
            && !line.contains("*/")
            && !line.contains("tutcheck")
            && at < self.last_remark;
        self.remark
    }

    /// Puts an empty line in.
    fn part(&mut self, at: usize) {
        self.lines.push((self.text.len(), at));
        self.text.push('\n');
    }

    /// Puts a fence in place of the tag of a template that means one.
    fn put(&mut self, line: &Range<usize>, fence: &str) {
        self.lines.push((self.text.len(), line.start));
        self.text.push_str(fence);
        self.line_end(line.end);
    }

    fn blank(&mut self, line: Range<usize>) {
        self.lines.push((self.text.len(), line.end));
        self.line_end(line.end);
    }

    /// The line end behind a byte, as the document has it.
    fn line_end(&mut self, from: usize) {
        let rest = &self.source[from..];
        let Some(length) = rest.find('\n') else {
            return;
        };
        let end = if rest[..length].ends_with('\r') {
            "\r\n"
        } else {
            "\n"
        };
        self.lines
            .push((self.text.len(), from + length + 1 - end.len()));
        self.text.push_str(end);
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
            marks::What::Group => {
                self.choices.push(Choice {
                    form: Form::Tabs,
                    arms: Vec::new(),
                });
                What::Group(self.choices.len() - 1)
            }
            marks::What::Fences => {
                self.choices.push(Choice {
                    form: Form::Tabs,
                    arms: Vec::new(),
                });
                What::Fences(self.choices.len() - 1)
            }
            marks::What::Arm(form, label) => {
                let choice = self.choice_for(form, indent, &mark.close);
                let arms = &mut self.choices[choice].arms;
                arms.push(Arm {
                    label,
                    named: line.clone(),
                    span: line.start..self.source.len(),
                });
                What::Arm(choice, arms.len() - 1)
            }
            marks::What::Box(kind, mut title) => {
                if title.is_empty() {
                    let next = lines
                        .get(index + 1)
                        .map(|next| self.source[next.clone()].trim());
                    title = next.and_then(marks::html_heading).unwrap_or_default();
                }
                self.boxes.push(Boxed {
                    kind,
                    title,
                    named: line.clone(),
                    span: line.start..self.source.len(),
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

    /// How far the first line that it holds is indented.
    fn held_indent(&self, lines: &[Range<usize>], index: usize) -> usize {
        self.next(lines, index).map_or(0, indent_of)
    }

    /// The next line with something on it.
    fn next(&self, lines: &[Range<usize>], index: usize) -> Option<&'a str> {
        let source: &'a str = self.source;
        let next = *self.nexts.get(index)?;
        lines.get(next).map(|line| &source[line.clone()])
    }

    /// The least indent of the lines up to the closing tag: MDX has no indented code.
    fn held_indent_to_close(&self, lines: &[Range<usize>], index: usize, close: &Close) -> usize {
        let mut least = None;
        for line in lines[index + 1..]
            .iter()
            .map(|line| &self.source[line.clone()])
            .take(400)
        {
            if marks::closes(close, line.trim()) {
                break;
            }
            if !line.trim().is_empty() {
                least =
                    Some(least.map_or(indent_of(line), |least: usize| least.min(indent_of(line))));
            }
        }
        least.unwrap_or(0)
    }

    /// The choice that an arm belongs to: that of the group around it, the one of its kind for the
    /// whole page, or the one that has just ended.
    fn choice_for(&mut self, form: Form, indent: usize, close: &Close) -> usize {
        let around = self.open.iter().rev().find_map(|open| match open.what {
            What::Group(choice) => Some(Some(choice)),
            What::Arm(..) => Some(None),
            _ => None,
        });
        if let Some(Some(choice)) = around
            && !matches!(close, Close::Dedent)
        {
            return choice;
        }
        if form != Form::Tabs
            && let Some(choice) = self.choices.iter().position(|choice| choice.form == form)
        {
            return choice;
        }
        if let Some((choice, at)) = self.last.take()
            && at == indent
            && self.choices[choice].form == form
        {
            return choice;
        }
        self.choices.push(Choice {
            form,
            arms: Vec::new(),
        });
        self.choices.len() - 1
    }

    /// In a group of code blocks, each is an arm by the title behind its language.
    fn arm_of_fence(&mut self, line: &str, span: &Range<usize>) {
        let Some(What::Fences(choice)) = self.open.last().map(|open| &open.what) else {
            return;
        };
        let choice = *choice;
        let label = fences::title_of_fence(line);
        let start = span.start;
        let end = self.source[start..]
            .match_indices('\n')
            .map(|(at, _)| start + at + 1)
            .find(|at| {
                let next = self.source[*at..].lines().next().unwrap_or_default().trim();
                fences::opens_fence(line)
                    .is_some_and(|(mark, length)| fences::closes_fence(next, mark, length))
            })
            .map_or(self.source.len(), |at| at + 1);
        self.choices[choice].arms.push(Arm {
            label,
            named: span.clone(),
            span: start..end,
        });
    }
}
