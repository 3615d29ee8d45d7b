//! GitLab's form for code quality: findings beside the lines of a merge request.

use serde_json::{Value, json};

use super::{Report, fingerprint};
use crate::judge::Verdict;
use crate::wording;

/// The whole report.
pub(super) fn gitlab(report: &Report) -> String {
    let mut found: Vec<Value> = Vec::new();
    for document in &report.documents {
        for step in &document.steps {
            let severity = match step.finding.verdict {
                _ if step.is_red(report.strict) => "major",
                Verdict::Untestable if step.finding.is_stuck => "minor",
                Verdict::Stale => "info",
                _ => continue,
            };
            let Some(code) = step.finding.code() else {
                continue;
            };
            let reason = step.finding.reason.as_deref().unwrap_or_default();
            found.push(json!({
                "description": wording::visible(&format!("step {}: {reason}", step.number)),
                "check_name": code.word(),
                "fingerprint": fingerprint(document, step, code),
                "severity": severity,
                "location": {
                    "path": document.source.path,
                    "lines": { "begin": step.line },
                },
            }));
        }
    }
    format!("{:#}\n", Value::from(found))
}
