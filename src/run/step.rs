//! One step: what is in front of its terminal makes way or takes it, and what it does is observed.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use super::limits::{default_limit, manner};
use super::press::KEY_LIMIT;
use super::scene::Scene;
use super::waiting::{self, Readiness};
use super::{Error, Options, Typed, files};
use crate::commandline::{self, Foreground, names_daemon};
use crate::docker::{self, Witness};
use crate::document::{self, Exit, Place, Stream};
use crate::matching;
use crate::observation::{Ended, NotTyped, Observation};
use crate::plan::{Action, Step};
use crate::terminal::{self, Front, Interrupt, PlayOptions, SIZE, Stays, Streams};
use crate::trouble;

/// Between two tries with a registry that has trouble; the second time, twice as long.
const BACK_OFF: Duration = Duration::from_secs(2);
/// Something may take so long to be there that a step is to wait for.
const WAIT_LIMIT: Duration = Duration::from_secs(60);

/// What a terminal has and a recording of it has not.
const _: () = assert!(document::SCREEN.0 == SIZE.0 && document::SCREEN.1 == SIZE.1);

impl Scene {
    pub(super) fn step(
        &mut self,
        number: usize,
        step: &Step,
        typed: Typed<'_>,
        options: &Options,
        interrupt: &mut Interrupt,
    ) -> Result<Observation, Error> {
        let start = Instant::now();
        self.progress.begins();
        let mut observation = match &step.action {
            Action::Run { .. } => match self.make_way(step, interrupt)? {
                Some(why) => Observation::not_typed(why),
                None => self.until_expected(typed, number, step, options, interrupt)?,
            },
            Action::Press { characters, .. } => self.press(characters, number, step, interrupt)?,
            Action::Save {
                path,
                append,
                content,
            } => {
                let ended = match self.save(step, path, *append, content) {
                    Ok(()) => Ended::Status(0),
                    Err(why) => Ended::NotSaved(why),
                };
                Observation::new(ended, start.elapsed())
            }
            Action::Person(_) => Observation::not_typed(NotTyped::NotObserved),
        };
        if interrupt.act() {
            observation.ended = Ended::Interrupted;
        }
        Ok(observation)
    }

    /// Says to the first terminal's shell, and to terminals that are still to be opened, where the page is
    /// that comes next; inside of what is open there, nobody asks.
    pub(super) fn tell_folder(&mut self, interrupt: &mut Interrupt) {
        let folder = self.folder.to_string_lossy().into_owned();
        self.seats.tell("TUTCHECK_DOCUMENT_DIR", &folder);
        let folder = folder.replace('\'', r"'\''");
        let command = format!("export TUTCHECK_DOCUMENT_DIR='{folder}'");
        let is_free = self
            .seats
            .ready("main")
            .is_ok_and(|terminal| terminal.front() == Front::Shell);
        if is_free {
            let manner = manner(0, KEY_LIMIT);
            // A shell that is gone shows itself at the next step.
            let _ = self.seats.with("main", interrupt, |terminal, around| {
                terminal.play(&command, manner, around)
            });
        }
    }

    /// Plays a step, and again where its author or the trouble of a registry asks for it.
    fn until_expected(
        &mut self,
        typed: Typed<'_>,
        number: usize,
        step: &Step,
        options: &Options,
        interrupt: &mut Interrupt,
    ) -> Result<Observation, Error> {
        let mut tries = step.settings.retry.map_or(0, |retry| retry.times);
        let mut pulls = options.retries;
        let mut back_off = BACK_OFF;
        loop {
            let observation = self.command(typed, number, step, options, interrupt)?;
            if interrupt.pending() > 0 || is_expected(step, &observation) {
                return Ok(observation);
            }
            if tries > 0 {
                tries -= 1;
                interrupt.sleep(step.settings.retry.map_or(back_off, |retry| retry.pause));
            } else if pulls > 0
                && !observation.daemon_lost
                && trouble::is_of_registry(step.typed(), &observation.output)
            {
                pulls -= 1;
                interrupt.sleep(back_off);
                back_off *= 2;
            } else {
                return Ok(observation);
            }
        }
    }

