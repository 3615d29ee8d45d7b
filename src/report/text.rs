//! The report for people, below the lines of the steps: each break in its place.

use std::fmt::Write;
use std::ops::Range;

use anstyle::Style;

use super::sentences;
use super::{DocumentReport, StepReport};
use crate::judge::{Code, Difference, Verdict};
use crate::matching::{Aligned, Mismatch, What};
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
        let _ = writeln!(text, "\n{}", orphan.styled());
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
    let reason = sentences::reason(finding).unwrap_or_default();
    let _ = writeln!(
        text,
        "\n{style}{level}[{}]{style:#}: step {}: {}",
        finding.code().map_or("", Code::word),
        step.number,
        wording::visible(&reason)
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
        Some(difference) => lines_of(text, difference, step),
        None if !step.last_lines.is_empty() => {
            let _ = writeln!(text, "  {HINT}={HINT:#} it printed:");
            for line in step.last_lines.lines() {
                let _ = writeln!(text, "    {HINT}|{HINT:#} {}", wording::visible(line));
            }
        }
        None => {}
    }
    if let Some(hint) = &finding.hint {
        let hint = &sentences::hint(hint, &document.source.path);
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
    let line_start = source.text[..step.span.start]
        .rfind('\n')
        .map_or(0, |i| i + 1);
    let column = source.text[line_start..step.span.start].chars().count() + 1;
    let first = source.line(step.span.start);
    let width = (first + 4).to_string().len();
    let _ = writeln!(
        text,
        "{:width$}{HINT}-->{HINT:#} {}:{first}:{column}",
        "", source.path
    );
    let command = &source.text[step.span.clone()];
    for (i, line) in source.text[line_start..]
        .lines()
        .take(command.lines().count().min(4))
        .enumerate()
    {
        let _ = writeln!(
            text,
            "{HINT}{:>width$} |{HINT:#} {}",
            first + i,
            wording::visible(line)
        );
    }
    if command.lines().count() <= 1 {
        let indent: String = source.text[line_start..step.span.start]
            .chars()
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let recorded = step
            .recorded_at
            .as_ref()
            .map(|(path, line)| format!(" recorded in {path}:{line}"));
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
fn lines_of(text: &mut String, difference: &Difference, step: &StepReport) {
    let expected: Vec<&str> = difference.expected.split('\n').collect();
    let printed: Vec<&str> = difference.printed.split('\n').collect();
    let lines = &difference.comparison.lines;
    let named = if difference.is_shown {
        "on the page"
    } else {
        "recorded"
    };
    let line = step.differs_at.map(|line| format!(" (line {line})"));
    let line = line.unwrap_or_default();
    let _ = writeln!(
        text,
        "  {HINT}={HINT:#} {EXPECTED}- {named}{EXPECTED:#}{line}, {PRINTED}+ printed{PRINTED:#}:"
    );
    // The headline has the first difference, if the difference is what is wrong.
    let says_first = matches!(
        step.finding.code(),
        Some(Code::OutputChanged | Code::PageDiffers)
    );
    // Of a list of words, only those that differ say anything.
    let of_words = lines.iter().any(|line| {
        matches!(
            line,
            Aligned::Missing {
                what: What::Word(_),
                ..
            } | Aligned::Extra {
                what: What::Word(_),
                ..
            }
        )
    });
    let mut shown = 0;
    let mut gap = false;
    for (i, aligned) in lines.iter().enumerate() {
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
        let line = |lines: &[&str], number: usize| {
            lines
                .get(number)
                .map_or("", |line| line.trim_end())
                .to_owned()
        };
        match aligned {
            Aligned::Missing {
                what: What::Word(word),
                ..
            } => one_line(text, '-', EXPECTED, word, &[]),
            Aligned::Extra {
                what: What::Word(word),
                ..
            } => one_line(text, '+', PRINTED, word, &[]),
            Aligned::Same { .. } if of_words => gap = true,
            Aligned::Same { live, .. } | Aligned::Noted { live } => {
                let _ = writeln!(text, "    {}", wording::visible(&line(&printed, *live)));
            }
            Aligned::Missing {
                expected: number, ..
            } => {
                one_line(text, '-', EXPECTED, &line(&expected, *number), &[]);
            }
            Aligned::Extra { live, .. } => {
                one_line(text, '+', PRINTED, &line(&printed, *live), &[]);
            }
            Aligned::Changed {
                expected: number,
                live,
                why,
                marks,
            } => {
                let (before, after) = (line(&expected, *number), line(&printed, *live));
                let (missing, extra) = (&marks.0, &marks.1);
                one_line(text, '-', EXPECTED, &before, missing);
                one_line(text, '+', PRINTED, &after, extra);
                let is_said =
                    says_first && difference.comparison.first() == Some(Mismatch::Changed(why));
                if !is_said {
                    let why = why.to_string();
                    let _ = writeln!(text, "      {ASIDE}{}{ASIDE:#}", wording::visible(&why));
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
