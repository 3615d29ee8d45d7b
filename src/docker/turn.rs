//! One run after the other uses a daemon.

use std::fs::{self, File, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::Error;

/// Waits until no other run uses the daemon: what two runs make at once cannot be told apart.
/// `waiting` is called now and then; `false` gives up.
pub(super) fn take_turn(
    state: &Path,
    daemon: &str,
    mut waiting: impl FnMut() -> bool,
) -> Result<Turn, Error> {
    let name: String = daemon
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let path = state.join(format!("daemon-{name}.lock"));
    let failed = |action| Error::state(action, &path);
    fs::create_dir_all(state).map_err(failed("make the folder of"))?;
    loop {
        let file = File::create(&path).map_err(failed("write"))?;
        match file.try_lock() {
            // The one before may have removed the file while we opened it: then it is not the one
            // that others see.
            Ok(()) if is_file_at(&file, &path) => return Ok(Turn { path, _file: file }),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if waiting() => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Interrupted),
            Err(TryLockError::Error(error)) => return Err(failed("lock")(error)),
        }
    }
}

fn is_file_at(file: &File, path: &Path) -> bool {
    let key = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = fs::metadata(path).map(key).ok();
    there.is_some() && file.metadata().map(key).ok() == there
}

/// As long as it lives, no other run of this user uses the daemon.
#[derive(Debug)]
pub(super) struct Turn {
    path: PathBuf,
    _file: File,
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Still locked: whoever waits finds that the file is gone, and makes another.
        let _ = fs::remove_file(&self.path);
    }
}
