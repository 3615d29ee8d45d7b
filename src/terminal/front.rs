//! What is in front of a terminal's own shell: another shell, a program with a prompt, a server.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::termios::LocalModes;

use super::pipe::wait_readable;
use super::prompt::{self, Marked, Marks};
use super::stage::{Stage, strike};
use super::{Around, Ended, Error, Late, Manner, Output, Performance, Stays, Terminal, find};

/// A prompt counts once nothing has followed it for so long; one that nobody announced, for longer.
const QUIET: (Duration, Duration) = (Duration::from_millis(40), Duration::from_millis(400));

/// What a program shows of what is typed comes within so long, and is followed by nothing for so long.
const SHOWS: (Duration, Duration) = (Duration::from_millis(150), Duration::from_millis(10));

/// A blank, and back: no program takes it for anything.
const NOTHING: &[u8] = b" \x7f";

/// How long a shell may take to say that it has understood.
const ENTRY: Duration = Duration::from_secs(5);

/// How long what is in front may take to go when the next step is not for it.
const LEAVING: Duration = Duration::from_secs(5);

/// The status of a shell whose window was closed.
const HUNG_UP: i32 = 129;

/// Ctrl-D: there is no more input.
const NO_MORE: &str = "\u{4}";

/// A program that takes pasted text says that it does, and that it does so no more.
const PASTE: &[u8] = b"\x1b[?2004h";
const NO_MORE_PASTE: &[u8] = b"\x1b[?2004l";

/// What is in front of a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// Its own shell.
    Shell,
    /// A shell or another program that takes commands, which a step has opened.
    Inside,
    /// A program that takes no commands: the step's number.
    Busy(usize),
}

/// A shell or program that takes commands.
#[derive(Debug)]
pub(super) struct Inner {
    /// How the end of a command is known, in a shell; in other programs, their prompt comes again.
    marks: Option<Marks>,
    /// What stands before what is typed next.
    prompt: String,
    /// It wants to be told where something that is pasted begins and ends.
    takes_paste: bool,
    /// It shows what is typed.
    echoes: bool,
}

impl Inner {
    /// Whether it was told to mark its prompts.
    pub(super) fn is_shell(&self) -> bool {
        self.marks.is_some()
    }
}

/// Whether a step stays in front now.
pub(super) fn stays(stage: &mut Stage, stays: &mut Stays<'_>) -> Option<Ended> {
    let silence = stage.silence();
    if stage.ending.is_some() || !stage.typing.is_empty() {
        return None;
    }
    let does = match stays {
        Stays::Never => false,
        Stays::AtPrompt { surely, .. } => {
            let quiet = if *surely { QUIET.0 } else { QUIET.1 };
            silence >= quiet
                && stage.answers.is_empty()
                && prompt::waiting(stage.printed()).is_some()
        }
        Stays::Once(holds) => holds(stage.printed(), silence),
    };
    does.then_some(Ended::Stays)
}

impl Terminal {
    /// What takes what is typed.
    pub fn front(&mut self) -> Front {
        if self.is_busy {
            self.listen();
        }
        match &self.front {
            None => Front::Shell,
            Some(stage) if self.is_busy => Front::Busy(stage.number),
            Some(_) => Front::Inside,
        }
    }

    /// Which step's program was left in front and has ended by itself, and with what status; told once.
    pub fn ended_alone(&mut self) -> Option<(usize, i32)> {
        self.ended_alone.take()
    }

    /// Leaves a step in front that has not ended.
    pub(super) fn put_in_front(
        &mut self,
        mut stage: Stage,
        stays: &Stays<'_>,
        start: Instant,
        around: &mut Around<'_>,
    ) -> Result<Performance, Error> {
        let mut performance = Performance {
            output: Vec::new(),
            ended: Ended::Stays,
            elapsed: start.elapsed(),
            on_terminal: stage.on_terminal(),
            waits_for_input: false,
            prompt: None,
            asks_again: None,
            echoes: false,
        };
        performance.output = self.front_begins(&mut stage, stays, around)?;
        if stage.is_over {
            performance.ended = Ended::Status(stage.status);
            performance.output.extend(self.leave_front(stage));
        } else {
            self.front = Some(stage);
        }
        Ok(performance)
    }

