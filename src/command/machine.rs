//! This machine, as far as a page can see it.

use std::env;
use std::fs;

use crate::run::{Machine, Sudo};

/// What this machine and its user are called; where that cannot be known, nothing is forgiven for it.
pub(super) fn machine() -> Machine {
    let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let user = env::var("USER").or_else(|_| env::var("LOGNAME"));
    Machine {
        host: host.trim().to_owned(),
        user: user.unwrap_or_default(),
        sudo: sudo(),
    }
}

/// What is called as `sudo`, by what this machine has.
fn sudo() -> Option<Sudo> {
    let path = env::var("PATH").ok()?;
    let program = env::split_paths(&path)
        .map(|folder| folder.join("sudo"))
        .find(|program| program.is_file());
    let is_root = || {
        fs::metadata("/proc/self")
            .is_ok_and(|about| std::os::unix::fs::MetadataExt::uid(&about) == 0)
    };
    match program {
        Some(program) => Some(Sudo::Unasked { path, program }),
        None => is_root().then_some(Sudo::Done { path }),
    }
}
