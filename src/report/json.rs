//! The report for programs. Fields may be added, never renamed.

use serde_json::{Value, json as object};

use super::{DocumentReport, Report};

/// The version of the form.
const VERSION: u64 = 2;

/// The whole report as one JSON text.
pub fn json(report: &Report) -> String {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    value["version"] = VERSION.into();
    value["tutcheck"] = env!("CARGO_PKG_VERSION").into();
    value["exit"] = report.exit().into();
    value["documents"] = json_of(&report.documents);
    format!("{value:#}\n")
}

/// What is said of each document.
pub fn json_of(documents: &[DocumentReport]) -> Value {
    documents.iter().map(document).collect()
}

fn document(document: &DocumentReport) -> Value {
    let mut value = serde_json::to_value(document).unwrap_or_default();
    let coverage = document.coverage();
    value["coverage"] = object!({
        "verified": coverage.verified,
        "compared": coverage.compared,
        "total": coverage.total,
    });
    value
}

/// A report that was written down.
pub fn read(text: &str) -> Result<Report, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match value["version"].as_u64() {
        Some(VERSION) => {}
        Some(version) => {
            return Err(format!(
                "it is a report of version {version}, and not {VERSION}"
            ));
        }
        None => return Err("it is no report: `--report json=FILE` writes one".to_owned()),
    }
    serde_json::from_value(value).map_err(|error| error.to_string())
}
