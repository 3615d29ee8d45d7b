//! Files and folders: read, found, written whole or not at all.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::fault::Fault;

/// A file's text; that it is none is said with the place of the first wrong byte.
pub(super) fn read(path: &Path) -> Result<String, Fault> {
    let bytes = fs::read(path)
        .map_err(|error| Fault::Plain(format!("cannot read {}: {error}", shown(path))))?;
    String::from_utf8(bytes)
        .map(|text| {
            text.strip_prefix('\u{feff}')
                .map(str::to_owned)
                .unwrap_or(text)
        })
        .map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = 1 + error.as_bytes()[..at]
                .iter()
                .filter(|&&byte| byte == b'\n')
                .count();
            Fault::Plain(format!(
                "{} is not UTF-8: byte {at}, in line {line}; save it as UTF-8",
                shown(path)
            ))
        })
}

pub(super) fn shown(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    path.strip_prefix("./")
        .or_else(|_| path.strip_prefix(&here))
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The nearest folder up that is the top of a project.
pub(super) fn root(folder: &Path) -> PathBuf {
    folder
        .ancestors()
        .find(|ancestor| {
            ["tutcheck.yaml", "expectations", ".git"]
                .iter()
                .any(|mark| ancestor.join(mark).exists())
        })
        .unwrap_or(folder)
        .to_owned()
}

/// Where runs leave word of what they made.
pub(super) fn state() -> PathBuf {
    let absolute = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let base = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    base.unwrap_or_else(env::temp_dir).join("tutcheck")
}

/// Whether a file can be written, as far as that can be known without one.
pub(super) fn may_write(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    if path.exists() {
        // Whoever reads from a pipe would take it for its end that it is opened and closed.
        let is_asked = path.is_file();
        let open = || fs::OpenOptions::new().append(true).open(path).map(drop);
        return if is_asked { open() } else { Ok(()) };
    }
    let absolute = std::path::absolute(path)?;
    let folder = absolute.ancestors().skip(1).find(|above| above.exists());
    folder.map_or(Ok(()), |folder| tempfile::tempfile_in(folder).map(drop))
}

/// Replaces a file whole or not at all; a device or a pipe is written to, and a link stays one.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if path.exists() && !path.is_file() {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    // A file of the repository is for all to read, unlike a temporary one.
    let mode = fs::metadata(path).map_or_else(
        |_| std::os::unix::fs::PermissionsExt::from_mode(0o644),
        |metadata| metadata.permissions(),
    );
    file.as_file().set_permissions(mode)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
