//! Which pages have changed since a commit: of a repository of many, a change is tried by those alone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::loaded::Loaded;
use crate::run::{git, git_output as output};

/// The pages of which something has changed since a commit.
pub(super) fn changed_since(
    documents: &[Rc<Loaded>],
    commit: &str,
) -> Result<Vec<Rc<Loaded>>, String> {
    let mut kept = Vec::new();
    let mut known: Option<(PathBuf, BTreeSet<PathBuf>)> = None;
    for page in documents {
        let root = &page.surroundings.project.root;
        if known.as_ref().is_none_or(|(of, _)| of != root) {
            known = Some((root.clone(), changes(root, commit)?));
        }
        let changed = known.as_ref().map(|(_, changed)| changed);
        if changed.is_some_and(|changed| concerns(page, changed)) {
            kept.push(Rc::clone(page));
        }
    }
    Ok(kept)
}

/// Whether a page, or one that it goes on from, depends on a file that has changed.
fn concerns(page: &Rc<Loaded>, changed: &BTreeSet<PathBuf>) -> bool {
    let pages = page.before.iter().chain([page]);
    pages.into_iter().any(|page| {
        let root = &page.surroundings.project.root;
        let files = [
            root.join(&page.name),
            page.expectations.clone(),
            root.join("tutcheck.yaml"),
        ];
        (page.settings.starts_in_project && !changed.is_empty())
            || files.iter().any(|file| changed.contains(&real(file)))
    })
}

/// The files of a project that are others than in a commit, also those that Git does not know yet.
fn changes(root: &Path, commit: &str) -> Result<BTreeSet<PathBuf>, String> {
    let failed = |error: std::io::Error| {
        format!(
            "cannot tell what has changed since {commit}: {error}; in CI, the job needs the commits up to there (`fetch-depth: 0`)"
        )
    };
    let range = format!("{commit}^{{commit}}");
    let named = output(git(root).args([
        "rev-parse",
        "--verify",
        "--quiet",
        "--end-of-options",
        &range,
    ]));
    let named = named.map_err(failed)?;
    let named = String::from_utf8_lossy(&named).trim().to_owned();
    let top = output(git(root).args(["rev-parse", "--show-toplevel"])).map_err(failed)?;
    let top = PathBuf::from(String::from_utf8_lossy(&top).trim_end());
    // What others have added to that commit's branch meanwhile is no change of ours.
    let base = output(git(root).args(["merge-base", &named, "HEAD"]));
    let base = base.map_or(named, |base| {
        String::from_utf8_lossy(&base).trim().to_owned()
    });
    let known =
        output(git(&top).args(["diff", "--name-only", "-z", &base, "--"])).map_err(failed)?;
    let others = output(git(&top).args(["ls-files", "--others", "--exclude-standard", "-z"]));
    let names = [known, others.map_err(failed)?].concat();
    let names = names
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty());
    Ok(names
        .map(|name| real(&top.join(String::from_utf8_lossy(name).as_ref())))
        .collect())
}

/// Without links on the way; of what is gone, as it is written.
fn real(path: &Path) -> PathBuf {
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    match (folder, path.file_name()) {
        (Some(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}
