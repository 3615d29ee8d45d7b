//! A shell or another program in front that takes commands: how it is entered, and how a step is typed
//! into it.

use std::time::{Duration, Instant};

use rustix::termios::LocalModes;

use super::in_flight::{InFlight, Inner, QUIET};
use super::prompt::{self, Marked, Marks};
use super::{End, Error, Meanwhile, Output, Performance, PlayOptions, Terminal, find};

/// What a program shows of what is typed comes within so long, and is followed by nothing for so long.
const SHOWS: (Duration, Duration) = (Duration::from_millis(150), Duration::from_millis(10));

/// A blank, and back: no program takes it for anything.
const NOTHING: &[u8] = b" \x7f";

/// How long a shell may take to say that it has understood.
const ENTRY: Duration = Duration::from_secs(5);

/// A program that takes pasted text says that it does, and that it does so no more.
pub(super) const PASTE: &[u8] = b"\x1b[?2004h";

const NO_MORE_PASTE: &[u8] = b"\x1b[?2004l";

impl Terminal {
    /// Whether a program shows what is typed. Started from a shell that was told not to, some do.
    pub(super) fn shows_input(
        &mut self,
        flight: &mut InFlight,
        around: &mut Meanwhile<'_>,
    ) -> Result<bool, Error> {
        flight.typing.extend(NOTHING);
        let start = Instant::now();
        let mut shown = false;
        self.wait(flight, ENTRY, around, &mut |flight| {
            shown = !flight.printed().is_empty();
            let is_over = (shown && flight.silence() >= SHOWS.1) || start.elapsed() >= SHOWS.0;
            is_over.then_some(End::Stays)
        })?;
        *flight.printed() = Output::default();
        Ok(shown)
    }

    /// Asks the innermost shell once more to mark its prompts, after somebody else has used it.
    pub(super) fn enter_again(
        &mut self,
        flight: &mut InFlight,
        around: &mut Meanwhile<'_>,
    ) -> Result<(), Error> {
        if let Some(inner) = flight.inners.pop_if(|inner| inner.is_shell()) {
            let inner = self.enter(flight, inner.prompt, true, false, around)?;
            flight.inners.push(inner);
        }
        Ok(())
    }

    /// Asks a shell to mark its prompts; a program that is none is known by its prompt alone.
    pub(super) fn enter(
        &mut self,
        flight: &mut InFlight,
        prompt: String,
        is_shell: bool,
        takes_paste: bool,
        around: &mut Meanwhile<'_>,
    ) -> Result<Inner, Error> {
        if !is_shell && !prompt::is_of_shell(&prompt) {
            return Ok(Inner {
                marks: None,
                prompt,
                takes_paste,
                echoes: true,
            });
        }
        let marks = Marks::new();
        let mut found = None;
        let deadline = Instant::now() + ENTRY;
        flight.typing.extend(marks.request().bytes());
        self.wait(flight, ENTRY * 2, around, &mut |flight| {
            found = marks.find(flight.printed());
            (found.is_some() || Instant::now() >= deadline).then_some(End::Stays)
        })?;
        *flight.printed() = Output::default();
        Ok(match found {
            Some(marked) => Inner {
                marks: Some(marks),
                prompt: marked.prompt,
                takes_paste: false,
                echoes: marked.status != 0,
            },
            None => Inner {
                marks: None,
                prompt,
                takes_paste,
                echoes: true,
            },
        })
    }

    /// Types a step into what is in front.
    pub(super) fn play_inside(
        &mut self,
        step: &str,
        manner: PlayOptions<'_>,
        around: &mut Meanwhile<'_>,
    ) -> Result<Performance, Error> {
        let inner = self.front.as_ref().and_then(|flight| flight.inners.last());
        let takes_paste = inner.is_some_and(|inner| inner.takes_paste);
        let echoes = inner.is_some_and(|inner| inner.echoes);
        let is_shell = inner.is_some_and(Inner::is_shell);
        let keys = if !takes_paste || !step.contains('\n') {
            format!("{}\r", step.replace('\n', "\r"))
        } else {
            // A program that indents by itself is told that this was pasted.
            format!("\u{1b}[200~{step}\u{1b}[201~\r")
        };
        let mut performance = self.press(&keys, manner, around)?;
        let no_more_paste = find(&performance.output, NO_MORE_PASTE).filter(|_| takes_paste);
        if let Some(at) = no_more_paste {
            // It has shown all that was typed, and begins to work on it; if it shows nothing, it ends the
            // line only now.
            let rest = &performance.output[at + NO_MORE_PASTE.len()..];
            let blanks = rest.iter().take_while(|byte| **byte == b'\r').count();
            let newline = usize::from(!echoes && rest.get(blanks) == Some(&b'\n'));
            performance
                .output
                .drain(..at + NO_MORE_PASTE.len() + blanks + newline);
        }
        performance.echoes = echoes && no_more_paste.is_none();
        if step.contains("stty") || step.contains("reset") {
            // From here on it may show what is typed.
            let front = self.front.as_mut();
            if let Some(inner) = front.and_then(|flight| flight.inners.last_mut()) {
                inner.echoes = true;
            }
        }
        if is_shell && echoes {
            performance.output = without_echo(performance.output, step);
        }
        Ok(performance)
    }

    /// Whether what is typed is shown on the pseudo-terminal, and output goes elsewhere. A client of a
    /// terminal far away, such as `docker run -it`, turns the echo off, and prints that terminal's.
    pub(super) fn echoes_apart(&self, flight: &InFlight) -> bool {
        !flight.on_screen
            && rustix::termios::tcgetattr(&self.screen)
                .is_ok_and(|modes| modes.local_modes.contains(LocalModes::ECHO))
    }
}

/// The innermost shell or program that is at its prompt again, and what it shows there.
pub(super) fn find_prompt(flight: &mut InFlight) -> Option<(usize, Marked)> {
    let silence = flight.silence();
    let is_typed = flight.typing.is_empty();
    let inners = std::mem::take(&mut flight.inners);
    let output = flight.printed();
    let found = inners.iter().enumerate().rev().find_map(|(level, inner)| {
        if let Some(marks) = &inner.marks {
            return Some((level, marks.find(output)?));
        }
        let is_top = level + 1 == inners.len();
        let prompt = (is_top && is_typed && silence >= QUIET.0)
            .then(|| prompt::waiting(output))
            .flatten()
            .filter(|found| prompt::is_kin(&inner.prompt, found))?;
        Some((level, Marked { status: 0, prompt }))
    });
    flight.inners = inners;
    found
}

/// What is left where a shell has no way to turn the echo of what is typed off.
fn without_echo(output: Vec<u8>, typed: &str) -> Vec<u8> {
    let echo = format!("{}\r\n", typed.replace('\n', "\r\n"));
    match output.strip_prefix(echo.as_bytes()) {
        Some(rest) => rest.to_vec(),
        None => output,
    }
}
