//! TAP, version 14: a subtest a page, a point a step.

use std::fmt::Write as _;

use super::{DocumentReport, Report, StepReport};
use crate::judge::{Code, Verdict};
use crate::wording;

/// The whole report.
pub(super) fn tap(report: &Report) -> String {
    let mut text = format!("TAP version 14\n1..{}\n", report.documents.len());
    for (index, document) in report.documents.iter().enumerate() {
        let is_red = page(&mut text, document, report.strict);
        let word = if is_red { "not ok" } else { "ok" };
        let _ = writeln!(
            text,
            "{word} {} - {}",
            index + 1,
            escaped(&document.title())
        );
    }
    text
}

/// Writes the points of a page; whether one of them is not as it should be.
fn page(text: &mut String, document: &DocumentReport, strict: bool) -> bool {
    let faults = document
        .orphans
        .iter()
        .map(|orphan| orphan.message.as_str());
    let faults: Vec<&str> = faults.chain(document.trouble.as_deref()).collect();
    let _ = writeln!(text, "# Subtest: {}", escaped(&document.title()));
    let _ = writeln!(text, "    1..{}", document.steps.len() + faults.len());
    let mut is_red = !faults.is_empty();
    for step in &document.steps {
        let finding = &step.finding;
        let fails = step.is_red(strict) || finding.verdict == Verdict::Untestable;
        is_red |= fails;
        let word = if fails { "not ok" } else { "ok" };
        let skipped = match finding.verdict {
            Verdict::NotReached | Verdict::Gated | Verdict::Skipped | Verdict::Manual => {
                let reason = finding.reason.as_deref().unwrap_or_default();
                format!(" # SKIP {}", escaped(reason))
            }
            _ => String::new(),
        };
        let key = escaped(&step.key);
        let _ = writeln!(text, "    {word} {} - {key}{skipped}", step.number);
        if fails {
            diagnosis(text, document, step);
        }
        if let Some(reason) = &step.flaky {
            let _ = writeln!(text, "    # flaky: {}", escaped(reason));
        }
    }
    for (index, fault) in faults.iter().enumerate() {
        let _ = writeln!(
            text,
            "    not ok {} - {}",
            document.steps.len() + index + 1,
            escaped(fault)
        );
    }
    is_red
}

/// What went wrong, as YAML; a text in JSON is one in YAML, too.
fn diagnosis(text: &mut String, document: &DocumentReport, step: &StepReport) {
    let finding = &step.finding;
    let reason = finding.reason.as_deref().unwrap_or_default();
    let value = |text: &str| {
        let text = serde_json::Value::from(wording::visible(text)).to_string();
        wording::written_out(&text).into_owned()
    };
    let _ = writeln!(text, "      ---");
    let _ = writeln!(text, "      message: {}", value(reason));
    let _ = writeln!(text, "      severity: fail");
    let _ = writeln!(
        text,
        "      code: {}",
        finding.code().map_or("", Code::word)
    );
    let _ = writeln!(text, "      at:");
    let _ = writeln!(text, "        file: {}", value(&document.source.path));
    let _ = writeln!(text, "        line: {}", step.line);
    if let Some(difference) = &finding.difference {
        let _ = writeln!(text, "      expected: {}", lines(&difference.expected));
        let _ = writeln!(text, "      got: {}", lines(&difference.printed));
    }
    let _ = writeln!(text, "      ...");
}

/// Several lines as one text in quotes.
fn lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(wording::visible).collect();
    serde_json::Value::from(lines.join("\n")).to_string()
}

/// A description: `#` would begin a directive.
fn escaped(text: &str) -> String {
    let visible = wording::visible(text);
    visible.replace('\\', "\\\\").replace('#', "\\#")
}
