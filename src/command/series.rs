//! Pages of a course that go on from each other: `after:` on a page, `series:` of the project. They are
//! played in one run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::fault::Fault;
use super::files::shown;
use super::loaded::Loaded;
use crate::diagnostic::Diagnostic;
use crate::settings::Settings;

/// The page that a page goes on from, as it or the project says.
pub(super) fn page_before(page: &Path, root: &Path, settings: &Settings) -> Option<PathBuf> {
    if let Some((path, _)) = &settings.after {
        return Some(page.parent()?.join(path));
    }
    settings.series.iter().find_map(|pages| {
        let pages: Vec<PathBuf> = pages.iter().map(|path| root.join(path)).collect();
        let own = pages.iter().position(|other| real(other) == real(page))?;
        Some(pages[own.checked_sub(1)?].clone())
    })
}

/// More pages than this are no series.
const MOST_PAGES: usize = 200;

/// Whether the project's series name pages that are there, each once.
pub(super) fn sound(root: &Path, settings: &Settings) -> Result<(), Fault> {
    let mut seen = BTreeSet::new();
    for name in settings.series.iter().flatten() {
        let path = root.join(name);
        let why = if !path.is_file() {
            "there is no such page; paths are counted from the folder of this file"
        } else if !seen.insert(real(&path)) {
            "it stands there twice"
        } else {
            continue;
        };
        let file = shown(&root.join("tutcheck.yaml"));
        return Err(Fault::Plain(format!(
            "{file}: `series:` names `{name}`: {why}"
        )));
    }
    Ok(())
}

/// Every page that was read, each once.
pub(super) struct Shelf<L> {
    load: L,
    pages: BTreeMap<PathBuf, Rc<Loaded>>,
    /// Those that cannot be read; why was said.
    faulty: BTreeSet<PathBuf>,
    /// Pages whose predecessors are looked for.
    opening: Vec<PathBuf>,
}

impl<L> Shelf<L>
where
    L: FnMut(&Path, &BTreeSet<String>) -> Result<(Loaded, Option<PathBuf>), Vec<Fault>>,
{
    pub(super) fn new(load: L) -> Shelf<L> {
        Shelf {
            load,
            pages: BTreeMap::new(),
            faulty: BTreeSet::new(),
            opening: Vec::new(),
        }
    }

    /// The page of a path, behind all that it goes on from.
    pub(super) fn take(&mut self, path: &Path) -> Result<Rc<Loaded>, Vec<Fault>> {
        let key = real(path);
        if let Some(page) = self.pages.get(&key) {
            return Ok(Rc::clone(page));
        }
        if self.faulty.contains(&key) {
            return Err(Vec::new());
        }
        self.opening.push(key.clone());
        let taken = self.read(path);
        self.opening.pop();
        match &taken {
            Ok(page) => drop(self.pages.insert(key, Rc::clone(page))),
            Err(_) => drop(self.faulty.insert(key)),
        }
        taken
    }

    fn read(&mut self, path: &Path) -> Result<Rc<Loaded>, Vec<Fault>> {
        let (mut page, after) = (self.load)(path, &BTreeSet::new())?;
        if let Some(after) = after {
            let fault = |message: String| vec![at_after(&page, message)];
            if !after.is_file() {
                return Err(fault(format!("there is no page {}", shown(&after))));
            }
            if self.opening.contains(&real(&after)) {
                return Err(fault(format!(
                    "{} goes on from {} in a circle",
                    shown(path),
                    shown(&after)
                )));
            }
            if self.opening.len() > MOST_PAGES {
                return Err(fault(format!(
                    "more than {MOST_PAGES} pages go on from each other"
                )));
            }
            let before = self.take(&after)?;
            let hidden = &before.settings.hidden;
            if !hidden.is_subset(&page.settings.hidden) {
                // What a page before hides, this one must not show.
                (page, _) = (self.load)(path, hidden)?;
            }
            page.before.clone_from(&before.before);
            page.before.push(before);
        }
        Ok(Rc::new(page))
    }
}

/// A fault at the page's own `after:`, or of the project's `series:`.
fn at_after(page: &Loaded, message: String) -> Fault {
    match &page.settings.after {
        Some((_, at)) => Fault::Placed(
            Diagnostic::new("bad-value", &page.plan.document.source, at.clone(), message)
                .help("`after:` is the path of a page, from the folder of this one"),
        ),
        None => Fault::Plain(format!("`series:` of tutcheck.yaml: {message}")),
    }
}

/// What is played in one run each: every page that no other goes on from, behind those that it goes on
/// from itself.
pub(super) fn runs(documents: &[Rc<Loaded>]) -> Vec<Vec<Rc<Loaded>>> {
    let goes_on = |page: &&Rc<Loaded>| {
        documents
            .iter()
            .any(|other| other.before.iter().any(|before| Rc::ptr_eq(before, page)))
    };
    documents
        .iter()
        .filter(|page| !goes_on(page))
        .map(|page| {
            let mut run = page.before.clone();
            run.push(Rc::clone(page));
            run
        })
        .collect()
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
