//! `tutcheck clean`: puts in order what interrupted runs left.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::engine::Engine;
use super::ledger::{self, Daemon, Entries, Made};
use super::names::is_hold;
use super::object::{Object, ObjectKind, made};
use super::reach::Reach;
use super::turn::{Wants, sweep, take_turn};
use super::{Error, removal, scratch};
use crate::private;

/// How long after the last sign of life of a run the daemon may still have made what it was asked for.
const LAST_REQUEST: Duration = Duration::from_millis(2500);

/// How long a run that is being killed may still hold its ledger.
const DYING: Duration = Duration::from_secs(1);

/// Between two looks at a run that is dying, or wants to be alone.
const LOOK: Duration = Duration::from_millis(100);

/// What processes begin before anybody could have written down when the run did, by clocks that tell seconds.
const EARLIER: Duration = Duration::from_secs(1);

/// A run that was interrupted, as its processes are known by.
#[derive(Debug)]
pub struct Run<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its scratch directory.
    pub scratch: &'a Path,
    /// Where its processes were held together.
    pub groups: &'a [PathBuf],
    /// When it was.
    pub lived: Range<SystemTime>,
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
    /// Runs that are still going on.
    pub going_on: usize,
    /// What could not be done; those runs stay in the state folder.
    pub errors: Vec<Error>,
}

/// Finishes what interrupted runs left: processes, objects of the daemon, scratch directories.
/// Runs that are still going on are left alone.
pub fn clean(state: &Path, end_processes: impl Fn(&Run<'_>) -> usize) -> Cleaned {
    let mut cleaned = Cleaned::default();
    let mut ledgers: Vec<PathBuf> = fs::read_dir(state.join("runs"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    ledgers.sort();
    let patience = Instant::now() + DYING;
    for path in &ledgers {
        if let Err(error) = clean_one(path, patience, &end_processes, &mut cleaned) {
            cleaned.errors.push(error);
        }
    }
    sweep(state);
    cleaned
}

fn clean_one(
    path: &Path,
    patience: Instant,
    end_processes: &impl Fn(&Run<'_>) -> usize,
    cleaned: &mut Cleaned,
) -> Result<(), Error> {
    let failed = |action| Error::state(action, path);
    let file = match private::open(path, OpenOptions::new().read(true).append(true)) {
        Ok(file) => file,
        // Its run ended while we looked.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("read")(error)),
    };
    while file.try_lock().is_err() {
        if Instant::now() >= patience {
            cleaned.going_on += 1;
            return Ok(());
        }
        std::thread::sleep(LOOK);
    }
    // Its run may have ended by itself meanwhile.
    if !path.exists() {
        return Ok(());
    }
    let mut entries = ledger::read(&file).map_err(failed("read"))?;
    let alive = file.metadata().and_then(|metadata| metadata.modified());
    let alive = alive.map_err(failed("read"))?;
    if let Some(head) = entries.head.take() {
        scratch::is_ours(&head.scratch, &head.run)
            .map_err(Error::state("remove", &head.scratch))?;
        let began = scratch::began(&head.scratch).unwrap_or(alive);
        cleaned.processes += end_processes(&Run {
            name: &head.run,
            scratch: &head.scratch,
            groups: &entries.groups,
            lived: began - EARLIER..alive + LAST_REQUEST,
        });
        let scratch = &head.scratch;
        let state = path.ancestors().nth(2).unwrap_or(path);
        let mut removed = remove_scratch(scratch);
        if let Some(daemon) = &head.daemon {
            let engine = Engine::connect(&Reach::of(daemon.address.clone()))?;
            wait_for_last_request(alive);
            let mut last = last_objects(&engine, daemon, &entries, alive);
            last.extend(engine.labelled(&head.run));
            let others = ledger::objects_of_others(state, &head.run);
            entries
                .objects
                .extend(last.into_iter().filter(|object| !others.contains(object)));
            if removed.is_err() {
                removed = removal::remove_scratch(scratch, &engine, &entries.objects);
            }
            let made = Made {
                head: &head,
                objects: &entries.objects,
                moved: &entries.moved,
            };
            let nothing = BTreeSet::new();
            let wants = Wants {
                things: &nothing,
                to_be_alone: false,
            };
            let turn = take_turn(state, &daemon.id, wants, |_| {
                std::thread::sleep(LOOK);
                true
            })?;
            let mut errors = removal::settle(&engine, &made, &turn);
            if let Some(error) = errors.pop() {
                cleaned.errors.extend(errors);
                return Err(error);
            }
            let is_named =
                |object: &&Object| !object.name.starts_with("sha256:") && !is_hold(&object.name);
            cleaned.objects += entries.objects.iter().filter(is_named).count();
        }
        removed?;
        cleaned.runs += 1;
    }
    fs::remove_file(path).map_err(failed("remove"))
}

/// A request that the daemon has, it fulfils, also for a client that is gone.
fn wait_for_last_request(alive: SystemTime) {
    if let Ok(early) = (alive + LAST_REQUEST).duration_since(SystemTime::now()) {
        std::thread::sleep(early.min(LAST_REQUEST));
    }
}

/// What the daemon made, past the relay, for a run while nobody was there any more to write it down. Of
/// images there is none: whoever is gone gets none.
fn last_objects(
    engine: &Engine,
    daemon: &Daemon,
    entries: &Entries,
    alive: SystemTime,
) -> Vec<Object> {
    let Some(began) = entries.unfinished else {
        return Vec::new();
    };
    let until = (alive + LAST_REQUEST)
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64());
    engine
        .events(began, until + daemon.clock_ahead)
        .into_iter()
        .filter_map(|event| made(&event))
        .filter(|object| match object.sort {
            ObjectKind::Container | ObjectKind::Network => true,
            ObjectKind::Volume => !daemon.volumes_before.contains(&object.name),
            // Events tell of nothing else.
            _ => false,
        })
        .collect()
}

/// Removes the scratch directory of a run that used no daemon.
pub fn remove_scratch(path: &Path) -> Result<(), Error> {
    scratch::remove(path).map_err(Error::state("remove", path))
}
