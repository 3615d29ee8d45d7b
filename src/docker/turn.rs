//! Several runs of one user on one daemon: each sees only its own, and they wait for each other where they
//! want what only one can have.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Error;
use crate::private;

/// What a run wants of its daemon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wants<'a> {
    /// What only one can have: `container web`, `port 8080`.
    pub(super) things: &'a BTreeSet<String>,
    /// What it makes is known only by when it comes into being, so that nobody else may make anything.
    pub(super) to_be_alone: bool,
}

/// Waits until no other run has what this one wants. `waiting` is called now and then, with what is waited
/// for; `false` gives up.
pub(super) fn take_turn(
    state: &Path,
    daemon: &str,
    wants: Wants<'_>,
    mut waiting: impl FnMut(&str) -> bool,
) -> Result<Turn, Error> {
    private::folder(state).map_err(Error::no_folder(state))?;
    let name = plain(daemon);
    let presence = state.join(format!("daemon-{name}.lock"));
    let others = if wants.to_be_alone {
        "a step of this page names a daemon itself, so the run has to be alone with it"
    } else {
        "another run has to be alone with this daemon"
    };
    let presence = Lock::take(&presence, !wants.to_be_alone, &mut || waiting(others))?;
    let mut things = Vec::new();
    // In the same order by every run, so that no two wait for each other.
    for thing in wants.things {
        let path = state.join(format!("daemon-{name}-{}.lock", plain(thing)));
        let has = format!("another run has the {thing}, which this page wants, too");
        things.push(Lock::take(&path, false, &mut || waiting(&has))?);
    }
    Ok(Turn {
        presence,
        things,
        place: state.join(format!("daemon-{name}")),
        left: state.join(format!("daemon-{name}.images")),
    })
}

/// A word that can stand in the name of a file. Two words that become one only wait for each other.
fn plain(word: &str) -> String {
    const LONGEST: usize = 150;
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    word.chars().take(LONGEST).map(plain).collect()
}

/// A run's place at its daemon.
#[derive(Debug)]
pub(super) struct Turn {
    presence: Lock,
    things: Vec<Lock>,
    /// How the paths of its locks begin.
    place: PathBuf,
    /// References of images that earlier runs have left because others were there.
    left: PathBuf,
}

impl Turn {
    /// Whether no other run of this user is at the daemon; from then on, none comes before this one ends.
    pub(super) fn is_last(&self) -> bool {
        self.presence.file.try_lock().is_ok()
    }

    /// Takes more of what only one run can have, if all of it is free.
    pub(super) fn takes_besides(&mut self, things: &BTreeSet<String>) -> bool {
        for thing in things {
            let path = format!("{}-{}.lock", self.place.display(), plain(thing));
            match Lock::take(Path::new(&path), false, &mut || false) {
                Ok(lock) => self.things.push(lock),
                Err(_) => return false,
            }
        }
        true
    }

    /// Images that this run has pulled, and that others may be using: the last one removes them.
    pub(super) fn leaves(&self, images: &[String]) {
        let file = private::open(&self.left, OpenOptions::new().create(true).append(true));
        let lines = images.join("\n") + "\n";
        // What cannot be written stays, as an image that is pulled may.
        let _ = file.and_then(|mut file| file.write_all(lines.as_bytes()));
    }

    /// Images that earlier runs have left.
    pub(super) fn takes_over(&self) -> Vec<String> {
        let text = fs::read_to_string(&self.left).unwrap_or_default();
        let _ = fs::remove_file(&self.left);
        let lines = text.lines().filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    }
}

/// A file that is locked, alone or together with others.
#[derive(Debug)]
struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    fn take(
        path: &Path,
        is_shared: bool,
        waiting: &mut impl FnMut() -> bool,
    ) -> Result<Lock, Error> {
        let failed = |action| Error::state(action, path);
        loop {
            let mut options = OpenOptions::new();
            let options = options.write(true).create(true).truncate(false);
            let file = private::open(path, options).map_err(failed("write"))?;
            let locked = if is_shared {
                file.try_lock_shared()
            } else {
                file.try_lock()
            };
            match locked {
                // The one before may have removed the file while we opened it: then it is not the one
                // that others see.
                Ok(()) if is_file_at(&file, path) => {
                    return Ok(Lock {
                        path: path.to_owned(),
                        file,
                    });
                }
                Ok(()) => {}
                Err(TryLockError::WouldBlock) if waiting() => {}
                Err(TryLockError::WouldBlock) => return Err(Error::Interrupted),
                Err(TryLockError::Error(error)) => return Err(failed("lock")(error)),
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Locked by nobody else: whoever waits finds that the file is gone, and makes another.
        if self.file.try_lock().is_ok() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Removes the locks of runs that were killed.
pub(super) fn sweep(state: &Path) {
    for entry in fs::read_dir(state).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("daemon-")
            && name.ends_with(".lock")
            && let Ok(file) = private::open(&path, OpenOptions::new().read(true))
        {
            // One that is held stays.
            drop(Lock { path, file });
        }
    }
}

fn is_file_at(file: &File, path: &Path) -> bool {
    let key = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = fs::metadata(path).map(key).ok();
    there.is_some() && file.metadata().map(key).ok() == there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_wait_only_where_they_want_the_same() {
        let state = tempfile::tempdir().expect("a folder");
        let take = |things: &[&str], to_be_alone| {
            let things: BTreeSet<String> = things.iter().map(|thing| (*thing).to_owned()).collect();
            let wants = Wants {
                things: &things,
                to_be_alone,
            };
            take_turn(state.path(), "ID:1", wants, |_| false)
        };
        let mut first = take(&["container web", "port 80"], false).expect("it is the first");
        let second = take(&["container db"], false).expect("they want different things");
        assert!(matches!(take(&["port 80"], false), Err(Error::Interrupted)));
        let besides = |thing: &str| BTreeSet::from([thing.to_owned()]);
        assert!(first.takes_besides(&besides("port 81")));
        assert!(!first.takes_besides(&besides("container db")));
        assert!(matches!(take(&["port 81"], false), Err(Error::Interrupted)));
        assert!(matches!(take(&[], true), Err(Error::Interrupted)));
        assert!(!first.is_last());
        first.leaves(&["nginx:latest".to_owned()]);
        drop(first);
        assert!(second.is_last());
        assert_eq!(second.takes_over(), ["nginx:latest"]);
        drop(second);
        take(&["port 80"], true).expect("nobody is there");
        let left = fs::read_dir(state.path()).expect("a folder").count();
        assert_eq!(left, 0);
    }
}
