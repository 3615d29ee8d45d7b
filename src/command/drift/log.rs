//! `tutcheck drift log`: what moved when, from the history of the lock.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::store::LOCK;
use crate::command::files;
use crate::diagnostic::Source;
use crate::drift::{Lock, Moved, moved};
use crate::run;
use crate::wording::{ASIDE, GOOD, visible};

/// Whether the word stands where it means this, and no page of that name is there.
pub(super) fn is_meant(paths: &[PathBuf]) -> bool {
    paths
        .first()
        .is_some_and(|path| path == Path::new("log") && !path.exists())
}

/// Says what moved when; for some pages only, if there are any.
pub(super) fn log(pages: &[PathBuf]) -> u8 {
    let here = std::env::current_dir().unwrap_or_default();
    let first = pages.first().map_or(here.clone(), |page| here.join(page));
    let root = files::root(
        first
            .parent()
            .filter(|_| !pages.is_empty())
            .unwrap_or(&here),
    );
    let Some(history) = git(&root, &["log", "--format=%H %cs", "--", LOCK]) else {
        crate::command::complain("the history of the lock is git's, and there is none here");
        return crate::command::WRONG;
    };
    let of_pages: BTreeSet<String> = pages
        .iter()
        .filter_map(|page| {
            here.join(page)
                .strip_prefix(&root)
                .ok()
                .map(|below| below.to_string_lossy().into_owned())
        })
        .collect();
    let is_shallow = git(&root, &["rev-parse", "--is-shallow-repository"]);
    if is_shallow.is_some_and(|said| said.trim() == "true") {
        crate::command::warn("the history here is cut off: `git fetch --unshallow` (in CI, `fetch-depth: 0`) has all of it".to_owned());
    }
    // Newest first; what each is compared with comes behind it.
    let versions: Vec<(String, Lock)> = history
        .lines()
        .filter_map(|line| {
            let (commit, day) = line.split_once(' ')?;
            Some((day.to_owned(), lock_at(&root, commit)?))
        })
        .collect();
    let known = |page: &&String| {
        versions
            .iter()
            .any(|(_, lock)| lock.pages.contains_key(*page))
    };
    if let Some(page) = of_pages.iter().find(|page| !known(page)) {
        crate::command::complain(&format!("{page} is in no lock that was committed"));
        return crate::command::WRONG;
    }
    let mut text = String::new();
    for pair in versions.windows(2) {
        let [(day, now), (_, then)] = pair else {
            continue;
        };
        for line in changes(then, now, &of_pages) {
            let _ = writeln!(text, "{ASIDE}{day:>12}{ASIDE:#} {}", visible(&line));
        }
    }
    if text.is_empty() {
        let since = versions.last().map_or("", |(day, _)| day.as_str());
        text = match versions.len() {
            0 => "no lock has been committed yet: `tutcheck drift PATH` writes it\n".to_owned(),
            _ => format!(
                "{GOOD}{:>12}{GOOD:#} nothing moved since {since}\n",
                "unmoved"
            ),
        };
    }
    crate::command::tell(&text);
    0
}

fn lock_at(root: &Path, commit: &str) -> Option<Lock> {
    let text = git(root, &["show", &format!("{commit}:./{LOCK}")])?;
    Lock::read(&Arc::new(Source::new(LOCK, text))).ok()
}

/// What of one lock is another than in the one before.
fn changes(then: &Lock, now: &Lock, pages: &BTreeSet<String>) -> Vec<String> {
    let is_used = |image: &str| {
        let mut of = now
            .pages
            .iter()
            .filter(|(page, _)| pages.is_empty() || pages.contains(*page));
        of.any(|(_, page)| page.images.contains(image))
    };
    let mut lines = then.with.moved(&now.with);
    let images = now.images.iter().filter(|(image, _)| is_used(image));
    lines.extend(images.filter_map(|(image, inventory)| {
        let moved = moved(image, then.images.get(image)?, inventory)?;
        Some(Moved::says(&moved))
    }));
    lines
}

/// What git says; none if it cannot.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let said = run::git_output(run::git(root).args(arguments)).ok()?;
    Some(String::from_utf8_lossy(&said).into_owned())
}
