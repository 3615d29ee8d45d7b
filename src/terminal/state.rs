//! What makes a terminal's shell what it is, written down so that another shell becomes the same: variables, functions,
//! aliases, options, traps, the folder. What has no words stays with its shell: jobs, open files, a program in front.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::Pid;

use super::{End, Error, Front, Meanwhile, PlayOptions, Stays, Streams, Terminal, find, processes};

/// How long a shell may take to say what it is, or to become another.
const LIMIT: Duration = Duration::from_secs(5);

/// What a shell sets aside while it waits for a step has numbers from here.
const SET_ASIDE: i32 = 10;

/// The last line of what a shell is: a full disk may have cut it.
const WHOLE: &[u8] = b"# whole\n";

/// No more than this is kept of a shell.
const LARGEST: u64 = 4 << 20;

/// What makes a shell what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// By which another shell becomes the same.
    commands: Vec<u8>,
    /// `$?`.
    status: i32,
    /// Where it is.
    directory: PathBuf,
    /// The files that the shell has open, by their numbers.
    files: BTreeSet<(i32, PathBuf)>,
}

impl State {
    /// Whether its shell has opened a file, or closed one, that another has not: no words bring that back.
    pub fn has_files_like(&self, other: &State) -> bool {
        self.files == other.files
    }
}

impl Terminal {
    /// What the shell is now; none, if another could not become the same.
    pub fn state(&mut self, around: &mut Meanwhile<'_>) -> Option<State> {
        // A trap of the shell's own commands has a say in what is typed here, too.
        let is_free = self.left().is_none() && self.front() == Front::Shell && !self.has_traps;
        if !is_free || self.late.iter().any(|late| late.reader.is_some()) {
            return None;
        }
        // The file is the shell's to write: one that is there already may be anybody's.
        let path = self.control.join("state");
        let _ = fs::remove_file(&path);
        let number = self.last;
        let told = self.play(include_str!("state.bash"), quietly(), around);
        self.last = number;
        let End::Status(status) = told.ok()?.ended else {
            return None;
        };
        if !processes::has_nothing_to_do(self.group) {
            return None;
        }
        let is_small =
            fs::symlink_metadata(&path).is_ok_and(|told| told.is_file() && told.len() <= LARGEST);
        let commands = fs::read(&path).ok().filter(|_| is_small)?;
        let _ = fs::remove_file(&path);
        if !commands.ends_with(WHOLE) {
            return None;
        }
        // Where a failure ends the shell, `$?` cannot be set.
        let ends_itself = find(&commands, b"\nset -o errexit\n").is_some();
        if status != 0 && ends_itself {
            return None;
        }
        Some(State {
            commands,
            status,
            directory: self.directory.clone(),
            files: open_files(self.group, &self.control)?,
        })
    }

    /// Makes the shell, which is new, what another was; whether it is.
    pub fn becomes(&mut self, state: &State, around: &mut Meanwhile<'_>) -> Result<bool, Error> {
        let mut script = state.commands.clone();
        script.extend_from_slice(format!("builtin return {}", state.status).as_bytes());
        let Ok(script) = String::from_utf8(script) else {
            return Ok(false);
        };
        let number = self.last;
        let become_so = self.play(&script, quietly(), around)?;
        self.last = number;
        Ok(become_so.ended == End::Status(state.status) && self.directory == state.directory)
    }
}

/// As nothing of a page is played.
fn quietly() -> PlayOptions<'static> {
    PlayOptions {
        number: 0,
        streams: Streams::Both,
        screen: None,
        answers: Vec::new(),
        shown: String::new(),
        stays: Stays::Never,
        limit: LIMIT,
    }
}

/// The files that a process has open, but for those by which it is spoken to: they come and go; none where the kernel
/// does not say.
fn open_files(process: Pid, control: &Path) -> Option<BTreeSet<(i32, PathBuf)>> {
    let listed = fs::read_dir(format!("/proc/{}/fd", process.as_raw_nonzero())).ok()?;
    let mut open = BTreeSet::new();
    for file in listed.flatten() {
        let number: i32 = file.file_name().to_str()?.parse().ok()?;
        let Ok(target) = fs::read_link(file.path()) else {
            continue;
        };
        let is_of_shell =
            number >= SET_ASIDE && !target.is_absolute() || target.starts_with("/dev");
        let is_ours = matches!(number, 1 | 2) || target.starts_with(control);
        if number == 0 && target.starts_with("/dev/pts") {
            // Each has its own.
            open.insert((number, PathBuf::new()));
        } else if !(is_of_shell || is_ours) {
            open.insert((number, target));
        }
    }
    Some(open)
}
