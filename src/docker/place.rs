//! The scratch directory of a run that is going on: written down before it is there, gone when it is dropped.

use std::io;
use std::path::{Path, PathBuf};

use super::{Error, Ledger, scratch};
use crate::private;

/// The scratch directory of a run; dropped, it is removed.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    is_kept: bool,
}

impl Scratch {
    /// Makes one, of which a ledger knows before it is there.
    pub fn make(temporary: &Path, state: &Path) -> Result<(Scratch, Ledger), Error> {
        let mut opened = None;
        let made = tempfile::Builder::new()
            .prefix(scratch::PREFIX)
            .disable_cleanup(true)
            .make_in(temporary, |path| {
                let run = path.file_name().unwrap_or_default().to_string_lossy();
                let mut ledger = match Ledger::open(state, &run, path) {
                    Ok(ledger) => ledger,
                    // Another run of the same moment may have taken the name.
                    Err(error) if error.is_taken() => {
                        return Err(io::ErrorKind::AlreadyExists.into());
                    }
                    Err(error) => {
                        opened = Some(Err(error));
                        return Err(io::ErrorKind::Other.into());
                    }
                };
                let made = private::new_folder(path);
                if made.is_err() {
                    // There is nothing to remember.
                    let _ = ledger.end();
                }
                made?;
                opened = Some(Ok(ledger));
                Ok(())
            });
        let failed = Error::state("make a scratch directory in", temporary);
        match (made, opened) {
            (Err(_), Some(Err(error))) => Err(error),
            (Ok(made), Some(Ok(mut ledger))) => {
                let scratch = Scratch {
                    path: made.path().to_owned(),
                    is_kept: false,
                };
                if let Err(error) = scratch::mark(&scratch.path, ledger.run()) {
                    ledger.abandon();
                    return Err(failed(error));
                }
                Ok((scratch, ledger))
            }
            (Err(error), _) => Err(failed(error)),
            (Ok(_), _) => Err(failed(io::ErrorKind::Other.into())),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// It stays.
    pub fn keep(mut self) -> PathBuf {
        self.is_kept = true;
        self.path.clone()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if !self.is_kept {
            // What cannot be removed, the ledger knows of.
            let _ = scratch::remove(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_another_run_has_is_known_for_taken() {
        let state = tempfile::tempdir().expect("a folder");
        let scratch = state.path().join("x");
        let open = || Ledger::open(state.path(), "tutcheck-same", &scratch);
        let _first = open().expect("it is the first");
        assert!(open().expect_err("there is one").is_taken());
    }
}
