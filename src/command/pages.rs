//! Which files the paths of a call mean.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::fault::Fault;
use super::files::{SETTINGS, read, root, shown};
use crate::cli;
use crate::diagnostic::did_you_mean;
use crate::settings::Settings;

/// The files that the paths mean, and whether each was found in a folder.
pub(super) fn documents(paths: &[PathBuf], faults: &mut Vec<Fault>) -> Vec<(PathBuf, bool)> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let (mut below, odd) = walked(path);
            faults.extend(odd.iter().map(|file| {
                let file = shown(file);
                Fault::Plain(format!(
                    "{file} is no file, and no page of its folder is read: remove it, or name the pages"
                ))
            }));
            match meant(path, &mut below) {
                Ok(()) => {}
                Err(fault) => faults.push(fault),
            }
            below.sort();
            found.extend(below.into_iter().map(|path| (path, true)));
        } else if path.is_file() {
            found.push((path.clone(), false));
        } else if path.exists() {
            // A page is read for each play, and a pipe can be read once.
            faults.push(Fault::Plain(format!(
                "{} is no file: save the page as one",
                shown(path)
            )));
        } else {
            let commands = cli::commands();
            let name = path.to_string_lossy().into_owned();
            if commands.contains(&name) {
                // A word of ours behind an option: what was meant is another thing than to play the rest.
                faults.push(Fault::Plain(format!(
                    "no such file: {name}; `tutcheck {name} …` is written with its options behind the word"
                )));
                return Vec::new();
            }
            let hint = did_you_mean(&name, commands.iter().map(String::as_str))
                .map_or(String::new(), |word| {
                    format!("; did you mean `tutcheck {word}`?")
                });
            faults.push(Fault::Plain(format!("no such file: {name}{hint}")));
        }
    }
    // The same file twice is one document.
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|(path, _)| seen.insert(path.canonicalize().unwrap_or_else(|_| path.clone())));
    found
}

/// The pages below a folder, and what keeps others from being found.
fn walked(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    // What folders above say is read before any entry.
    if let Some(odd) = absolute.ancestors().find_map(in_the_way) {
        return (Vec::new(), vec![odd]);
    }
    let odd = Arc::new(Mutex::new(Vec::new()));
    let found = Arc::clone(&odd);
    let is_walked = move |entry: &ignore::DirEntry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let in_the_way = is_folder.then(|| in_the_way(entry.path())).flatten();
        let mut odd = found.lock().unwrap_or_else(PoisonError::into_inner);
        odd.extend(in_the_way.iter().cloned());
        in_the_way.is_none()
    };
    let is_page = |path: &PathBuf| {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let known = ["md", "markdown", "mdx"];
        path.is_file()
            && ending.is_some_and(|ending| known.iter().any(|one| ending.eq_ignore_ascii_case(one)))
    };
    let pages = ignore::WalkBuilder::new(folder)
        .require_git(false)
        .filter_entry(is_walked)
        .build()
        .flatten()
        .map(ignore::DirEntry::into_path)
        .filter(is_page)
        .collect();
    let odd = std::mem::take(&mut *odd.lock().unwrap_or_else(PoisonError::into_inner));
    (pages, odd)
}

/// A pipe or a device that stands in a folder for what says which files are ignored: it would be waited for.
fn in_the_way(folder: &Path) -> Option<PathBuf> {
    let names = [".gitignore", ".ignore", ".git/info/exclude"];
    let mut paths = names.iter().map(|name| folder.join(name));
    paths.find(|path| std::fs::metadata(path).is_ok_and(|there| !there.is_file()))
}

/// Keeps those files of a folder that the project's `pages:` and `except:` mean.
fn meant(folder: &Path, below: &mut Vec<PathBuf>) -> Result<(), Fault> {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let root = root(&absolute);
    let project = root.join("tutcheck.yaml");
    if !project.exists() {
        return Ok(());
    }
    let settings = Settings::default().with_project(read(&project, SETTINGS)?, &shown(&project))?;
    if settings.pages.is_empty() && settings.except.is_empty() {
        return Ok(());
    }
    let matcher = |globs: &[String]| {
        let mut builder = ignore::gitignore::GitignoreBuilder::new(&root);
        for glob in globs {
            builder
                .add_line(None, glob)
                .map_err(|error| Fault::Plain(format!("{}: {error}", shown(&project))))?;
        }
        builder
            .build()
            .map_err(|error| Fault::Plain(format!("{}: {error}", shown(&project))))
    };
    let (pages, except) = (matcher(&settings.pages)?, matcher(&settings.except)?);
    let had_some = !below.is_empty();
    below.retain(|path| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let is_meant = settings.pages.is_empty()
            || pages.matched_path_or_any_parents(&path, false).is_ignore();
        is_meant && !except.matched_path_or_any_parents(&path, false).is_ignore()
    });
    if had_some && below.is_empty() {
        return Err(Fault::Plain(format!(
            "{}: `pages:` and `except:` leave no page of {}; they are counted from the folder of this file",
            shown(&project),
            folder.display()
        )));
    }
    Ok(())
}
