//! The scratch directory of a run, removed whatever steps and containers have left in it.

use std::ffi::{OsStr, OsString};
use std::fs::{self, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::private;

/// The folder of the scratch directory that a reader begins in. Compose calls what it starts there after
/// it, as it does in every folder.
pub const HOME: &str = "tutorial";

/// The folder of the scratch directory in which tools keep what they keep in a home.
pub const KEPT: &str = "home";

/// How the names of scratch directories begin.
pub(super) const PREFIX: &str = "tutcheck-";

/// The file by which a scratch directory is known for one: it has the name of its run.
const TOKEN: &str = ".tutcheck";

/// Marks a scratch directory as that of a run.
pub(super) fn mark(path: &Path, run: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut token = private::open(&path.join(TOKEN), options.write(true).create_new(true))?;
    token.write_all(run.as_bytes())
}

/// When the run of a scratch directory began.
pub(super) fn began(path: &Path) -> Option<SystemTime> {
    fs::symlink_metadata(path.join(TOKEN)).ok()?.modified().ok()
}

/// Whether a folder is a scratch directory that a run has made: by its name, its owner, and what is in it. One
/// that is gone is as good.
pub(super) fn is_ours(path: &Path, run: &str) -> io::Result<()> {
    let there = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        there => there?,
    };
    let is_named = path.file_name() == Some(OsStr::new(run)) && run.starts_with(PREFIX);
    let token = || {
        let token = private::open(&path.join(TOKEN), OpenOptions::new().read(true));
        let mut text = String::new();
        let length = run.len() as u64 + 1;
        token.ok()?.take(length).read_to_string(&mut text).ok()?;
        Some(text)
    };
    let has_token = || token().is_some_and(|text| text == run);
    // A run that was killed at once had no time for more: there is nothing, or a token that is not written.
    let is_begun = || {
        let others = entries(path).is_ok_and(|all| all.iter().all(|(path, _)| is_token(path)));
        others && token().is_none_or(|text| run.starts_with(&text))
    };
    if there.is_dir() && is_named && private::is_ours(&there) && (has_token() || is_begun()) {
        return Ok(());
    }
    let why =
        "it is not known for a scratch directory of that run: remove it by hand, if it is one";
    Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
}

/// Removes a folder, folders that were made read-only as well. Files that belong to others, which
/// containers made in a mount, stay: those the daemon can remove.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    // An empty one goes without being opened, also where nothing more can be.
    match fs::remove_dir(path) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(_) => {}
    }
    unmount_below(path)?;
    let removed = remove_own(path);
    if removed.is_err() {
        // What stays is still known for what it is.
        let run = path.file_name().unwrap_or_default().to_string_lossy();
        let _ = mark(path, &run);
    }
    removed
}

/// Takes away what steps have mounted in a folder. What it shows is somebody else's, and must not be
/// removed with the folder.
fn unmount_below(folder: &Path) -> io::Result<()> {
    let Ok(folder) = folder.canonicalize() else {
        return Ok(());
    };
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    let points = mounts.lines().filter_map(|line| line.split(' ').nth(4));
    let mut below: Vec<PathBuf> = points
        .map(|point| PathBuf::from(unescaped(point)))
        .filter(|point| point.starts_with(&folder))
        .collect();
    // The last one first: it may lie on or in an earlier one.
    below.reverse();
    for point in below {
        let unmounted = Command::new("umount")
            .arg("--lazy")
            .arg(&point)
            .stderr(Stdio::null())
            .status();
        if !unmounted.is_ok_and(|status| status.success()) {
            let message = format!(
                "something is mounted at {}: unmount it, then say `tutcheck clean`",
                point.display()
            );
            return Err(io::Error::other(message));
        }
    }
    Ok(())
}

/// A path as the kernel lists it: blanks and the like stand as `\040`.
fn unescaped(path: &str) -> OsString {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let number = rest
            .get(1..4)
            .filter(|_| first == b'\\')
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 8).ok());
        bytes.push(number.unwrap_or(first));
        rest = if number.is_some() { &rest[4..] } else { after };
    }
    OsString::from_vec(bytes)
}

