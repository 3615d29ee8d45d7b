//! Steps × terminal × witness → observations: the stage that is this machine.

mod basis;
mod copies;
mod environment;
mod files;
mod going_back;
mod http;
mod keeping;
mod limits;
mod marks;
mod observe;
mod press;
mod project;
mod scene;
mod seats;
mod step;
mod waiting;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::docker::{self, Address, Facts, Pins, Witness};
use crate::document;
use crate::drift::Inventory;
use crate::identity::{Kind, Known};
use crate::matching;
use crate::observation::{Aftermath, LaterDeath, NotTyped, Observation};
use crate::plan::{Plan, Step};
use crate::progress::Progress;
use crate::secrets::Secrets;
use crate::stage::Stage;
use crate::terminal::{self, Interrupt, Terminal};
use scene::Scene;

pub use marks::Return;
pub use project::{Project, git, output as git_output, remotes};

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
    /// Nobody knows where.
    #[error(
        "there is no folder in which runs could leave word of what they make: say one with TUTCHECK_STATE (or HOME)"
    )]
    NoState,
    /// No place to play in.
    #[error("cannot make a scratch directory in {folder}: {source}")]
    Scratch {
        /// Where it was tried.
        folder: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

impl Error {
    /// What becomes of an error of the operating system's where scratch directories are made.
    fn no_scratch(folder: &Path) -> impl Fn(std::io::Error) -> Error {
        let folder = folder.to_owned();
        move |source| Error::Scratch {
            folder: folder.clone(),
            source,
        }
    }
}

/// What is around a run: gathered at the edge, so that nothing in here asks the environment.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// Where runs leave word of what they made.
    pub state: Option<PathBuf>,
    /// Where scratch directories are made.
    pub temporary: PathBuf,
    /// The daemon that the user's `docker` speaks to.
    pub address: Address,
    /// The folder of the document.
    pub document_folder: PathBuf,
    /// The project that it belongs to.
    pub project: Project,
    /// Where the user has rules already for the sources of builds.
    pub policy: Option<PathBuf>,
    /// What this machine and its user are called.
    pub machine: Machine,
    /// Who watches, if somebody does.
    pub progress: Progress,
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
    /// Pages see everything that their daemon has.
    pub shares_daemon: bool,
    /// The scratch directory stays.
    pub keep: bool,
    /// How often a step is tried again that failed because of a registry.
    pub retries: u32,
    /// What nobody may see.
    pub secrets: Secrets,
    /// Images that stand in for others.
    pub pins: Pins,
    /// It is to be known at the end what the images are that were used.
    pub census: bool,
    /// A registry in which those that were pulled are kept.
    pub baseline: Option<String>,
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

/// A step as it is typed.
#[derive(Debug, Clone, Copy)]
struct Typed<'a> {
    /// The command, with the identifiers that are live.
    command: &'a str,
    /// What the page shows of it; may be empty.
    shown: &'a str,
}

/// What is left when everything is over and removed.
#[derive(Debug, Default)]
pub struct Over {
    /// The daemon it was played with.
    pub facts: Option<Facts>,
    /// Digests of the images that were used.
    pub images: BTreeMap<String, String>,
    /// What those images are, if that was to be known.
    pub census: BTreeMap<String, Inventory>,
    /// What could not be removed.
    pub leftovers: Vec<String>,
    /// The user ended it.
    pub interrupted: bool,
    /// Where the scratch directory is, if it was to be kept.
    pub scratch: Option<PathBuf>,
}

