//! The run's files as they were between two steps, kept beside them so that they can be had again. They are put back in
//! place: a folder that a container has mounted stays the same folder.

use std::collections::BTreeMap;
use std::fs::{self, File, FileTimes, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

/// Pages whose files are larger together are played from the start.
const LARGEST: u64 = 64 << 20;

/// Or more than this.
const MOST: usize = 20_000;

/// The clock of a file system may be so coarse: what has changed so lately may change again unseen.
const COARSE: Duration = Duration::from_millis(20);

/// The files of a run at one moment, by their paths.
type Entries = BTreeMap<PathBuf, Entry>;

/// The files of a run at one moment.
#[derive(Debug, Clone)]
pub(super) struct Copy(Rc<Entries>);

/// Where copies are kept.
#[derive(Debug)]
pub(super) struct Copies {
    folder: PathBuf,
    next: usize,
}

#[derive(Debug, Clone)]
struct Entry {
    body: Body,
    mode: u32,
    owner: (u32, u32),
    modified: SystemTime,
    stamp: Stamp,
    /// It had just been changed when it was looked at.
    is_fresh: bool,
}

#[derive(Debug, Clone)]
enum Body {
    Folder,
    Link(PathBuf),
    File(Rc<Content>),
}

/// By which a file is known for one that nobody has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    place: (u64, u64),
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// A copy of what is in a file; with the last moment that needs it, it goes.
#[derive(Debug)]
struct Content(PathBuf);

impl Drop for Content {
    fn drop(&mut self) {
        // It goes with the folder, otherwise.
        let _ = fs::remove_file(&self.0);
    }
}

impl Stamp {
    fn of(metadata: &Metadata) -> Stamp {
        Stamp {
            place: (metadata.dev(), metadata.ino()),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Copies {
    /// They are kept in this folder, which is made.
    pub(super) fn keep_in(folder: PathBuf) -> io::Result<Copies> {
        fs::create_dir(&folder)?;
        Ok(Copies { folder, next: 0 })
    }

    /// Copies what is in these folders, but for what has not changed since `last`; none, if that is more than is kept, or
    /// cannot be read, or is no file.
    pub(super) fn take(&mut self, folders: &[PathBuf], last: Option<&Copy>) -> Option<Copy> {
        let now = SystemTime::now();
        let mut entries = Entries::new();
        let mut size = 0;
        for (path, metadata) in walk(folders).ok()? {
            size += metadata.len();
            if size > LARGEST || entries.len() == MOST {
                return None;
            }
            // Of two names of one file, copies would make two files.
            if metadata.is_file() && metadata.nlink() > 1 {
                return None;
            }
            let stamp = Stamp::of(&metadata);
            let same = last
                .and_then(|last| last.0.get(&path))
                .filter(|old| old.stamp == stamp && !old.is_fresh);
            let entry = match same {
                Some(old) => old.clone(),
                None => self.entry(&path, &metadata, now).ok()?,
            };
            entries.insert(path, entry);
        }
        Some(Copy(Rc::new(entries)))
    }

    fn entry(&mut self, path: &Path, metadata: &Metadata, now: SystemTime) -> io::Result<Entry> {
        let body = if metadata.is_dir() {
            Body::Folder
        } else if metadata.is_symlink() {
            Body::Link(fs::read_link(path)?)
        } else if metadata.is_file() {
            let content = Content(self.folder.join(self.next.to_string()));
            self.next += 1;
            fs::copy(path, &content.0)?;
            Body::File(Rc::new(content))
        } else {
            return Err(io::ErrorKind::Unsupported.into());
        };
        let modified = metadata.modified()?;
        let changed = changed(metadata);
        Ok(Entry {
            body,
            mode: metadata.mode(),
            owner: (metadata.uid(), metadata.gid()),
            modified,
            stamp: Stamp::of(metadata),
            is_fresh: now
                .duration_since(changed)
                .is_ok_and(|since| since < COARSE)
                || changed > now,
        })
    }
}

/// When something of a file, its owner for one, was changed last.
fn changed(metadata: &Metadata) -> SystemTime {
    let seconds = u64::try_from(metadata.ctime()).unwrap_or_default();
    let nanos = u32::try_from(metadata.ctime_nsec()).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos)
}

/// All that is in folders, each behind the folder that it is in; what is mounted there is an error.
fn walk(folders: &[PathBuf]) -> io::Result<Vec<(PathBuf, Metadata)>> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.to_vec();
    let mut device = None;
    for folder in folders {
        found.push((folder.clone(), fs::symlink_metadata(folder)?));
    }
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let metadata = fs::symlink_metadata(&path)?;
            if *device.get_or_insert(metadata.dev()) != metadata.dev() {
                return Err(io::ErrorKind::CrossesDevices.into());
            }
            if metadata.is_dir() {
                open.push(path.clone());
            }
            found.push((path, metadata));
        }
    }
    Ok(found)
}

