//! The terminal's own shell plays a step: handed over on one private pipe, answered on another.

use std::ffi::OsStr;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::in_flight::{self, InFlight};
use super::pipe::{Drained, Pipe, drain, replace, wait_readable};
use super::{
    During, End, Error, Meanwhile, Performance, PlayOptions, SIZE, Stays, Streams, Terminal, find,
};

/// How long an answer is looked for without sleeping.
const QUICK: Duration = Duration::from_micros(1500);

/// How long what was written to the pseudo-terminal may take to be there.
const IN_FLIGHT: Duration = Duration::from_millis(5);

/// How long the shell may take to give the answer that Ctrl-C makes it give between two steps.
const LATE: Duration = Duration::from_secs(1);

/// The status of a step that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;

/// Between two looks whether the shell has read a step.
const MOMENT: Duration = Duration::from_micros(50);

/// How long the kernel may take to count what the shell has read.
const TAKEN: Duration = Duration::from_millis(100);

/// No folder's name and no traps of an honest step make an answer longer than this.
const LONGEST_ANSWER: usize = 1 << 20;

/// How long the shell may take to answer when everything is over.
const LAST_ANSWER: Duration = Duration::from_secs(5);

impl Terminal {
    /// Has the terminal's own shell play a step.
    pub(super) fn play_in_shell(
        &mut self,
        step: &str,
        manner: PlayOptions<'_>,
        around: &mut Meanwhile<'_>,
    ) -> Result<Performance, Error> {
        let start = Instant::now();
        if self.is_meddled_with {
            return Ok(Performance::nothing(End::Meddled, start.elapsed()));
        }
        let mut flight = InFlight {
            number: manner.number,
            script: self.script(step, manner.streams, manner.screen)?,
            on_screen: manner.screen.is_some(),
            answers: manner.answers.into(),
            shown: manner.shown,
            last_heard: Some(start),
            is_watched: !matches!(manner.stays, Stays::Never),
            ..InFlight::default()
        };
        let mut stays = manner.stays;
        let quick = match stays {
            Stays::Never if flight.answers.is_empty() => self.quick(&mut flight, start)?,
            _ => None,
        };
        let ended = match quick {
            Some(ended) => ended,
            None => self.wait(&mut flight, manner.limit, around, &mut |flight| {
                in_flight::stays(flight, &mut stays)
            })?,
        };
        if ended == End::Stays {
            return self.put_in_front(flight, &stays, start, around);
        }
        let elapsed = start.elapsed();
        // Without its pipe for output a step fails before it has begun.
        let has_failed = matches!(ended, End::Status(1..));
        if ended == End::Meddled || (has_failed && !self.out[self.played % 2].is_in_place()) {
            if !self.control.exists() {
                return Err(Error::Gone(self.control.clone()));
            }
            self.is_meddled_with = true;
            return Ok(Performance::nothing(End::Meddled, elapsed));
        }
        self.after_step(&mut flight)?;
        let output = if manner.streams == Streams::Stderr {
            std::mem::take(&mut flight.err)
        } else {
            std::mem::take(flight.printed())
        };
        Ok(Performance {
            output: as_at_a_prompt(&self.step.path, output.into_bytes()),
            ended,
            elapsed,
            on_terminal: flight.on_terminal(),
            waits_for_input: flight.waits_for_input,
            question: flight.question,
            prompt: None,
            asks_again: None,
            echoes: false,
        })
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

    /// Hands the script over as far as the pipe takes it, until the shell has read it; `false` while it has not.
    pub(super) fn hand_over(&mut self, flight: &mut InFlight) -> Result<bool, Error> {
        let action = "hand over a step";
        if flight.to_shell.is_none() {
            if let Some(joining) = self.joining.take() {
                // What it could not do, the thread has left undone.
                let _ = joining.join();
            }
            match self.step.writer() {
                Ok(pipe) => {
                    flight.to_shell = Some(pipe);
                    flight.read_before = self.reads.bytes();
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(Error::Gone(self.control.clone()));
                }
                // Somebody else has opened it, or put something into its place.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    self.is_meddled_with = true;
                    flight.handed = flight.script.len();
                    return Ok(true);
                }
                Err(error) => return Err(error).during(action),
            }
        }
        let Some(pipe) = &mut flight.to_shell else {
            return Ok(false);
        };
        while flight.handed < flight.script.len() {
            match pipe.write(&flight.script[flight.handed..]) {
                Ok(written) => flight.handed += written,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error).during(action),
            }
        }
        if !self.step.is_read() {
            return Ok(false);
        }
        let taken = *flight.taken.get_or_insert_with(Instant::now);
        let is_by_shell = match (flight.read_before, self.reads.bytes()) {
            (Some(before), Some(now)) => now - before >= flight.script.len() as u64,
            _ => true,
        };
        if !is_by_shell && taken.elapsed() < TAKEN {
            return Ok(false);
        }
        self.is_meddled_with |= !is_by_shell;
        // It has read it all, and has not begun: what it has said of the step before, was heard then. Another answer
        // is somebody else's.
        let early = self.answer(flight)?.is_some();
        flight.to_shell = None;
        flight.is_handed = true;
        self.is_meddled_with |= early || !self.step.was_alone();
        Ok(true)
    }

    /// Most steps of the shell itself are done before this process could fall asleep and be woken
    /// again: look for a moment without sleeping, and only for the answer.
    fn quick(&mut self, flight: &mut InFlight, start: Instant) -> Result<Option<End>, Error> {
        while start.elapsed() < QUICK {
            let is_handed_over = flight.is_handed || self.hand_over(flight)?;
            if is_handed_over && let Some(ended) = self.answer(flight)? {
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

    pub(super) fn shell_left(&mut self) -> Result<End, Error> {
        let status = self.shell.wait().during("wait for bash")?;
        let status = status
            .code()
            .or_else(|| Some(128 + status.signal()?))
            .unwrap_or(255);
        self.left = Some(status);
        Ok(End::ShellLeft(status))
    }

    /// The folder of the pipes, status and directory, each ended by a NUL.
    pub(super) fn answer(&mut self, flight: &mut InFlight) -> Result<Option<End>, Error> {
        flight.answer.append(&mut self.unheard);
        let mut bytes = [0; 8 << 10];
        match self.answers.read(&mut bytes) {
            Ok(read) => flight.answer.extend_from_slice(&bytes[..read]),
            // What was left of the last time may be a whole one.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error).during("hear from bash"),
        }
        if self.is_meddled_with {
            return Ok(Some(End::Meddled));
        }
        let mark = [self.control.as_os_str().as_bytes(), b"\0"].concat();
        let Some(start) = find(&flight.answer, &mark) else {
            // Of what traps print there, only the last can begin an answer.
            let keep = flight.answer.len().saturating_sub(mark.len());
            flight.answer.drain(..keep);
            return Ok(None);
        };
        let said = &flight.answer[start + mark.len()..];
        let parts: Vec<&[u8]> = said.splitn(4, |byte| *byte == 0).collect();
        let &[status, directory, traps, rest] = parts.as_slice() else {
            let is_endless = said.len() > LONGEST_ANSWER;
            return Ok(is_endless.then_some(End::Meddled));
        };
        self.unheard = rest.to_vec();
        // The shell has said that it is there.
        if !std::mem::replace(&mut self.has_begun, true) {
            flight.answer.clear();
            return self.answer(flight);
        }
        // Another answer behind it, of which this one has taken the beginning, is the shell's own.
        let is_forged = find(traps, self.control.as_os_str().as_bytes()).is_some();
        self.is_meddled_with |= is_forged || speaks_for_itself(traps);
        self.has_traps = !traps.is_empty();
        // An answer before the step was read: the shell was given something by somebody else.
        if !flight.is_handed {
            return Ok(Some(End::Meddled));
        }
        if self.is_meddled_with {
            return Ok(Some(End::Meddled));
        }
        let status = std::str::from_utf8(status)
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or(255);
        if directory != self.directory.as_os_str().as_bytes() {
            self.directory = PathBuf::from(OsStr::from_bytes(directory));
        }
        flight.is_over = true;
        flight.status = status;
        Ok(Some(End::Status(status)))
    }

    /// Asks the shell a last time whether it is there and has heard all; the number of the last step, if not.
    pub fn meddled(&mut self) -> Option<usize> {
        let is_over = self.left.is_some() || !self.control.exists();
        if is_over || self.front.is_some() || self.last == 0 {
            return None;
        }
        let is_in_place = self.out.iter().all(Pipe::is_in_place);
        if !is_in_place || self.is_meddled_with || !self.answers_once() {
            return Some(self.last);
        }
        None
    }

    fn answers_once(&mut self) -> bool {
        let deadline = Instant::now() + LAST_ANSWER;
        let mut nothing = InFlight::of(b"\n");
        while Instant::now() < deadline {
            if !nothing.is_handed && self.hand_over(&mut nothing).is_err() {
                return false;
            }
            match self.answer(&mut nothing) {
                Ok(None) => {}
                said => {
                    // It has the other pipe for what comes next, as behind any step.
                    self.played += 1;
                    return matches!(said, Ok(Some(End::Status(_))));
                }
            }
            let pause = if nothing.is_handed {
                LAST_ANSWER
            } else {
                MOMENT
            };
            let fds = [self.answers.as_fd(), self.life.as_fd()];
            let ready = wait_readable(&fds, Some(pause)).unwrap_or_default();
            if ready.first() != Some(&true) && ready.get(1) == Some(&true) {
                return false;
            }
        }
        false
    }

    /// Reads what is left of the output of a step that the shell has ended; a pipe that is still
    /// open is now a job's.
    pub(super) fn after_step(&mut self, flight: &mut InFlight) -> Result<(), Error> {
        if flight.on_screen || flight.ending.is_some() {
            self.restore_modes();
        }
        while flight.on_screen
            && self.left.is_none()
            && wait_readable(&[self.screen.as_fd()], Some(IN_FLIGHT)).is_ok_and(|ready| ready[0])
            && drain(&mut self.screen, &mut flight.screen, &mut self.buffer) == Drained::Open
        {
        }
        if !flight.out_ended {
            self.drain_out(flight);
            if !flight.out_ended {
                let out = &mut self.out[self.played % 2];
                replace(out, flight.number, &mut self.late)?;
            }
        }
        if let Some(pipe) = &mut self.err
            && drain(&mut pipe.reader, &mut flight.err, &mut self.buffer) == Drained::Open
        {
            replace(pipe, flight.number, &mut self.late)?;
        }
        self.played += 1;
        self.take_stray_answer(flight)
    }

    /// Ctrl-C may have come when the step was over: the shell, which waits for the next one, then gives
    /// an answer that is nobody's.
    fn take_stray_answer(&mut self, flight: &InFlight) -> Result<(), Error> {
        let came_late = flight.ending.is_some() && flight.is_over && flight.status != INTERRUPTED;
        let is_there = came_late
            && self.left.is_none()
            && wait_readable(&[self.answers.as_fd()], Some(LATE)).is_ok_and(|ready| ready[0]);
        let mut stray = InFlight {
            is_handed: true,
            ..InFlight::default()
        };
        if is_there && self.answer(&mut stray)?.is_some() {
            self.after_step(&mut stray)?;
        }
        Ok(())
    }
}

/// Whether a trap that a step has set can end steps in its own way, or give an answer in the shell's place.
fn speaks_for_itself(traps: &[u8]) -> bool {
    let set = find(traps, b"trap -- '").map_or(&[][..], |at| &traps[at..]);
    find(set, b"return").is_some() || find(set, b"__tutcheck").is_some()
}

/// Of a syntax error in a step, bash says which line of what file it is in; at a prompt there is
/// no file.
fn as_at_a_prompt(step: &Path, output: Vec<u8>) -> Vec<u8> {
    let place = [b": ", step.as_os_str().as_bytes(), b": line "].concat();
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
