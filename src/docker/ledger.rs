//! What a run made, on disk as it happens, so that it can be removed whatever way the run ends.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::object::{Object, ObjectKind};
use super::{Address, Error, scratch};
use crate::private;

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
    /// Its own name for itself.
    #[serde(default)]
    pub(super) id: String,
    /// Where it is.
    #[serde(flatten)]
    pub(super) address: Address,
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
    Step(StepMark),
    Moved(Moved),
    Group(Group),
    Head(Head),
}

/// A reference of an image that the run has set, and what it stood for before: it is to stand for that again.
#[derive(Debug, Serialize, Deserialize)]
struct Moved {
    reference: String,
    was: String,
}

/// The folder of a control group that the run's processes are in, or were to be in.
#[derive(Debug, Serialize, Deserialize)]
struct Group {
    group: PathBuf,
}

/// A step that speaks to the daemon past the relay; it began at a time by the daemon's clock, in seconds since 1970.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum StepMark {
    Began(f64),
    Ended,
}

/// What stands in a ledger.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) head: Option<Head>,
    pub(super) objects: BTreeSet<Object>,
    /// References of images that the run has set, and what they stood for before.
    pub(super) moved: BTreeMap<String, String>,
    /// Where its processes were held together.
    pub(super) groups: Vec<PathBuf>,
    /// When the step began that has not ended.
    pub(super) unfinished: Option<f64>,
}

/// What a run has made, and what is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made<'a> {
    pub(super) head: &'a Head,
    pub(super) objects: &'a BTreeSet<Object>,
    /// References of images that the run has set, and what they stood for before.
    pub(super) moved: &'a BTreeMap<String, String>,
}

/// Reads a ledger. Its last line may have been cut short; the ones before it then say all there is.
pub(super) fn read(file: &File) -> std::io::Result<Entries> {
    let mut entries = Entries::default();
    // A line that is none costs no other its meaning.
    for line in BufReader::new(file).split(b'\n') {
        match serde_json::from_slice(&line?) {
            Ok(Line::Object(object)) => drop(entries.objects.insert(object)),
            Ok(Line::Step(StepMark::Began(at))) => entries.unfinished = Some(at),
            Ok(Line::Step(StepMark::Ended)) => entries.unfinished = None,
            Ok(Line::Moved(moved)) => {
                entries.moved.entry(moved.reference).or_insert(moved.was);
            }
            Ok(Line::Group(Group { group })) => entries.groups.push(group),
            Ok(Line::Head(head)) => entries.head = Some(head),
            Err(_) => {}
        }
    }
    // Of a group that has another name, a ledger knows nothing.
    let run = entries.head.as_ref().map(|head| head.run.as_str());
    let is_of_run = |group: &PathBuf| group.file_name().and_then(|name| name.to_str()) == run;
    entries.groups.retain(is_of_run);
    Ok(entries)
}

/// The objects of all runs but one.
pub(super) fn objects_of_others(state: &Path, run: &str) -> BTreeSet<Object> {
    let own = format!("{run}.jsonl");
    let ledgers = fs::read_dir(state.join("runs"));
    let others = ledgers.into_iter().flatten().flatten();
    let others = others.filter(|ledger| ledger.file_name() != own.as_str());
    let opened = |path: &Path| private::open(path, OpenOptions::new().read(true)).ok();
    let entries = others.filter_map(|ledger| read(&opened(&ledger.path())?).ok());
    entries.flat_map(|entries| entries.objects).collect()
}

/// The ledger of a run that is going on.
#[derive(Debug)]
pub struct Ledger {
    state: PathBuf,
    path: PathBuf,
    file: File,
    head: Head,
    objects: BTreeSet<Object>,
    moved: BTreeMap<String, String>,
}

