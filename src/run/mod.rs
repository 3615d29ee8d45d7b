//! Steps × terminal × witness → observations, each judged as it comes.
//!
//! The judge stands beside the player and not behind it, because a later command is typed with the
//! identifiers that earlier outputs were bound to, and because a reader who is stuck goes no further.

mod environment;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::docker::{self, Address, Facts, Ledger, Witness};
use crate::document::{self, Alive, Exit, Hidden, Stream};
use crate::judge::{self, Ended, Finding, Judge, Observation, Verdict};
use crate::matching::{self, Kind};
use crate::plan::{Action, Plan, Step};
use crate::terminal::{self, Interrupt, Setup, Streams, Terminal};

/// A step may take so long, if nobody says otherwise.
const STEP_LIMIT: Duration = Duration::from_secs(120);
/// One that pulls or builds may take so long.
const LONG_LIMIT: Duration = Duration::from_secs(600);
/// A container that goes on in the background must live so long.
const GRACE: Duration = Duration::from_secs(3);
/// How long the daemon may take with a request of a client that is gone.
const LAST_MOMENT: Duration = Duration::from_millis(200);
/// All steps of a document together may take so long.
const RUN_LIMIT: Duration = Duration::from_secs(3600);

/// Why a document could not be played.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No shell.
    #[error(transparent)]
    Terminal(#[from] terminal::Error),
    /// No daemon.
    #[error(transparent)]
    Docker(#[from] docker::Error),
    /// No place to play in.
    #[error("cannot make a scratch directory in {folder}: {source}")]
    Scratch {
        /// Where it was tried.
        folder: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

/// What is around a run: gathered at the edge, so that nothing in here asks the environment.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Where runs leave word of what they made.
    pub state: PathBuf,
    /// Where scratch directories are made.
    pub temporary: PathBuf,
    /// The daemon that the user's `docker` speaks to.
    pub address: Address,
    /// The folder of the document.
    pub document_folder: PathBuf,
    /// What this machine and its user are called.
    pub machine: Machine,
}

/// Names that a reader's machine will not have.
#[derive(Debug, Clone, Default)]
pub struct Machine {
    /// The name of the host.
    pub host: String,
    /// The name of the user.
    pub user: String,
}

impl Machine {
    /// Which of the two stand in an output.
    fn known(&self, output: &str) -> matching::Known {
        let is_word = |name: &str| {
            !name.is_empty()
                && output
                    .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .any(|word| word == name)
        };
        [(&self.host, Kind::Host), (&self.user, Kind::User)]
            .into_iter()
            .filter(|(name, _)| is_word(name))
            .map(|(name, kind)| (name.clone(), kind.into()))
            .collect()
    }
}

/// How a run is done.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Go on where a reader would be stuck.
    pub keep_going: bool,
    /// A step that has nothing to be compared with is at fault.
    pub locked: bool,
    /// The limit of a step that does not have its own.
    pub timeout: Option<Duration>,
    /// Whether pulled images stay; `None` lets the daemon's other work decide.
    pub keep_images: Option<bool>,
    /// The scratch directory stays.
    pub keep: bool,
}

/// What is told while a document is played.
#[derive(Debug)]
pub enum Event<'a> {
    /// Another run has the daemon.
    Waiting,
    /// A step begins.
    Begins {
        /// Its number, from 1.
        number: usize,
        /// The step.
        step: &'a Step,
    },
    /// A step is over.
    Ends {
        /// Its number, from 1.
        number: usize,
        /// The step.
        step: &'a Step,
        /// What came of it.
        result: &'a StepResult,
    },
}

/// What came of a step.
#[derive(Debug)]
pub struct StepResult {
    /// What is said of it.
    pub finding: Finding,
    /// What it did, if it was played.
    pub observation: Option<Observation>,
    /// What was really typed, where that is not what the document has.
    pub typed_as: Option<String>,
}

impl StepResult {
    /// What its jobs in the background printed once it was over.
    pub fn later(&self) -> String {
        self.observation
            .as_ref()
            .map(|observation| observation.later.clone())
            .unwrap_or_default()
    }

    /// Of a step that was not played.
    fn of(finding: Finding) -> StepResult {
        StepResult {
            finding,
            observation: None,
            typed_as: None,
        }
    }
}

/// A document that was played.
#[derive(Debug)]
pub struct Played {
    /// A result for each step of the plan.
    pub results: Vec<StepResult>,
    /// The daemon it was played with.
    pub facts: Option<Facts>,
    /// Digests of the images that were pulled.
    pub images: BTreeMap<String, String>,
    /// What could not be removed.
    pub leftovers: Vec<String>,
    /// The user ended it.
    pub interrupted: bool,
    /// Where the scratch directory is, if it was to be kept.
    pub scratch: Option<PathBuf>,
}

