//! What a run made, on disk as it happens, so that it can be removed whatever way the run ends.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::Error;
use super::engine::Engine;
use super::scratch;

/// A thing of the daemon's that a run made.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Object {
    /// What it is; also the order of removal.
    pub(super) sort: Sort,
    /// Its ID, or the name of a volume, or the reference of an image.
    pub(super) name: String,
    /// An image that came from a registry.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) pulled: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Sort {
    Container,
    Network,
    Volume,
    Image,
}

/// The first line of a ledger: what to do with the rest.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Head {
    /// The name of the run, which its processes carry as a mark.
    pub(super) run: String,
    /// Its scratch directory.
    pub(super) scratch: PathBuf,
    /// The daemon, if the run uses one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) daemon: Option<Daemon>,
}

/// The daemon of a run, and what of it stays.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Daemon {
    /// Where it is.
    pub(super) host: String,
    /// How many seconds its clock is ahead of ours.
    pub(super) clock_ahead: f64,
    /// Images that were there before: none of them is ever removed.
    pub(super) images_before: BTreeSet<String>,
    /// Names of volumes that were there before.
    pub(super) volumes_before: BTreeSet<String>,
    /// Whether pulled images stay.
    pub(super) keep_images: bool,
}

/// A line of a ledger.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Object(Object),
    Step(Step),
    Head(Head),
}

/// A step of a run that uses a daemon; it began at a time by the daemon's clock, in seconds since 1970.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Step {
    Began(f64),
    Ended,
}

/// What stands in a ledger.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) head: Option<Head>,
    pub(super) objects: BTreeSet<Object>,
    /// When the step began that has not ended.
    pub(super) unfinished: Option<f64>,
}

/// Reads a ledger. Its last line may have been cut short; the ones before it then say all there is.
pub(super) fn read(file: &File) -> std::io::Result<Entries> {
    let mut entries = Entries::default();
    for line in BufReader::new(file).lines() {
        match serde_json::from_str(&line?) {
            Ok(Line::Object(object)) => drop(entries.objects.insert(object)),
            Ok(Line::Step(Step::Began(at))) => entries.unfinished = Some(at),
            Ok(Line::Step(Step::Ended)) => entries.unfinished = None,
            Ok(Line::Head(head)) => entries.head = Some(head),
            Err(_) => {}
        }
    }
    Ok(entries)
}

/// The ledger of a run that is going on.
#[derive(Debug)]
pub struct Ledger {
    state: PathBuf,
    path: PathBuf,
    file: File,
    head: Head,
    objects: BTreeSet<Object>,
}

impl Ledger {
    /// Opens a ledger for a run, in tutcheck's state folder. As long as it is open it is locked:
    /// `clean` leaves it alone.
    pub fn open(state: &Path, run: &str, scratch: &Path) -> Result<Ledger, Error> {
        let folder = state.join("runs");
        let path = folder.join(format!("{run}.jsonl"));
        let failed = |action| Error::state(action, &path);
        fs::create_dir_all(&folder).map_err(failed("make the folder of"))?;
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(failed("write"))?;
        file.lock().map_err(failed("lock"))?;
        let head = Head {
            run: run.to_owned(),
            scratch: scratch.to_owned(),
            daemon: None,
        };
        let mut ledger = Ledger {
            state: state.to_owned(),
            path,
            file,
            head,
            objects: BTreeSet::new(),
        };
        ledger.line(&Line::Head(ledger.head.clone()))?;
        Ok(ledger)
    }

    /// The folder that all runs of this user share.
    pub(super) fn state(&self) -> &Path {
        &self.state
    }

    /// From here on, objects of this daemon may follow.
    pub(super) fn uses(&mut self, daemon: Daemon) -> Result<(), Error> {
        self.head.daemon = Some(daemon);
        self.line(&Line::Head(self.head.clone()))
    }

    /// What a step makes in its last moment before a `kill -9`, nobody writes down any more; that it
    /// was under way is then known.
    pub(super) fn step(&mut self, step: Step) -> Result<(), Error> {
        self.line(&Line::Step(step))
    }

    /// The run is still alive, which the time of the file tells.
    pub(super) fn lives(&self) -> std::io::Result<()> {
        self.file.set_modified(SystemTime::now())
    }

