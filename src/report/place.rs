//! Places in files, and recordings whose step is not there any more.

use serde::{Deserialize, Deserializer, Serialize};

use crate::diagnostic::Diagnostic;
use crate::wording;

/// Paths of a report that somebody else may have written are as harmless as our own.
fn visible<'d, D: Deserializer<'d>>(from: D) -> Result<String, D::Error> {
    let path = String::deserialize(from)?;
    Ok(wording::visible(&path).into_owned())
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file.
    #[serde(deserialize_with = "visible")]
    pub path: String,
    /// The line, from 1.
    pub line: usize,
}

/// A recording whose step the page has lost.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Orphan {
    /// The name of the finding.
    pub code: String,
    /// What is said of it.
    #[serde(rename = "reason")]
    pub message: String,
    /// The way out.
    pub hint: Option<String>,
    /// Where it is.
    pub recorded_at: Place,
    /// All of it with its lines, as people are told.
    #[serde(skip)]
    pub styled: String,
}

impl From<Diagnostic> for Orphan {
    fn from(orphan: Diagnostic) -> Orphan {
        Orphan {
            styled: orphan.styled(),
            code: orphan.code.to_owned(),
            recorded_at: Place {
                path: orphan.source.path.clone(),
                line: orphan.source.line(orphan.span.start),
            },
            message: orphan.message,
            hint: orphan.help,
        }
    }
}
