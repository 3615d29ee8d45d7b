//! How much the shell has read, as the kernel counts it: that what was handed over came to the shell, and to nobody else.

use std::fs::File;
use std::os::unix::fs::FileExt;

use rustix::process::Pid;

/// What the kernel tells of a process's reading; nothing, where it does not count.
#[derive(Debug)]
pub(super) struct Reads(Option<File>);

impl Reads {
    pub(super) fn of(process: Pid) -> Reads {
        let told = format!("/proc/{}/io", process.as_raw_nonzero());
        Reads(File::open(told).ok())
    }

    /// Bytes so far.
    pub(super) fn bytes(&self) -> Option<u64> {
        let mut text = [0; 64];
        let length = self.0.as_ref()?.read_at(&mut text, 0).ok()?;
        let text = std::str::from_utf8(&text[..length]).ok()?;
        let count = text.lines().next()?.strip_prefix("rchar: ")?;
        count.parse().ok()
    }
}
