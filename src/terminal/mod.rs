//! A terminal that steps are typed into: one long-lived bash.
//!
//! The shell's standard input is a pseudo-terminal, as a reader's is; its output is a pipe, a new
//! one whenever an old one is still held by a job in the background. Which step to run, and how it
//! went, travels over two private pipes: nothing of it can show in the output. This room knows
//! steps as strings; what they mean is the business of others.

mod interrupt;
mod output;
mod pipe;
mod processes;

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, PidfdFlags, Signal};

use pipe::{Drained, Pipe, drain, make_pipe, open_nonblocking, replace, wait_readable};

pub use interrupt::Interrupt;
pub use output::Output;
pub use processes::{end_marked, end_orphans};

/// Columns and rows of the pseudo-terminal; also what `COLUMNS` says.
pub const SIZE: (u16, u16) = (120, 40);

/// How long a step has to end after each request to do so.
const GRACE: Duration = Duration::from_secs(2);

/// How long a shell that is closed, and what runs in it, may take to go.
const FAREWELL: Duration = Duration::from_millis(200);

/// How long an answer is looked for without sleeping.
const QUICK: Duration = Duration::from_micros(1500);

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
    /// At the limit, it was reading from the terminal, and nobody was typing.
    pub waits_for_input: bool,
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
    /// Readable once the shell has ended.
    life: OwnedFd,
    group: Pid,
    screen: File,
    answers: File,
    step: PathBuf,
    /// Two pipes that take turns.
    out: [Pipe; 2],
    err: Option<Pipe>,
    control: PathBuf,
    directory: PathBuf,
    late: Vec<Late>,
    /// Steps played so far.
    played: usize,
    left: Option<i32>,
    buffer: Vec<u8>,
}

/// A pipe that a job in the background still has open.
#[derive(Debug)]
struct Late {
    step: usize,
    reader: File,
    output: Output,
    ended: bool,
}

