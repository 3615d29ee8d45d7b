//! A step on its way: handed over, listened to, and ended where it does not end by itself.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use rustix::process::{Pid, Signal};

use super::pipe::{Drained, Pipe, drain, open_nonblocking, replace, wait_readable};
use super::{
    Around, During, Ended, Error, Late, Manner, Output, Performance, SIZE, Stays, Streams,
    Terminal, find, processes,
};

/// How long a step has to end after each request to do so.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// How long an answer is looked for without sleeping.
const QUICK: Duration = Duration::from_micros(1500);

/// How often it is looked whether a step that may stay does so, and after other terminals.
const TICK: Duration = Duration::from_millis(10);

/// A program that is silent for so long, and reads, waits for an answer; one of which it cannot be
/// seen whether it reads has to be silent longer.
const ASKS: (Duration, Duration) = (Duration::from_millis(60), Duration::from_millis(700));

/// How long what was written to the pseudo-terminal may take to be there.
const IN_FLIGHT: Duration = Duration::from_millis(5);

/// How long the shell may take to give the answer that Ctrl-C makes it give between two steps.
const LATE: Duration = Duration::from_millis(30);

/// The status of a step that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// A step on its way.
#[derive(Debug, Default)]
pub(super) struct Stage {
    pub(super) number: usize,
    /// What the shell sources, and how much of it the pipe has taken.
    pub(super) script: Vec<u8>,
    pub(super) handed: usize,
    to_shell: Option<File>,
    pub(super) out: Output,
    out_ended: bool,
    err: Output,
    pub(super) screen: Output,
    /// Its output is what is on the screen.
    pub(super) on_screen: bool,
    answer: Vec<u8>,
    /// What is still to be typed.
    pub(super) typing: VecDeque<u8>,
    pub(super) answers: VecDeque<String>,
    /// When something was last printed, or typed.
    pub(super) last_heard: Option<Instant>,
    pub(super) ending: Option<Ending>,
    pub(super) waits_for_input: bool,
    /// Silence matters, and not only what is printed.
    pub(super) is_watched: bool,
    /// The shell has said that it has ended, with this status.
    pub(super) is_over: bool,
    pub(super) status: i32,
}

impl Stage {
    /// A script that nobody looks at.
    pub(super) fn of(script: &[u8]) -> Stage {
        Stage {
            script: script.to_vec(),
            ..Stage::default()
        }
    }

    /// What it has printed so far.
    pub(super) fn printed(&mut self) -> &mut Output {
        if self.on_screen {
            &mut self.screen
        } else {
            &mut self.out
        }
    }

    /// What it has written to the terminal past its output.
    pub(super) fn on_terminal(&mut self) -> Vec<u8> {
        let beside = if self.on_screen {
            &mut self.out
        } else {
            &mut self.screen
        };
        std::mem::take(beside).into_bytes()
    }

    /// For how long it has printed nothing.
    pub(super) fn silence(&self) -> Duration {
        self.last_heard
            .map_or(Duration::ZERO, |heard| heard.elapsed())
    }
}

/// A step that is being ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending {
    because: Ended,
    strikes: u32,
    next: Instant,
}

impl Terminal {
    /// Has the terminal's own shell play a step.
    pub(super) fn play_in_shell(
        &mut self,
        step: &str,
        manner: Manner<'_>,
        around: &mut Around<'_>,
    ) -> Result<Performance, Error> {
        let start = Instant::now();
        let mut stage = Stage {
            number: manner.number,
            script: self.script(step, manner.streams, manner.screen)?,
            on_screen: manner.screen.is_some(),
            answers: manner.answers.into(),
            last_heard: Some(start),
            is_watched: !matches!(manner.stays, Stays::Never),
            ..Stage::default()
        };
        let mut stays = manner.stays;
        let quick = match stays {
            Stays::Never if stage.answers.is_empty() => self.quick(&mut stage, start)?,
            _ => None,
        };
        let ended = match quick {
            Some(ended) => ended,
            None => self.wait(&mut stage, manner.limit, around, &mut |stage| {
                super::front::stays(stage, &mut stays)
            })?,
        };
        if ended == Ended::Stays {
            return self.put_in_front(stage, &stays, start, around);
        }
        let elapsed = start.elapsed();
        self.after_step(&mut stage)?;
        let output = if manner.streams == Streams::Stderr {
            std::mem::take(&mut stage.err)
        } else {
            std::mem::take(stage.printed())
        };
        Ok(Performance {
            output: self.as_at_a_prompt(output.into_bytes()),
            ended,
            elapsed,
            on_terminal: stage.on_terminal(),
            waits_for_input: stage.waits_for_input,
            prompt: None,
            asks_again: None,
            echoes: false,
        })
    }