    fn command(
        &mut self,
        typed: Typed<'_>,
        number: usize,
        step: &Step,
        options: &Options,
        interrupt: &mut Interrupt,
    ) -> Result<Observation, Error> {
        let is_inside = step.place == Place::Inside;
        let typed_here = match &self.daemon {
            Some(daemon) if !is_inside => daemon.address.redirected(typed.command, &daemon.host),
            _ => Cow::Borrowed(typed.command),
        };
        let command = typed_here.as_ref();
        let limit = step
            .settings
            .timeout
            .or(options.timeout)
            .unwrap_or_else(|| default_limit(command));
        let limit = limit.min(self.deadline.saturating_duration_since(Instant::now()));
        let host = self.daemon.as_ref().map(|daemon| daemon.host.as_str());
        self.is_past_relay |= host.is_some_and(|host| names_daemon(command, host));
        self.looks_for_witness();
        if let Some(witness) = &mut self.witness {
            witness.step_begins(self.before + number, step.written(), self.is_past_relay);
        }
        // In a container, ports and containers are others than this machine's.
        let ports = match &step.in_front {
            Foreground::Goes(ports) if !is_inside => ports.as_slice(),
            _ => &[],
        };
        let starts_container = !is_inside && commandline::starts_containers(command);
        let mut readiness = Readiness::new(
            step.settings.until.as_deref().filter(|_| step.is_last),
            ports,
            self.witness.as_ref(),
            starts_container,
        );
        let mut answers = step.answers.clone();
        if step.in_front == Foreground::Unknown && commandline::attaches(command) {
            // A shell that is there already shows its prompt when somebody presses enter.
            answers.push("\r".to_owned());
        }
        let mut is_ready = |printed: &terminal::Output, silence| readiness.holds(printed, silence);
        // What a reader answers stands on the terminal, beside the questions; a text for a file, which
        // Ctrl-D ends, does not.
        let is_answered = step.answers.iter().any(|answer| answer.ends_with('\r'));
        let may_be_shown = step.settings.stream.is_none();
        let passes_on = !is_inside && commandline::passes_terminal_on(command);
        let on_screen = (may_be_shown && (is_answered || passes_on))
            || matches!(
                step.in_front,
                Foreground::Program {
                    on_screen: true,
                    ..
                }
            );
        let manner = PlayOptions {
            streams: match step.settings.stream {
                None => Streams::Both,
                Some(Stream::Stdout) => Streams::Stdout,
                Some(Stream::Stderr) => Streams::Stderr,
            },
            screen: step.settings.tty.or(on_screen.then_some(SIZE)),
            answers,
            shown: typed.shown.to_owned(),
            stays: match step.in_front {
                Foreground::Nothing => Stays::Never,
                Foreground::Program { ref name, .. } => Stays::AtPrompt {
                    surely: true,
                    is_shell: commandline::is_shell(name),
                },
                Foreground::Unknown => Stays::AtPrompt {
                    surely: false,
                    is_shell: false,
                },
                Foreground::Goes(_) => Stays::Once(&mut is_ready),
            },
            ..manner(self.before + number, limit)
        };
        let name = step.terminal();
        let performance = self.seats.with(name, interrupt, |terminal, around| {
            terminal.play(command, manner, around)
        })?;
        if performance.ended == terminal::End::Stays {
            if matches!(step.in_front, Foreground::Program { .. }) {
                self.surely_opened.insert(name.to_owned());
            } else {
                self.surely_opened.remove(name);
            }
        }
        let mut observation = self.observe(command, number, step, performance, limit, interrupt);
        observation.past_relay = self.is_past_relay;
        if step.is_last && observation.death.is_none() && is_expected(step, &observation) {
            self.wait_for(step, &mut observation, interrupt);
        }
        Ok(observation)
    }

    /// Waits for what a block says is to be there after it.
    fn wait_for(&mut self, step: &Step, observation: &mut Observation, interrupt: &mut Interrupt) {
        let Some(wait) = &step.settings.wait else {
            return;
        };
        let limit = step.settings.timeout.unwrap_or(WAIT_LIMIT);
        let limit = limit.min(self.deadline.saturating_duration_since(Instant::now()));
        let directory = self.seats.directory(step.terminal());
        let directory = directory.unwrap_or(self.scratch.path()).to_owned();
        let mut seen = observation.output.clone();
        let (seats, witness) = (&mut self.seats, self.witness.as_ref());
        let progress = &self.progress;
        progress.waits(|| waiting::said(wait));
        let has_printed = |text: &str| {
            for (number, bytes) in seats.late_output() {
                seen.push_str(&matching::plain(&bytes));
                self.later
                    .entry(number)
                    .or_insert_with(terminal::Output::late)
                    .push(&bytes);
            }
            let is_seen = seen.contains(text);
            // What was looked through is kept only as far as the text may begin in it.
            let start = seen.len().saturating_sub(text.len());
            seen.drain(..seen.floor_char_boundary(start));
            is_seen || witness.is_some_and(|witness| witness.logs().contains(text))
        };
        if let Err(why) = waiting::wait_for(wait, &directory, limit, interrupt, has_printed) {
            observation.ended = Ended::NotReady(self.secrets.hide(&why));
            observation.daemon_lost = self.witness.as_ref().is_some_and(Witness::is_lost);
        }
    }

    fn save(&self, step: &Step, path: &str, append: bool, content: &str) -> Result<(), String> {
        let directory = self.seats.directory(step.terminal());
        let home = self.scratch.path().join(docker::HOME);
        let bounds = files::Bounds {
            scratch: self.scratch.path(),
            control: self.seats.control(),
        };
        files::save(&bounds, directory.unwrap_or(&home), path, append, content)
    }
}

/// Whether a try is good enough that no other is made.
fn is_expected(step: &Step, observation: &Observation) -> bool {
    match (&observation.ended, step.settings.exit) {
        (Ended::Status(status), Some(Exit::Status(expected))) => *status == expected,
        (Ended::Status(status), Some(Exit::Fails)) => *status != 0,
        (Ended::Status(status), None) => *status == 0,
        (Ended::Stays | Ended::Left(_), _) => true,
        _ => false,
    }
}
