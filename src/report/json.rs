//! The report for programs. Fields may be added, never renamed.

use serde_json::{Value, json as object};

use crate::diagnostic::Diagnostic;
use crate::judge::{Code, Difference};

use super::sentences;
use super::{DocumentReport, Report, StepReport};

/// The whole report as one JSON text.
pub fn json(report: &Report) -> String {
    let documents = json_of(&report.documents);
    let value = object!({ "documents": documents, "exit": report.exit() });
    format!("{value:#}\n")
}

/// What is said of each document.
pub fn json_of(documents: &[DocumentReport]) -> Value {
    documents.iter().map(document).collect()
}

fn document(document: &DocumentReport) -> Value {
    let coverage = document.coverage();
    let steps: Vec<Value> = document
        .steps
        .iter()
        .map(|one| step(one, document))
        .collect();
    let orphans: Vec<Value> = document.orphans.iter().map(orphan).collect();
    object!({
        "document": document.source.path,
        "way": document.way,
        "orphans": orphans,
        "steps": steps,
        "coverage": { "verified": coverage.verified, "compared": coverage.compared, "total": coverage.total },
        "trouble": document.trouble,
        "leftovers": document.leftovers,
    })
}

/// A recording whose step the page has lost.
fn orphan(orphan: &Diagnostic) -> Value {
    object!({
        "code": orphan.code,
        "reason": orphan.message,
        "hint": orphan.help,
        "recorded_at": { "path": orphan.source.path, "line": orphan.source.line(orphan.span.start) },
    })
}

fn step(step: &StepReport, document: &DocumentReport) -> Value {
    let finding = &step.finding;
    let path = &document.source.path;
    object!({
        "key": step.key,
        "line": step.line,
        "run": step.run,
        "typed_as": step.typed_as,
        "verdict": finding.verdict.word(),
        "code": finding.code().map_or("", Code::word),
        "reason": sentences::reason(finding),
        "hint": finding.hint.as_ref().map(|hint| sentences::hint(hint, path)),
        "difference": finding.difference.as_ref().map(|one| difference(one, step)),
        "last_lines": step.last_lines,
        "recorded_at": step.recorded_at.as_ref().map(|(path, line)| object!({ "path": path, "line": line })),
        "exit": step.exit,
        "elapsed_ms": step.elapsed_ms,
        "printed_later": step.later,
        "note": step.note,
        "flaky": step.flaky,
        "compared": finding.is_compared,
        "warnings": finding.warnings,
        "hidden": !step.is_visible,
    })
}

/// Both texts whole: what to show of them is the reading program's business.
fn difference(difference: &Difference, step: &StepReport) -> Value {
    object!({
        "with": if difference.is_shown { "page" } else { "recording" },
        "line": step.differs_at,
        "expected": difference.expected,
        "printed": difference.printed,
    })
}
