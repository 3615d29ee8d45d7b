//! Markdown, for the comment below a pull request and for the summary of a job.

use std::fmt::Write as _;

use super::{DocumentReport, Report, StepReport, address, plain_summary, told};
use crate::judge::{Code, Verdict};
use crate::wording;

/// A comment has 64 KiB: what is over that would lose all of it.
const MOST: usize = 60_000;
/// So many breaks are listed above the details.
const LISTED: usize = 5;

/// The whole report in as many bytes as a comment has.
pub(super) fn markdown(report: &Report) -> String {
    within(report, MOST)
}

/// The whole report in so many bytes: what broke comes first, then its details as far as they fit.
pub fn within(report: &Report, most: usize) -> String {
    let red = red(report);
    let title = match (report.exit(), red.len()) {
        (0, _) => "The tutorial does what it says".to_owned(),
        (_, 0) => "The tutorial could not be tested".to_owned(),
        (_, number) => format!(
            "A reader is stuck, or sees something else: {}",
            wording::count(number, "step")
        ),
    };
    let mut text = format!("### {title}\n\n");
    for (document, step) in red.iter().take(LISTED) {
        let _ = writeln!(text, "- {}", line(document, step));
    }
    if let more @ 1.. = red.len().saturating_sub(LISTED) {
        let _ = writeln!(text, "- and {more} more");
    }
    for document in &report.documents {
        let path = code(&document.title());
        for orphan in &document.orphans {
            let _ = writeln!(text, "- {path}: {}", escaped(&orphan.message));
        }
        if let Some(trouble) = &document.trouble {
            let _ = writeln!(text, "- {path}: {}", escaped(trouble));
        }
    }
    let steps = report.documents.iter().flat_map(|document| &document.steps);
    for (step, reason) in steps
        .filter_map(|step| Some((step, step.flaky.as_ref()?)))
        .take(LISTED)
    {
        let _ = writeln!(
            text,
            "- flaky: step {}, {}: {}",
            step.number,
            code(step.run.lines().next().unwrap_or_default()),
            escaped(reason)
        );
    }
    let _ = writeln!(text, "\n{}", escaped(plain_summary(report).trim()));
    let mut left_out = 0;
    for (document, step) in &red {
        let details = details(document, step, report.strict);
        if text.len() + details.len() > most.saturating_sub(200) {
            left_out += 1;
            continue;
        }
        text.push_str(&details);
    }
    if left_out > 0 {
        let _ = writeln!(
            text,
            "\nDetails of {} are too long for this place.",
            wording::count(left_out, "step")
        );
    }
    text
}

/// What is at fault, the cause first.
fn red(report: &Report) -> Vec<(&DocumentReport, &StepReport)> {
    let documents = report.documents.iter();
    let steps =
        documents.flat_map(|document| document.steps.iter().map(move |step| (document, step)));
    let is_worth = |step: &StepReport| {
        step.is_red(report.strict)
            || (step.finding.verdict == Verdict::Untestable && step.finding.is_stuck)
    };
    steps.filter(|(_, step)| is_worth(step)).collect()
}

/// `[page.md:12](page.md#L12) step 3, `docker ps`: …`
fn line(document: &DocumentReport, step: &StepReport) -> String {
    let path = &document.source.path;
    let first = step.run.lines().next().unwrap_or_default();
    let reason = step.finding.reason.as_deref().unwrap_or_default();
    format!(
        "[{}:{}]({}#L{}) step {}, {}: {}",
        escaped(path),
        step.line,
        address(path),
        step.line,
        step.number,
        code(first),
        escaped(reason)
    )
}

fn details(document: &DocumentReport, step: &StepReport, strict: bool) -> String {
    let told = told(document, step, strict);
    let word = step.finding.code().map_or("", Code::word);
    format!(
        "\n<details><summary>step {}: {word}</summary>\n\n{}\n</details>\n",
        step.number,
        fenced("text", told.trim_end())
    )
}

/// A block that nothing in it ends.
pub fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max();
    let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
    format!("{fence}{language}\n{text}\n{fence}\n")
}

/// Words of others', as words.
fn escaped(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    for c in wording::visible(text).chars() {
        match c {
            '&' => whole.push_str("&amp;"),
            '<' => whole.push_str("&lt;"),
            '>' => whole.push_str("&gt;"),
            // A name behind it would be told.
            '@' => whole.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' => {
                whole.push('\\');
                whole.push(c);
            }
            c => whole.push(c),
        }
    }
    whole
}

/// Words of others', as code.
fn code(text: &str) -> String {
    let text = wording::visible(text).replace('\t', " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let ticks = "`".repeat(longest + 1);
    let blank = if longest > 0 { " " } else { "" };
    format!("{ticks}{blank}{text}{blank}{ticks}")
}