    /// Makes ready for what is typed into a step that stays; its output up to here.
    fn front_begins(
        &mut self,
        stage: &mut Stage,
        stays: &Stays<'_>,
        around: &mut Around<'_>,
    ) -> Result<Vec<u8>, Error> {
        let Stays::AtPrompt { is_shell, surely } = stays else {
            self.is_busy = true;
            return Ok(std::mem::take(stage.printed()).into_bytes());
        };
        self.is_busy = false;
        let prompt = prompt::waiting(stage.printed()).unwrap_or_default();
        let mut output = std::mem::take(stage.printed()).into_bytes();
        let takes_paste = find(&output, PASTE).is_some();
        let last = output.iter().rposition(|byte| *byte == b'\n');
        output.truncate(last.map_or(0, |at| at + 1));
        let mut inner = self.enter(stage, prompt, *is_shell, takes_paste, around)?;
        if !inner.is_shell() {
            inner.echoes =
                !self.echoes_apart(stage) && (!*surely || self.shows_input(stage, around)?);
        }
        self.inners.push(inner);
        Ok(output)
    }

    /// Whether a program shows what is typed. Started from a shell that was told not to, some do.
    fn shows_input(&mut self, stage: &mut Stage, around: &mut Around<'_>) -> Result<bool, Error> {
        stage.typing.extend(NOTHING);
        let start = Instant::now();
        let mut shown = false;
        self.wait(stage, ENTRY, around, &mut |stage| {
            shown = !stage.printed().is_empty();
            let is_over = (shown && stage.silence() >= SHOWS.1) || start.elapsed() >= SHOWS.0;
            is_over.then_some(Ended::Stays)
        })?;
        *stage.printed() = Output::default();
        Ok(shown)
    }

    /// Asks the innermost shell once more to mark its prompts, after somebody else has used it.
    pub(super) fn enter_again(
        &mut self,
        stage: &mut Stage,
        around: &mut Around<'_>,
    ) -> Result<(), Error> {
        if let Some(inner) = self.inners.pop_if(|inner| inner.is_shell()) {
            let inner = self.enter(stage, inner.prompt, true, false, around)?;
            self.inners.push(inner);
        }
        Ok(())
    }

