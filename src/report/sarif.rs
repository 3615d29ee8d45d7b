//! SARIF 2.1.0: findings for a host that keeps a list of them, whatever moves around them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{DocumentReport, Place, Report, StepReport, address, fingerprint};
use crate::judge::{Code, Verdict};
use crate::wording;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole report.
pub(super) fn sarif(report: &Report) -> String {
    let mut results = Vec::new();
    let mut rules: BTreeMap<&str, Code> = BTreeMap::new();
    for document in &report.documents {
        for step in &document.steps {
            let level = match step.finding.verdict {
                _ if step.is_red(report.strict) => "error",
                Verdict::Untestable if step.finding.is_stuck => "warning",
                Verdict::Stale => "note",
                _ => continue,
            };
            let Some(code) = step.finding.code() else {
                continue;
            };
            rules.insert(code.word(), code);
            results.push(result(document, step, code, level));
        }
    }
    let rules: Vec<Value> = rules.values().map(|code| rule(*code)).collect();
    let value = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "tutcheck",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{value:#}\n")
}

fn rule(code: Code) -> Value {
    json!({
        "id": code.word(),
        "shortDescription": { "text": code.means() },
        "help": { "text": format!("`tutcheck explain {}` says more.", code.word()) },
    })
}

fn result(document: &DocumentReport, step: &StepReport, code: Code, level: &str) -> Value {
    let reason = step.finding.reason.as_deref().unwrap_or_default();
    let said = format!("step {}: {reason}", step.number);
    let lines = step.run.lines().count().max(1);
    let mut result = json!({
        "ruleId": code.word(),
        "level": level,
        "message": { "text": wording::visible(&said) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": address(&document.source.path) },
            "region": { "startLine": step.line, "endLine": step.line + lines - 1 },
        }}],
        "partialFingerprints": { "tutcheck/v1": fingerprint(document, step, code) },
    });
    if let Some(Place { path, line }) = &step.recorded_at {
        result["relatedLocations"] = json!([{
            "message": { "text": "recorded here" },
            "physicalLocation": {
                "artifactLocation": { "uri": address(path) },
                "region": { "startLine": line },
            },
        }]);
    }
    result
}
