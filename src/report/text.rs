//! The report for people, below the lines of the steps: each break in its place.

use std::fmt::Write;
use std::ops::Range;

use anstyle::Style;

use super::{Compared, DocumentReport, Line, Orphan, Place, StepReport};
use crate::judge::{Code, Verdict};
use crate::wording::{self, ASIDE, BAD, EXPECTED, HINT, NOTE, PRINTED};

/// Lines that are the same and stand around one that is not.
const AROUND: usize = 2;
/// Lines of a difference that are shown at most.
const SHOWN: usize = 60;

/// Recorded steps without a page that are shown in full at most.
const ORPHANS: usize = 10;

/// Everything that went wrong in a document, each in its place; a step that it has lost first, because
/// the others may come from that.
pub fn breaks(document: &DocumentReport, strict: bool) -> String {
    let mut text = String::new();
    for orphan in document.orphans.iter().take(ORPHANS) {
        let _ = writeln!(text, "\n{}", told(orphan));
    }
    if let more @ 1.. = document.orphans.len().saturating_sub(ORPHANS) {
        let _ = writeln!(
            text,
            "\n{BAD}error{BAD:#}: and {more} more that are recorded, and that the document has no more: `tutcheck record {}` forgets them",
            document.source.path
        );
    }
    for step in &document.steps {
        let untestable_itself =
            step.finding.verdict == Verdict::Untestable && step.finding.is_stuck;
        if step.is_red(strict) || step.finding.verdict == Verdict::Stale || untestable_itself {
            one_break(&mut text, document, step, strict);
        }
    }
    for step in &document.steps {
        for warning in &step.finding.warnings {
            let _ = writeln!(
                text,
                "\n{NOTE}note{NOTE:#}: step {} printed a warning that is new: {}",
                step.number,
                wording::visible(warning)
            );
        }
    }
    for step in &document.steps {
        if let Some(reason) = &step.flaky {
            let reason = wording::visible(reason);
            let _ = writeln!(
                text,
                "\n{NOTE}note{NOTE:#}: step {} is flaky: it passes now, and before it did not ({reason})",
                step.number
            );
        }
        if let Some(note) = &step.note {
            let _ = writeln!(text, "\n{NOTE}note{NOTE:#}: step {}: {note}", step.number);
        }
    }
    if !text.is_empty() {
        document
            .steps
            .iter()
            .for_each(|step| printed_later(&mut text, step));
    }
    if let Some(trouble) = &document.trouble {
        let _ = writeln!(
            text,
            "\n{BAD}error{BAD:#}: {}: {}",
            document.source.path,
            wording::visible(trouble)
        );
    }
    for leftover in &document.leftovers {
        let _ = writeln!(
            text,
            "\n{NOTE}left behind{NOTE:#}: {}",
            wording::visible(leftover)
        );
        let _ = writeln!(text, "{HINT}hint:{HINT:#} `tutcheck clean` tries again");
    }
    text
}

/// A lost step with the lines of its recording; of one that was read from a report, its place.
fn told(orphan: &Orphan) -> String {
    if !orphan.styled.is_empty() {
        return orphan.styled.clone();
    }
    let Place { path, line } = &orphan.recorded_at;
    let message = wording::visible(&orphan.message);
    format!(
        "{BAD}error[{}]{BAD:#}: {path}:{line}: {message}",
        orphan.code
    )
}

/// One step that went wrong, in its place.
pub(super) fn break_of(document: &DocumentReport, step: &StepReport, strict: bool) -> String {
    let mut text = String::new();
    one_break(&mut text, document, step, strict);
    text.trim_start().to_owned()
}

fn one_break(text: &mut String, document: &DocumentReport, step: &StepReport, strict: bool) {
    let finding = &step.finding;
    let (level, style) = if step.is_red(strict) {
        ("error", BAD)
    } else {
        ("note", NOTE)
    };
    let reason = finding.reason.as_deref().unwrap_or_default();
    let _ = writeln!(
        text,
        "\n{style}{level}[{}]{style:#}: step {}: {}",
        finding.code().map_or("", Code::word),
        step.number,
        wording::visible(reason)
    );
    frame(text, document, step);
    if let Some(typed) = &step.typed_as {
        let _ = writeln!(
            text,
            "  {HINT}={HINT:#} typed as: {}",
            wording::visible(typed)
        );
    }
    match &finding.difference {
        Some(difference) => lines_of(text, difference),
        None if !step.last_lines.is_empty() => {
            let _ = writeln!(text, "  {HINT}={HINT:#} it printed:");
            for line in step.last_lines.lines() {
                let _ = writeln!(text, "    {HINT}|{HINT:#} {}", wording::visible(line));
            }
        }
        None => {}
    }
    if let Some(hint) = &finding.hint {
        let _ = writeln!(text, "\n{HINT}hint:{HINT:#} {}", wording::visible(hint));
    }
}

