//! Where reports go, and whether they may.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::files;
use super::loaded::Loaded;
use crate::cli::{Format, ReportFormat, ReportTarget, ToldArguments};

/// Text on standard output, unless another report goes there; annotations go there beside it.
pub(super) fn targets(told: &ToldArguments) -> Vec<ReportTarget> {
    let mut targets = Vec::new();
    for target in &told.report {
        if target.format == ReportFormat::Auto {
            targets.extend(of_this_ci(target.path.as_deref()));
        } else {
            targets.push(target.clone());
        }
    }
    let is_beside =
        |target: &ReportTarget| target.path.is_some() || target.format == ReportFormat::Github;
    if targets.iter().all(is_beside) {
        let format = match told.format {
            Some(Format::Json) => ReportFormat::Json,
            Some(Format::Text) | None => ReportFormat::Text,
        };
        targets.push(ReportTarget { format, path: None });
    }
    targets
}

/// Whether the files of reports can be written, before a whole play; none of them may be a page that is played or any other
/// file of the call, and no two the same.
pub(super) fn may_be_written<'r>(
    told: &ToldArguments,
    documents: &[Rc<Loaded>],
    others: impl IntoIterator<Item = &'r PathBuf>,
) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    let others: BTreeSet<PathBuf> = others.into_iter().map(|path| files::led(path)).collect();
    for path in targets(told)
        .iter()
        .filter_map(|target| target.path.as_ref())
    {
        let shown = files::shown(path);
        let led = files::led(path);
        is_free(path, documents)?;
        if others.contains(&led) {
            return Err(format!(
                "a report would take the place of {shown}, which this call reads or writes: give it another file"
            ));
        }
        files::may_write(path).map_err(|error| format!("cannot write {shown}: {error}"))?;
        if path.is_file() != path.exists() {
            // Into a device or a pipe, several may go.
            continue;
        }
        if !seen.insert(led) {
            return Err(format!(
                "two reports would go to {shown}: give each a file of its own"
            ));
        }
    }
    Ok(())
}

/// Whether a file that is to be written is none that is played, or that plays are compared with.
pub(super) fn is_free(path: &Path, documents: &[Rc<Loaded>]) -> Result<(), String> {
    let led = files::led(path);
    let is_page =
        |page: &Rc<Loaded>| files::led(&page.path) == led || files::led(&page.expectations) == led;
    if documents.iter().any(is_page) {
        let shown = files::shown(path);
        return Err(format!(
            "what is written would take the place of {shown}, which is played: give it another file"
        ));
    }
    Ok(())
}

/// What the CI reads that this runs in, by its variables; `folder` is where its files go.
fn of_this_ci(folder: Option<&Path>) -> Vec<ReportTarget> {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let file = |format: ReportFormat, name: &str| ReportTarget {
        format,
        path: Some(folder.map_or_else(|| name.into(), |folder| folder.join(name))),
    };
    if is_set("GITHUB_ACTIONS") {
        vec![ReportTarget {
            format: ReportFormat::Github,
            path: None,
        }]
    } else if is_set("GITLAB_CI") {
        vec![
            file(ReportFormat::Junit, "tutcheck-junit.xml"),
            file(ReportFormat::Gitlab, "gl-code-quality-report.json"),
        ]
    } else if is_set("JENKINS_URL")
        || is_set("CIRCLECI")
        || is_set("BUILDKITE")
        || is_set("TF_BUILD")
    {
        vec![file(ReportFormat::Junit, "tutcheck-junit.xml")]
    } else {
        Vec::new()
    }
}
