//! A block of the page, and what came of its steps.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

use super::Class;
use super::escaping::{anchor, escaped};
use crate::document::Fenced;
use crate::report::{Compared, DocumentReport, Line, StepReport, kept_ends};

/// So much of all outputs of a page is shown, in bytes: what is larger is slow to look at.
const OUTPUTS: usize = 600 << 10;
/// So much of one, at least and at most.
const LEAST: usize = 512;
const MOST: usize = 32 << 10;

/// The steps of a page, block by block.
pub(super) struct Blocks<'r> {
    steps: std::iter::Peekable<std::vec::IntoIter<&'r StepReport>>,
    prefix: &'r str,
    strict: bool,
    most: usize,
}

impl<'r> Blocks<'r> {
    pub(super) fn of(document: &'r DocumentReport, prefix: &'r str, strict: bool) -> Blocks<'r> {
        let mut steps: Vec<&StepReport> = document.steps.iter().collect();
        let most = (OUTPUTS / steps.len().max(1)).clamp(LEAST, MOST);
        // What is done at the end stands where it is written.
        steps.sort_by_key(|step| (step.line, step.number));
        Blocks {
            steps: steps.into_iter().peekable(),
            prefix,
            strict,
            most,
        }
    }

    /// A block of the page, behind the steps between the one before and this one.
    pub(super) fn block(&mut self, shown: &Fenced<'_>) -> String {
        let before = self.until(shown.lines.start);
        let own = self.until(shown.lines.end);
        let mut text = self.group(&before, "");
        let page = format!(
            "<pre>{}</pre>\n",
            escaped(shown.text.trim_end_matches('\n'))
        );
        if own.is_empty() {
            let _ = writeln!(text, "<div class=\"block\">{page}</div>");
        } else {
            text.push_str(&self.group(&own, &page));
        }
        text
    }

    /// Steps behind the last block.
    pub(super) fn rest(&mut self) -> String {
        let rest = self.until(usize::MAX);
        self.group(&rest, "")
    }

    fn until(&mut self, line: usize) -> Vec<&'r StepReport> {
        let mut found = Vec::new();
        while let Some(step) = self.steps.next_if(|step| step.line < line) {
            found.push(step);
        }
        found
    }

    fn group(&self, steps: &[&StepReport], page: &str) -> String {
        if steps.is_empty() {
            return String::new();
        }
        let has = |class| {
            steps
                .iter()
                .any(|step| Class::of(step, self.strict) == class)
        };
        let classes = Class::ALL.into_iter().filter(|class| has(*class));
        let classes: Vec<String> = classes
            .map(|class| format!("has-{}", class.word()))
            .collect();
        let mut text = format!("<div class=\"block {}\">{page}", classes.join(" "));
        for step in steps {
            self.step(&mut text, step);
        }
        text.push_str("</div>\n");
        text
    }

    fn step(&self, text: &mut String, step: &StepReport) {
        let finding = &step.finding;
        let verdict = finding.verdict.word();
        let is_open = Class::of(step, self.strict) == Class::Broken;
        let id = format!("{}step-{}", self.prefix, anchor(&step.key));
        let first = step.run.lines().next().unwrap_or_default();
        let seconds = Duration::from_millis(step.elapsed_ms).as_secs_f64();
        let _ = writeln!(
            text,
            "<details id=\"{id}\" class=\"{verdict}\"{}><summary><span class=\"word\">{}</span> \
             <span class=\"time\">{seconds:.1} s</span> <code>{}</code> <a href=\"#{id}\" aria-label=\"link to step {}\">#</a></summary>",
            if is_open { " open" } else { "" },
            verdict.replace('_', " "),
            escaped(first),
            step.number,
        );
        let code = finding.code().map_or("", crate::judge::Code::word);
        if let Some(reason) = &finding.reason {
            let _ = writeln!(text, "<p><b>{code}</b>: {}</p>", escaped(reason));
        }
        if let Some(hint) = &finding.hint {
            let _ = writeln!(text, "<p>hint: {}</p>", escaped(hint));
        }
        for (said, why) in [
            ("flaky", &step.flaky),
            ("note", &step.note),
            ("typed as", &step.typed_as),
        ] {
            if let Some(why) = why {
                let _ = writeln!(text, "<p>{said}: {}</p>", escaped(why));
            }
        }
        if let Some(difference) = &finding.difference {
            self.difference(text, difference);
        }
        for (said, output) in [("printed", &step.output), ("printed later", &step.later)] {
            if !output.trim().is_empty() {
                let output = kept_ends(output.trim_end(), self.most);
                let _ = writeln!(text, "<p>{said}:</p>\n<pre>{}</pre>", escaped(&output));
            }
        }
        text.push_str("</details>\n");
    }

    fn difference(&self, text: &mut String, difference: &Compared) {
        let named = difference.place();
        let _ = writeln!(text, "<p>− {named}, + printed:</p>\n<pre class=\"diff\">");
        let mut room = self.most;
        for line in &difference.lines {
            let before = text.len();
            match line {
                Line::Same { text: line } => {
                    let _ = write!(text, "<span>  {}</span>", escaped(&cut(line)));
                }
                Line::LeftOut { lines } => {
                    let _ = write!(text, "<em>⋮ {lines} lines</em>");
                }
                Line::Missing { text: line, .. } => {
                    let _ = write!(text, "<del>− {}</del>", escaped(&cut(line)));
                }
                Line::Extra { text: line, .. } => {
                    let _ = write!(text, "<ins>+ {}</ins>", escaped(&cut(line)));
                }
                Line::Changed {
                    before,
                    after,
                    marks: [missing, extra],
                    why,
                } => {
                    let _ = write!(text, "<del>− {}</del>", marked(&cut(before), missing));
                    let _ = write!(text, "<ins>+ {}</ins>", marked(&cut(after), extra));
                    if let Some(why) = why {
                        let _ = write!(text, "<em>{}</em>", escaped(why));
                    }
                }
            }
            room = room.saturating_sub(text.len() - before);
            if room == 0 {
                text.push_str("<em>… the rest is left out</em>");
                break;
            }
        }
        text.push_str("</pre>\n");
    }
}

/// So much of one line is shown, in bytes.
const LINE: usize = 2 << 10;

/// A line that a browser can show.
fn cut(line: &str) -> Cow<'_, str> {
    if line.len() <= LINE {
        return line.into();
    }
    let end = line.floor_char_boundary(LINE);
    format!("{}… {} bytes more", &line[..end], line.len() - end).into()
}

/// A line with the words marked that differ.
fn marked(line: &str, marks: &[Range<usize>]) -> String {
    let is_sound = marks.iter().all(|mark| line.get(mark.clone()).is_some());
    let mut text = String::new();
    let mut at = 0;
    for mark in marks {
        if !is_sound || mark.start < at {
            break;
        }
        text.push_str(&escaped(&line[at..mark.start]));
        let _ = write!(text, "<mark>{}</mark>", escaped(&line[mark.clone()]));
        at = mark.end;
    }
    text.push_str(&escaped(&line[at..]));
    text
}
