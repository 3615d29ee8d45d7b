//! A terminal that steps are typed into: one long-lived bash, and whatever a step puts in front of it.
//!
//! The shell's standard input is a pseudo-terminal, as a reader's is; its output is a pipe, a new
//! one whenever an old one is still held by a job in the background. Which step to run, and how it
//! went, travels over two private pipes: nothing of it can show in the output. A step that has not
//! ended, because it is a shell in a container or a server in the foreground, stays in front: what
//! comes next is typed into the pseudo-terminal, and goes to it. This room knows steps as strings;
//! what they mean is the business of others.

mod attach;
mod front;
mod group;
mod in_flight;
mod inner;
mod interrupt;
mod output;
mod performance;
mod pipe;
mod processes;
mod prompt;
mod pump;
mod question;
mod reads;
mod shell;
mod state;

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::pipe::PipeFlags;
use rustix::process::{Pid, PidfdFlags, Signal};
use rustix::termios::{OptionalActions, Termios};

use in_flight::InFlight;
use pipe::{Pipe, wait_readable};
use reads::Reads;

use crate::progress::Progress;

pub use front::Front;
pub use group::Group;
pub use interrupt::{Interrupt, Interrupter, interrupt};
pub use output::Output;
pub use performance::{End, Meanwhile, Performance, PlayOptions, Stays, Streams};
pub use processes::{Traces, are_alone, end_orphans, end_traced};
pub use question::Question;
pub use state::State;

/// Columns and rows of the pseudo-terminal; also what `COLUMNS` says.
pub const SIZE: (u16, u16) = (120, 40);

/// How long a shell that is closed, and what runs in it, may take to go.
const FAREWELL: Duration = Duration::from_millis(200);

/// How long a program in the foreground may take to go when its terminal is closed.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// A variable with this name marks every process of a run, with the run's name as its value.
pub const MARK: &str = "TUTCHECK_RUN";

