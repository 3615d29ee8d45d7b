//! Files and folders: read, found, written whole or not at all.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::door;
use super::fault::Fault;
use crate::private;
use crate::wording;

/// What a file is read for, and how large it may be, in MiB: more is no mistake of an author's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind(&'static str, u64);

pub(super) const PAGE: Kind = Kind("a page", 8);
pub(super) const SETTINGS: Kind = Kind("tutcheck.yaml", 1);
pub(super) const RECORDING: Kind = Kind("a recording", 8);
pub(super) const LOCK: Kind = Kind("a lock", 32);
pub(super) const SAVED: Kind = Kind("a saved run", 32);
pub(super) const REPORT: Kind = Kind("a report", 128);
pub(super) const OUTPUT: Kind = Kind("an output", 8);

/// What is in a file, and not in a device, a pipe or what has no end.
pub(super) fn bytes(path: &Path, Kind(what, mebibytes): Kind) -> Result<Vec<u8>, String> {
    let failed = |error: io::Error| format!("cannot read {}: {error}", shown(path));
    let file = private::open_file(path).map_err(failed)?;
    let most = mebibytes << 20;
    let mut bytes = Vec::new();
    let read = io::Read::read_to_end(&mut io::Read::take(file, most + 1), &mut bytes);
    if read.map_err(failed)? as u64 > most {
        return Err(format!(
            "{} is larger than {mebibytes} MiB, which {what} must not be: split it",
            shown(path)
        ));
    }
    Ok(bytes)
}

/// A file's text; that it is none is said with the place of the first wrong byte.
pub(super) fn read(path: &Path, kind: Kind) -> Result<String, Fault> {
    let bytes = bytes(path, kind).map_err(Fault::Plain)?;
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
    let path = path
        .strip_prefix("./")
        .or_else(|_| path.strip_prefix(&here))
        .unwrap_or(path);
    wording::visible(&path.to_string_lossy()).into_owned()
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

/// Where runs leave word of what they made; none, where this user has no place of their own. A folder for
/// temporary files is for everybody, and its names can be guessed.
pub(super) fn state() -> Option<PathBuf> {
    of_user("TUTCHECK_STATE", "XDG_STATE_HOME", ".local/state").or_else(|| {
        let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        Some(runtime.filter(|path| path.is_absolute())?.join("tutcheck"))
    })
}

/// Where what was observed is kept, to be judged again.
pub(super) fn cache() -> Option<PathBuf> {
    of_user("TUTCHECK_CACHE", "XDG_CACHE_HOME", ".cache")
}

/// A folder of this user's, by our own variable, by that of all programs, or below their home.
fn of_user(ours: &str, of_all: &str, below_home: &str) -> Option<PathBuf> {
    let absolute = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let of_tools = |base: PathBuf| base.join("tutcheck");
    let said = env::var_os(ours).filter(|said| !said.is_empty());
    said.and_then(|said| std::path::absolute(said).ok())
        .or_else(|| absolute(of_all).map(of_tools))
        .or_else(|| Some(of_tools(absolute("HOME")?.join(below_home))))
        // Without the variable, that of the account.
        .or_else(|| {
            let home = env::home_dir().filter(|home| home.is_absolute() && home.is_dir())?;
            Some(of_tools(home.join(below_home)))
        })
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

/// Where a path leads, through links, also to what is not there yet.
pub(super) fn led(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // No file system follows more.
    for _ in 0..40 {
        let Ok(to) = fs::read_link(&path) else {
            break;
        };
        path = path.parent().unwrap_or(Path::new("")).join(to);
    }
    path.canonicalize().unwrap_or(path)
}

/// Replaces a file whole or not at all; a device or a pipe is written to, and a link stays one.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    put(path, &door::hidden(text))
}

/// The same of JSON that is for nobody else.
pub(super) fn replace_own(path: &Path, text: &str) -> io::Result<()> {
    private::replace(path, door::hidden_in_json(text).as_bytes())
}

/// The same of JSON.
pub(super) fn replace_json(path: &Path, text: &str) -> io::Result<()> {
    put(path, &door::hidden_in_json(text))
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    let path = &led(path);
    if path.exists() && !path.is_file() {
        return private::open_writer(path)
            .and_then(|mut file| io::Write::write_all(&mut file, text.as_bytes()));
    }
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    private::replace_with(path, text.as_bytes(), &mode_of(path))
}

/// For whom a file is: a new one of the repository is for all to read, unlike a temporary one.
fn mode_of(path: &Path) -> fs::Permissions {
    fs::metadata(path).map_or_else(
        |_| std::os::unix::fs::PermissionsExt::from_mode(0o644),
        |metadata| metadata.permissions(),
    )
}

/// A file of an author's that is to be another.
pub(super) struct Change {
    path: PathBuf,
    /// What was read of it; none, if it was not there.
    was: Option<String>,
    becomes: String,
}

impl Change {
    pub(super) fn new(path: &Path, was: Option<&str>, becomes: &str) -> Change {
        Change {
            path: path.to_owned(),
            was: was.map(str::to_owned),
            becomes: becomes.to_owned(),
        }
    }

    pub(super) fn path(&self) -> String {
        shown(&self.path)
    }

    /// What is to be there, to the byte; or why it must not be: somebody else has changed it meanwhile.
    fn bytes(&self) -> Result<Vec<u8>, String> {
        const MARK: &[u8] = b"\xef\xbb\xbf";
        let there = fs::read(&self.path).ok();
        let text = there
            .as_deref()
            .map(|bytes| bytes.strip_prefix(MARK).unwrap_or(bytes));
        if text != self.was.as_deref().map(str::as_bytes) {
            return Err(format!(
                "{} has changed meanwhile, and nothing was written: check it again",
                self.path()
            ));
        }
        if fs::metadata(&self.path).is_ok_and(|there| there.permissions().readonly()) {
            return Err(format!(
                "{} is read-only, and nothing was written: `chmod u+w` makes it yours to change",
                self.path()
            ));
        }
        let mark: &[u8] = match &there {
            Some(bytes) if bytes.starts_with(MARK) => MARK,
            _ => &[],
        };
        Ok([mark, self.becomes.as_bytes()].concat())
    }
}

/// Writes files of an author's, all or none: each is written beside its place before the first takes it.
pub(super) fn change(changes: &[Change]) -> Result<(), String> {
    let mut staged = Vec::new();
    for change in changes {
        let failed = |error: io::Error| format!("cannot write {}: {error}", change.path());
        let path = led(&change.path);
        let bytes = change.bytes()?;
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(failed)?;
        private::sweep(path.parent().unwrap_or(Path::new(".")));
        let one = private::stage(&path, &bytes, &mode_of(&path)).map_err(failed)?;
        one.reaches_the_disk().map_err(failed)?;
        staged.push(one);
    }
    for (change, staged) in changes.iter().zip(staged) {
        let placed = staged.place();
        placed.map_err(|error| format!("cannot write {}: {error}", change.path()))?;
    }
    Ok(())
}
