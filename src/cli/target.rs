//! Where reports go.

use std::path::PathBuf;

use clap::ValueEnum;

use super::Format;

/// A report, and where it goes.
#[derive(Debug, Clone)]
pub struct Target<F> {
    /// What kind of report.
    pub format: F,
    /// A file; standard output if none.
    pub path: Option<PathBuf>,
}

/// A report for people or for programs.
pub type ReportTarget = Target<Format>;

/// `FORMAT` or `FORMAT=FILE`; `there_are` names the formats.
pub(super) fn target<F: ValueEnum>(text: &str, there_are: &str) -> Result<Target<F>, String> {
    let (format, path) = text.split_once('=').map_or((text, None), |(format, path)| {
        (format, Some(PathBuf::from(path)))
    });
    let format = F::from_str(format, true)
        .map_err(|_| format!("there is no report `{format}`; there are {there_are}"))?;
    Ok(Target { format, path })
}