    /// Asks a shell to mark its prompts; a program that is none is known by its prompt alone.
    fn enter(
        &mut self,
        stage: &mut Stage,
        prompt: String,
        is_shell: bool,
        takes_paste: bool,
        around: &mut Around<'_>,
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
        stage.typing.extend(marks.request().bytes());
        self.wait(stage, ENTRY * 2, around, &mut |stage| {
            found = marks.find(stage.printed());
            (found.is_some() || Instant::now() >= deadline).then_some(Ended::Stays)
        })?;
        *stage.printed() = Output::default();
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
        manner: Manner<'_>,
        around: &mut Around<'_>,
    ) -> Result<Performance, Error> {
        let inner = self.inners.last();
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
            if let Some(inner) = self.inners.last_mut() {
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
    fn echoes_apart(&self, stage: &Stage) -> bool {
        !stage.on_screen
            && rustix::termios::tcgetattr(&self.screen)
                .is_ok_and(|modes| modes.local_modes.contains(LocalModes::ECHO))
    }

    /// Presses keys, for what is in front, and waits as for a step.
    pub fn press(
        &mut self,
        keys: &str,
        manner: Manner<'_>,
        around: &mut Around<'_>,
    ) -> Result<Performance, Error> {
        let start = Instant::now();
        let mut stage = self.front.take().unwrap_or_default();
        self.late.push(Late {
            step: stage.number,
            reader: None,
            output: std::mem::take(stage.printed()),
        });
        stage.prepare(&manner, keys);
        let mut stays_when = manner.stays;
        let inners = std::mem::take(&mut self.inners);
        let mut marked: Option<(usize, Marked)> = None;
        let ended = self.wait(&mut stage, manner.limit, around, &mut |stage| {
            marked = find_prompt(&inners, stage);
            marked
                .as_ref()
                .map(|(_, marked)| Ended::Status(marked.status))
                .or_else(|| stays(stage, &mut stays_when))
        });
        self.inners = inners;
        let ended = ended?;
        let depth = self.inners.len();
        let mut performance = Performance {
            output: Vec::new(),
            ended,
            elapsed: start.elapsed(),
            on_terminal: stage.on_terminal(),
            waits_for_input: stage.waits_for_input,
            prompt: self.inners.last().map(|inner| inner.prompt.clone()),
            asks_again: None,
            echoes: false,
        };
        if stage.is_over || self.left.is_some() {
            if let Ended::Status(status) = ended
                && depth > 0
            {
                performance.ended = Ended::Left(status);
            }
            if let Some(inner) = self.inners.last().filter(|inner| !inner.is_shell()) {
                performance.asks_again = Some(inner.prompt.clone());
            }
            performance.output = self.leave_front(stage);
            return Ok(performance);
        }
        if let Some((level, marked)) = marked {
            let output = std::mem::take(stage.printed()).into_bytes();
            self.inners.truncate(level + 1);
            self.is_busy = false;
            let inner = &mut self.inners[level];
            performance.output = match &inner.marks {
                Some(marks) => marks.cut(output),
                None => output,
            };
            if inner.marks.is_none() {
                performance.asks_again = Some(marked.prompt.clone());
            }
            inner.prompt = marked.prompt;
            if let Ended::Status(status) = ended
                && level + 1 < depth
            {
                performance.ended = Ended::Left(status);
            }
        } else if ended == Ended::Stays && matches!(stays_when, Stays::AtPrompt { .. }) {
            performance.output = self.front_begins(&mut stage, &stays_when, around)?;
        } else {
            performance.output = std::mem::take(stage.printed()).into_bytes();
            self.is_busy = true;
        }
        self.front = Some(stage);
        Ok(performance)
    }

    /// Leaves every shell and program in front, as a reader does who goes on in the terminal's own.
    /// One that does not go, such as a shell that wants `exit`, is closed with its window.
    pub fn leave(&mut self, around: &mut Around<'_>) -> Result<(), Error> {
        for _ in 0..=self.inners.len() {
            if self.front.is_none() || self.left.is_some() || around.interrupt.pending() > 0 {
                return Ok(());
            }
            let manner = Manner {
                number: 0,
                streams: super::Streams::Both,
                screen: None,
                answers: Vec::new(),
                stays: Stays::Never,
                limit: LEAVING,
            };
            self.press(NO_MORE, manner, around)?;
        }
        if self.front.is_some() && self.left.is_none() {
            self.close();
            self.left = Some(HUNG_UP);
        }
        Ok(())
    }

    /// Ends a program in front as Ctrl-C does, and waits until it is gone, but not for long.
    pub(super) fn interrupt_front(&mut self, patience: Duration) {
        if !self.is_busy {
            return;
        }
        strike(&mut self.screen, self.group, 0);
        let deadline = Instant::now() + patience;
        while self.front.is_some() && Instant::now() < deadline {
            let _ = wait_readable(&[self.answers.as_fd()], Some(Duration::from_millis(20)));
            self.listen();
        }
    }

    /// The step in front is over; what it has printed since something was last typed.
    pub(super) fn leave_front(&mut self, mut stage: Stage) -> Vec<u8> {
        self.inners.clear();
        self.is_busy = false;
        self.restore_modes();
        // A pipe that cannot be made anew is seen by the next step.
        let _ = self.after_step(&mut stage);
        std::mem::take(stage.printed()).into_bytes()
    }
}

impl Stage {
    /// Makes the step in front ready for something new that is typed.
    fn prepare(&mut self, manner: &Manner<'_>, keys: &str) {
        self.number = manner.number;
        self.typing.extend(keys.bytes());
        self.answers = manner.answers.iter().cloned().collect();
        self.last_heard = Some(Instant::now());
        self.ending = None;
        self.waits_for_input = false;
        self.is_watched = true;
    }
}

/// The innermost shell or program that is at its prompt again, and what it shows there.
fn find_prompt(inners: &[Inner], stage: &mut Stage) -> Option<(usize, Marked)> {
    let silence = stage.silence();
    let is_typed = stage.typing.is_empty();
    let output = stage.printed();
    inners.iter().enumerate().rev().find_map(|(level, inner)| {
        if let Some(marks) = &inner.marks {
            return Some((level, marks.find(output)?));
        }
        let is_top = level + 1 == inners.len();
        let prompt = (is_top && is_typed && silence >= QUIET.0)
            .then(|| prompt::waiting(output))
            .flatten()
            .filter(|found| prompt::is_kin(&inner.prompt, found))?;
        Some((level, Marked { status: 0, prompt }))
    })
}

/// What is left where a shell has no way to turn the echo of what is typed off.
fn without_echo(output: Vec<u8>, typed: &str) -> Vec<u8> {
    let echo = format!("{}\r\n", typed.replace('\n', "\r\n"));
    match output.strip_prefix(echo.as_bytes()) {
        Some(rest) => rest.to_vec(),
        None => output,
    }
}
