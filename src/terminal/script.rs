//! The file in which the shell finds a step: in memory, and sealed, so that nobody writes into it.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;

use rustix::fs::{MemfdFlags, SealFlags};
use rustix::io::DupFlags;

/// One place for all steps, each in a file of its own.
#[derive(Debug)]
pub(super) struct Script {
    file: OwnedFd,
    /// Where a shell of the same user finds the file of the moment.
    pub(super) path: PathBuf,
}

impl Script {
    /// Of no step yet.
    pub(super) fn new() -> io::Result<Script> {
        let file = sealed(b"")?;
        let path = format!("/proc/{}/fd/{}", std::process::id(), file.as_raw_fd());
        Ok(Script {
            file,
            path: path.into(),
        })
    }

    /// From here on, what is found is this.
    pub(super) fn holds(&mut self, text: &[u8]) -> io::Result<()> {
        let fresh = sealed(text)?;
        Ok(rustix::io::dup3(&fresh, &mut self.file, DupFlags::CLOEXEC)?)
    }
}

fn sealed(text: &[u8]) -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let mut file = File::from(rustix::fs::memfd_create("step", flags)?);
    file.write_all(text)?;
    let all = SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL;
    rustix::fs::fcntl_add_seals(&file, all)?;
    Ok(file.into())
}
