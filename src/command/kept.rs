//! The last runs of each page, kept in the user's cache folder, so that they can be judged again, looked at and
//! accepted without a word about where they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::files;
use super::loaded::Loaded;
use crate::digest::digest;
use crate::private;
use crate::saved::{Document, Manner, Saved};

/// So many runs of each page are kept.
const MOST: usize = 3;

/// What is kept beside the runs of a project.
const LAST: &str = "last.json";

/// The runs that are kept of a project.
pub(super) struct Kept {
    folder: PathBuf,
}

/// What was done last in a project.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Last {
    /// The pages of the last call, as it named them.
    pages: Vec<PathBuf>,
    /// Keys of steps that an author has rejected since then.
    rejected: BTreeSet<String>,
}

/// Keeps the runs of a call, each of its pages with all that were played with it. Where this user has no cache
/// folder, or a full one, nothing is kept, and nothing else is the worse for it.
pub(super) fn keep(
    documents: &[Document],
    pages: &[Rc<Loaded>],
    manner: Manner,
    elapsed: Duration,
) {
    let places: BTreeMap<&str, PathBuf> = pages
        .iter()
        .map(|page| (page.plan.document.source.path.as_str(), place(page)))
        .collect();
    // A call may be of pages of several projects.
    let mut last: BTreeMap<&Path, Last> = BTreeMap::new();
    for page in pages {
        let path = page.plan.document.source.path.as_str();
        let runs: BTreeSet<usize> = documents
            .iter()
            .filter(|document| document.document == path)
            .map(|document| document.run)
            .collect();
        let root = page.surroundings.project.root.as_path();
        let last = last.entry(root).or_default();
        if runs.is_empty() || last.pages.contains(&places[path]) {
            continue;
        }
        let its = documents
            .iter()
            .filter(|document| runs.contains(&document.run));
        // They may be asked for from another folder.
        let its: Vec<Document> = its
            .cloned()
            .map(|mut document| {
                if let Some(place) = places.get(document.document.as_str()) {
                    document.document = place.to_string_lossy().into_owned();
                }
                document
            })
            .collect();
        let number = its.len();
        let saved = Saved::new(its, number, manner, elapsed);
        let kept = Kept::of(root);
        if kept.is_some_and(|kept| kept.put(&page.name, &saved).is_some()) {
            last.pages.push(places[path].clone());
        }
    }
    for (root, last) in &last {
        if let Some(kept) = Kept::of(root) {
            kept.remember(last);
        }
    }
}

/// Where a page is, from wherever it is asked for.
fn place(page: &Loaded) -> PathBuf {
    page.surroundings.project.root.join(&page.name)
}

impl Kept {
    /// Of the project with this top; none, where the user has no cache folder.
    pub(super) fn of(root: &Path) -> Option<Kept> {
        let folder = files::cache()?
            .join("kept")
            .join(short(&root.to_string_lossy()));
        Some(Kept { folder })
    }

    /// Of the project that pages are of, or of this folder's; with those of the last call, where none is named.
    pub(super) fn of_pages(pages: Vec<PathBuf>) -> Result<(Kept, Vec<PathBuf>), Fault> {
        let here = std::path::absolute(".").unwrap_or_default();
        let folder = pages.first().map_or(here.clone(), |page| {
            let page = std::path::absolute(page).unwrap_or_else(|_| page.clone());
            page.parent().map_or(here, Path::to_owned)
        });
        let Some(kept) = Kept::of(&files::root(&folder)) else {
            let message = "there is no folder in which runs are kept: name one by the variable TUTCHECK_CACHE";
            return Err(Fault::Plain(message.to_owned()));
        };
        let pages = if pages.is_empty() {
            kept.last().pages
        } else {
            pages
        };
        if pages.is_empty() {
            let message = "no run is kept of this project: `tutcheck PAGE` plays one, and behind `accept` or `judge` a page names its own";
            return Err(Fault::Plain(message.to_owned()));
        }
        Ok((kept, pages))
    }

    fn put(&self, page: &str, saved: &Saved) -> Option<()> {
        let folder = self.folder.join(short(page));
        private::folder(&folder).ok()?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let path = folder.join(format!("{:015}.json", since.as_millis()));
        let text = saved.text().ok()?;
        files::replace_own(&path, &text).ok()?;
        let runs = runs(&folder);
        for old in &runs[..runs.len().saturating_sub(MOST)] {
            let _ = fs::remove_file(old);
        }
        Some(())
    }

    /// The last run of a page.
    pub(super) fn newest(&self, page: &Path) -> Result<Saved, Fault> {
        let Some(newest) = self.newest_file(page) else {
            return Err(Fault::Plain(format!(
                "no run of {0} is kept here: `tutcheck {0}` plays it",
                files::shown(page)
            )));
        };
        read(&newest)
    }

    /// The file of it.
    pub(super) fn newest_file(&self, page: &Path) -> Option<PathBuf> {
        let absolute = std::path::absolute(page).unwrap_or_else(|_| page.to_owned());
        let root = files::root(absolute.parent().unwrap_or(Path::new("/")));
        let name = absolute.strip_prefix(&root).unwrap_or(&absolute);
        let folder = self.folder.join(short(&name.to_string_lossy()));
        runs(&folder).pop()
    }

    /// Keys of steps that were rejected since the last run.
    pub(super) fn rejected(&self) -> BTreeSet<String> {
        self.last().rejected
    }

    /// What is rejected from now on.
    pub(super) fn reject(&self, keys: impl IntoIterator<Item = String>) {
        let mut last = self.last();
        last.rejected.extend(keys);
        self.remember(&last);
    }

    fn last(&self) -> Last {
        let read = private::read_json(&self.folder.join(LAST));
        read.and_then(|value| serde_json::from_value(value).ok())
            .unwrap_or_default()
    }

    fn remember(&self, last: &Last) {
        let text = serde_json::to_string(last).unwrap_or_default();
        let _ = private::folder(&self.folder)
            .and_then(|()| private::replace(&self.folder.join(LAST), text.as_bytes()));
    }
}

/// A saved run, from its file.
pub(super) fn read(path: &Path) -> Result<Saved, Fault> {
    let text = files::read(path, files::SAVED)?;
    Saved::read(&text).map_err(|error| Fault::Plain(format!("{}: {error}", files::shown(path))))
}

/// Whether a path is that of a page, and not of a run.
pub(super) fn is_page(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "md" || extension == "markdown")
}

/// The runs in a folder, the oldest first.
fn runs(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut runs: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    runs.sort();
    runs
}

/// A name for a folder, of what may have any letters.
fn short(text: &str) -> String {
    digest(text).trim_start_matches("sha256:")[..16].to_owned()
}
