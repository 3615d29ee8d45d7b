//! The report for programs. Fields may be added, never renamed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Coverage, DocumentReport, Report, Shard};

/// The version of the form.
const VERSION: u64 = 2;

/// The whole report as one JSON text.
pub fn json(report: &Report) -> String {
    let whole = Whole {
        version: VERSION,
        tutcheck: env!("CARGO_PKG_VERSION"),
        exit: report.exit(),
        strict: report.strict,
        interrupted: report.interrupted,
        elapsed_ms: report.elapsed.as_millis(),
        shard: report.shard.as_ref(),
        rerun: report.is_rerun,
        documents: report.documents.iter().map(Covered::of).collect(),
    };
    // It is written into memory, and has no keys but ours.
    let mut text = serde_json::to_string_pretty(&whole).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Whole<'r> {
    version: u64,
    tutcheck: &'static str,
    exit: u8,
    strict: bool,
    interrupted: bool,
    elapsed_ms: u128,
    shard: Option<&'r Shard>,
    rerun: bool,
    documents: Vec<Covered<'r>>,
}

/// A document, and how much of it was verified.
#[derive(Serialize)]
struct Covered<'r> {
    #[serde(flatten)]
    document: &'r DocumentReport,
    coverage: Coverage,
}

impl Covered<'_> {
    fn of(document: &DocumentReport) -> Covered<'_> {
        Covered {
            coverage: document.coverage(),
            document,
        }
    }
}

/// What is said of each document.
pub fn json_of(documents: &[DocumentReport]) -> Value {
    let documents = documents.iter().map(Covered::of);
    documents
        .map(|document| serde_json::to_value(document).unwrap_or_default())
        .collect()
}

/// By what it is known what a report may have.
#[derive(Deserialize)]
struct Head {
    version: Option<u64>,
}

/// A report that was written down.
pub fn read(text: &str) -> Result<Report, String> {
    let head: Head = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match head.version {
        Some(VERSION) => {}
        Some(version) => {
            return Err(format!(
                "it is a report of version {version}, and this tutcheck reads version {VERSION}: play the pages again"
            ));
        }
        None => return Err("it is no report: `--report json=FILE` writes one".to_owned()),
    }
    serde_json::from_str(text).map_err(|error| error.to_string())
}
