//! The terminal's own shell plays a step: handed over on one private pipe, answered on another.

use std::ffi::OsStr;
use std::hash::{BuildHasher, Hasher, RandomState};
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
        if self.is_meddled_with() {
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
        self.hand_over(&mut flight)?;
        let mut stays = manner.stays;
        let quick = match stays {
            Stays::Never if flight.answers.is_empty() => self.quick(&mut flight, start)?,
            _ => None,
        };
        let ended = match quick {
            Some(ended) => ended,
            None => {
                self.out[self.played % 2].reopen();
                self.wait(&mut flight, manner.limit, around, &mut |flight| {
                    in_flight::stays(flight, &mut stays)
                })?
            }
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

    /// Tells the shell what to source.
    pub(super) fn hand_over(&mut self, flight: &mut InFlight) -> Result<(), Error> {
        let action = "hand over a step";
        flight.word = word();
        self.step.holds(&flight.script).during(action)?;
        let told = self.next.write_all(format!("{}\n", flight.word).as_bytes());
        match told {
            // The shell has ended; how, is seen elsewhere.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            told => told.during(action),
        }
    }

    /// Most steps of the shell itself are done before this process could fall asleep and be woken
    /// again: look for a moment without sleeping, and only for the answer.
    fn quick(&mut self, flight: &mut InFlight, start: Instant) -> Result<Option<End>, Error> {
        while start.elapsed() < QUICK {
            if let Some(ended) = self.answer(flight)? {
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

    /// The folder of the pipes, the word of the step, status and directory, each ended by a NUL.
    pub(super) fn answer(&mut self, flight: &mut InFlight) -> Result<Option<End>, Error> {
        flight.answer.append(&mut self.unheard);
        let mut bytes = [0; 512];
        match self.answers.read(&mut bytes) {
            Ok(read) => flight.answer.extend_from_slice(&bytes[..read]),
            // What was left of the last time may be a whole one.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error).during("hear from bash"),
        }
        let mark = [self.control.as_os_str().as_bytes(), b"\0"].concat();
        let Some(start) = find(&flight.answer, &mark) else {
            return Ok(None);
        };
        let said = &flight.answer[start + mark.len()..];
        let mut parts = said.splitn(4, |byte| *byte == 0);
        let (Some(word), Some(status), Some(directory), Some(rest)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Ok(None);
        };
        self.unheard = rest.to_vec();
        // An answer of another step, or before there was one: the shell was given something by somebody else.
        if word != flight.word.as_bytes() {
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

    /// Whether the shell has answered more often than it was asked, or somebody in its place.
    fn is_meddled_with(&mut self) -> bool {
        if self.left.is_none() && !self.is_meddled_with {
            let mut stray = InFlight::default();
            let said = self.answer(&mut stray);
            self.is_meddled_with = !matches!(said, Ok(None));
        }
        self.is_meddled_with
    }

    /// Asks the shell a last time whether it is there and has heard all; the number of the last step, if not.
    pub fn meddled(&mut self) -> Option<usize> {
        let is_over = self.left.is_some() || !self.control.exists();
        if is_over || self.front.is_some() || self.last == 0 {
            return None;
        }
        let is_in_place = self.out.iter().all(Pipe::is_in_place);
        if !is_in_place || self.is_meddled_with() || !self.answers_once() {
            return Some(self.last);
        }
        None
    }

    fn answers_once(&mut self) -> bool {
        let deadline = Instant::now() + LAST_ANSWER;
        let mut nothing = InFlight::of(b"\n");
        if self.hand_over(&mut nothing).is_err() {
            return false;
        }
        while Instant::now() < deadline {
            match self.answer(&mut nothing) {
                Ok(None) => {}
                said => return matches!(said, Ok(Some(End::Status(_)))),
            }
            let fds = [self.answers.as_fd(), self.life.as_fd()];
            let ready = wait_readable(&fds, Some(LAST_ANSWER)).unwrap_or_default();
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
        Ok(())
    }
}

/// A word that nobody can guess: the keys of the hashes of the standard library are random. Bash reads it letter by
/// letter, so it has few.
fn word() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let random = RandomState::new().build_hasher().finish().to_ne_bytes();
    let letters = random[..4]
        .iter()
        .map(|byte| LETTERS[usize::from(byte % 32)]);
    letters.map(char::from).collect()
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
