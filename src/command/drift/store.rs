//! What is kept of a project from night to night: the lock in its repository, and what was broken the last time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Census;
use crate::command::files;
use crate::command::loaded::Loaded;
use crate::commandline;
use crate::diagnostic::Source;
use crate::docker::{self, Address};
use crate::drift::{self, Green, Lock, Outcome, Sources, Tools};
use crate::plan::Action;
use crate::private;
use crate::registry::{Credentials, Registries};

/// Where a project keeps its lock.
pub(super) const LOCK: &str = "expectations/drift.lock";

/// What a page was the last time.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Last {
    /// Keys of the steps that were broken.
    broken: BTreeSet<String>,
    /// How many nights in a row it could not be tested.
    untestable: usize,
}

/// What is kept of a project.
pub(super) struct Shelf {
    root: PathBuf,
    /// As it was before this night: what all pages are compared with.
    pub(super) lock: Lock,
    /// What is green tonight, and what it was played with.
    green: BTreeMap<String, Green>,
    with: Tools,
    /// As it was on disk; none, if there is no file yet.
    text: Option<String>,
    /// What each page was the last time.
    last: BTreeMap<String, Last>,
    /// The same, as it is now.
    now: BTreeMap<String, Last>,
    state: Option<PathBuf>,
    registries: Registries,
    address: Address,
    baseline: Option<String>,
    tools: Option<Tools>,
}

impl Shelf {
    /// Of the project that pages belong to; they must be of one.
    pub(super) fn open(documents: &[Rc<Loaded>], baseline: Option<String>) -> Result<Shelf, u8> {
        let surroundings = &documents[0].surroundings;
        let root = surroundings.project.root.clone();
        if let Some(other) = documents
            .iter()
            .find(|page| page.surroundings.project.root != root)
        {
            crate::command::complain(&format!(
                "{} is of another project than {}: check them one after the other",
                other.plan.document.source.path, documents[0].plan.document.source.path
            ));
            return Err(crate::command::WRONG);
        }
        let path = root.join(LOCK);
        let (mut lock, mut text) = (Lock::new(Tools::default()), None);
        if path.exists() {
            let read = files::read(&path, files::LOCK)
                .map_err(|fault| crate::command::fault::report(vec![fault]))?;
            let source = Arc::new(Source::new(files::shown(&path), read.clone()));
            lock = Lock::read(&source).map_err(|fault| crate::command::diagnose(vec![fault]))?;
            text = Some(read);
        }
        let name = crate::digest::digest(&root.to_string_lossy()).replace(':', "-");
        let state = surroundings
            .state
            .as_ref()
            .map(|state| state.join("drift").join(name).with_extension("json"));
        let kept = state.as_ref().and_then(|path| private::read_json(path));
        let last = kept.and_then(|kept| serde_json::from_value(kept).ok());
        Ok(Shelf {
            lock,
            green: BTreeMap::new(),
            with: Tools::default(),
            text,
            last: last.unwrap_or_default(),
            now: BTreeMap::new(),
            state,
            registries: Registries::new(Credentials::of(surroundings.address.config.clone())),
            address: surroundings.address.clone(),
            baseline,
            tools: None,
            root,
        })
    }

    pub(super) fn registries(&self) -> &Registries {
        &self.registries
    }

    /// Where an image of then may have been copied to.
    pub(super) fn baseline(&self, image: &str) -> Option<String> {
        let known = self.lock.images.get(image)?.pull.as_ref()?;
        Some(docker::kept_as(self.baseline.as_ref()?, image, known))
    }

    /// What pages are played with; the daemon is asked once, and only if they need one.
    pub(super) fn tools(&mut self, run: &[Rc<Loaded>]) -> Result<Tools, String> {
        if !run.iter().any(|page| page.plan.uses_docker) {
            return Ok(Tools::without_docker());
        }
        if let Some(tools) = &self.tools {
            return Ok(tools.clone());
        }
        let facts = docker::facts(&self.address).map_err(|error| error.to_string())?;
        let tools = Tools {
            engine: facts.engine,
            builder: facts.builder,
            platform: facts.platform,
            compose: compose().unwrap_or_default(),
            ..Tools::without_docker()
        };
        self.tools = Some(tools.clone());
        Ok(tools)
    }