/// What a server or another job in the background said after its step: where something went wrong, the
/// cause may be there.
fn printed_later(text: &mut String, step: &StepReport) {
    let later = super::tail(&step.later);
    if later.is_empty() {
        return;
    }
    let _ = writeln!(
        text,
        "\n{NOTE}note{NOTE:#}: what step {} started in the background printed later:",
        step.number
    );
    for line in later.lines() {
        let _ = writeln!(text, "    {HINT}|{HINT:#} {}", wording::visible(line));
    }
}

/// The document's lines with a caret.
fn frame(text: &mut String, document: &DocumentReport, step: &StepReport) {
    let source = &document.source;
    // What was hidden in a report that was written down moves what stands behind it.
    let there = source.text.get(step.span.clone());
    let there = there.filter(|_| source.line(step.span.start) == step.line);
    let before = there.map_or("", |_| &source.text[..step.span.start]);
    let command = there.unwrap_or(&step.run);
    let line_start = before.rfind('\n').map_or(0, |i| i + 1);
    let indent = &before[line_start..];
    let column = indent.chars().count() + 1;
    let first = step.line;
    let width = (first + 4).to_string().len();
    let _ = writeln!(
        text,
        "{:width$}{HINT}-->{HINT:#} {}:{first}:{column}",
        "", source.path
    );
    let lines = there.map_or(command, |_| &source.text[line_start..]);
    let number = command.lines().count();
    for (i, line) in lines.lines().take(number.min(4)).enumerate() {
        let _ = writeln!(
            text,
            "{HINT}{:>width$} |{HINT:#} {}",
            first + i,
            wording::visible(line)
        );
    }
    if number <= 1 {
        let indent: String = indent
            .chars()
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let recorded = step
            .recorded_at
            .as_ref()
            .map(|Place { path, line }| format!(" recorded in {path}:{line}"));
        let carets = "^".repeat(command.chars().count().max(1));
        let _ = writeln!(
            text,
            "{:width$} {HINT}|{HINT:#} {indent}{BAD}{carets}{BAD:#}{}",
            "",
            recorded.unwrap_or_default()
        );
    }
}

/// Expected and printed, with the differing words marked.
fn lines_of(text: &mut String, difference: &Compared) {
    let named = difference.place();
    let line = difference.line.map(|line| format!(" (line {line})"));
    let line = line.unwrap_or_default();
    let _ = writeln!(
        text,
        "  {HINT}={HINT:#} {EXPECTED}- {named}{EXPECTED:#}{line}, {PRINTED}+ printed{PRINTED:#}:"
    );
    let lines = &difference.lines;
    // Of a list of words, only those that differ say anything.
    let of_words = lines.iter().any(Line::is_word);
    let mut shown = 0;
    let mut gap = false;
    for (i, line) in lines.iter().enumerate() {
        let near = lines[i.saturating_sub(AROUND)..lines.len().min(i + AROUND + 1)]
            .iter()
            .any(|line| !line.is_fine());
        if !near || shown > SHOWN {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) {
            let _ = writeln!(text, "    {ASIDE}⋮{ASIDE:#}");
        }
        shown += 1;
        match line {
            Line::Same { .. } if of_words => gap = true,
            Line::LeftOut { .. } => gap = true,
            Line::Same { text: line } => {
                let _ = writeln!(text, "    {}", wording::visible(line));
            }
            Line::Missing { text: line, .. } => one_line(text, '-', EXPECTED, line, &[]),
            Line::Extra { text: line, .. } => one_line(text, '+', PRINTED, line, &[]),
            Line::Changed {
                before,
                after,
                marks: [missing, extra],
                why,
            } => {
                one_line(text, '-', EXPECTED, before, missing);
                one_line(text, '+', PRINTED, after, extra);
                if let Some(why) = why {
                    let _ = writeln!(text, "      {ASIDE}{}{ASIDE:#}", wording::visible(why));
                }
            }
        }
    }
    if gap {
        let _ = writeln!(text, "    {ASIDE}⋮{ASIDE:#}");
    }
}

fn one_line(text: &mut String, sign: char, style: Style, line: &str, marked: &[Range<usize>]) {
    let mut words = String::new();
    let mut at = 0;
    // Of a line that a profile has shortened, the places are not those of the line itself.
    let marked: &[Range<usize>] = if marked.iter().all(|range| line.get(range.clone()).is_some()) {
        marked
    } else {
        &[]
    };
    for range in marked {
        let strong = style.invert();
        let _ = write!(
            words,
            "{style}{}{style:#}",
            wording::visible(&line[at..range.start])
        );
        let _ = write!(
            words,
            "{strong}{}{strong:#}",
            wording::visible(&line[range.clone()])
        );
        at = range.end;
    }
    let _ = write!(words, "{style}{}{style:#}", wording::visible(&line[at..]));
    let _ = writeln!(text, "  {style}{sign}{style:#} {words}");
    // Colours are not everything: carets mark the words too.
    if !marked.is_empty() {
        let carets: String = line
            .char_indices()
            .map(|(i, c)| match c {
                _ if marked.iter().any(|range| range.contains(&i)) => '^',
                '\t' => '\t',
                _ => ' ',
            })
            .collect();
        let _ = writeln!(text, "    {style}{}{style:#}", carets.trim_end());
    }
}