/// Removes what this user may remove, the token last: who is killed meanwhile leaves what is still known
/// for what it is. That it is gone already is as good.
fn remove_own(path: &Path) -> io::Result<()> {
    let gone = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    };
    let remove = || remove_but_token(path).and_then(|()| fs::remove_dir_all(path));
    remove().or_else(gone).or_else(|_| {
        make_writable(path);
        remove()
            .or_else(gone)
            .or_else(|_| remove_by_name(path).or_else(gone))
    })
}

fn is_token(path: &Path) -> bool {
    path.file_name() == Some(OsStr::new(TOKEN))
}

fn remove_but_token(folder: &Path) -> io::Result<()> {
    for (path, is_folder) in entries(folder)? {
        if is_folder {
            fs::remove_dir_all(path)?;
        } else if !is_token(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The same with one open file at a time, where this process may have no more of them.
fn remove_by_name(folder: &Path) -> io::Result<()> {
    for (path, is_folder) in entries(folder)? {
        if is_folder {
            remove_by_name(&path)?;
        } else {
            fs::remove_file(path)?;
        }
    }
    fs::remove_dir(folder)
}

/// What is in a folder, and what of it are folders.
fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, bool)>> {
    let entries = fs::read_dir(folder)?.flatten();
    let is_folder = |entry: &fs::DirEntry| entry.file_type().is_ok_and(|sort| sort.is_dir());
    Ok(entries
        .map(|entry| (entry.path(), is_folder(&entry)))
        .collect())
}

/// Gives this user every right in a folder and those below it; links are not followed.
fn make_writable(folder: &Path) {
    // A folder that is not ours stays as it is, and is seen when it cannot be removed.
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    for (path, is_folder) in entries(folder).unwrap_or_default() {
        if is_folder {
            make_writable(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_that_is_killed_at_any_moment_leaves_what_is_known() {
        let around = tempfile::tempdir().expect("a folder");
        let run = "tutcheck-tea";
        let path = around.path().join(run);
        fs::create_dir_all(path.join("home")).expect("folders");
        // Removed in part, or made in part.
        assert!(is_ours(&path, run).is_err());
        mark(&path, run).expect("it is marked");
        is_ours(&path, run).expect("it is known");
        remove_but_token(&path).expect("it is emptied");
        is_ours(&path, run).expect("it is known");
        fs::write(path.join(TOKEN), &run[..4]).expect("a file");
        is_ours(&path, run).expect("it is known");
        fs::write(path.join("cup"), "").expect("a file");
        assert!(is_ours(&path, run).is_err());
    }

    #[test]
    fn paths_of_mounts_are_read() {
        assert_eq!(unescaped(r"/a\040b\134c"), OsString::from(r"/a b\c"));
    }

    #[test]
    fn what_could_not_be_removed_is_still_known() {
        let here = tempfile::tempdir().expect("a folder");
        let run = format!("{PREFIX}x");
        let scratch = here.path().join(&run);
        fs::create_dir(&scratch).expect("it is made");
        mark(&scratch, &run).expect("it is marked");
        fs::write(scratch.join("file"), "x").expect("a file");
        // A folder cannot be removed by a way that leads through itself; what is in it, can.
        remove(&scratch.join(".")).expect_err("it stays");
        assert!(!scratch.join("file").exists() && scratch.exists());
        assert!(scratch.join(TOKEN).exists());
    }

    #[test]
    fn folders_that_were_made_read_only_are_removed() {
        let scratch = tempfile::tempdir().expect("a scratch directory").keep();
        let deep = scratch.join("a/b");
        fs::create_dir_all(&deep).expect("folders");
        fs::write(deep.join("file"), "x").expect("a file");
        for folder in [&deep, &scratch.join("a")] {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o500)).expect("it is ours");
        }
        remove(&scratch).expect("it can be removed");
        assert!(!scratch.exists());
    }
}
