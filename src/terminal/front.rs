//! What is in front of a terminal's own shell: another shell, a program with a prompt, a server.

use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use super::in_flight::{InFlight, stays, strike};
use super::inner::{PASTE, find_prompt};
use super::pipe::{drain, wait_readable};
use super::prompt::{self, Marked};
use super::{End, Error, Late, Meanwhile, Output, Performance, PlayOptions, Stays, Terminal, find};

/// How long what is in front may take to go when the next step is not for it.
const LEAVING: Duration = Duration::from_secs(5);

/// The status of a shell whose window was closed.
const HUNG_UP: i32 = 129;

/// Ctrl-D: there is no more input.
const NO_MORE: &str = "\u{4}";

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

impl Terminal {
    /// Which step's program was left in front and has ended by itself, and with what status; told once.
    pub fn ended_alone(&mut self) -> Option<(usize, i32)> {
        self.ended_alone.take()
    }

    /// Reads what was printed while nobody waited, so that no program is held up; a program in front
    /// may have ended meanwhile.
    pub fn listen(&mut self) {
        let Some(mut flight) = self.front.take() else {
            self.drain_others(&mut InFlight::default());
            return;
        };
        drain(&mut self.screen, &mut flight.screen, &mut self.buffer);
        if !flight.out_ended {
            self.drain_out(&mut flight);
        }
        self.drain_others(&mut flight);
        if let Ok(Some(ended)) = self.answer(&mut flight) {
            if let End::Status(status) = ended {
                self.ended_alone = Some((flight.number, status));
            }
            let step = flight.number;
            let mut output = Output::default();
            output.push(&self.leave_front(flight));
            self.late.push(Late {
                step,
                reader: None,
                output,
            });
        } else {
            self.front = Some(flight);
        }
    }

    /// What takes what is typed.
    pub fn front(&mut self) -> Front {
        if self.is_busy() {
            self.listen();
        }
        match &self.front {
            None => Front::Shell,
            Some(flight) if flight.is_busy => Front::Busy(flight.number),
            Some(_) => Front::Inside,
        }
    }

    /// Leaves a step in front that has not ended.
    pub(super) fn put_in_front(
        &mut self,
        mut flight: InFlight,
        stays: &Stays<'_>,
        start: Instant,
        around: &mut Meanwhile<'_>,
    ) -> Result<Performance, Error> {
        let mut performance = Performance::nothing(End::Stays, start.elapsed());
        performance.on_terminal = flight.on_terminal();
        performance.output = self.front_begins(&mut flight, stays, around)?;
        if flight.is_over {
            performance.ended = End::Status(flight.status);
            performance.output.extend(self.leave_front(flight));
        } else {
            self.front = Some(flight);
        }
        Ok(performance)
    }

    /// Makes ready for what is typed into a step that stays; its output up to here.
    fn front_begins(
        &mut self,
        flight: &mut InFlight,
        stays: &Stays<'_>,
        around: &mut Meanwhile<'_>,
    ) -> Result<Vec<u8>, Error> {
        let Stays::AtPrompt { is_shell, surely } = stays else {
            flight.is_busy = true;
            return Ok(std::mem::take(flight.printed()).into_bytes());
        };
        flight.is_busy = false;
        let prompt = prompt::waiting(flight.printed()).unwrap_or_default();
        let mut output = std::mem::take(flight.printed()).into_bytes();
        let takes_paste = find(&output, PASTE).is_some();
        let last = output.iter().rposition(|byte| *byte == b'\n');
        output.truncate(last.map_or(0, |at| at + 1));
        let mut inner = self.enter(flight, prompt, *is_shell, takes_paste, around)?;
        if !inner.is_shell() {
            inner.echoes =
                !self.echoes_apart(flight) && (!*surely || self.shows_input(flight, around)?);
        }
        flight.inners.push(inner);
        Ok(output)
    }

    /// Presses keys, for what is in front, and waits as for a step.
    pub fn press(
        &mut self,
        keys: &str,
        manner: PlayOptions<'_>,
        around: &mut Meanwhile<'_>,
    ) -> Result<Performance, Error> {
        let start = Instant::now();
        let mut flight = self.front.take().unwrap_or_default();
        self.late.push(Late {
            step: flight.number,
            reader: None,
            output: std::mem::take(flight.printed()),
        });
        flight.prepare(&manner, keys);
        let mut stays_when = manner.stays;
        let mut marked: Option<(usize, Marked)> = None;
        let ended = self.wait(&mut flight, manner.limit, around, &mut |flight| {
            marked = find_prompt(flight);
            marked
                .as_ref()
                .map(|(_, marked)| End::Status(marked.status))
                .or_else(|| stays(flight, &mut stays_when))
        })?;
        let depth = flight.inners.len();
        let mut performance = Performance {
            output: Vec::new(),
            ended,
            elapsed: start.elapsed(),
            on_terminal: flight.on_terminal(),
            waits_for_input: flight.waits_for_input,
            question: flight.question.take(),
            prompt: flight.inners.last().map(|inner| inner.prompt.clone()),
            asks_again: None,
            echoes: false,
        };
        if flight.is_over || self.left.is_some() {
            if let End::Status(status) = ended
                && depth > 0
            {
                performance.ended = End::Left(status);
            }
            if let Some(inner) = flight.inners.last().filter(|inner| !inner.is_shell()) {
                performance.asks_again = Some(inner.prompt.clone());
            }
            performance.output = self.leave_front(flight);
            return Ok(performance);
        }
        if let Some((level, marked)) = marked {
            let output = std::mem::take(flight.printed()).into_bytes();
            flight.inners.truncate(level + 1);
            flight.is_busy = false;
            let inner = &mut flight.inners[level];
            performance.output = match &inner.marks {
                Some(marks) => marks.cut(output),
                None => output,
            };
            if inner.marks.is_none() {
                performance.asks_again = Some(marked.prompt.clone());
            }
            inner.prompt = marked.prompt;
            if let End::Status(status) = ended
                && level + 1 < depth
            {
                performance.ended = End::Left(status);
            }
        } else if ended == End::Stays && matches!(stays_when, Stays::AtPrompt { .. }) {
            performance.output = self.front_begins(&mut flight, &stays_when, around)?;
        } else {
            performance.output = std::mem::take(flight.printed()).into_bytes();
            flight.is_busy = true;
        }
        self.front = Some(flight);
        Ok(performance)
    }

    /// Leaves every shell and program in front, as a reader does who goes on in the terminal's own.
    /// One that does not go, such as a shell that wants `exit`, is closed with its window.
    pub fn leave(&mut self, around: &mut Meanwhile<'_>) -> Result<(), Error> {
        let depth = self.front.as_ref().map_or(0, |flight| flight.inners.len());
        for _ in 0..=depth {
            if self.front.is_none() || self.left.is_some() || around.interrupt.pending() > 0 {
                return Ok(());
            }
            let manner = PlayOptions {
                number: 0,
                streams: super::Streams::Both,
                screen: None,
                answers: Vec::new(),
                shown: String::new(),
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

    fn is_busy(&self) -> bool {
        self.front.as_ref().is_some_and(|flight| flight.is_busy)
    }

    /// Ends a program in front as Ctrl-C does, and waits until it is gone, but not for long.
    pub(super) fn interrupt_front(&mut self, patience: Duration) {
        if !self.is_busy() {
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
    pub(super) fn leave_front(&mut self, mut flight: InFlight) -> Vec<u8> {
        self.restore_modes();
        // A pipe that cannot be made anew is seen by the next step.
        let _ = self.after_step(&mut flight);
        std::mem::take(flight.printed()).into_bytes()
    }
}