/// Plays a document from the first step to the last, and removes what it made.
pub fn play(
    plan: &Plan,
    judge: &mut Judge<'_>,
    surroundings: &Surroundings,
    options: &Options,
    interrupt: &mut Interrupt,
    tell: &mut dyn FnMut(Event<'_>),
) -> Result<Played, Error> {
    let mut stage = Stage::set(plan, surroundings, options, interrupt, tell)?;
    let results = stage.play_all(plan, judge, options, interrupt, tell);
    // Whatever happened, the stage is cleared before anything else is said.
    let images = stage
        .witness
        .as_ref()
        .map(Witness::pulled)
        .unwrap_or_default();
    let facts = stage
        .witness
        .as_ref()
        .map(|witness| witness.facts().clone());
    let (leftovers, scratch) = stage.clear(options.keep);
    Ok(Played {
        results,
        facts,
        images,
        leftovers,
        interrupted: interrupt.times() > 0,
        scratch,
    })
}

/// What a document is played on.
struct Stage {
    scratch: tempfile::TempDir,
    terminal: Terminal,
    setup: Setup,
    machine: Machine,
    witness: Option<Witness>,
    ledger: Option<Ledger>,
    name: String,
    deadline: Instant,
    /// The number of the step for each command that was typed into this terminal.
    typed: Vec<usize>,
    /// What jobs in the background printed, by the number of the step that started them.
    later: BTreeMap<usize, String>,
}

impl Stage {
    fn set(
        plan: &Plan,
        surroundings: &Surroundings,
        options: &Options,
        interrupt: &mut Interrupt,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Result<Stage, Error> {
        let failed = |source| Error::Scratch {
            folder: surroundings.temporary.clone(),
            source,
        };
        let scratch = tempfile::Builder::new()
            .prefix("tutcheck-")
            .tempdir_in(&surroundings.temporary)
            .map_err(failed)?;
        let name = scratch
            .path()
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        for folder in ["home", "control", "tmp"] {
            fs::create_dir(scratch.path().join(folder)).map_err(failed)?;
        }
        let mut ledger = Some(Ledger::open(&surroundings.state, &name, scratch.path())?);
        let mut witness = None;
        if plan.uses_docker
            && let Some(opened) = ledger.take()
        {
            let mut told = false;
            let called = Witness::call(&surroundings.address, opened, options.keep_images, || {
                if !std::mem::replace(&mut told, true) {
                    tell(Event::Waiting);
                }
                !interrupt.sleep(Duration::from_millis(100))
            });
            witness = Some(called?);
        }
        let setup = environment::setup(&scratch, &name, surroundings, plan);
        let terminal = match Terminal::open(&setup) {
            Ok(terminal) => terminal,
            Err(error) => {
                // Nothing was made yet, so there is nothing to remember.
                let _ = end_ledger(witness.as_mut(), ledger.as_mut());
                return Err(error.into());
            }
        };
        Ok(Stage {
            scratch,
            terminal,
            setup,
            machine: surroundings.machine.clone(),
            witness,
            ledger,
            name,
            deadline: Instant::now() + RUN_LIMIT,
            typed: Vec::new(),
            later: BTreeMap::new(),
        })
    }

    fn play_all(
        &mut self,
        plan: &Plan,
        judge: &mut Judge<'_>,
        options: &Options,
        interrupt: &mut Interrupt,
        tell: &mut dyn FnMut(Event<'_>),
    ) -> Vec<StepResult> {
        let mut results: Vec<StepResult> = Vec::with_capacity(plan.steps.len());
        let mut stuck_at: Option<(usize, Verdict)> = None;
        let mut is_lost = false;
        for (index, step) in plan.steps.iter().enumerate() {
            let number = index + 1;
            let is_teardown = step.hidden == Some(Hidden::Teardown);
            let skipped = judge::not_played(step).or_else(|| {
                let (at, verdict) = stuck_at.filter(|_| !is_teardown || is_lost)?;
                match verdict {
                    Verdict::Untestable if interrupt.times() > 0 => {
                        Some(judge::untestable("interrupted"))
                    }
                    Verdict::Untestable => {
                        Some(judge::untestable(&format!("because of step {at}")))
                    }
                    _ if options.keep_going => None,
                    _ => Some(judge::not_reached(at)),
                }
            });
            let result = match skipped {
                Some(finding) => StepResult::of(finding),
                None => {
                    tell(Event::Begins { number, step });
                    let played = self.step(number, step, judge, options, interrupt);
                    played.unwrap_or_else(|error| {
                        is_lost = true;
                        StepResult::of(judge::no_stage(&error.to_string()))
                    })
                }
            };
            let mut result = result;
            if let Some((at, _)) = stuck_at.filter(|_| is_teardown) {
                result.finding = judge::after_stuck(result.finding, at);
            }
            tell(Event::Ends {
                number,
                step,
                result: &result,
            });
            if result.finding.is_stuck && stuck_at.is_none() {
                stuck_at = Some((number, result.finding.verdict));
            }
            results.push(result);
        }
        self.gather_late_output();
        for (number, text) in std::mem::take(&mut self.later) {
            if let Some(observation) = &mut results[number - 1].observation {
                observation.later = text;
            }
        }
        results
    }

    /// Takes what jobs in the background have printed since their step, before the terminal goes.
    fn gather_late_output(&mut self) {
        for (played, bytes) in self.terminal.late_output() {
            if let Some(number) = self.typed.get(played) {
                let text = matching::plain(&bytes).into_owned();
                self.later.entry(*number).or_default().push_str(&text);
            }
        }
    }

    fn step(
        &mut self,
        number: usize,
        step: &Step,
        judge: &mut Judge<'_>,
        options: &Options,
        interrupt: &mut Interrupt,
    ) -> Result<StepResult, Error> {
        match &step.action {
            Action::Run { .. } => {
                let command = judge.typed(step.typed());
                let mut observation = self.command(&command, number, step, options, interrupt)?;
                let mut tries = step.settings.retry.map_or(0, |retry| retry.times);
                while tries > 0 && !is_expected(step, &observation) && interrupt.times() == 0 {
                    tries -= 1;
                    interrupt.sleep(
                        step.settings
                            .retry
                            .map_or(Duration::ZERO, |retry| retry.pause),
                    );
                    observation = self.command(&command, number, step, options, interrupt)?;
                }
                let finding = judge.judge(number, step, &observation);
                let typed_as = (command != step.written()).then_some(command);
                Ok(StepResult {
                    finding,
                    observation: Some(observation),
                    typed_as,
                })
            }
            Action::Save {
                path,
                append,
                content,
            } => {
                let start = Instant::now();
                let ended = match self.save(path, *append, content) {
                    Ok(()) => Ended::Status(0),
                    Err(why) => Ended::NotSaved(why),
                };
                let observation = observation(ended, start.elapsed());
                let finding = judge.judge(number, step, &observation);
                Ok(StepResult {
                    finding,
                    observation: Some(observation),
                    typed_as: None,
                })
            }
            Action::Person => Ok(StepResult::of(judge::untestable("for a person"))),
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
        if self.terminal.left().is_some() {
            // A new window, as a reader would open one; where the old one was.
            self.gather_late_output();
            self.typed.clear();
            self.terminal.close();
            let _ = fs::remove_dir_all(&self.setup.control);
            let _ = fs::create_dir(&self.setup.control);
            self.terminal = Terminal::open(&self.setup)?;
        }
        let limit = step
            .settings
            .timeout
            .or(options.timeout)
            .unwrap_or_else(|| default_limit(command));
        let limit = limit.min(self.deadline.saturating_duration_since(Instant::now()));
        let streams = match step.settings.stream {
            None => Streams::Both,
            Some(Stream::Stdout) => Streams::Stdout,
            Some(Stream::Stderr) => Streams::Stderr,
        };
        if let Some(witness) = &mut self.witness {
            witness.step_begins(step.written());
        }
        self.typed.push(number);
        let performance = self.terminal.play(command, streams, limit, interrupt)?;
        let output = matching::plain(&performance.output).into_owned();
        let mut observation = observation(ended(performance.ended, limit), performance.elapsed);
        if let Some(witness) = &mut self.witness {
            let failed = !matches!(performance.ended, terminal::Ended::Status(0));
            if failed || command.contains("docker") {
                observation.daemon_lost = failed && witness.is_lost();
            }
            if !observation.daemon_lost {
                witness.step_ends();
                let lists_objects = matching::lists_objects(command);
                let candidates = matching::candidates(&output);
                observation.known = witness.identify(&output, &candidates, lists_objects);
                observation.death = grace(command, step).filter(|_| !failed).and_then(|grace| {
                    witness.first_death(grace, || !interrupt.sleep(Duration::from_millis(50)))
                });
            }
        }
        if !command.contains("docker") {
            observation.known.extend(self.machine.known(&output));
        }
        observation.on_terminal = matching::plain(&performance.on_terminal).into_owned();
        observation.waits_for_input = performance.waits_for_input;
        observation.output = output;
        Ok(observation)
    }

    /// Saves a file where the shell is; never outside of the scratch directory.
    fn save(&self, path: &str, append: bool, content: &str) -> Result<(), String> {
        let target = self.terminal.directory().join(path);
        let failed = |error: std::io::Error| format!("cannot save `{path}`: {error}");
        let folder = target.parent().unwrap_or(Path::new("/"));
        let home = self.scratch.path().canonicalize().map_err(failed)?;
        let existing = folder
            .ancestors()
            .find_map(|ancestor| ancestor.canonicalize().ok());
        let control = self.setup.control.canonicalize().map_err(failed)?;
        let is_ours = |path: &Path| path.starts_with(&home) && !path.starts_with(&control);
        if !existing.is_some_and(|ancestor| is_ours(&ancestor)) {
            return Err(format!(
                "`{path}` would be saved outside of the scratch directory, in {}",
                folder.display()
            ));
        }
        fs::create_dir_all(folder).map_err(failed)?;
        let is_link = fs::symlink_metadata(&target).is_ok_and(|metadata| metadata.is_symlink());
        let leads_inside = target.canonicalize().is_ok_and(|target| is_ours(&target));
        if is_link && !leads_inside {
            return Err(format!(
                "`{path}` is a link that leads outside of the scratch directory"
            ));
        }
        let mut options = fs::OpenOptions::new();
        options
            .create(true)
            .write(true)
            .append(append)
            .truncate(!append);
        let mut file = options.open(&target).map_err(failed)?;
        file.write_all(content.as_bytes()).map_err(failed)
    }

    /// Ends what runs, removes what is left, in this order: processes, objects of the daemon,
    /// files. What cannot be removed is said; the ledger then stays for `tutcheck clean`.
    fn clear(self, keep: bool) -> (Vec<String>, Option<PathBuf>) {
        let Stage {
            scratch,
            mut terminal,
            witness,
            mut ledger,
            name,
            ..
        } = self;
        terminal.close();
        let ended = terminal::end_orphans();
        let mut leftovers: Vec<String> = Vec::new();
        let mut witness = witness;
        if let Some(witness) = &mut witness {
            if ended > 0 {
                // What a job in the background asked for in its last moment, the daemon still makes.
                std::thread::sleep(LAST_MOMENT);
            }
            witness.run_ends();
            leftovers.extend(witness.settle().into_iter().map(|error| error.to_string()));
        }
        let mut kept = None;
        if keep {
            kept = Some(scratch.keep());
        } else {
            let path = scratch.path().to_owned();
            if let Err(error) = scratch.close() {
                leftovers.push(format!("cannot remove {}: {error}", path.display()));
            }
        }
        if leftovers.is_empty() {
            let ended = end_ledger(witness.as_mut(), ledger.as_mut());
            leftovers.extend(ended.err().map(|error| format!("{error} (of run {name})")));
        }
        (leftovers, kept)
    }
}

fn end_ledger(
    witness: Option<&mut Witness>,
    ledger: Option<&mut Ledger>,
) -> Result<(), docker::Error> {
    match (witness, ledger) {
        (Some(witness), _) => witness.end(),
        (None, Some(ledger)) => ledger.end(),
        (None, None) => Ok(()),
    }
}

/// How long containers that a step leaves running are watched; none if it leaves none, or is not to
/// be watched.
fn grace(command: &str, step: &Step) -> Option<Duration> {
    match step.settings.alive {
        Some(Alive::No) => None,
        Some(Alive::For(grace)) => Some(grace),
        None => document::detaches(command).then_some(GRACE),
    }
}

fn default_limit(command: &str) -> Duration {
    let is_long =
        command.contains("docker") && ["pull", "build"].iter().any(|word| command.contains(word));
    if is_long { LONG_LIMIT } else { STEP_LIMIT }
}

fn observation(ended: Ended, elapsed: Duration) -> Observation {
    Observation {
        output: String::new(),
        known: matching::Known::new(),
        ended,
        elapsed,
        daemon_lost: false,
        on_terminal: String::new(),
        waits_for_input: false,
        later: String::new(),
        death: None,
    }
}

fn ended(ended: terminal::Ended, limit: Duration) -> Ended {
    match ended {
        terminal::Ended::Status(status) => Ended::Status(status),
        terminal::Ended::ShellLeft(status) => Ended::ShellLeft(status),
        terminal::Ended::TimeLimit => Ended::TimeLimit(limit),
        terminal::Ended::Interrupted => Ended::Interrupted,
    }
}

/// Whether a try is good enough that no other is made.
fn is_expected(step: &Step, observation: &Observation) -> bool {
    match (&observation.ended, step.settings.exit) {
        (Ended::Status(status), Some(Exit::Status(expected))) => *status == expected,
        (Ended::Status(status), Some(Exit::Fails)) => *status != 0,
        (Ended::Status(status), None) => *status == 0,
        _ => false,
    }
}