/// A place that pages were played in, as it was left.
#[derive(Debug)]
pub struct Place(Scene);

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
        waits: &mut dyn FnMut(&str),
    ) -> Result<Live<'a>, Error> {
        let scene = Scene::set(&pages, surroundings, interrupt, waits)?;
        Ok(Live {
            pages,
            page: 0,
            interrupt,
            scene,
        })
    }

    /// The daemon that it is played with, and the digests of the images that were used so far.
    pub fn used(&self) -> (Option<Facts>, BTreeMap<String, String>) {
        let witness = self.scene.witness.as_ref();
        let images = witness.map(Witness::images).unwrap_or_default();
        (witness.map(|witness| witness.facts().clone()), images)
    }

    /// What is done from here on can be done again from its middle, where nothing stands against it.
    pub fn keeps_marks(&mut self) {
        if self.pages.len() == 1 {
            self.scene.keeps_marks(self.interrupt);
        }
    }

    /// Leaves the place as it is.
    pub fn leaves(self) -> Place {
        Place(self.scene)
    }

    /// Takes up a place that was left, with other pages; why not, if they cannot be played there.
    pub fn takes_up(
        place: Place,
        pages: Vec<Page<'a>>,
        surroundings: &Surroundings,
        interrupt: &'a mut Interrupt,
    ) -> (Live<'a>, Result<(), &'static str>) {
        let Place(mut scene) = place;
        let is_theirs = scene.is_taken_up(&pages, surroundings);
        let live = Live {
            pages,
            page: 0,
            interrupt,
            scene,
        };
        (live, is_theirs)
    }

    /// Goes back to the last moment that can come again, with no more than so many steps before it; why not, if there is
    /// none.
    pub fn goes_back(&mut self, steps: usize) -> Result<Return, String> {
        self.scene.goes_back(steps, self.interrupt)
    }

    /// Ends what runs, and removes what was made.
    pub fn clear(self) -> Over {
        let witness = self.scene.witness.as_ref();
        let (facts, images) = self.used();
        // Who wants an end is not kept waiting.
        let counts =
            self.interrupt.times() == 0 && self.pages.iter().any(|page| page.options.census);
        let baseline = self
            .pages
            .iter()
            .find_map(|page| page.options.baseline.as_deref());
        let counted = witness
            .filter(|_| counts)
            .map(|witness| witness.census(baseline));
        let census = counted.unwrap_or_default();
        let keep = self.pages.iter().any(|page| page.options.keep);
        let interrupted = self.interrupt.times() > 0;
        let (leftovers, scratch) = self.scene.clear(keep, interrupted);
        Over {
            facts,
            images,
            census,
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
        let Page { plan, options, .. } = self.pages[self.page];
        // What the author says is typed is all that is typed.
        let shown = plan
            .shown(step)
            .filter(|_| step.settings.answers.is_empty());
        let shown = shown.map(|shown| {
            let text = shown.text(&plan.document.source.text);
            document::fill_known(&text, &plan.placeholders)
        });
        let typed = Typed {
            command: typed,
            shown: shown.as_deref().unwrap_or_default(),
        };
        let played = self
            .scene
            .step(number, step, typed, options, self.interrupt);
        let observation = played.unwrap_or_else(|error| {
            let why = options.secrets.hide(&error.to_string());
            Observation::not_typed(NotTyped::NoStage(why))
        });
        self.scene
            .has_played(number, step, &observation.ended, self.interrupt);
        observation
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
        self.scene.watch_on(self.interrupt);
        let busy = self.scene.seats.busy();
        let mut ended_alone = std::mem::take(&mut self.scene.ended_alone);
        ended_alone.extend(self.scene.seats.ended_alone());
        let meddled = if self.interrupt.times() > 0 {
            Vec::new()
        } else {
            self.scene.seats.meddled()
        };
        self.scene.gather_late_output();
        let later = std::mem::take(&mut self.scene.later);
        let deaths = std::mem::take(&mut self.scene.deaths).into_iter();
        let deaths = deaths
            .map(|one| LaterDeath {
                words: self.scene.secrets.hide(&one.words),
                ..one
            })
            .collect();
        // Hidden only here: a secret may have come in two pieces.
        let hidden = |(number, output): (usize, terminal::Output)| {
            let bytes = output.into_bytes();
            (number, self.scene.secrets.hide(&matching::plain(&bytes)))
        };
        Aftermath {
            busy,
            ended_alone,
            meddled,
            deaths,
            later: later.into_iter().map(hidden).collect(),
        }
    }
}
