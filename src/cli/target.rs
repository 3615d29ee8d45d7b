//! Where reports go.

use std::path::PathBuf;

use clap::ValueEnum;

/// A report, and where it goes.
#[derive(Debug, Clone)]
pub struct Target<F> {
    /// What kind of report.
    pub format: F,
    /// A file; standard output if none.
    pub path: Option<PathBuf>,
}

/// A kind of report on pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// Test results as Jenkins, GitLab and others read them.
    Junit,
    /// Annotations of GitHub's, and the summary of its job.
    Github,
    /// A comment below a pull request.
    Markdown,
    /// One page for a browser: the tutorial, with what came of each step.
    Html,
    /// Test Anything Protocol.
    Tap,
    /// Findings for a host that keeps them.
    Sarif,
    /// Code quality of GitLab's.
    Gitlab,
    /// What the CI reads that this runs in.
    Auto,
}

impl ReportFormat {
    /// As it is typed.
    pub fn word(self) -> &'static str {
        match self {
            ReportFormat::Text => "text",
            ReportFormat::Json => "json",
            ReportFormat::Junit => "junit",
            ReportFormat::Github => "github",
            ReportFormat::Markdown => "markdown",
            ReportFormat::Html => "html",
            ReportFormat::Tap => "tap",
            ReportFormat::Sarif => "sarif",
            ReportFormat::Gitlab => "gitlab",
            ReportFormat::Auto => "auto",
        }
    }
}

/// A report on pages.
pub type ReportTarget = Target<ReportFormat>;

/// `FORMAT` or `FORMAT=FILE`; `there_are` names the formats.
pub(super) fn target<F: ValueEnum>(text: &str, there_are: &str) -> Result<Target<F>, String> {
    let (format, path) = text.split_once('=').map_or((text, None), |(format, path)| {
        (format, Some(PathBuf::from(path)))
    });
    let format = F::from_str(format, true)
        .map_err(|_| format!("there is no report `{format}`; there are {there_are}"))?;
    Ok(Target { format, path })
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::ReportFormat;
    use crate::report::FORMS;

    #[test]
    fn every_format_has_a_form_that_writes_it() {
        for format in ReportFormat::value_variants() {
            let value = format.to_possible_value().expect("it can be typed");
            assert_eq!(value.get_name(), format.word());
            let is_ours = matches!(format, ReportFormat::Text | ReportFormat::Auto);
            let has_form = FORMS.iter().any(|form| form.name == format.word());
            assert_eq!(has_form, !is_ours, "{}", format.word());
        }
        assert_eq!(FORMS.len() + 2, ReportFormat::value_variants().len());
    }
}
