//! Steps × terminal × witness → observations: the stage that is this machine.

mod environment;
mod files;
mod http;
mod project;
mod seats;
mod step;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::docker::{self, Address, Facts, Ledger, Witness};
use crate::identity::{Kind, Known};
use crate::matching;
use crate::observation::{Aftermath, NotTyped, Observation};
use crate::plan::{Plan, Step};
use crate::secrets::Secrets;
use crate::stage::Stage;
use crate::terminal::{self, Interrupt, Terminal};
use seats::Seats;

pub use project::{Project, remotes};

/// How long the daemon may take with a request of a client that is gone.
const LAST_MOMENT: Duration = Duration::from_millis(500);
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
    /// The project's files could not be had.
    #[error(
        "cannot take the files of {folder}: {source}; `start: project` and a clone of the project's own remote need git and a repository"
    )]
    Project {
        /// The project's top folder.
        folder: PathBuf,
        /// What git or the operating system says.
        source: std::io::Error,
    },
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
    /// The project that it belongs to.
    pub project: Project,
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
    /// What `sudo` is to be, where the machine's own cannot simply be called.
    pub sudo: Option<Sudo>,
}

/// What is called in place of the machine's own `sudo`, and where programs are looked for.
#[derive(Debug, Clone)]
pub enum Sudo {
    /// There is none, and root does not need it: what it is asked for is done.
    Done {
        /// `PATH`.
        path: String,
    },
    /// It may ask for a password, which nobody would type: it is told not to.
    Unasked {
        /// `PATH`.
        path: String,
        /// The machine's own.
        program: PathBuf,
    },
}

impl Machine {
    /// Which of the two stand in an output.
    fn known(&self, output: &str) -> Known {
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
    /// The limit of a step that does not have its own.
    pub timeout: Option<Duration>,
    /// Whether pulled images stay; `None` lets the daemon's other work decide.
    pub keep_images: Option<bool>,
    /// The scratch directory stays.
    pub keep: bool,
    /// How often a step is tried again that failed because of a registry.
    pub retries: u32,
    /// What nobody may see.
    pub secrets: Secrets,
}

/// A page that is played, as far as the stage needs to know it.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// What is to be done.
    pub plan: &'a Plan,
    /// How it is done.
    pub options: &'a Options,
    /// The folder that it is in.
    pub folder: &'a Path,
}

/// What is left when everything is over and removed.
#[derive(Debug, Default)]
pub struct Over {
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

/// This machine, as pages are played on it.
pub struct Live<'a> {
    pages: Vec<Page<'a>>,
    /// The page that is played, by its number from 0.
    page: usize,
    interrupt: &'a mut Interrupt,
    scene: Scene,
}

impl<'a> Live<'a> {
    /// Makes a place to play pages in; `waits` is called once if another run has the daemon.
    pub fn set(
        pages: Vec<Page<'a>>,
        surroundings: &Surroundings,
        interrupt: &'a mut Interrupt,
        waits: &mut dyn FnMut(),
    ) -> Result<Live<'a>, Error> {
        let scene = Scene::set(&pages, surroundings, interrupt, waits)?;
        Ok(Live {
            pages,
            page: 0,
            interrupt,
            scene,
        })
    }

    /// Ends what runs, and removes what was made.
    pub fn clear(self) -> Over {
        let witness = self.scene.witness.as_ref();
        let images = witness.map(Witness::pulled).unwrap_or_default();
        let facts = witness.map(|witness| witness.facts().clone());
        let keep = self.pages.iter().any(|page| page.options.keep);
        let interrupted = self.interrupt.times() > 0;
        let (leftovers, scratch) = self.scene.clear(keep, interrupted);
        Over {
            facts,
            images,
            leftovers,
            interrupted: self.interrupt.times() > 0,
            scratch,
        }
    }
}

impl Stage for Live<'_> {
    fn turn_to(&mut self, page: usize) {
        self.page = page;
        let steps = |page: &Page<'_>| page.plan.steps.len();
        self.scene.before = self.pages[..page].iter().map(steps).sum();
        self.scene.turn_to(&self.pages[page], self.interrupt);
    }

    fn play(&mut self, number: usize, step: &Step, typed: &str) -> Observation {
        let options = self.pages[self.page].options;
        let played = self
            .scene
            .step(number, step, typed, options, self.interrupt);
        played.unwrap_or_else(|error| {
            let why = options.secrets.hide(&error.to_string());
            Observation::not_typed(NotTyped::NoStage(why))
        })
    }

    fn is_interrupted(&mut self) -> bool {
        self.interrupt.times() > 0
    }

    fn lend(&mut self, step: &Step) {
        // A terminal that is gone shows itself at the next step.
        let _ = self
            .scene
            .seats
            .with(step.terminal(), self.interrupt, Terminal::lend);
        self.interrupt.act();
    }

    fn look_back(&mut self) -> Aftermath {
        let busy = self.scene.seats.busy();
        let mut ended_alone = std::mem::take(&mut self.scene.ended_alone);
        ended_alone.extend(self.scene.seats.ended_alone());
        self.scene.gather_late_output();
        let later = std::mem::take(&mut self.scene.later);
        // Hidden only here: a secret may have come in two pieces.
        let hidden = |(number, text): (usize, String)| (number, self.scene.secrets.hide(&text));
        Aftermath {
            busy,
            ended_alone,
            later: later.into_iter().map(hidden).collect(),
        }
    }
}

