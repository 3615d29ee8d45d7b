//! A terminal that steps are typed into: one long-lived bash.
//!
//! The shell's standard input is a pseudo-terminal, as a reader's is; its output is a pipe, a new
//! one whenever an old one is still held by a job in the background. Which step to run, and how it
//! went, travels over two private pipes: nothing of it can show in the output. This room knows
//! steps as strings; what they mean is the business of others.

mod interrupt;
mod output;
mod processes;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::{CWD, Mode, OFlags};
use rustix::process::{Pid, Signal};

pub use interrupt::Interrupt;
pub use output::Output;
pub use processes::{end_marked, end_orphans};

/// Columns and rows of the pseudo-terminal; also what `COLUMNS` says.
pub const SIZE: (u16, u16) = (120, 40);

/// How long a step has to end after each request to do so.
const GRACE: Duration = Duration::from_secs(2);

/// A variable with this name marks every process of a run, with the run's name as its value.
pub const MARK: &str = "TUTCHECK_RUN";

/// Why there is no terminal, or no longer one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No bash on the PATH.
    #[error("cannot start bash, which steps are typed into: {0} (install it, or mend PATH)")]
    NoBash(#[source] io::Error),
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

/// Which streams of a step are its output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Streams {
    /// Both, in the order of writing.
    Both,
    /// Standard output; the other is kept apart.
    Stdout,
    /// Standard error; the other is kept apart.
    Stderr,
}

/// How a step ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this status.
    Status(i32),
    /// The shell itself ended with it.
    ShellLeft(i32),
    /// It was ended because it took too long.
    TimeLimit,
    /// It was ended because the user asked for it.
    Interrupted,
}

/// What a step did.
#[derive(Debug)]
pub struct Performance {
    /// What it printed.
    pub output: Vec<u8>,
    /// How it ended.
    pub ended: Ended,
    /// From request to answer.
    pub elapsed: Duration,
    /// What it wrote to the terminal itself, past its output: questions, mostly.
    pub on_terminal: Vec<u8>,
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
}

/// A shell that is waiting for the next step.
#[derive(Debug)]
pub struct Terminal {
    shell: Child,
    group: Pid,
    screen: File,
    requests: File,
    answers: File,
    script: File,
    out: Pipe,
    err: Option<Pipe>,
    control: PathBuf,
    directory: PathBuf,
    late: Vec<Late>,
    /// Steps played so far.
    played: usize,
    left: Option<i32>,
    buffer: Vec<u8>,
}

/// A named pipe: it can be opened by the shell again and again, and its end shows whether anybody
/// else still has it open.
#[derive(Debug)]
struct Pipe {
    path: PathBuf,
    reader: File,
}

impl Pipe {
    fn create(path: PathBuf) -> Result<Pipe, Error> {
        let action = "make a pipe for the output";
        rustix::fs::mkfifoat(CWD, &path, Mode::from_raw_mode(0o600)).during(action)?;
        let reader = open_reader(&path).during(action)?;
        Ok(Pipe { path, reader })
    }
}

fn open_reader(path: &Path) -> io::Result<File> {
    #[expect(clippy::cast_possible_wrap, reason = "open flags are small")]
    let flags = OFlags::NONBLOCK.bits() as i32;
    OpenOptions::new().read(true).custom_flags(flags).open(path)
}

/// A pipe that a job in the background still has open.
#[derive(Debug)]
struct Late {
    step: usize,
    reader: File,
    output: Output,
}

impl Terminal {
    /// Starts a shell.
    pub fn open(setup: &Setup) -> Result<Terminal, Error> {
        let path = |name: &str| setup.control.join(name);
        for name in ["requests", "answers"] {
            rustix::fs::mkfifoat(CWD, path(name), Mode::from_raw_mode(0o600))
                .during("make a control pipe")?;
        }
        // Open for both, so that opening waits for nobody, on either side.
        let requests = OpenOptions::new()
            .read(true)
            .write(true)
            .open(path("requests"))
            .during("open a control pipe")?;
        let answers = open_reader(&path("answers")).during("open a control pipe")?;
        let script = File::create(path("step")).during("write a step")?;
        let out = Pipe::create(path("out"))?;

        let (screen, device) = pty_process::blocking::open()
            .map_err(io::Error::other)
            .during("open a pseudo-terminal")?;
        let (columns, rows) = SIZE;
        screen
            .resize(pty_process::Size::new(rows, columns))
            .map_err(io::Error::other)
            .during("size the pseudo-terminal")?;
        let screen = File::from(std::os::fd::OwnedFd::from(screen));
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
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null());
        for (name, value) in &setup.variables {
            command = match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let shell = command.spawn(device).map_err(|error| match error {
            pty_process::Error::Io(error) => Error::NoBash(error),
            error => Error::NoBash(io::Error::other(error)),
        })?;
        let group = Pid::from_child(&shell);
        Ok(Terminal {
            shell,
            group,
            screen,
            requests,
            answers,
            script,
            out,
            err: None,
            control: setup.control.clone(),
            directory: setup.directory.clone(),
            late: Vec::new(),
            played: 0,
            left: None,
            buffer: vec![0; 64 << 10],
        })
    }

