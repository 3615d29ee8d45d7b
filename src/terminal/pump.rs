//! A step is listened to, answered where it asks, and ended where it does not end by itself.

use std::io::{self, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use rustix::termios::LocalModes;

use super::in_flight::{Ending, InFlight, strike};
use super::pipe::{Drained, drain, wait_readable};
use super::processes::{self, Reader};
use super::question::Certainty;
use super::{During, End, Error, Meanwhile, Question, Terminal};

/// How long a step has to end after each request to do so.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// How often it is looked whether a step that may stay does so, and after other terminals.
const TICK: Duration = Duration::from_millis(10);

/// A program that is silent for so long, and reads, waits for an answer; one of which it cannot be
/// seen whether it reads has to be silent longer.
const ASKS: (Duration, Duration) = (Duration::from_millis(60), Duration::from_millis(700));

/// One that asks, and to which nobody has typed for so long, waits for ever.
const UNANSWERED: Duration = Duration::from_secs(2);

/// So much of what is printed is enough to know its last line.
const WATCHED: usize = 2 << 10;

impl Terminal {
    /// Waits for the end of a step: its own, one that `watch` sees, or the one that is made.
    pub(super) fn wait(
        &mut self,
        flight: &mut InFlight,
        limit: Duration,
        around: &mut Meanwhile<'_>,
        watch: &mut dyn FnMut(&mut InFlight) -> Option<End>,
    ) -> Result<End, Error> {
        let start = Instant::now();
        loop {
            let mut wake = flight.ending.map_or(start + limit, |ending| ending.next);
            if flight.is_watched || !flight.answers.is_empty() || around.others.is_some() {
                wake = wake.min(Instant::now() + TICK);
            } else {
                wake = wake.min(next_look(flight));
            }
            if let Some(ended) = self.pump(flight, wake, around)? {
                return Ok(flight.ending.map_or(ended, |ending| ending.because));
            }
            if let Some(ended) = watch(flight) {
                return Ok(flight.ending.map_or(ended, |ending| ending.because));
            }
            self.give_answers(flight);
            let signals = around.interrupt.pending();
            let now = Instant::now();
            let because = if signals > 0 {
                Some(End::Interrupted)
            } else if now >= start + limit {
                Some(End::TimeLimit)
            } else if self.is_deaf(flight) {
                self.is_meddled_with = true;
                return Ok(End::Meddled);
            } else {
                self.asks_in_vain(flight).then_some(End::Asks)
            };
            if flight.ending.is_none()
                && let Some(because) = because
            {
                flight.waits_for_input = processes::reads_terminal(self.group).is_some();
                flight.ending = Some(Ending {
                    because,
                    strikes: 0,
                    next: now,
                });
            }
            if let Some(ending) = &mut flight.ending {
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
    fn give_answers(&self, flight: &mut InFlight) {
        let has_none = flight.answers.is_empty() && flight.shown.is_empty();
        if has_none || !flight.typing.is_empty() {
            return;
        }
        let silence = flight.silence();
        let reader = (silence > ASKS.0).then(|| self.reader()).flatten();
        if reader.is_some() || silence > ASKS.1 {
            let wanted = wanted(reader, silence);
            // An inner shell was told to show nothing; of one far away, its own terminal shows it.
            let echoes = LocalModes::ICANON | LocalModes::ECHO;
            let is_apart = !flight.inners.is_empty() || self.local_modes().contains(echoes);
            flight.type_answer(wanted, is_apart);
        }
    }

    /// How the pseudo-terminal takes what is typed.
    fn local_modes(&self) -> LocalModes {
        rustix::termios::tcgetattr(&self.screen)
            .map_or(LocalModes::empty(), |modes| modes.local_modes)
    }

    /// Who waits for what is typed; a client that passes it on takes each key by itself.
    fn reader(&self) -> Option<Reader> {
        let reader = processes::reads_terminal(self.group)?;
        let takes_lines = self.local_modes().contains(LocalModes::ICANON);
        Some(if takes_lines { Reader::Own } else { reader })
    }

    /// Whether a program has asked something, or lets somebody type without showing it, and nobody types.
    fn asks_in_vain(&self, flight: &mut InFlight) -> bool {
        if flight.silence() < UNANSWERED || !flight.answers.is_empty() || !flight.typing.is_empty()
        {
            return false;
        }
        let Some(reader) = self.reader() else {
            return false;
        };
        let modes = self.local_modes();
        // An inner shell was told to show nothing.
        let hides_input = flight.inners.is_empty()
            && modes.contains(LocalModes::ICANON)
            && !modes.contains(LocalModes::ECHO);
        let text = flight.question(match reader {
            Reader::Own => Certainty::Perhaps,
            Reader::Client => Certainty::Surely,
        });
        if text.is_none() && !hides_input {
            return false;
        }
        flight.question = Some(Question::new(text.unwrap_or_default(), hides_input));
        true
    }

    /// Whether the shell does nothing for the step any more, and gives no answer: it is stopped, or what it
    /// answers with has been taken from it.
    fn is_deaf(&self, flight: &InFlight) -> bool {
        let is_silent = flight.is_handed && flight.silence() >= UNANSWERED;
        let is_over = flight.out_ended && !flight.on_screen;
        is_silent
            && (processes::is_stopped(self.group)
                || (is_over && processes::has_nothing_to_do(self.group)))
    }

    /// Waits until something can be read and reads it; the end of the step if that came.
    fn pump(
        &mut self,
        flight: &mut InFlight,
        wake: Instant,
        around: &mut Meanwhile<'_>,
    ) -> Result<Option<End>, Error> {
        let mut timeout = wake.saturating_duration_since(Instant::now());
        let is_handed_over = flight.is_handed || self.hand_over(flight)?;
        if !is_handed_over {
            timeout = timeout.min(Duration::from_micros(50));
        }
        self.type_on(flight);
        // Until the shell has the step, its output pipe may not be open yet, and look ended.
        let reads_output = is_handed_over && !flight.out_ended;
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
            drain(&mut self.screen, &mut flight.screen, &mut self.buffer);
            flight.last_heard = Some(Instant::now());
        }
        if reads_output && ready[4] {
            self.drain_out(flight);
            flight.last_heard = Some(Instant::now());
        }
        if ready[after_out..].contains(&true) {
            self.drain_others(flight);
        }
        if self.progress.is_watched() {
            self.progress.heard(&flight.printed().last(WATCHED));
        }
        if let Some(others) = &mut around.others {
            others();
        }
        if ready[0]
            && let Some(ended) = self.answer(flight)?
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
    fn type_on(&mut self, flight: &mut InFlight) {
        while !flight.typing.is_empty() {
            let (front, _) = flight.typing.as_slices();
            match self.screen.write(front) {
                Ok(written) => drop(flight.typing.drain(..written)),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Full for now; or nobody is there any more, which is seen elsewhere.
                Err(_) => break,
            }
        }
    }

    pub(super) fn drain_out(&mut self, flight: &mut InFlight) {
        let reader = &mut self.out[self.played % 2].reader;
        flight.out_ended = drain(reader, &mut flight.out, &mut self.buffer) == Drained::End;
    }

    pub(super) fn drain_others(&mut self, flight: &mut InFlight) {
        if let Some(pipe) = &mut self.err {
            drain(&mut pipe.reader, &mut flight.err, &mut self.buffer);
        }
        for late in &mut self.late {
            if let Some(reader) = &mut late.reader
                && drain(reader, &mut late.output, &mut self.buffer) == Drained::End
            {
                late.reader = None;
            }
        }
        self.late
            .retain(|late| !late.output.is_empty() || late.reader.is_some());
    }
}

/// When it is looked next whether a program asks: it has to be silent for so long.
fn next_look(flight: &InFlight) -> Instant {
    let heard = flight.last_heard.unwrap_or_else(Instant::now);
    let silence = heard.elapsed();
    [ASKS.0, ASKS.1, UNANSWERED]
        .into_iter()
        .find(|wanted| silence <= *wanted)
        .map_or_else(
            || Instant::now() + UNANSWERED,
            |wanted| heard + wanted + TICK,
        )
}

/// How surely something must be a question to be answered as the page shows; one that nobody is seen to
/// wait for an answer to is none.
fn wanted(reader: Option<Reader>, silence: Duration) -> Option<Certainty> {
    match reader? {
        Reader::Own => Some(Certainty::Perhaps),
        Reader::Client => (silence > ASKS.1).then_some(Certainty::Surely),
    }
}
