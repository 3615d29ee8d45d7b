//! Folders and files that nobody else may look into: made so whatever the umask is, never through a link, and
//! taken for ours only if they are.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, OFlags};
use rustix::io::Errno;

const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;

/// Folders in which everybody may put things have this.
const STICKY: u32 = 0o1000;

/// Makes a folder, with those above it that are missing, or takes one that is there and ours.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    match new_folder(path) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_missing = |above: &&Path| fs::symlink_metadata(above).is_err();
            let above = path.parent().filter(is_missing);
            let above = above.ok_or(error)?;
            DirBuilder::new()
                .recursive(true)
                .mode(FOLDER)
                .create(above)?;
            return folder(path);
        }
        Err(error) => return Err(error),
    }
    let there = fs::symlink_metadata(path)?;
    if !there.is_dir() {
        return Err(refused("it is no folder"));
    }
    if !is_ours(&there) {
        return Err(refused("it is another user's"));
    }
    if there.mode() & STICKY != 0 {
        return Err(refused("it is everybody's, as /tmp is"));
    }
    if there.mode() & 0o077 != 0 {
        fs::set_permissions(path, Permissions::from_mode(FOLDER))?;
    }
    Ok(())
}

/// Makes a folder that is not there.
pub(crate) fn new_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(FOLDER).create(path)?;
    // The umask may have taken from what was asked for.
    fs::set_permissions(path, Permissions::from_mode(FOLDER))
}

/// Opens a file as the options say; one that is made is ours alone, and what is no file of ours is refused.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = regular(options.mode(FILE), OFlags::NOFOLLOW, path)?;
    if !is_ours(&file.metadata()?) {
        return Err(refused("it is another user's"));
    }
    Ok(file)
}

/// Writes a file anew that is ours alone, whole or not at all.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_with(path, bytes, &Permissions::from_mode(FILE))
}

/// Writes a file anew, whole or not at all, for whom its permissions say.
pub(crate) fn replace_with(path: &Path, bytes: &[u8], mode: &Permissions) -> io::Result<()> {
    stage(path, bytes, mode)?.place()
}

/// A file that is written, and not yet in its place.
pub(crate) struct Staged {
    /// Without a name while it is written: whatever happens meanwhile, nothing stays.
    file: File,
    path: PathBuf,
    mode: Permissions,
}

/// Writes a file that is to take a place, with the owner of the one that is there.
pub(crate) fn stage(path: &Path, bytes: &[u8], mode: &Permissions) -> io::Result<Staged> {
    let mut file = tempfile::tempfile_in(above(path))?;
    io::Write::write_all(&mut file, bytes)?;
    file.set_permissions(mode.clone())?;
    if let Ok(there) = fs::metadata(path) {
        // Only root can give a file away; for all others it is theirs already.
        let _ = std::os::unix::fs::fchown(&file, Some(there.uid()), Some(there.gid()));
    }
    Ok(Staged {
        file,
        path: path.to_owned(),
        mode: mode.clone(),
    })
}