    /// A page is green with these images.
    pub(super) fn is_green(&mut self, page: &Loaded, tools: &Tools, census: &Census) {
        let green = Green {
            content: content(page),
            images: census.clone(),
        };
        self.with.takes(tools);
        self.green.insert(page.name.clone(), green);
    }

    /// Whether a page was green the last time that it was looked at, as far as that is known.
    pub(super) fn was_well(&self, page: &str) -> bool {
        self.last
            .get(page)
            .is_none_or(|last| *last == Last::default())
    }

    /// Takes in what is broken now; whether that is something else than the last time, and how many nights a page
    /// could not be tested.
    pub(super) fn remembers(&mut self, page: &str, outcome: &Outcome) -> (bool, usize) {
        let last = self.last.get(page).cloned().unwrap_or_default();
        let now = match outcome {
            Outcome::Broken(broken) => Last {
                broken: broken.all.iter().cloned().collect(),
                untestable: 0,
            },
            Outcome::Untestable { .. } => Last {
                untestable: last.untestable + 1,
                ..last.clone()
            },
            Outcome::Unmoved { .. } | Outcome::Green { .. } => Last::default(),
        };
        let told = (now.broken != last.broken, now.untestable);
        self.now.insert(page.to_owned(), now);
        told
    }

    /// Writes what has changed. The lock takes in what is green.
    pub(super) fn close(&mut self) -> Result<(), String> {
        let mut kept = self.last.clone();
        kept.extend(self.now.clone());
        if let Some(path) = &self.state {
            // Without it, only `changed_since_last` says less.
            let folder = path.parent().unwrap_or(Path::new("/"));
            let text = serde_json::to_string(&kept).unwrap_or_default();
            let _ = private::folder(folder).and_then(|()| private::replace(path, text.as_bytes()));
        }
        let mut lock = self.lock.clone();
        // A page that is no more depends on nothing.
        lock.pages.retain(|page, _| self.root.join(page).exists());
        lock.takes(&self.green, &self.with);
        let text = lock.write();
        if self.green.is_empty() || self.text.as_ref() == Some(&text) {
            return Ok(());
        }
        let path = self.root.join(LOCK);
        files::replace(&path, &text)
            .map_err(|error| format!("cannot write {}: {error}", files::shown(&path)))
    }
}

/// The hash of all that a page is played by: itself, its recording, its settings, what was given with the call.
pub(super) fn content(page: &Loaded) -> String {
    let recording = page
        .plan
        .recorded_in
        .as_ref()
        .map(|source| source.text.as_str());
    let settings = page.surroundings.project.root.join("tutcheck.yaml");
    let settings = files::read(&settings, files::SETTINGS).unwrap_or_default();
    crate::digest::digest(&format!(
        "{}\0{}\0{settings}\0{:?}",
        page.plan.document.source.text,
        recording.unwrap_or_default(),
        page.given,
    ))
}

/// The programs by which a page fetches from indexes of packages.
pub(super) fn fetches(page: &Loaded) -> BTreeSet<&'static str> {
    let typed = page
        .plan
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Run { written, .. } => Some(commandline::fetches(written)),
            Action::Save { .. } | Action::Press { .. } | Action::Person(_) => None,
        });
    let saved = saved(page).map(|sources| sources.fetches);
    typed.chain(saved).flatten().collect()
}

/// What each file depends on that a page saves.
pub(super) fn saved(page: &Loaded) -> impl Iterator<Item = Sources> + '_ {
    page.plan
        .steps
        .iter()
        .filter_map(|step| match &step.action {
            Action::Save { path, content, .. } => Some(drift::sources(path, content)),
            Action::Run { .. } | Action::Press { .. } | Action::Person(_) => None,
        })
}

/// The version of Compose, if there is one.
fn compose() -> Option<String> {
    let asked = Command::new("docker")
        .args(["compose", "version", "--short"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let said = String::from_utf8(asked.stdout).ok()?;
    // Packagers add words of their own.
    let version = said
        .trim()
        .trim_start_matches('v')
        .split(['+', '~', '-'])
        .next()?;
    (asked.status.success() && !version.is_empty()).then(|| version.to_owned())
}
