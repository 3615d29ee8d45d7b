//! GitHub's workflow commands: each break beside the line of the page that it is about.

use std::fmt::Write as _;

use super::{DocumentReport, Report, StepReport};
use crate::judge::{Code, Verdict};
use crate::wording;

/// GitHub shows ten of a kind a step of a job, and drops the others without a word.
const SHOWN: usize = 9;

/// The annotations of all pages: what broke, then what could not be tested, then what is outdated.
pub(super) fn github(report: &Report) -> String {
    let mut found: Vec<(u8, &DocumentReport, &StepReport)> = Vec::new();
    for document in &report.documents {
        for step in &document.steps {
            let rank = match step.finding.verdict {
                _ if step.is_red(report.strict) => 0,
                Verdict::Untestable if step.finding.is_stuck => 1,
                Verdict::Stale => 2,
                _ if step.flaky.is_some() => 2,
                _ => continue,
            };
            found.push((rank, document, step));
        }
    }
    found.sort_by_key(|(rank, ..)| *rank);
    let mut text = String::new();
    for document in &report.documents {
        let orphans = document
            .orphans
            .iter()
            .map(|orphan| orphan.message.as_str());
        for said in orphans.chain(document.trouble.as_deref()).take(SHOWN) {
            let path = property(&document.source.path);
            let _ = writeln!(text, "::error file={path}::{}", data(said));
        }
    }
    for level in ["error", "warning"] {
        let of_level = found
            .iter()
            .filter(|(rank, ..)| (*rank == 0) == (level == "error"));
        let of_level: Vec<_> = of_level.collect();
        for (_, document, step) in of_level.iter().take(SHOWN) {
            text.push_str(&annotation(level, document, step));
        }
        if let more @ 1.. = of_level.len().saturating_sub(SHOWN) {
            let _ = writeln!(
                text,
                "::{level}::and {more} more, see the summary of this job"
            );
        }
    }
    text
}

fn annotation(level: &str, document: &DocumentReport, step: &StepReport) -> String {
    let code = step.finding.code().map_or("flaky", Code::word);
    let title = format!("step {}: {code}", step.number);
    let reason = step.finding.reason.clone();
    let reason = reason.or_else(|| Some(format!("flaky: {}", step.flaky.as_ref()?)));
    let reason = reason.unwrap_or_default();
    let hint = step
        .finding
        .hint
        .as_ref()
        .map(|hint| format!("\nhint: {hint}"));
    let said = format!("{reason}{}", hint.unwrap_or_default());
    let lines = step.run.lines().count().max(1);
    format!(
        "::{level} file={},line={},endLine={},title={}::{}\n",
        property(&document.source.path),
        step.line,
        step.line + lines - 1,
        property(&title),
        data(&said)
    )
}

/// What a command says: the end of a line ends it.
fn data(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| wording::visible(line).replace('%', "%25"))
        .collect();
    lines.join("%0A")
}

/// A property: colons and commas end it, too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