    /// Where the shell is now.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The shell's exit status, once it has ended.
    pub fn left(&self) -> Option<i32> {
        self.left
    }

    /// Types a step and waits for its end, for the limit, or for the user.
    pub fn play(
        &mut self,
        step: &str,
        streams: Streams,
        limit: Duration,
        interrupt: &mut Interrupt,
    ) -> Result<Performance, Error> {
        let start = Instant::now();
        self.script
            .write_all_at(step.as_bytes(), 0)
            .during("write a step")?;
        self.script
            .set_len(step.len() as u64)
            .during("write a step")?;
        let request: &[u8] = if streams == Streams::Both {
            b"both\n"
        } else {
            b"apart\n"
        };
        if streams != Streams::Both && self.err.is_none() {
            self.err = Some(Pipe::create(self.control.join("err"))?);
        }
        self.requests.write_all(request).during("ask for a step")?;

        let mut stage = Stage::default();
        let interrupted_before = interrupt.times();
        let ended = loop {
            let wake = stage.ending.map_or(start + limit, |ending| ending.next);
            let quiet = self.pump(&mut stage, wake, Some(interrupt.as_fd()))?;
            if let Some(ended) = quiet {
                break stage.ending.map_or(ended, |ending| ending.because);
            }
            let signals = interrupt.times() - interrupted_before;
            let now = Instant::now();
            if stage.ending.is_none() && (signals > 0 || now >= start + limit) {
                let because = if signals > 0 {
                    Ended::Interrupted
                } else {
                    Ended::TimeLimit
                };
                stage.ending = Some(Ending {
                    because,
                    strikes: 0,
                    next: now,
                });
            }
            if let Some(ending) = &mut stage.ending {
                if signals > 1 {
                    ending.strikes = ending.strikes.max(2);
                    ending.next = now;
                }
                if now >= ending.next {
                    strike(&mut self.screen, self.group, ending.strikes);
                    ending.strikes += 1;
                    ending.next = now + GRACE;
                }
            }
        };
        let elapsed = start.elapsed();
        self.after_step(&mut stage, streams)?;
        self.played += 1;
        let (output, on_terminal) = (stage.out, stage.screen.into_bytes());
        let output = if streams == Streams::Stderr {
            stage.err
        } else {
            output
        };
        Ok(Performance {
            output: output.into_bytes(),
            ended,
            elapsed,
            on_terminal,
        })
    }

    /// Waits until something can be read and reads it; the end of the step if that came.
    fn pump(
        &mut self,
        stage: &mut Stage,
        wake: Instant,
        interrupt: Option<BorrowedFd<'_>>,
    ) -> Result<Option<Ended>, Error> {
        // A pipe that nobody has opened yet counts as ended, again and again: let it rest then.
        let out_rests = stage.out_rests;
        let mut timeout = wake.saturating_duration_since(Instant::now());
        if out_rests {
            timeout = timeout.min(Duration::from_millis(1));
        }
        let mut fds = vec![self.answers.as_fd(), self.screen.as_fd()];
        fds.extend(interrupt);
        fds.extend(self.late.iter().map(|late| late.reader.as_fd()));
        if !out_rests {
            fds.push(self.out.reader.as_fd());
            fds.extend(self.err.as_ref().map(|pipe| pipe.reader.as_fd()));
        }
        wait_readable(&fds, Some(timeout)).during("wait for a step")?;

        let read = drain(&mut self.out.reader, &mut stage.out, &mut self.buffer);
        let read_err = self
            .err
            .as_mut()
            .map(|pipe| drain(&mut pipe.reader, &mut stage.err, &mut self.buffer));
        stage.out_rests = read == Drained::Ended(0)
            && !matches!(read_err, Some(Drained::Open | Drained::Ended(1..)));
        drain(&mut self.screen, &mut stage.screen, &mut self.buffer);
        for late in &mut self.late {
            drain(&mut late.reader, &mut late.output, &mut self.buffer);
        }
        self.answer(stage)
    }

