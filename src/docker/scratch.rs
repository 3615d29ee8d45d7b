//! The scratch directory of a run, removed whatever steps and containers have left in it.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folder of the scratch directory that a reader begins in. Compose calls what it starts there after
/// it, as it does in every folder.
pub const HOME: &str = "tutorial";

/// The folder of the scratch directory in which tools keep what they keep in a home.
pub const KEPT: &str = "home";

/// Removes a folder, folders that were made read-only as well. Files that belong to others, which
/// containers made in a mount, stay: those the daemon can remove.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    unmount_below(path)?;
    remove_own(path)
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

/// Removes what this user may remove. That it is gone already is as good.
fn remove_own(path: &Path) -> io::Result<()> {
    let gone = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    };
    if let Err(error) = fs::remove_dir_all(path) {
        if error.kind() == io::ErrorKind::NotFound {
            return Ok(());
        }
        make_writable(path);
        return fs::remove_dir_all(path).or_else(gone);
    }
    Ok(())
}

/// Gives this user every right in a folder and those below it; links are not followed.
fn make_writable(folder: &Path) {
    // A folder that is not ours stays as it is, and is seen when it cannot be removed.
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|sort| sort.is_dir()) {
            make_writable(&entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_mounts_are_read() {
        assert_eq!(unescaped(r"/a\040b\134c"), OsString::from(r"/a b\c"));
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
