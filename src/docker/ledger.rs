//! What a run made, on disk as it happens, so that it can be removed whatever way the run ends.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::scratch;
use super::{Address, Error};

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
struct Head {
    /// The name of the run, which its processes carry as a mark.
    run: String,
    /// Its scratch directory.
    scratch: PathBuf,
    /// The daemon, if the run uses one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    daemon: Option<String>,
    /// Images that were there before: none of them is ever removed.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    images_before: BTreeSet<String>,
    /// Whether pulled images stay.
    #[serde(default)]
    keep_images: bool,
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
        let failed = |action| {
            let path = path.display().to_string();
            move |source| Error::State {
                action,
                path,
                source,
            }
        };
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
            images_before: BTreeSet::new(),
            keep_images: false,
        };
        let mut ledger = Ledger {
            state: state.to_owned(),
            path,
            file,
            head,
            objects: BTreeSet::new(),
        };
        ledger.write_head()?;
        Ok(ledger)
    }

    /// The folder that all runs of this user share.
    pub(super) fn state(&self) -> &Path {
        &self.state
    }

    /// From here on, objects of this daemon may follow.
    pub(super) fn uses(
        &mut self,
        address: &Address,
        images_before: BTreeSet<String>,
        keep_images: bool,
    ) -> Result<(), Error> {
        self.head.daemon = Some(address.host.clone());
        self.head.images_before = images_before;
        self.head.keep_images = keep_images;
        self.write_head()
    }

    fn write_head(&mut self) -> Result<(), Error> {
        let head = self.head.clone();
        self.line(&head)
    }

    pub(super) fn add(&mut self, object: &Object) -> Result<(), Error> {
        if self.objects.insert(object.clone()) {
            self.line(object)?;
        }
        Ok(())
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), Error> {
        let failed = |source| Error::State {
            action: "write",
            path: self.path.display().to_string(),
            source,
        };
        let mut line = serde_json::to_vec(value).map_err(|error| failed(error.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(failed)
    }

    /// Removes what the run made; what could not be removed is said, and stays in the ledger.
    pub(super) fn settle(&mut self, engine: &Engine) -> Vec<Error> {
        settle(engine, &self.head, &self.objects)
    }

    /// Removes the scratch directory; the daemon helps with what containers have left in it.
    pub(super) fn remove_scratch(&self, path: &Path, engine: &Engine) -> Result<(), Error> {
        unless_left(path, scratch::remove(path, Some(engine), &self.objects))
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
        let path = self.path.display().to_string();
        fs::remove_file(&self.path).map_err(|source| Error::State {
            action: "remove",
            path,
            source,
        })
    }
}

fn settle(engine: &Engine, head: &Head, objects: &BTreeSet<Object>) -> Vec<Error> {
    let mut errors = Vec::new();
    // The container that removes files is none of the tutorial's, and may have been cut short.
    let remover = Object {
        sort: Sort::Container,
        name: scratch::remover(&head.scratch),
        pulled: false,
    };
    for object in std::iter::once(&remover).chain(objects) {
        if object.sort == Sort::Image
            && (head.images_before.contains(&object.name) || (object.pulled && head.keep_images))
        {
            continue;
        }
        errors.extend(engine.remove(object).err());
    }
    // Builds and commits leave images without a name, of which no event tells; the legacy builder leaves
    // one for each instruction.
    if head.daemon.is_some() {
        let unnamed = engine
            .images()
            .unwrap_or_default()
            .into_iter()
            .filter(|image| {
                let named = image.repo_tags.iter().any(|tag| !tag.contains("<none>"));
                !named && !head.images_before.contains(&image.id)
            });
        for image in unnamed {
            // One may be the parent of another, and go with it.
            let _ = engine.remove(&Object {
                sort: Sort::Image,
                name: image.id,
                pulled: false,
            });
        }
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
    let failed = |action| {
        let path = path.display().to_string();
        move |source| Error::State {
            action,
            path,
            source,
        }
    };
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

/// What [`clean`] did.
#[derive(Debug, Default)]
pub struct Cleaned {
    /// Interrupted runs that were put in order.
    pub runs: usize,
    /// Objects of their daemons that were removed.
    pub objects: usize,
    /// Processes that were ended.
    pub processes: usize,
    /// What could not be done; those runs stay in the state folder.
    pub errors: Vec<Error>,
}

/// Finishes what interrupted runs left: processes, objects of the daemon, scratch directories.
/// Runs that are still going on are left alone.
pub fn clean(state: &Path, end_processes: impl Fn(&str) -> usize) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let mut ledgers: Vec<PathBuf> = fs::read_dir(state.join("runs"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    ledgers.sort();
    for path in ledgers {
        if let Err(error) = clean_one(&path, &end_processes, &mut cleaned) {
            cleaned.errors.push(error);
        }
    }
    cleaned
}

/// Removes the scratch directory of a run that used no daemon.
pub fn remove_scratch(path: &Path) -> Result<(), Error> {
    unless_left(path, scratch::remove(path, None, &BTreeSet::new()))
}

fn unless_left(path: &Path, removed: std::io::Result<()>) -> Result<(), Error> {
    removed.map_err(|source| Error::State {
        action: "remove",
        path: path.display().to_string(),
        source,
    })
}

fn clean_one(
    path: &Path,
    end_processes: &impl Fn(&str) -> usize,
    cleaned: &mut Cleaned,
) -> Result<(), Error> {
    let failed = |action| {
        let path = path.display().to_string();
        move |source| Error::State {
            action,
            path,
            source,
        }
    };
    let file = match OpenOptions::new().read(true).append(true).open(path) {
        Ok(file) => file,
        // Its run ended while we looked.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("read")(error)),
    };
    if file.try_lock().is_err() {
        return Ok(());
    }
    let mut head = None;
    let mut objects = BTreeSet::new();
    for line in BufReader::new(&file).lines() {
        let line = line.map_err(failed("read"))?;
        // The last line may have been cut short; the one before it then says all there is.
        if let Ok(object) = serde_json::from_str::<Object>(&line) {
            objects.insert(object);
        } else if let Ok(later) = serde_json::from_str::<Head>(&line) {
            head = Some(later);
        }
    }
    if let Some(head) = head {
        cleaned.processes += end_processes(&head.run);
        let path = &head.scratch;
        let mut removed = remove_scratch(path);
        if let Some(host) = &head.daemon {
            let engine = Engine::connect(&Address {
                host: host.clone(),
                config: None,
            })?;
            if removed.is_err() {
                removed = unless_left(path, scratch::remove(path, Some(&engine), &objects));
            }
            let mut errors = settle(&engine, &head, &objects);
            if let Some(error) = errors.pop() {
                cleaned.errors.extend(errors);
                return Err(error);
            }
            cleaned.objects += objects.len();
        }
        removed?;
        cleaned.runs += 1;
    }
    fs::remove_file(path).map_err(failed("remove"))
}