    fn answer(&mut self, stage: &mut Stage) -> Result<Option<Ended>, Error> {
        let mut bytes = [0; 4096];
        match self.answers.read(&mut bytes) {
            Ok(0) if self.played > 0 || stage.answered_once || !is_running(&mut self.shell) => {
                let status = self.shell.wait().during("wait for bash")?;
                let status = std::os::unix::process::ExitStatusExt::into_raw(status);
                let status = if status & 0x7f == 0 {
                    (status >> 8) & 0xff
                } else {
                    128 + (status & 0x7f)
                };
                self.left = Some(status);
                Ok(Some(Ended::ShellLeft(status)))
            }
            Ok(read) => {
                stage.answer.extend_from_slice(&bytes[..read]);
                stage.answered_once |= read > 0;
                let mut parts = stage.answer.split(|byte| *byte == 0);
                let (Some(status), Some(directory), Some(_)) =
                    (parts.next(), parts.next(), parts.next())
                else {
                    return Ok(None);
                };
                let status = std::str::from_utf8(status)
                    .ok()
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(255);
                self.directory = PathBuf::from(
                    <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(directory),
                );
                Ok(Some(Ended::Status(status)))
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error).during("hear from bash"),
        }
    }

    /// Reads what is left of the step's output; a pipe that is still open is now a job's.
    fn after_step(&mut self, stage: &mut Stage, streams: Streams) -> Result<(), Error> {
        let out_open =
            drain(&mut self.out.reader, &mut stage.out, &mut self.buffer) == Drained::Open;
        if let Some(pipe) = &mut self.err {
            let still = drain(&mut pipe.reader, &mut stage.err, &mut self.buffer);
            if still == Drained::Open && streams != Streams::Both {
                replace(pipe, self.played, &mut self.late)?;
            }
        }
        if out_open {
            replace(&mut self.out, self.played, &mut self.late)?;
        }
        Ok(())
    }

    /// What jobs in the background printed after their step, by the number of the step.
    pub fn late_output(&mut self) -> Vec<(usize, Vec<u8>)> {
        for late in &mut self.late {
            drain(&mut late.reader, &mut late.output, &mut self.buffer);
        }
        self.late
            .drain(..)
            .filter(|late| !late.output.is_empty())
            .map(|late| (late.step, late.output.into_bytes()))
            .collect()
    }

    /// Closes the terminal as a reader closes a window: whatever still runs in it is ended.
    pub fn close(&mut self) {
        if self.left.is_none() {
            // The end of its requests is the shell's own way out; EXIT traps run.
            let _ = rustix::process::kill_process_group(self.group, Signal::HUP);
            let deadline = Instant::now() + Duration::from_millis(500);
            while is_running(&mut self.shell) && Instant::now() < deadline {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        let _ = rustix::process::kill_process_group(self.group, Signal::KILL);
        let _ = self.shell.wait();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.close();
    }
}

/// A step on its way.
#[derive(Default)]
struct Stage {
    out: Output,
    err: Output,
    screen: Output,
    answer: Vec<u8>,
    answered_once: bool,
    out_rests: bool,
    ending: Option<Ending>,
}

/// A step that is being ended.
#[derive(Clone, Copy)]
struct Ending {
    because: Ended,
    strikes: u32,
    next: Instant,
}

/// Ends what runs in the terminal: at first as Ctrl-C does, then politely, then for certain.
fn strike(screen: &mut File, group: Pid, strikes: u32) {
    // The group may be gone between two strikes; then there is nothing to end.
    match strikes {
        0 => {
            let _ = screen.write_all(&[3]);
        }
        1 => {
            let _ = rustix::process::kill_process_group(group, Signal::TERM);
        }
        _ => {
            let _ = rustix::process::kill_process_group(group, Signal::KILL);
        }
    }
}

fn is_running(child: &mut Child) -> bool {
    matches!(child.try_wait(), Ok(None))
}

fn replace(pipe: &mut Pipe, step: usize, late: &mut Vec<Late>) -> Result<(), Error> {
    std::fs::remove_file(&pipe.path).during("make a pipe for the output")?;
    let fresh = Pipe::create(pipe.path.clone())?;
    let old = std::mem::replace(pipe, fresh);
    late.push(Late {
        step,
        reader: old.reader,
        output: Output::default(),
    });
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Drained {
    /// Nothing more now, but somebody may still write.
    Open,
    /// Nobody has it open for writing; so many bytes came before the end.
    Ended(usize),
}

/// Reads all that can be read now; at most 16 MiB, so that limits are looked at in between.
fn drain(reader: &mut File, output: &mut Output, buffer: &mut [u8]) -> Drained {
    let mut total = 0;
    while total < 16 << 20 {
        match reader.read(buffer) {
            Ok(0) => return Drained::Ended(total),
            Ok(read) => {
                output.push(&buffer[..read]);
                total += read;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A pseudo-terminal whose other end is closed answers with an I/O error.
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                return Drained::Ended(total);
            }
            Err(_) => return Drained::Open,
        }
    }
    Drained::Open
}

/// Waits until one of them can be read or has ended.
fn wait_readable(fds: &[BorrowedFd<'_>], timeout: Option<Duration>) -> io::Result<()> {
    let mut polled: Vec<PollFd<'_>> = fds
        .iter()
        .map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN))
        .collect();
    let timeout = timeout.map(|time| Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(time.subsec_nanos()),
    });
    match rustix::event::poll(&mut polled, timeout.as_ref()) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
