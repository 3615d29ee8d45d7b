//! Processes that outlive the shell of a run: found by descent or by their mark, and ended.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use rustix::process::{Pid, Signal};

use super::MARK;

/// Makes processes that lose their parent ours, so that [`end_orphans`] finds them.
pub(super) fn adopt_orphans() {
    // Where the kernel has no such thing, what is left is found by its mark.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends every process below this one: what steps left running, once the terminals are closed. Says
/// how many there were at first.
pub fn end_orphans() -> usize {
    let mut ended = 0;
    for _ in 0..100 {
        let children = children(rustix::process::getpid());
        if children.is_empty() {
            break;
        }
        ended = ended.max(children.len());
        for child in &children {
            let _ = rustix::process::kill_process(*child, Signal::KILL);
            let _ = rustix::process::waitpid(Some(*child), rustix::process::WaitOptions::NOHANG);
        }
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    ended
}

/// Who is waiting for what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// A program that wants it itself.
    Own,
    /// A client that passes it on, and reads all the time.
    Client,
}

/// Programs that pass on what is typed.
const CLIENTS: &[&str] = &[
    "docker",
    "docker-compose",
    "podman",
    "kubectl",
    "ssh",
    "script",
];

/// Whether a process of the group is waiting for what is typed: it is in a `read`, and of a
/// terminal. Where the kernel does not say, nobody is.
pub(super) fn reads_terminal(group: Pid) -> Option<Reader> {
    let mut below = vec![group];
    let mut reads = None;
    while let Some(process) = below.pop() {
        below.extend(children(process));
        // Docker's client reads in another thread than its first.
        for task in tasks(process) {
            // The number of the call, then its first argument.
            let call = fs::read_to_string(task.join("syscall")).unwrap_or_default();
            let mut words = call.split(' ');
            if words.next() == Some(READ)
                && let Some(number) = words.next().and_then(|word| word.strip_prefix("0x"))
                && let Ok(number) = u32::from_str_radix(number, 16)
            {
                let file = fs::read_link(task.join(format!("fd/{number}"))).unwrap_or_default();
                if file.starts_with("/dev/pts") || file.as_os_str() == "/dev/tty" {
                    let name = fs::read_to_string(task.join("comm")).unwrap_or_default();
                    let is_client = CLIENTS.iter().any(|client| name.trim().starts_with(client));
                    reads = Some(if is_client {
                        Reader::Client
                    } else {
                        Reader::Own
                    });
                }
            }
        }
    }
    reads
}

/// The number of the system call `read`.
const READ: &str = if cfg!(target_arch = "x86_64") {
    "0"
} else {
    "63"
};

/// What the kernel tells of each thread of a process.
fn tasks(process: Pid) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(format!("/proc/{}/task", process.as_raw_nonzero()))
        .into_iter()
        .flatten()
        .flatten()
        .map(|task| task.path())
}

fn children(parent: Pid) -> Vec<Pid> {
    let mut all = Vec::new();
    for task in tasks(parent) {
        let listed = fs::read_to_string(task.join("children")).unwrap_or_default();
        all.extend(
            listed
                .split_whitespace()
                .filter_map(|id| Pid::from_raw(id.parse().ok()?)),
        );
    }
    all
}

/// Ends every process that has the mark of this run, and waits until they are gone, for a second at
/// most; says how many there were.
pub fn end_marked(run: &str) -> usize {
    let wanted = format!("{MARK}={run}");
    let mut ended = BTreeSet::new();
    for _ in 0..1000 {
        let killed = marked(&wanted)
            .into_iter()
            .filter(|pid| rustix::process::kill_process(*pid, Signal::KILL).is_ok());
        let now: Vec<_> = killed.map(Pid::as_raw_nonzero).collect();
        if now.is_empty() {
            break;
        }
        ended.extend(now);
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    ended.len()
}

/// The processes with a variable in their environment; one that is ending has none any more.
fn marked(variable: &str) -> Vec<Pid> {
    let has = |entry: &fs::DirEntry| {
        fs::read(entry.path().join("environ")).is_ok_and(|environment| {
            environment
                .split(|byte| *byte == 0)
                .any(|given| given == variable.as_bytes())
        })
    };
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter(has)
        .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}
