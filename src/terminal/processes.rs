//! Processes that outlive the shell of a run: found by descent or by their mark, and ended.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rustix::process::{Pid, Signal};

use super::{MARK, group};

/// How long it may take until nothing is left of what steps have begun, one generation after the other.
const ENDING: Duration = Duration::from_secs(5);

/// Makes processes that lose their parent ours, so that [`end_orphans`] finds them.
pub(super) fn adopt_orphans() {
    // Where the kernel has no such thing, what is left is found by its mark.
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Ends every process below this one but tutcheck's own: what steps left running, once the terminals are
/// closed. Says how many there were at first.
pub fn end_orphans(own: &BTreeSet<u32>) -> usize {
    let is_own = |child: &Pid| own.contains(&child.as_raw_nonzero().get().unsigned_abs());
    let mut ended = 0;
    let deadline = Instant::now() + ENDING;
    while Instant::now() < deadline {
        let mut children = children(rustix::process::getpid());
        children.retain(|child| !is_own(child));
        if children.is_empty() {
            break;
        }
        ended = ended.max(children.len());
        for child in &children {
            let _ = rustix::process::kill_process(*child, Signal::KILL);
            let _ = rustix::process::waitpid(Some(*child), rustix::process::WaitOptions::NOHANG);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    ended
}

/// Whether nothing goes on below this process but these.
pub fn are_alone(known: &BTreeSet<u32>) -> bool {
    let below = children(rustix::process::getpid());
    let mut ids = below
        .iter()
        .map(|child| child.as_raw_nonzero().get().unsigned_abs());
    ids.all(|id| known.contains(&id))
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

/// Whether a process was stopped, as `kill -STOP` does.
pub(super) fn is_stopped(process: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_nonzero()));
    // The name before it is in parentheses, and may have any.
    let stat = stat.unwrap_or_default();
    let state = stat.rsplit_once(") ").map(|(_, state)| state);
    state.is_some_and(|state| state.starts_with('T'))
}

/// Whether a shell has no child, and waits for nobody at its terminal.
pub(super) fn has_nothing_to_do(shell: Pid) -> bool {
    children(shell).is_empty() && reads_terminal(shell).is_none()
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

/// How a run's processes are known once it is gone.
#[derive(Debug)]
pub struct Traces<'a> {
    /// The name of the run, which is in the environment of each that has not emptied it.
    pub run: &'a str,
    /// The folder in which the others are, or of which they have a file open.
    pub folder: &'a Path,
    /// The groups that it may have had.
    pub groups: &'a [PathBuf],
    /// When the run was: what began at another time is somebody else's, who looks at the folder.
    pub lived: Range<SystemTime>,
}

/// Ends every process of a run, and waits until they are gone, for a second at most; says how many there were.
pub fn end_traced(traces: &Traces<'_>) -> usize {
    let mut ended = BTreeSet::new();
    for _ in 0..1000 {
        let killed = traces
            .processes()
            .into_iter()
            .filter(|pid| rustix::process::kill_process(*pid, Signal::KILL).is_ok());
        let now: Vec<_> = killed.map(Pid::as_raw_nonzero).collect();
        if now.is_empty() {
            break;
        }
        ended.extend(now);
        std::thread::sleep(Duration::from_millis(1));
    }
    let of_groups = traces.groups.iter().map(|folder| group::end(folder));
    ended.len() + of_groups.sum::<usize>()
}

impl Traces<'_> {
    /// One that is ending has neither environment nor files any more.
    fn processes(&self) -> Vec<Pid> {
        let mark = format!("{MARK}={}", self.run);
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let own = std::process::id().to_string();
        let others = entries.filter(|entry| entry.file_name() != own.as_str());
        let processes = others.filter(|entry| {
            let process = entry.path();
            let environment = fs::read(process.join("environ")).unwrap_or_default();
            let mut given = environment.split(|byte| *byte == 0);
            given.any(|given| given == mark.as_bytes())
                || (self.touches_folder(&process)
                    && began(&process).is_some_and(|began| self.lived.contains(&began)))
        });
        processes
            .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
            .collect()
    }

    fn touches_folder(&self, process: &Path) -> bool {
        let is_there =
            |path: &Path| fs::read_link(path).is_ok_and(|target| target.starts_with(self.folder));
        let open = fs::read_dir(process.join("fd")).into_iter().flatten();
        is_there(&process.join("cwd")) || open.flatten().any(|file| is_there(&file.path()))
    }
}

/// When a process began: the kernel counts hundredths of seconds since it has been up.
fn began(process: &Path) -> Option<SystemTime> {
    let told = fs::read_to_string(process.join("stat")).ok()?;
    // Behind the name, which may have anything in it, this is the twentieth.
    let hundredths: u64 = told
        .rsplit(')')
        .next()?
        .split_whitespace()
        .nth(19)?
        .parse()
        .ok()?;
    let kernel = fs::read_to_string("/proc/stat").ok()?;
    let up = kernel
        .lines()
        .find_map(|line| line.strip_prefix("btime "))?;
    let up = Duration::from_secs(up.trim().parse().ok()?);
    Some(UNIX_EPOCH + up + Duration::from_millis(10 * hundredths))
}