impl Terminal {
    /// Starts a shell.
    pub fn open(setup: &Setup) -> Result<Terminal, Error> {
        let path = |name: &str| setup.control.join(name);
        let out = [Pipe::create(path("out0"))?, Pipe::create(path("out1"))?];
        make_pipe(&path("step")).during("make a control pipe")?;
        let (answers, to_answers) =
            rustix::pipe::pipe_with(PipeFlags::CLOEXEC).during("make a control pipe")?;
        rustix::io::ioctl_fionbio(&answers, true).during("make a control pipe")?;

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
        let life =
            rustix::process::pidfd_open(group, PidfdFlags::empty()).during("watch over bash")?;
        Ok(Terminal {
            shell,
            life,
            group,
            screen,
            answers: File::from(answers),
            step: path("step"),
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
        let interrupted_before = interrupt.times();
        let mut stage = Stage {
            script: self.script(step, streams)?,
            ..Stage::default()
        };
        let quick = self.quick(&mut stage, start)?;
        let ended = loop {
            if let Some(ended) = quick {
                break ended;
            }
            let wake = stage.ending.map_or(start + limit, |ending| ending.next);
            if let Some(ended) = self.pump(&mut stage, wake, interrupt)? {
                break stage.ending.map_or(ended, |ending| ending.because);
            }
            let signals = stage.signals.saturating_sub(interrupted_before);
            let now = Instant::now();
            if stage.ending.is_none() && (signals > 0 || now >= start + limit) {
                let because = if signals > 0 {
                    Ended::Interrupted
                } else {
                    Ended::TimeLimit
                };
                stage.waits_for_input = processes::reads_terminal(self.group);
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
        self.after_step(&mut stage)?;
        self.played += 1;
        let (output, on_terminal) = (stage.out, stage.screen.into_bytes());
        let output = if streams == Streams::Stderr {
            stage.err
        } else {
            output
        };
        Ok(Performance {
            output: self.as_at_a_prompt(output.into_bytes()),
            ended,
            elapsed,
            on_terminal,
            waits_for_input: stage.waits_for_input,
        })
    }

    /// Of a syntax error in a step, bash says which line of what file it is in; at a prompt there is
    /// no file.
    fn as_at_a_prompt(&self, output: Vec<u8>) -> Vec<u8> {
        let place = [b": ", self.step.as_os_str().as_bytes(), b": line "].concat();
        let mut said = Vec::new();
        let mut rest = output.as_slice();
        while let Some(at) = find(rest, &place) {
            said.extend_from_slice(&rest[..at]);
            rest = &rest[at + place.len()..];
            let number = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            rest = &rest[number..];
        }
        if said.is_empty() {
            return output;
        }
        said.extend_from_slice(rest);
        said
    }

    /// What the shell sources for a step.
    fn script(&mut self, step: &str, streams: Streams) -> Result<Vec<u8>, Error> {
        let mut script = Vec::with_capacity(step.len() + 1);
        if streams != Streams::Both {
            if self.err.is_none() {
                self.err = Some(Pipe::create(self.control.join("err"))?);
            }
            script.extend_from_slice(b"exec 2>\"$__tutcheck/err\"\n");
        }
        script.extend_from_slice(step.as_bytes());
        script.push(b'\n');
        Ok(script)
    }

    /// Hands the script over as far as the pipe takes it; `false` while some of it is left.
    fn hand_over(&self, stage: &mut Stage) -> Result<bool, Error> {
        if stage.to_shell.is_none() {
            match open_nonblocking(OpenOptions::new().write(true), &self.step) {
                Ok(pipe) => stage.to_shell = Some(pipe),
                // The shell is on its way to the next step, and has not opened the pipe yet.
                Err(error) if error.raw_os_error() == Some(Errno::NXIO.raw_os_error()) => {
                    return Ok(false);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(Error::Gone(self.control.clone()));
                }
                Err(error) => return Err(error).during("hand over a step"),
            }
        }
        let Some(pipe) = &mut stage.to_shell else {
            return Ok(false);
        };
        while stage.handed < stage.script.len() {
            match pipe.write(&stage.script[stage.handed..]) {
                Ok(written) => stage.handed += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                // It ended before it had read all; how, is seen elsewhere.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => break,
                Err(error) => return Err(error).during("hand over a step"),
            }
        }
        stage.handed = stage.script.len();
        stage.to_shell = None;
        Ok(true)
    }

    /// Most steps of the shell itself are done before this process could fall asleep and be woken
    /// again: look for a moment without sleeping, and only for the answer.
    fn quick(&mut self, stage: &mut Stage, start: Instant) -> Result<Option<Ended>, Error> {
        let mut is_handed_over = false;
        while start.elapsed() < QUICK {
            is_handed_over = is_handed_over || self.hand_over(stage)?;
            if is_handed_over && let Some(ended) = self.answer(stage)? {
                return Ok(Some(ended));
            }
            // Not at full speed: the shell uses the same pipes and folder at the same time.
            for _ in 0..100 {
                std::hint::spin_loop();
            }
            std::thread::yield_now();
        }
        Ok(None)
    }

    /// Waits until something can be read and reads it; the end of the step if that came.
    fn pump(
        &mut self,
        stage: &mut Stage,
        wake: Instant,
        interrupt: &mut Interrupt,
    ) -> Result<Option<Ended>, Error> {
        let mut timeout = wake.saturating_duration_since(Instant::now());
        let is_handed_over = stage.handed == stage.script.len() || self.hand_over(stage)?;
        if !is_handed_over {
            timeout = timeout.min(Duration::from_micros(50));
        }
        // Until the shell has the step, its output pipe may not be open yet, and look ended.
        let reads_output = is_handed_over && !stage.out_ended;
        let out = &self.out[self.played % 2].reader;
        let mut fds = vec![
            self.answers.as_fd(),
            self.life.as_fd(),
            interrupt.as_fd(),
            self.screen.as_fd(),
        ];
        fds.extend(reads_output.then_some(out.as_fd()));
        let after_out = fds.len();
        fds.extend(self.err.as_ref().map(|pipe| pipe.reader.as_fd()));
        fds.extend(
            self.late
                .iter()
                .filter(|late| !late.ended)
                .map(|late| late.reader.as_fd()),
        );
        let ready = wait_readable(&fds, Some(timeout)).during("wait for a step")?;

        if ready[2] {
            stage.signals = interrupt.times();
        }
        if ready[3] {
            drain(&mut self.screen, &mut stage.screen, &mut self.buffer);
        }
        if reads_output && ready[4] {
            self.drain_out(stage);
        }
        if ready[after_out..].contains(&true) {
            self.drain_others(stage);
        }
        if ready[0]
            && let Some(ended) = self.answer(stage)?
        {
            return Ok(Some(ended));
        }
        if ready[1] {
            self.shell_left().map(Some)
        } else {
            Ok(None)
        }
    }

    fn drain_out(&mut self, stage: &mut Stage) {
        let reader = &mut self.out[self.played % 2].reader;
        stage.out_ended = drain(reader, &mut stage.out, &mut self.buffer) == Drained::Ended;
    }

    fn drain_others(&mut self, stage: &mut Stage) {
        if let Some(pipe) = &mut self.err {
            drain(&mut pipe.reader, &mut stage.err, &mut self.buffer);
        }
        for late in &mut self.late {
            late.ended =
                drain(&mut late.reader, &mut late.output, &mut self.buffer) == Drained::Ended;
        }
        self.late
            .retain(|late| !(late.output.is_empty() && late.ended));
    }

    fn shell_left(&mut self) -> Result<Ended, Error> {
        let status = self.shell.wait().during("wait for bash")?;
        let status = status
            .code()
            .or_else(|| Some(128 + status.signal()?))
            .unwrap_or(255);
        self.left = Some(status);
        Ok(Ended::ShellLeft(status))
    }

    /// The folder of the pipes, status and directory, each ended by a NUL.
    fn answer(&mut self, stage: &mut Stage) -> Result<Option<Ended>, Error> {
        let mut bytes = [0; 512];
        match self.answers.read(&mut bytes) {
            Ok(read) => stage.answer.extend_from_slice(&bytes[..read]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error).during("hear from bash"),
        }
        let mark = self.control.as_os_str().as_bytes();
        let mut parts = stage.answer.split(|byte| *byte == 0);
        if !parts.any(|part| part.ends_with(mark)) {
            return Ok(None);
        }
        let (Some(status), Some(directory), Some(_)) = (parts.next(), parts.next(), parts.next())
        else {
            return Ok(None);
        };
        let status = std::str::from_utf8(status)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(255);
        if directory != self.directory.as_os_str().as_bytes() {
            self.directory = PathBuf::from(OsStr::from_bytes(directory));
        }
        Ok(Some(Ended::Status(status)))
    }

    /// Reads what is left of the step's output; a pipe that is still open is now a job's.
    fn after_step(&mut self, stage: &mut Stage) -> Result<(), Error> {
        if !stage.out_ended {
            self.drain_out(stage);
            if !stage.out_ended {
                replace(&mut self.out[self.played % 2], self.played, &mut self.late)?;
            }
        }
        if let Some(pipe) = &mut self.err
            && drain(&mut pipe.reader, &mut stage.err, &mut self.buffer) == Drained::Open
        {
            replace(pipe, self.played, &mut self.late)?;
        }
        Ok(())
    }

    /// What jobs in the background printed after their step, by the number of the step.
    pub fn late_output(&mut self) -> Vec<(usize, Vec<u8>)> {
        self.drain_others(&mut Stage::default());
        self.late
            .drain(..)
            .filter(|late| !late.output.is_empty())
            .map(|late| (late.step, late.output.into_bytes()))
            .collect()
    }

    /// Closes the terminal as a reader closes a window: whatever still runs in it is ended.
    pub fn close(&mut self) {
        if self.left.is_none() {
            // Asked to exit, the shell runs its EXIT traps; where it does not listen, it is made to.
            let mut farewell = Stage {
                script: b"builtin exit\n".to_vec(),
                ..Stage::default()
            };
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
    /// What the shell sources, and how much of it the pipe has taken.
    script: Vec<u8>,
    handed: usize,
    to_shell: Option<File>,
    out: Output,
    out_ended: bool,
    err: Output,
    screen: Output,
    answer: Vec<u8>,
    signals: usize,
    ending: Option<Ending>,
    waits_for_input: bool,
}

/// Where one text stands in another.
fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|bytes| bytes == wanted)
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

#[cfg(test)]
mod tests;
