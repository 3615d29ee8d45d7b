//! Files that steps save: where the shell is, and never outside of the scratch directory.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::Sudo;

/// Where files may be saved.
pub(super) struct Bounds<'a> {
    /// Inside of this folder,
    pub(super) scratch: &'a Path,
    /// but not in this one.
    pub(super) control: &'a Path,
}

/// Makes the program that is called as `sudo`; where programs are looked for then.
pub(super) fn place_sudo(scratch: &Path, sudo: &Sudo) -> io::Result<String> {
    let folder = scratch.join("control").join("bin");
    let (text, path) = match sudo {
        Sudo::Done { path } => (
            include_str!("sudo.sh").to_owned(),
            format!("{path}:{}", folder.display()),
        ),
        Sudo::Unasked { path, program } => {
            let program = program.to_string_lossy().replace('\'', r"'\''");
            (
                format!(
                    "#!/bin/sh\n\
                     # The daemon of the page is that of root, too, where sudo lets a variable through.\n\
                     keep=--preserve-env=DOCKER_HOST\n\
                     [ -n \"$DOCKER_HOST\" ] && '{program}' -n $keep true 2>/dev/null || keep=\n\
                     exec '{program}' -n $keep \"$@\"\n"
                ),
                format!("{}:{path}", folder.display()),
            )
        }
    };
    fs::create_dir_all(&folder)?;
    let program = folder.join("sudo");
    fs::write(&program, text)?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
    Ok(path)
}

/// Saves a file below `directory`; says why, if it cannot be done.
pub(super) fn save(
    bounds: &Bounds<'_>,
    directory: &Path,
    path: &str,
    append: bool,
    content: &str,
) -> Result<(), String> {
    let target = directory.join(path);
    let failed = |error: io::Error| format!("cannot save `{path}`: {error}");
    let folder = target.parent().unwrap_or(Path::new("/"));
    let scratch = bounds.scratch.canonicalize().map_err(failed)?;
    let control = bounds.control.canonicalize().map_err(failed)?;
    let is_ours = |path: &Path| path.starts_with(&scratch) && !path.starts_with(&control);
    let outside = || {
        format!(
            "`{path}` would be saved outside of the scratch directory, in {}",
            folder.display()
        )
    };
    let existing = folder
        .ancestors()
        .find_map(|ancestor| ancestor.canonicalize().ok());
    if !existing.is_some_and(|ancestor| is_ours(&ancestor)) {
        return Err(outside());
    }
    fs::create_dir_all(folder).map_err(failed)?;
    // A step may have made a part of the path a link to elsewhere.
    if !folder.canonicalize().is_ok_and(|folder| is_ours(&folder)) {
        return Err(outside());
    }
    let is_link = fs::symlink_metadata(&target).is_ok_and(|metadata| metadata.is_symlink());
    let leads_inside = target.canonicalize().is_ok_and(|target| is_ours(&target));
    if is_link && !leads_inside {
        return Err(format!(
            "`{path}` is a link that leads outside of the scratch directory"
        ));
    }
    if let Ok(metadata) = fs::metadata(&target) {
        // Opening a pipe would wait for somebody who reads from it.
        if !metadata.is_file() {
            return Err(format!(
                "cannot save `{path}`: something else than a file is there; remove it before"
            ));
        }
        if metadata.nlink() > 1 {
            make_own(&target, &metadata).map_err(failed)?;
        }
    }
    let mut options = fs::OpenOptions::new();
    options
        .create(true)
        .write(true)
        .append(append)
        .truncate(!append);
    let mut file = options.open(&target).map_err(failed)?;
    file.write_all(content.as_bytes()).map_err(failed)
}

/// A file that has another name, perhaps outside, becomes one of its own with the same content.
fn make_own(target: &Path, metadata: &fs::Metadata) -> io::Result<()> {
    let target = target.canonicalize()?;
    let content = fs::read(&target)?;
    fs::remove_file(&target)?;
    fs::write(&target, content)?;
    fs::set_permissions(&target, metadata.permissions())
}