impl Ledger {
    /// Opens a ledger for a run, in tutcheck's state folder. As long as it is open it is locked:
    /// `clean` leaves it alone.
    pub fn open(state: &Path, run: &str, scratch: &Path) -> Result<Ledger, Error> {
        let folder = state.join("runs");
        let path = folder.join(format!("{run}.jsonl"));
        let failed = |action| Error::state(action, &path);
        for folder in [state, &folder] {
            private::folder(folder).map_err(Error::no_folder(folder))?;
        }
        let file = private::open(&path, OpenOptions::new().append(true).create_new(true))
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
            moved: BTreeMap::new(),
        };
        if let Err(error) = ledger.line(&Line::Head(ledger.head.clone())) {
            let _ = ledger.end();
            return Err(error);
        }
        Ok(ledger)
    }

    /// The name of its run.
    pub fn run(&self) -> &str {
        &self.head.run
    }

    /// The folder that all runs of this user share.
    pub(super) fn state(&self) -> &Path {
        &self.state
    }

    /// The run's processes will be in a group.
    pub fn groups(&mut self, folder: &Path) -> Result<(), Error> {
        let group = folder.to_owned();
        self.line(&Line::Group(Group { group }))
    }

    /// From here on, objects of this daemon may follow.
    pub(super) fn uses(&mut self, daemon: Daemon) -> Result<(), Error> {
        self.head.daemon = Some(daemon);
        self.line(&Line::Head(self.head.clone()))
    }

    /// What a step makes in its last moment before a `kill -9`, nobody writes down any more; that it
    /// was under way is then known.
    pub(super) fn step(&mut self, step: StepMark) -> Result<(), Error> {
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

    /// A reference stood for `was`, and is to do so again when the run is over.
    pub(super) fn moves(&mut self, reference: &str, was: &str) -> Result<(), Error> {
        if self.moved.contains_key(reference) {
            return Ok(());
        }
        let (reference, was) = (reference.to_owned(), was.to_owned());
        self.moved.insert(reference.clone(), was.clone());
        self.line(&Line::Moved(Moved { reference, was }))
    }

    fn line(&mut self, line: &Line) -> Result<(), Error> {
        let failed = || Error::state("write", &self.path);
        let mut line = serde_json::to_vec(line).map_err(|error| failed()(error.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(failed())
    }

    /// The run, and its daemon if it uses one.
    pub(super) fn head(&self) -> &Head {
        &self.head
    }

    /// What the run made.
    pub(super) fn objects(&self) -> &BTreeSet<Object> {
        &self.objects
    }

    /// These are gone, before the run is over.
    pub(super) fn forgets(&mut self, objects: &[Object]) {
        for object in objects {
            self.objects.remove(object);
        }
    }

    /// All that is to be undone.
    pub(super) fn made(&self) -> Made<'_> {
        Made {
            head: &self.head,
            objects: &self.objects,
            moved: &self.moved,
        }
    }

    /// The IDs of containers that the run made.
    pub(super) fn containers(&self) -> BTreeSet<String> {
        self.objects
            .iter()
            .filter(|object| object.sort == ObjectKind::Container)
            .map(|object| object.name.clone())
            .collect()
    }

    /// A start has failed, when nothing but the scratch directory was made. Where that stays, so does its ledger.
    pub fn abandon(&mut self) {
        if scratch::remove(&self.head.scratch).is_ok() {
            let _ = self.end();
        }
    }

    /// The run is over and nothing is left: so is its ledger.
    pub fn end(&mut self) -> Result<(), Error> {
        fs::remove_file(&self.path).map_err(Error::state("remove", &self.path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_though_the_last_line_is_cut() {
        let state = tempfile::tempdir().expect("a folder");
        let mut ledger = Ledger::open(state.path(), "run-1", Path::new("/tmp/scratch"))
            .expect("a ledger can be made");
        let object = Object::new(ObjectKind::Container, "7eb17e337a13");
        ledger.add(&object).expect("it can be written");
        ledger.add(&object).expect("it can be written");
        ledger
            .step(StepMark::Began(1.5))
            .expect("it can be written");
        let path = state.path().join("runs/run-1.jsonl");
        let text = fs::read_to_string(&path).expect("it is there");
        assert_eq!(text.lines().count(), 3, "an object is written once: {text}");
        fs::write(&path, &text[..text.len() - 4]).expect("it can be written");
        let entries = read(&File::open(&path).expect("it is there")).expect("it can be read");
        assert_eq!(entries.objects, BTreeSet::from([object]));
        assert_eq!(entries.head.expect("a first line").run, "run-1");
        assert_eq!(entries.unfinished, None, "that line was cut short");
        fs::write(&path, text).expect("it can be written");
        let entries = read(&File::open(&path).expect("it is there")).expect("it can be read");
        assert_eq!(entries.unfinished, Some(1.5));
    }

    #[test]
    fn a_run_has_its_ledger_alone() {
        let state = tempfile::tempdir().expect("a folder");
        let scratch = Path::new("/tmp/scratch");
        let mut first = Ledger::open(state.path(), "run-1", scratch).expect("a ledger");
        assert!(Ledger::open(state.path(), "run-1", scratch).is_err());
        first.end().expect("it can be removed");
        assert!(Ledger::open(state.path(), "run-1", scratch).is_ok());
    }
}
