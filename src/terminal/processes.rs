//! Processes that outlive the shell of a run: found by descent or by their mark, and ended.

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

/// Whether a process of the group is waiting for what is typed: it is in a `read`, and of a
/// terminal. Where the kernel does not say, nobody is.
pub(super) fn reads_terminal(group: Pid) -> bool {
    let mut below = vec![group];
    let mut reads = false;
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
                reads |= file.starts_with("/dev/pts") || file.as_os_str() == "/dev/tty";
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

/// Ends every process that has the mark of this run; says how many there were.
pub fn end_marked(run: &str) -> usize {
    let wanted = format!("{MARK}={run}");
    let mut ended = 0;
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let Ok(environment) = fs::read(entry.path().join("environ")) else {
            continue;
        };
        let marked = environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == wanted.as_bytes());
        if marked
            && Pid::from_raw(id)
                .is_some_and(|pid| rustix::process::kill_process(pid, Signal::KILL).is_ok())
        {
            ended += 1;
        }
    }
    ended
}