impl Staged {
    /// Waits until it is on the disk: what was there before is the author's only copy.
    pub(crate) fn reaches_the_disk(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    /// Puts it into its place.
    pub(crate) fn place(mut self) -> io::Result<()> {
        let named = above(&self.path).join(format!("{ON_THE_WAY}{}", std::process::id()));
        if give_name(&self.file, &named).is_ok() {
            let renamed = fs::rename(&named, &self.path);
            return renamed.inspect_err(|_| drop(fs::remove_file(&named)));
        }
        let mut file = tempfile::NamedTempFile::new_in(above(&self.path))?;
        io::Seek::rewind(&mut self.file)?;
        io::copy(&mut self.file, &mut file)?;
        file.as_file().set_permissions(self.mode)?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// How files are called on their way into their place, before the number of the process that puts them there.
const ON_THE_WAY: &str = ".tutcheck-";

/// Removes what a process that was killed has left on its way into a place in a folder.
pub(crate) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(ON_THE_WAY));
        let Some(process) = number.and_then(|number| number.parse().ok()) else {
            continue;
        };
        let is_gone = rustix::process::Pid::from_raw(process)
            .is_some_and(|process| rustix::process::test_kill_process(process) == Err(Errno::SRCH));
        let is_ours = entry
            .metadata()
            .is_ok_and(|there| there.is_file() && is_ours(&there));
        if is_gone && is_ours {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn above(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("."))
}

/// Opens a file to read, whoever's it is.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    regular(OpenOptions::new().read(true), OFlags::empty(), path)
}

/// Settings of another program's, in JSON; none where there are none, or none that can be read.
pub(crate) fn read_json(path: &Path) -> Option<serde_json::Value> {
    const LONGEST: u64 = 1 << 20;
    let file = io::Read::take(open_file(path).ok()?, LONGEST);
    serde_json::from_reader(io::BufReader::new(file)).ok()
}

/// Opens a pipe or a device to write; where nobody reads from a pipe, that is said and not waited for.
pub(crate) fn open_writer(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let options = options.write(true).custom_flags(bits(OFlags::NONBLOCK));
    let file = options.open(path);
    let file = file.map_err(|error| match error.raw_os_error() {
        Some(number) if number == Errno::NXIO.raw_os_error() => refused("nobody reads from it"),
        _ => error,
    })?;
    // From here on, a slow reader is waited for.
    rustix::fs::fcntl_setfl(&file, OFlags::empty())?;
    Ok(file)
}

/// A pipe or a device that lies there is no file, and is not waited for.
fn regular(options: &mut OpenOptions, flags: OFlags, path: &Path) -> io::Result<File> {
    let flags = bits(flags | OFlags::NONBLOCK);
    let file = options.custom_flags(flags).open(path)?;
    if !file.metadata()?.is_file() {
        return Err(refused("it is no file"));
    }
    Ok(file)
}

#[expect(clippy::cast_possible_wrap, reason = "open flags are small")]
fn bits(flags: OFlags) -> i32 {
    flags.bits() as i32
}

/// Gives a name to a file that has none. Not every file system does that.
fn give_name(file: &File, path: &Path) -> io::Result<()> {
    let nameless = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(rustix::fs::linkat(
        CWD,
        nameless,
        CWD,
        path,
        AtFlags::SYMLINK_FOLLOW,
    )?)
}

/// Whether something belongs to the user who runs this.
pub(crate) fn is_ours(there: &fs::Metadata) -> bool {
    there.uid() == rustix::process::geteuid().as_raw()
}

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::PermissionDenied, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_ours_alone_and_what_is_not_ours_is_refused() {
        let here = tempfile::tempdir().expect("a folder");
        let path = |name: &str| here.path().join(name);
        let mode = |name: &str| {
            fs::symlink_metadata(path(name))
                .expect("it is there")
                .mode()
                & 0o777
        };
        folder(&path("a/b")).expect("it is made");
        assert_eq!((mode("a"), mode("a/b")), (FOLDER, FOLDER));
        fs::set_permissions(path("a/b"), Permissions::from_mode(0o777)).expect("it is ours");
        folder(&path("a/b")).expect("it is ours");
        assert_eq!(mode("a/b"), FOLDER);
        fs::set_permissions(path("a/b"), Permissions::from_mode(0o1777)).expect("it is ours");
        assert!(folder(&path("a/b")).is_err(), "it is everybody's");
        assert!(
            folder(Path::new("/proc/nowhere")).is_err(),
            "nobody may make it"
        );
        let new = || OpenOptions::new().append(true).create(true).clone();
        open(&path("a/file"), &mut new()).expect("it is made");
        assert_eq!(mode("a/file"), FILE);

        std::os::unix::fs::symlink("file", path("a/link")).expect("a link");
        std::os::unix::fs::symlink("b", path("a/way")).expect("a link");
        rustix::fs::mkfifoat(rustix::fs::CWD, path("a/pipe"), 0o600.into()).expect("a pipe");
        assert!(open(&path("a/link"), &mut new()).is_err());
        assert!(open(&path("a/pipe"), OpenOptions::new().read(true)).is_err());
        assert!(folder(&path("a/way")).is_err() && folder(&path("a/file")).is_err());
    }
}