/// What documents are played on.
struct Scene {
    scratch: tempfile::TempDir,
    seats: Seats,
    machine: Machine,
    witness: Option<Witness>,
    ledger: Option<Ledger>,
    name: String,
    deadline: Instant,
    /// What was printed after its step, by the number of the step.
    later: BTreeMap<usize, String>,
    /// Terminals in which a step has opened a shell or program that is known to be one.
    surely_opened: BTreeSet<String>,
    /// Steps whose programs were left in front and have ended by themselves, with their status.
    ended_alone: Vec<(usize, i32)>,
    secrets: Secrets,
    /// The folder of the page that is played.
    folder: PathBuf,
    /// How many steps the pages before have: the terminals count on.
    before: usize,
}

impl Scene {
    fn set(
        pages: &[Page<'_>],
        surroundings: &Surroundings,
        interrupt: &mut Interrupt,
        waits: &mut dyn FnMut(),
    ) -> Result<Scene, Error> {
        let plans: Vec<&Plan> = pages.iter().map(|page| page.plan).collect();
        let uses_docker = plans.iter().any(|plan| plan.uses_docker);
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
        // From here on somebody knows of the folder, should this process be killed.
        let mut ledger = Some(Ledger::open(&surroundings.state, &name, scratch.path())?);
        let variables = match furnish(scratch.path(), surroundings, &plans) {
            Ok(variables) => variables,
            Err(error) => {
                let _ = end_ledger(None, ledger.as_mut());
                return Err(error);
            }
        };
        let mut witness = None;
        if uses_docker && let Some(opened) = ledger.take() {
            let mut told = false;
            let keep_images = pages.iter().find_map(|page| page.options.keep_images);
            let called = Witness::call(&surroundings.address, opened, keep_images, || {
                if !std::mem::replace(&mut told, true) {
                    waits();
                }
                !interrupt.sleep(Duration::from_millis(100))
            });
            witness = Some(called?);
        }
        let mut setup = environment::setup(&scratch, &name, surroundings, uses_docker);
        setup.variables.extend(variables);
        let mut seats = Seats::new(setup);
        if let Err(error) = seats.ready("main") {
            // Nothing was made yet, so there is nothing to remember.
            let _ = end_ledger(witness.as_mut(), ledger.as_mut());
            return Err(error.into());
        }
        Ok(Scene {
            scratch,
            seats,
            machine: surroundings.machine.clone(),
            witness,
            ledger,
            name,
            deadline: Instant::now() + RUN_LIMIT,
            later: BTreeMap::new(),
            surely_opened: BTreeSet::new(),
            ended_alone: Vec::new(),
            secrets: Secrets::default(),
            folder: surroundings.document_folder.clone(),
            before: 0,
        })
    }

    /// Another page is played from here on.
    fn turn_to(&mut self, page: &Page<'_>, interrupt: &mut Interrupt) {
        self.secrets = page.options.secrets.clone();
        if self.folder != page.folder {
            page.folder.clone_into(&mut self.folder);
            self.tell_folder(interrupt);
        }
    }

    /// Takes what was printed since its step was over, before the terminals go.
    fn gather_late_output(&mut self) {
        for (number, bytes) in self.seats.late_output() {
            let text = matching::plain(&bytes);
            self.later.entry(number).or_default().push_str(&text);
        }
    }

    /// Ends what runs, removes what is left, in this order: processes, objects of the daemon,
    /// files. What cannot be removed is said; the ledger then stays for `tutcheck clean`.
    fn clear(self, keep: bool, interrupted: bool) -> (Vec<String>, Option<PathBuf>) {
        let Scene {
            scratch,
            mut seats,
            witness,
            mut ledger,
            name,
            ..
        } = self;
        seats.close();
        let ended = terminal::end_orphans();
        let mut leftovers: Vec<String> = Vec::new();
        let mut witness = witness;
        if let Some(witness) = &mut witness {
            if ended > 0 || interrupted {
                // What a program asked for in its last moment, the daemon still makes.
                std::thread::sleep(LAST_MOMENT);
            }
            witness.run_ends();
        }
        let mut kept = None;
        if keep {
            kept = Some(scratch.keep());
        } else {
            let path = scratch.keep();
            let removed = match &witness {
                Some(witness) => witness.remove_scratch(&path),
                None => docker::remove_scratch(&path),
            };
            leftovers.extend(removed.err().map(|error| error.to_string()));
        }
        if let Some(witness) = &mut witness {
            leftovers.extend(witness.settle().into_iter().map(|error| error.to_string()));
        }
        if leftovers.is_empty() {
            let ended = end_ledger(witness.as_mut(), ledger.as_mut());
            leftovers.extend(ended.err().map(|error| format!("{error} (of run {name})")));
        }
        (leftovers, kept)
    }
}

/// Puts into the run's folder what a reader has at hand: the project, a stand-in for `sudo`; the
/// variables by which the shells find it.
fn furnish(
    scratch: &Path,
    surroundings: &Surroundings,
    plans: &[&Plan],
) -> Result<Vec<(String, Option<String>)>, Error> {
    let failed = |source| Error::Scratch {
        folder: surroundings.temporary.clone(),
        source,
    };
    let Surroundings {
        project, machine, ..
    } = surroundings;
    let of_project = |source| Error::Project {
        folder: project.root.clone(),
        source,
    };
    for folder in [docker::HOME, "control", "tmp"] {
        fs::create_dir(scratch.join(folder)).map_err(failed)?;
    }
    if project.starts_here {
        project::copy(&project.root, &scratch.join(docker::HOME)).map_err(of_project)?;
    }
    let instead = project::instead(project, plans, scratch).map_err(of_project)?;
    let mut variables: Vec<_> = instead
        .into_iter()
        .map(|(name, value)| (name, Some(value)))
        .collect();
    if let Some(sudo) = &machine.sudo {
        let path = files::place_sudo(scratch, sudo).map_err(failed)?;
        variables.push(("PATH".to_owned(), Some(path)));
    }
    Ok(variables)
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