/// Why there is no terminal, or no longer one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No bash on the PATH.
    #[error("cannot start bash, which steps are typed into: {0} (install it, or mend PATH)")]
    NoBash(#[source] io::Error),
    /// The private folder is no more, and with it the way to the shell.
    #[error("the way to the shell is gone: a step removed {0}")]
    Gone(PathBuf),
    /// The operating system refused something.
    #[error("cannot {0}: {1}")]
    System(&'static str, #[source] io::Error),
}

trait During<T> {
    fn during(self, action: &'static str) -> Result<T, Error>;
}

impl<T, E: Into<io::Error>> During<T> for Result<T, E> {
    fn during(self, action: &'static str) -> Result<T, Error> {
        self.map_err(|error| Error::System(action, error.into()))
    }
}

/// What a terminal is started with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// A private folder for the pipes; exists.
    pub control: PathBuf,
    /// Where the shell starts; exists.
    pub directory: PathBuf,
    /// Variables on top of those that tutcheck itself has; `None` removes one.
    pub variables: Vec<(String, Option<String>)>,
    /// Who watches, if somebody does.
    pub progress: Progress,
    /// The group of the run's processes, if there is one.
    pub group: Option<Arc<Group>>,
}

/// A shell that is waiting for the next step, or a step that is in front of it.
#[derive(Debug)]
pub struct Terminal {
    shell: Child,
    /// Readable once the shell has ended.
    life: OwnedFd,
    group: Pid,
    /// It is being put into the group of the run's processes.
    joining: Option<JoinHandle<()>>,
    screen: File,
    /// How the pseudo-terminal was set at first: what a program that was ended leaves is undone.
    modes: Option<Termios>,
    size: (u16, u16),
    answers: File,
    /// Whether the shell has said that it is there.
    has_begun: bool,
    /// What came behind the last answer.
    unheard: Vec<u8>,
    /// In which the shell finds a step.
    step: Pipe,
    reads: Reads,
    /// Whether somebody has used the pipes between this process and the shell.
    is_meddled_with: bool,
    /// Whether a step has set a trap that has a say in what is typed between steps.
    has_traps: bool,
    /// The number of the last step that was played.
    last: usize,
    /// Two pipes that take turns.
    out: [Pipe; 2],
    err: Option<Pipe>,
    control: PathBuf,
    directory: PathBuf,
    late: Vec<Late>,
    /// Steps that the shell itself has played so far.
    played: usize,
    left: Option<i32>,
    buffer: Vec<u8>,
    progress: Progress,
    /// The step that has not ended.
    front: Option<InFlight>,
    /// The program of this step, which was left in front, has ended meanwhile with this status.
    ended_alone: Option<(usize, i32)>,
}

/// Output that came after its step: of a pipe that a job in the background still has open.
#[derive(Debug)]
struct Late {
    step: usize,
    reader: Option<File>,
    output: Output,
}

impl Terminal {
    /// Starts a shell.
    pub fn open(setup: &Setup) -> Result<Terminal, Error> {
        let path = |name: &str| setup.control.join(name);
        let out = [Pipe::create(path("out0"))?, Pipe::create(path("out1"))?];
        let (answers, to_answers) =
            rustix::pipe::pipe_with(PipeFlags::CLOEXEC).during("make a control pipe")?;
        rustix::io::ioctl_fionbio(&answers, true).during("make a control pipe")?;
        let step = Pipe::create(path("step"))?;

        let (screen, device) = pty_process::blocking::open()
            .map_err(io::Error::other)
            .during("open a pseudo-terminal")?;
        let (columns, rows) = SIZE;
        screen
            .resize(pty_process::Size::new(rows, columns))
            .map_err(io::Error::other)
            .during("size the pseudo-terminal")?;
        let screen = File::from(OwnedFd::from(screen));
        rustix::io::ioctl_fionbio(&screen, true).during("open a pseudo-terminal")?;

        processes::adopt_orphans();
        let mut command = pty_process::blocking::Command::new("bash")
            .args([
                "--noprofile",
                "--norc",
                "-i",
                "-c",
                include_str!("shell.bash"),
                "bash",
            ])
            .arg(&setup.control)
            .current_dir(&setup.directory)
            .stdout(to_answers)
            .stderr(std::process::Stdio::null());
        for (name, value) in &setup.variables {
            command = match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let shell = command.spawn(device).map_err(|error| match error {
            pty_process::Error::Io(error) => Error::NoBash(error),
            error @ pty_process::Error::Rustix(_) => Error::NoBash(io::Error::other(error)),
        })?;
        let group = Pid::from_child(&shell);
        let joining = setup.group.as_ref().and_then(|run| run.takes(group));
        let life =
            rustix::process::pidfd_open(group, PidfdFlags::empty()).during("watch over bash")?;
        Ok(Terminal {
            shell,
            life,
            group,
            joining,
            modes: rustix::termios::tcgetattr(&screen).ok(),
            size: SIZE,
            screen,
            answers: File::from(answers),
            has_begun: false,
            unheard: Vec::new(),
            step,
            reads: Reads::of(group),
            is_meddled_with: false,
            has_traps: false,
            last: 0,
            out,
            err: None,
            control: setup.control.clone(),
            directory: setup.directory.clone(),
            late: Vec::new(),
            played: 0,
            left: None,
            buffer: vec![0; 64 << 10],
            progress: setup.progress.clone(),
            front: None,
            ended_alone: None,
        })
    }

    /// Where the terminal's own shell is now.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Somebody else watches from here on.
    pub fn shows(&mut self, progress: &Progress) {
        self.progress = progress.clone();
    }

    /// The process of the terminal's own shell.
    pub fn process(&self) -> u32 {
        self.shell.id()
    }

    /// The exit status of the terminal's own shell, once it has ended.
    pub fn left(&self) -> Option<i32> {
        self.left
    }

    /// Types a step into what is in front and waits for its end, for its staying there, for the
    /// limit, or for the user.
    pub fn play(
        &mut self,
        step: &str,
        manner: PlayOptions<'_>,
        around: &mut Meanwhile<'_>,
    ) -> Result<Performance, Error> {
        self.last = manner.number;
        if self.front.is_some() {
            self.play_inside(step, manner, around)
        } else {
            self.play_in_shell(step, manner, around)
        }
    }

    /// What was printed after its step was over, by the number of the step.
    pub fn late_output(&mut self) -> Vec<(usize, Vec<u8>)> {
        self.listen();
        if let Some(flight) = &mut self.front
            && flight.is_busy
        {
            let output = std::mem::take(flight.printed());
            let step = flight.number;
            self.late.push(Late {
                step,
                reader: None,
                output,
            });
        }
        let mut told = Vec::new();
        for late in &mut self.late {
            if !late.output.is_empty() {
                told.push((late.step, std::mem::take(&mut late.output).into_bytes()));
            }
        }
        // A job that goes on needs its pipe: without one, it would be ended by what it prints next.
        self.late.retain(|late| late.reader.is_some());
        told
    }

    /// Makes the pseudo-terminal as large as a step wants it.
    fn resize(&mut self, size: (u16, u16)) {
        if self.size == size {
            return;
        }
        let (columns, rows) = size;
        let winsize = rustix::termios::Winsize {
            ws_col: columns,
            ws_row: rows,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        // Where it cannot be sized, what is drawn looks odd, and no more.
        let _ = rustix::termios::tcsetwinsize(&self.screen, winsize);
        self.size = size;
    }

    /// Undoes what a program did to the pseudo-terminal and had no time to undo.
    fn restore_modes(&self) {
        if let Some(modes) = &self.modes {
            let _ = rustix::termios::tcsetattr(&self.screen, OptionalActions::Now, modes);
        }
    }

    /// Closes the terminal as a reader closes a window: whatever still runs in it is ended.
    pub fn close(&mut self) {
        if self.left.is_none() && self.front.is_some() {
            self.interrupt_front(LAST_WORDS);
        }
        if self.left.is_none() && self.front.is_none() {
            // Asked to exit, the shell runs its EXIT traps; where it does not listen, it is made to.
            let mut farewell = InFlight::of(b"builtin exit\n");
            let deadline = Instant::now() + FAREWELL;
            while Instant::now() < deadline && matches!(self.hand_over(&mut farewell), Ok(false)) {
                std::thread::yield_now();
            }
            let _ = wait_readable(
                &[self.life.as_fd()],
                Some(deadline.saturating_duration_since(Instant::now())),
            );
        }
        let _ = rustix::process::kill_process_group(self.group, Signal::HUP);
        let deadline = Instant::now() + FAREWELL;
        while Instant::now() < deadline
            && rustix::process::test_kill_process_group(self.group).is_ok()
        {
            // The shell itself is gone from the group only when it has been waited for.
            if self.shell.try_wait().is_ok_and(|status| status.is_none()) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        let _ = rustix::process::kill_process_group(self.group, Signal::KILL);
        // It has left, and is not closed again.
        let _ = self.shell_left();
        self.front = None;
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.close();
    }
}

/// How many columns the terminal has that this process talks to.
pub fn columns() -> Option<u16> {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok()?;
    Some(size.ws_col).filter(|columns| *columns > 0)
}

/// Where one text stands in another.
fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|bytes| bytes == wanted)
}

/// The last place where one text stands in another.
fn find_last(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len())
        .rposition(|bytes| bytes == wanted)
}

#[cfg(test)]
mod tests;