    pub(super) fn add(&mut self, object: &Object) -> Result<(), Error> {
        if self.objects.insert(object.clone()) {
            self.line(&Line::Object(object.clone()))?;
        }
        Ok(())
    }

    fn line(&mut self, line: &Line) -> Result<(), Error> {
        let failed = || Error::state("write", &self.path);
        let mut line = serde_json::to_vec(line).map_err(|error| failed()(error.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(failed())
    }

    /// Removes what the run made; what could not be removed is said, and stays in the ledger.
    pub(super) fn settle(&mut self, engine: &Engine) -> Vec<Error> {
        settle(engine, &self.head, &self.objects)
    }

    /// Removes the scratch directory; the daemon helps with what containers have left in it.
    pub(super) fn remove_scratch(&self, path: &Path, engine: &Engine) -> Result<(), Error> {
        let removed = scratch::remove(path, Some(engine), &self.objects);
        removed.map_err(Error::state("remove", path))
    }

    /// The IDs of containers that the run made.
    pub(super) fn containers(&self) -> BTreeSet<String> {
        self.objects
            .iter()
            .filter(|object| object.sort == Sort::Container)
            .map(|object| object.name.clone())
            .collect()
    }

    /// The references of images that came from a registry.
    pub(super) fn pulled(&self) -> BTreeSet<String> {
        self.objects
            .iter()
            .filter(|object| object.pulled)
            .map(|object| object.name.clone())
            .collect()
    }

    /// The run is over and nothing is left: so is its ledger.
    pub fn end(&mut self) -> Result<(), Error> {
        fs::remove_file(&self.path).map_err(Error::state("remove", &self.path))
    }
}

/// Removes what a run made; says what could not be removed.
pub(super) fn settle(engine: &Engine, head: &Head, objects: &BTreeSet<Object>) -> Vec<Error> {
    let mut errors = Vec::new();
    let Some(daemon) = &head.daemon else {
        return errors;
    };
    // The container that removes files is none of the tutorial's, and may have been cut short.
    let remover = Object {
        sort: Sort::Container,
        name: scratch::remover(&head.scratch),
        pulled: false,
    };
    for object in std::iter::once(&remover).chain(objects) {
        if object.sort == Sort::Image
            && (daemon.images_before.contains(&object.name)
                || (object.pulled && daemon.keep_images))
        {
            continue;
        }
        errors.extend(engine.remove(object).err());
    }
    // Builds and commits leave images without a name, of which no event tells; the legacy builder leaves
    // one for each instruction.
    let unnamed = engine
        .images()
        .unwrap_or_default()
        .into_iter()
        .filter(|image| {
            let named = image.repo_tags.iter().any(|tag| !tag.contains("<none>"));
            !named && !daemon.images_before.contains(&image.id)
        });
    for image in unnamed {
        // One may be the parent of another, and go with it.
        let _ = engine.remove(&Object {
            sort: Sort::Image,
            name: image.id,
            pulled: false,
        });
    }
    errors
}

/// Waits until no other run uses the daemon: what two runs make at once cannot be told apart.
/// `waiting` is called now and then; `false` gives up.
pub(super) fn take_turn(
    state: &Path,
    daemon: &str,
    mut waiting: impl FnMut() -> bool,
) -> Result<Turn, Error> {
    let name: String = daemon
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect();
    let path = state.join(format!("daemon-{name}.lock"));
    let failed = |action| Error::state(action, &path);
    fs::create_dir_all(state).map_err(failed("make the folder of"))?;
    loop {
        let file = File::create(&path).map_err(failed("write"))?;
        match file.try_lock() {
            // The one before may have removed the file while we opened it: then it is not the one
            // that others see.
            Ok(()) if is_file_at(&file, &path) => return Ok(Turn { path, _file: file }),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if waiting() => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Interrupted),
            Err(TryLockError::Error(error)) => return Err(failed("lock")(error)),
        }
    }
}

fn is_file_at(file: &File, path: &Path) -> bool {
    let key = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    let there = fs::metadata(path).map(key).ok();
    there.is_some() && file.metadata().map(key).ok() == there
}

/// As long as it lives, no other run of this user uses the daemon.
#[derive(Debug)]
pub(super) struct Turn {
    path: PathBuf,
    _file: File,
}

impl Drop for Turn {
    fn drop(&mut self) {
        // Still locked: whoever waits finds that the file is gone, and makes another.
        let _ = fs::remove_file(&self.path);
    }
}