impl Copy {
    /// Puts the files back as they were.
    pub(super) fn put_back(&self, folders: &[PathBuf]) -> io::Result<()> {
        let there: BTreeMap<PathBuf, Metadata> = walk(folders)?.into_iter().collect();
        // What is in a folder comes behind it, so that it goes before it.
        for (path, metadata) in there.iter().rev() {
            let is_kind = |entry: &Entry| match entry.body {
                Body::Folder => metadata.is_dir(),
                Body::Link(_) => metadata.is_symlink(),
                Body::File(_) => metadata.is_file(),
            };
            if !self.0.get(path).is_some_and(is_kind) {
                remove(path, metadata)?;
            }
        }
        for (path, entry) in self.0.iter() {
            let now = there
                .get(path)
                .filter(|_| fs::symlink_metadata(path).is_ok());
            let is_same = now.is_some_and(|now| Stamp::of(now) == entry.stamp) && !entry.is_fresh;
            if !is_same {
                entry.put(path)?;
            }
        }
        // Whatever was put into a folder has changed the folder.
        for (path, entry) in self.0.iter().rev() {
            if matches!(entry.body, Body::Folder) {
                entry.finish(path)?;
            }
        }
        Ok(())
    }
}

fn remove(path: &Path, metadata: &Metadata) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        let writable = fs::metadata(folder)?.permissions().mode() | 0o700;
        fs::set_permissions(folder, Permissions::from_mode(writable))?;
    }
    if metadata.is_dir() {
        fs::remove_dir(path)
    } else {
        fs::remove_file(path)
    }
}

impl Entry {
    fn put(&self, path: &Path) -> io::Result<()> {
        match &self.body {
            Body::Folder => {
                if fs::symlink_metadata(path).is_err() {
                    fs::create_dir(path)?;
                }
                fs::set_permissions(path, Permissions::from_mode(self.mode | 0o700))
            }
            Body::Link(target) => {
                let is_same = fs::read_link(path).is_ok_and(|now| now == *target);
                if !is_same {
                    let _ = fs::remove_file(path);
                    std::os::unix::fs::symlink(target, path)?;
                }
                Ok(())
            }
            Body::File(content) => {
                if fs::symlink_metadata(path).is_ok_and(|now| now.nlink() > 1) {
                    fs::remove_file(path)?;
                }
                if fs::symlink_metadata(path).is_ok() {
                    fs::set_permissions(path, Permissions::from_mode(self.mode | 0o600))?;
                }
                let mut options = OpenOptions::new();
                let mut file = options.write(true).create(true).truncate(true).open(path)?;
                io::copy(&mut File::open(&content.0)?, &mut file)?;
                self.finish(path)
            }
        }
    }

    /// Gives a file or a folder its owner, its mode and its time.
    fn finish(&self, path: &Path) -> io::Result<()> {
        let now = fs::metadata(path)?;
        if (now.uid(), now.gid()) != self.owner {
            std::os::unix::fs::chown(path, Some(self.owner.0), Some(self.owner.1))?;
        }
        let file = File::open(path)?;
        fs::set_permissions(path, Permissions::from_mode(self.mode))?;
        file.set_times(FileTimes::new().set_modified(self.modified))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_back_as_they_were() {
        let scratch = tempfile::tempdir().expect("a folder");
        let home = scratch.path().join("home");
        fs::create_dir(&home).expect("a home");
        let mut copies = Copies::keep_in(scratch.path().join("marks")).expect("a folder");
        let folders = [home.clone()];
        let write =
            |path: &str, text: &str| fs::write(home.join(path), text).expect("it is written");
        let read = |path: &str| fs::read_to_string(home.join(path)).ok();
        fs::create_dir_all(home.join("app/deep")).expect("folders");
        write("app/one", "1");
        write("app/deep/two", "2");
        std::os::unix::fs::symlink("app/one", home.join("link")).expect("a link");
        fs::set_permissions(home.join("app/one"), Permissions::from_mode(0o444))
            .expect("it is ours");
        let when = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let one = File::open(home.join("app/one")).expect("it is there");
        one.set_times(FileTimes::new().set_modified(when))
            .expect("it is ours");
        let place = |path: &str| fs::metadata(home.join(path)).expect("it is there").ino();
        let (folder, two) = (place("app"), place("app/deep/two"));
        fs::set_permissions(&home, Permissions::from_mode(0o750)).expect("it is ours");
        let first = copies.take(&folders, None).expect("it is small");
        write("app/deep/two", "3");
        let second = copies.take(&folders, Some(&first)).expect("it is small");
        fs::remove_file(home.join("app/one")).expect("it is there");
        fs::create_dir(home.join("app/one")).expect("a folder in its place");
        write("app/one/more", "x");
        write("new", "x");
        fs::remove_file(home.join("link")).expect("it is there");
        fs::set_permissions(&home, Permissions::from_mode(0o700)).expect("it is ours");
        second.put_back(&folders).expect("all is ours");
        assert_eq!(fs::metadata(&home).expect("a home").mode() & 0o777, 0o750);
        assert_eq!(read("app/deep/two").as_deref(), Some("3"));
        first.put_back(&folders).expect("all is ours");
        assert_eq!(read("app/one").as_deref(), Some("1"));
        assert_eq!(read("app/deep/two").as_deref(), Some("2"));
        assert_eq!(read("link").as_deref(), Some("1"));
        assert_eq!(read("new"), None);
        assert_eq!((place("app"), place("app/deep/two")), (folder, two));
        let metadata = fs::metadata(home.join("app/one")).expect("it is there");
        assert_eq!(metadata.mode() & 0o777, 0o444);
        assert_eq!(metadata.modified().expect("a time"), when);
        drop((first, second));
        let left = fs::read_dir(scratch.path().join("marks")).expect("a folder");
        assert_eq!(left.count(), 0);
    }
}
