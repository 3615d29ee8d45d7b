//! One step: what is in front of its terminal makes way or takes it, and what it does is observed.

use std::time::{Duration, Instant};

use super::waiting::{self, Readiness};
use super::{Error, Options, Scene, files};
use crate::commandline::{self, Foreground};
use crate::docker::{self, Witness};
use crate::document::{self, Alive, Exit, Place, Stream};
use crate::matching;
use crate::observation::{Ended, NotTyped, Observation};
use crate::plan::{Action, Step, ends_programs};
use crate::programs;
use crate::terminal::{
    self, Front, Interrupt, Performance, PlayOptions, SIZE, Stays, Streams, Terminal,
};
use crate::trouble;

/// A step may take so long, if nobody says otherwise.
const STEP_LIMIT: Duration = Duration::from_secs(120);
/// One that pulls or builds may take so long.
const LONG_LIMIT: Duration = Duration::from_secs(600);
/// A program may take so long to end once its key was pressed.
const KEY_LIMIT: Duration = Duration::from_secs(30);
/// After other keys, a program has answered when it has been silent for so long.
const ANSWERED: Duration = Duration::from_millis(300);
/// A container that goes on in the background must live so long.
const GRACE: Duration = Duration::from_secs(3);
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
        typed: &str,
        options: &Options,
        interrupt: &mut Interrupt,
    ) -> Result<Observation, Error> {
        let start = Instant::now();
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

    /// What is in front of a terminal takes a step that is meant for it, and makes way for one that is
    /// not; or the reader is stuck.
    fn make_way(
        &mut self,
        step: &Step,
        interrupt: &mut Interrupt,
    ) -> Result<Option<NotTyped>, Error> {
        let name = step.terminal();
        let is_for_own_shell = step.prompt.is_some()
            || self.surely_opened.contains(name)
            || step.hidden.is_some()
            || step.typed().starts_with("docker ");
        let terminal = self.seats.ready(name)?;
        let mut front = terminal.front();
        let ended_alone = terminal.ended_alone();
        self.ended_alone.extend(ended_alone);
        let ended_alone = ended_alone.map(|(_, status)| status);
        if let (Front::Busy(_), true) = (front, step.after_interrupt) {
            // The prose says so.
            let manner = manner(0, KEY_LIMIT);
            self.seats.with(name, interrupt, |terminal, around| {
                terminal.press("\u{3}", manner, around)
            })?;
            front = self.seats.ready(name)?.front();
        }
        Ok(match (front, step.place) {
            (Front::Busy(by), _) => Some(NotTyped::TerminalBusy(
                by.checked_sub(self.before).filter(|number| *number > 0),
            )),
            // The page sends the reader to a program that has crashed meanwhile.
            (Front::Shell, _)
                if step.after_interrupt && ended_alone.is_some_and(|status| status != 0) =>
            {
                Some(NotTyped::NothingInFront(ended_alone))
            }
            (Front::Shell, Place::Container) => Some(NotTyped::NothingOpen),
            (Front::Inside, Place::Host) if is_for_own_shell => {
                self.seats.with(name, interrupt, Terminal::leave)?;
                None
            }
            _ => None,
        })
    }

    /// Plays a step, and again where its author or the trouble of a registry asks for it.
    fn until_expected(
        &mut self,
        command: &str,
        number: usize,
        step: &Step,
        options: &Options,
        interrupt: &mut Interrupt,
    ) -> Result<Observation, Error> {
        let mut tries = step.settings.retry.map_or(0, |retry| retry.times);
        let mut pulls = options.retries;
        let mut back_off = BACK_OFF;
        loop {
            let observation = self.command(command, number, step, options, interrupt)?;
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
        command: &str,
        number: usize,
        step: &Step,
        options: &Options,
        interrupt: &mut Interrupt,
    ) -> Result<Observation, Error> {
        let limit = step
            .settings
            .timeout
            .or(options.timeout)
            .unwrap_or_else(|| default_limit(command));
        let limit = limit.min(self.deadline.saturating_duration_since(Instant::now()));
        if let Some(witness) = &mut self.witness {
            witness.step_begins(step.written());
        }
        // In a container, ports and containers are others than this machine's.
        let is_inside = step.place == Place::Container;
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
        let on_screen = (is_answered && step.settings.stream.is_none())
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
        let mut observation = self.observe(command, step, performance, limit, interrupt);
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
        let has_printed = |text: &str| {
            for (number, bytes) in seats.late_output() {
                let text = matching::plain(&bytes);
                self.later.entry(number).or_default().push_str(&text);
                seen.push_str(&text);
            }
            seen.contains(text) || witness.is_some_and(|witness| witness.logs().contains(text))
        };
        if let Err(why) = waiting::wait_for(wait, &directory, limit, interrupt, has_printed) {
            observation.ended = Ended::NotReady(self.secrets.hide(&why));
            observation.daemon_lost = self.witness.as_ref().is_some_and(Witness::is_lost);
        }
    }

    /// What came of a performance, as a reader sees it and as the daemon knows it.
    fn observe(
        &mut self,
        command: &str,
        step: &Step,
        performance: Performance,
        limit: Duration,
        interrupt: &mut Interrupt,
    ) -> Observation {
        let output = match step.settings.tty {
            // A secret that is cut at the edge of the screen is none that could be found there.
            Some((columns, rows)) => {
                let text = String::from_utf8_lossy(&performance.output);
                matching::final_screen(self.secrets.hide(&text).as_bytes(), columns, rows)
            }
            None => matching::plain(&performance.output).into_owned(),
        };
        let output = match &performance.asks_again {
            Some(prompt) => without_echo(&output, command, performance.echoes, prompt),
            None => output,
        };
        let output = self.secrets.hide(&output);
        let ended = ended(performance.ended, limit);
        let mut observation = Observation::new(ended, performance.elapsed);
        if let Some(witness) = &mut self.witness {
            let failed = !matches!(
                performance.ended,
                terminal::End::Status(0) | terminal::End::Stays | terminal::End::Left(_)
            );
            observation.daemon_lost = failed && witness.is_lost();
            if !observation.daemon_lost {
                witness.step_ends();
                let lists_objects = matching::lists_objects(command);
                let prompt = performance.prompt.as_deref().unwrap_or_default();
                let text = format!("{output}{prompt}");
                let candidates = matching::candidates(&text);
                observation.known = witness.identify(&text, &candidates, lists_objects);
                observation.death = grace(command, step).filter(|_| !failed).and_then(|grace| {
                    witness.first_death(grace, || !interrupt.sleep(Duration::from_millis(50)))
                });
                if let Some((_, words)) = &mut observation.death {
                    *words = self.secrets.hide(words);
                }
            }
        }
        if !commandline::names_docker(command) && performance.prompt.is_none() {
            observation.known.extend(self.machine.known(&output));
        }
        let on_terminal = matching::plain(&performance.on_terminal);
        observation.on_terminal = self.secrets.hide(&on_terminal);
        observation.waits_for_input = performance.waits_for_input;
        // A shell on this machine shows names that the page's reader has not.
        let here = format!("@{}", self.machine.host);
        observation.prompt = performance
            .prompt
            .map(|prompt| self.secrets.hide(&prompt))
            .filter(|prompt| here.len() == 1 || !prompt.contains(&here));
        observation.has_no_status = performance.asks_again.is_some();
        observation.output = output;
        observation
    }

    /// Presses keys for what is in front.
    fn press(
        &mut self,
        characters: &str,
        number: usize,
        step: &Step,
        interrupt: &mut Interrupt,
    ) -> Result<Observation, Error> {
        let name = step.terminal();
        let terminal = self.seats.ready(name)?;
        if terminal.front() == Front::Shell {
            let status = terminal.ended_alone().map(|(_, status)| status);
            return Ok(Observation::not_typed(NotTyped::NothingInFront(status)));
        }
        if let Some(witness) = &mut self.witness {
            witness.step_begins("");
        }
        let limit = step.settings.timeout.unwrap_or(KEY_LIMIT);
        let mut has_answered = |_: &terminal::Output, silence| silence >= ANSWERED;
        let is_end = ends_programs(characters) || characters.contains('\u{4}');
        let manner = PlayOptions {
            stays: if is_end {
                Stays::Never
            } else {
                Stays::Once(&mut has_answered)
            },
            ..manner(self.before + number, limit)
        };
        let performance = self.seats.with(name, interrupt, |terminal, around| {
            terminal.press(characters, manner, around)
        })?;
        Ok(self.observe("", step, performance, limit, interrupt))
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

/// The manner of a step that is nothing special.
fn manner(number: usize, limit: Duration) -> PlayOptions<'static> {
    PlayOptions {
        number,
        streams: Streams::Both,
        screen: None,
        answers: Vec::new(),
        stays: Stays::Never,
        limit,
    }
}

/// What a program printed, without what was typed if it shows that, and without its prompts.
fn without_echo(output: &str, typed: &str, echoes: bool, prompt: &str) -> String {
    let mut lines: Vec<&str> = output.lines().collect();
    for line in typed.lines().filter(|_| echoes) {
        // Of a long line, what an editor of lines has made of it: its end is there.
        let end = line.trim_end();
        let end = &end[end.floor_char_boundary(end.len().saturating_sub(8))..];
        if lines.first().is_some_and(|first| first.contains(end)) {
            lines.remove(0);
        }
    }
    // What it asks with for the rest of what is typed, and of a block, the empty line that ends it.
    for _ in 0..typed.matches('\n').count() {
        let Some(first) = lines.first_mut() else {
            break;
        };
        if let Some(length) = programs::asks_for_more(first) {
            *first = &first[length..];
            if first.is_empty() {
                lines.remove(0);
            }
        }
    }
    if lines
        .last()
        .is_some_and(|last| last.trim_end() == prompt.trim_end())
    {
        lines.pop();
    }
    let mut text = lines.join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// How long containers that a step leaves running are watched; none if it leaves none, or is not to
/// be watched.
fn grace(command: &str, step: &Step) -> Option<Duration> {
    match step.settings.alive {
        Some(Alive::No) => None,
        Some(Alive::For(grace)) => Some(grace),
        None => commandline::detaches(command).then_some(GRACE),
    }
}

fn default_limit(command: &str) -> Duration {
    if commandline::fetches_images(command) {
        LONG_LIMIT
    } else {
        STEP_LIMIT
    }
}

fn ended(ended: terminal::End, limit: Duration) -> Ended {
    match ended {
        terminal::End::Status(status) => Ended::Status(status),
        terminal::End::Stays => Ended::Stays,
        terminal::End::Left(status) => Ended::Left(status),
        terminal::End::ShellLeft(status) => Ended::ShellLeft(status),
        terminal::End::TimeLimit => Ended::TimeLimit(limit),
        terminal::End::Interrupted => Ended::Interrupted,
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