    /// Waits for the end of a step: its own, one that `watch` sees, or the one that is made.
    pub(super) fn wait(
        &mut self,
        stage: &mut Stage,
        limit: Duration,
        around: &mut Around<'_>,
        watch: &mut dyn FnMut(&mut Stage) -> Option<Ended>,
    ) -> Result<Ended, Error> {
        let start = Instant::now();
        loop {
            let mut wake = stage.ending.map_or(start + limit, |ending| ending.next);
            if stage.is_watched || !stage.answers.is_empty() || around.meanwhile.is_some() {
                wake = wake.min(Instant::now() + TICK);
            }
            if let Some(ended) = self.pump(stage, wake, around)? {
                return Ok(stage.ending.map_or(ended, |ending| ending.because));
            }
            if let Some(ended) = watch(stage) {
                return Ok(stage.ending.map_or(ended, |ending| ending.because));
            }
            self.give_answers(stage);
            let signals = around.interrupt.pending();
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
        }
    }

    /// Types the next answer, if the program seems to wait for one.
    fn give_answers(&self, stage: &mut Stage) {
        if stage.answers.is_empty() || !stage.typing.is_empty() {
            return;
        }
        let silence = stage.silence();
        let asks = silence > ASKS.1 || (silence > ASKS.0 && processes::reads_terminal(self.group));
        if asks && let Some(answer) = stage.answers.pop_front() {
            stage.typing.extend(answer.bytes());
            stage.last_heard = Some(Instant::now());
        }
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
    fn script(
        &mut self,
        step: &str,
        streams: Streams,
        screen: Option<(u16, u16)>,
    ) -> Result<Vec<u8>, Error> {
        let mut script = Vec::with_capacity(step.len() + 1);
        let size = screen.unwrap_or(SIZE);
        if self.size != size {
            self.resize(size);
            script.extend_from_slice(format!("COLUMNS={} LINES={}\n", size.0, size.1).as_bytes());
        }
        if screen.is_some() {
            script.extend_from_slice(b"exec >/dev/tty 2>&1\n");
        } else if streams != Streams::Both {
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
    pub(super) fn hand_over(&self, stage: &mut Stage) -> Result<bool, Error> {
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
        around: &mut Around<'_>,
    ) -> Result<Option<Ended>, Error> {
        let mut timeout = wake.saturating_duration_since(Instant::now());
        let is_handed_over = stage.handed == stage.script.len() || self.hand_over(stage)?;
        if !is_handed_over {
            timeout = timeout.min(Duration::from_micros(50));
        }
        self.type_on(stage);
        // Until the shell has the step, its output pipe may not be open yet, and look ended.
        let reads_output = is_handed_over && !stage.out_ended;
        let out = &self.out[self.played % 2].reader;
        let mut fds = vec![
            self.answers.as_fd(),
            self.life.as_fd(),
            around.interrupt.as_fd(),
            self.screen.as_fd(),
        ];
        fds.extend(reads_output.then_some(out.as_fd()));
        let after_out = fds.len();
        fds.extend(self.err.as_ref().map(|pipe| pipe.reader.as_fd()));
        fds.extend(
            self.late
                .iter()
                .filter_map(|late| Some(late.reader.as_ref()?.as_fd())),
        );
        let ready = wait_readable(&fds, Some(timeout)).during("wait for a step")?;

        if ready[3] {
            drain(&mut self.screen, &mut stage.screen, &mut self.buffer);
            stage.last_heard = Some(Instant::now());
        }
        if reads_output && ready[4] {
            self.drain_out(stage);
            stage.last_heard = Some(Instant::now());
        }
        if ready[after_out..].contains(&true) {
            self.drain_others(stage);
        }
        if let Some(meanwhile) = &mut around.meanwhile {
            meanwhile();
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

    /// Types as much as the pseudo-terminal takes.
    fn type_on(&mut self, stage: &mut Stage) {
        while !stage.typing.is_empty() {
            let (front, _) = stage.typing.as_slices();
            match self.screen.write(front) {
                Ok(written) => drop(stage.typing.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Full for now; or nobody is there any more, which is seen elsewhere.
                Err(_) => break,
            }
        }
    }

    fn drain_out(&mut self, stage: &mut Stage) {
        let reader = &mut self.out[self.played % 2].reader;
        stage.out_ended = drain(reader, &mut stage.out, &mut self.buffer) == Drained::Ended;
    }

    pub(super) fn drain_others(&mut self, stage: &mut Stage) {
        if let Some(pipe) = &mut self.err {
            drain(&mut pipe.reader, &mut stage.err, &mut self.buffer);
        }
        for late in &mut self.late {
            if let Some(reader) = &mut late.reader
                && drain(reader, &mut late.output, &mut self.buffer) == Drained::Ended
            {
                late.reader = None;
            }
        }
        self.late
            .retain(|late| !late.output.is_empty() || late.reader.is_some());
    }

    /// Reads what was printed while nobody waited, so that no program is held up; a program in front
    /// may have ended meanwhile.
    pub fn listen(&mut self) {
        let Some(mut stage) = self.front.take() else {
            self.drain_others(&mut Stage::default());
            return;
        };
        drain(&mut self.screen, &mut stage.screen, &mut self.buffer);
        if !stage.out_ended {
            self.drain_out(&mut stage);
        }
        self.drain_others(&mut stage);
        if let Ok(Some(ended)) = self.answer(&mut stage) {
            if let Ended::Status(status) = ended {
                self.ended_alone = Some((stage.number, status));
            }
            let step = stage.number;
            let mut output = Output::default();
            output.push(&self.leave_front(stage));
            self.late.push(Late {
                step,
                reader: None,
                output,
            });
        } else {
            self.front = Some(stage);
        }
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
        stage.is_over = true;
        stage.status = status;
        Ok(Some(Ended::Status(status)))
    }

    /// Reads what is left of the output of a step that the shell has ended; a pipe that is still
    /// open is now a job's.
    pub(super) fn after_step(&mut self, stage: &mut Stage) -> Result<(), Error> {
        if stage.on_screen || stage.ending.is_some() {
            self.restore_modes();
        }
        while stage.on_screen
            && self.left.is_none()
            && wait_readable(&[self.screen.as_fd()], Some(IN_FLIGHT)).is_ok_and(|ready| ready[0])
            && drain(&mut self.screen, &mut stage.screen, &mut self.buffer) == Drained::Open
        {
        }
        if !stage.out_ended {
            self.drain_out(stage);
            if !stage.out_ended {
                let out = &mut self.out[self.played % 2];
                replace(out, stage.number, &mut self.late)?;
            }
        }
        if let Some(pipe) = &mut self.err
            && drain(&mut pipe.reader, &mut stage.err, &mut self.buffer) == Drained::Open
        {
            replace(pipe, stage.number, &mut self.late)?;
        }
        self.played += 1;
        self.take_stray_answer(stage)
    }

    /// Ctrl-C may have come when the step was over: the shell, which waits for the next one, then gives
    /// an answer that is nobody's.
    fn take_stray_answer(&mut self, stage: &Stage) -> Result<(), Error> {
        let came_late = stage.ending.is_some() && stage.is_over && stage.status != INTERRUPTED;
        let is_there = came_late
            && self.left.is_none()
            && wait_readable(&[self.answers.as_fd()], Some(LATE)).is_ok_and(|ready| ready[0]);
        let mut stray = Stage::default();
        if is_there && self.answer(&mut stray)?.is_some() {
            self.after_step(&mut stray)?;
        }
        Ok(())
    }
}

/// Ends what runs in the terminal: at first as Ctrl-C does, then politely, then for certain.
pub(super) fn strike(screen: &mut File, group: Pid, strikes: u32) {
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
