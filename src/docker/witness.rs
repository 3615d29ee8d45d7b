//! The daemon as a witness: what it says of every object while a run goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bollard::models::{EventMessage, EventMessageTypeEnum};
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::StreamExt;

use super::engine::{Engine, Facts};
use super::ledger::{self, Ledger, Object, Sort, Turn};
use super::{Address, Error};
use crate::matching::{Kind, Known};

/// Reads the daemon's events from before the first step to after the last, and answers what the
/// words of an output are.
#[derive(Debug)]
pub struct Witness {
    engine: Engine,
    facts: Facts,
    seen: Arc<Mutex<Seen>>,
    /// Whether a step is running: what comes into being at other times is not ours.
    running: Arc<AtomicBool>,
    lost: Arc<AtomicBool>,
    ending: Option<tokio::sync::oneshot::Sender<()>>,
    reader: Option<std::thread::JoinHandle<()>>,
    step_started: f64,
    /// As long as it is open, no other run uses the daemon.
    _turn: Turn,
}

/// What was seen so far.
#[derive(Debug)]
struct Seen {
    ledger: Ledger,
    /// Full IDs, and what they are of.
    ids: BTreeMap<String, Kind>,
    /// Names of containers.
    names: BTreeSet<String>,
    /// Words that the tutorial itself typed: a name among them was not made up by the daemon.
    typed: BTreeSet<String>,
    /// Volumes that were there before.
    volumes_before: BTreeSet<String>,
}

impl Witness {
    /// Connects, looks at what is there already, and starts to read events. `keep_images` decides
    /// whether pulled images stay; by default they do on a daemon that has other work. While
    /// another run has the daemon, `waiting` is called now and then; `false` gives up.
    pub fn call(
        address: &Address,
        mut ledger: Ledger,
        keep_images: Option<bool>,
        waiting: impl FnMut() -> bool,
    ) -> Result<Witness, Error> {
        let prepared = prepare(address, &mut ledger, keep_images, waiting);
        let (engine, facts, turn, volumes_before) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => {
                // Nothing was made yet, so there is nothing to remember.
                let _ = ledger.end();
                return Err(error);
            }
        };
        let seen = Seen {
            ledger,
            ids: BTreeMap::new(),
            names: BTreeSet::new(),
            typed: BTreeSet::new(),
            volumes_before,
        };
        let mut witness = Witness {
            engine,
            facts,
            seen: Arc::new(Mutex::new(seen)),
            running: Arc::new(AtomicBool::new(false)),
            lost: Arc::new(AtomicBool::new(false)),
            ending: None,
            reader: None,
            step_started: 0.0,
            _turn: turn,
        };
        witness.read_events(address.clone());
        Ok(witness)
    }

    /// What a recording says of the daemon.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    fn read_events(&mut self, address: Address) {
        let (ending, ended) = tokio::sync::oneshot::channel();
        let (seen, running, lost) = (
            Arc::clone(&self.seen),
            Arc::clone(&self.running),
            Arc::clone(&self.lost),
        );
        let reader = std::thread::spawn(move || {
            let Ok(engine) = Engine::connect(&address) else {
                lost.store(true, Ordering::Relaxed);
                return;
            };
            let mut events = Box::pin(engine.docker.events(None));
            engine.wait(async {
                let mut ended = ended;
                loop {
                    tokio::select! {
                        _ = &mut ended => return,
                        event = events.next() => match event {
                            Some(Ok(event)) => lock(&seen).take(event, running.load(Ordering::Relaxed)),
                            Some(Err(_)) | None => {
                                lost.store(true, Ordering::Relaxed);
                                return;
                            }
                        },
                    }
                }
            });
        });
        self.ending = Some(ending);
        self.reader = Some(reader);
    }

    /// A step begins; `command` is what is typed.
    pub fn step_begins(&mut self, command: &str) {
        lock(&self.seen)
            .typed
            .extend(words(command).map(str::to_owned));
        self.step_started = self.daemon_time();
        self.running.store(true, Ordering::Relaxed);
    }

    /// The step is over: all that the daemon did for it is now known.
    pub fn step_ends(&mut self) {
        // The stream of events is a little behind; the same events asked for by time are not.
        let options = EventsOptionsBuilder::default()
            .since(&format!("{:.9}", self.step_started - 0.05))
            .until(&format!("{:.9}", self.daemon_time()))
            .build();
        if !self.lost.load(Ordering::Relaxed) {
            let events = self.engine.docker.events(Some(options));
            let all = self.engine.wait(async {
                tokio::time::timeout(Duration::from_secs(3), events.collect::<Vec<_>>())
                    .await
                    .unwrap_or_default()
            });
            let mut seen = lock(&self.seen);
            for event in all.into_iter().flatten() {
                seen.take(event, true);
            }
        }
        self.running.store(false, Ordering::Relaxed);
    }

    fn daemon_time(&self) -> f64 {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64());
        now + self.facts.clock_ahead
    }

    /// Whether the daemon is gone, or no longer answers.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Relaxed) || !self.engine.is_alive()
    }

    /// Which of these words are identifiers, and of what. Asks the daemon only for those that no
    /// event has named.
    pub fn identify(&self, words: &[&str]) -> Known {
        let mut known = Known::new();
        let mut unknown = Vec::new();
        {
            let seen = lock(&self.seen);
            for word in words {
                match seen.kind(word) {
                    Some(kind) => {
                        known.insert((*word).to_owned(), kind);
                    }
                    None if is_hex(word) => unknown.push(*word),
                    None => {}
                }
            }
        }
        if unknown.is_empty() {
            return known;
        }
        let all = self.everything();
        for word in unknown {
            if let Some(kind) = kind_of(&all, word) {
                known.insert(word.to_owned(), kind);
            }
        }
        known
    }

    /// Every ID that the daemon has now. What it does not answer, it does not know.
    fn everything(&self) -> BTreeMap<String, Kind> {
        let mut all = BTreeMap::new();
        for image in self.engine.images().unwrap_or_default() {
            all.extend(
                image
                    .repo_digests
                    .iter()
                    .filter_map(|digest| digest.split_once("@sha256:"))
                    .map(|(_, hex)| (hex.to_owned(), Kind::Digest)),
            );
            all.insert(
                image.id.trim_start_matches("sha256:").to_owned(),
                Kind::Image,
            );
        }
        let containers = self.engine.container_ids().unwrap_or_default();
        all.extend(containers.into_iter().map(|id| (id, Kind::Container)));
        let networks = self.engine.network_ids().unwrap_or_default();
        all.extend(networks.into_iter().map(|id| (id, Kind::Network)));
        let volumes = self.engine.volume_names().unwrap_or_default();
        all.extend(
            volumes
                .into_iter()
                .filter(|name| is_hex(name))
                .map(|name| (name, Kind::Volume)),
        );
        all
    }

    /// The digests of the images that the run pulled, by reference.
    pub fn pulled(&self) -> BTreeMap<String, String> {
        let mut digests = self.engine.digests().unwrap_or_default();
        let pulled = lock(&self.seen).ledger.pulled();
        digests.retain(|reference, _| pulled.contains(reference));
        digests
    }

    /// Removes what the run made. What could not be removed is said, and stays in the ledger.
    pub fn settle(&mut self) -> Vec<Error> {
        self.stop_reading();
        lock(&self.seen).ledger.settle(&self.engine)
    }

    /// The run is over and nothing is left: so is its ledger.
    pub fn end(&mut self) -> Result<(), Error> {
        lock(&self.seen).ledger.end()
    }

    fn stop_reading(&mut self) {
        drop(self.ending.take());
        if let Some(reader) = self.reader.take() {
            // It ends at once; if it has panicked there is nothing more to learn from it.
            let _ = reader.join();
        }
    }
}

type Prepared = (Engine, Facts, Turn, BTreeSet<String>);

/// Connects, waits for the turn, and writes down what is there already.
fn prepare(
    address: &Address,
    ledger: &mut Ledger,
    keep_images: Option<bool>,
    waiting: impl FnMut() -> bool,
) -> Result<Prepared, Error> {
    let engine = Engine::connect(address)?;
    let facts = engine.facts()?;
    let turn = ledger::take_turn(ledger.state(), &facts.id, waiting)?;
    let images = engine.images()?;
    let is_shared = !images.is_empty() || !engine.container_ids()?.is_empty();
    let images_before = images
        .into_iter()
        .flat_map(|image| image.repo_tags.into_iter().chain([image.id]))
        .collect();
    ledger.uses(address, images_before, keep_images.unwrap_or(is_shared))?;
    let volumes_before = engine.volume_names()?.into_iter().collect();
    Ok((engine, facts, turn, volumes_before))
}

impl Drop for Witness {
    fn drop(&mut self) {
        self.stop_reading();
    }
}

impl Seen {
    fn take(&mut self, event: EventMessage, is_ours: bool) {
        let Some(actor) = event.actor else { return };
        let (Some(id), attributes) = (actor.id, actor.attributes.unwrap_or_default()) else {
            return;
        };
        let action = event.action.unwrap_or_default();
        let created = action == "create";
        let object = match event.typ {
            Some(EventMessageTypeEnum::CONTAINER) => {
                self.ids.insert(id.clone(), Kind::Container);
                self.names.extend(attributes.get("name").cloned());
                created.then_some((Sort::Container, id, false))
            }
            Some(EventMessageTypeEnum::NETWORK) => {
                self.ids.insert(id.clone(), Kind::Network);
                created.then_some((Sort::Network, id, false))
            }
            Some(EventMessageTypeEnum::VOLUME) => {
                if is_hex(&id) {
                    self.ids.insert(id.clone(), Kind::Volume);
                }
                (created && !self.volumes_before.contains(&id)).then_some((Sort::Volume, id, false))
            }
            Some(EventMessageTypeEnum::IMAGE) => {
                if let Some(hex) = id.strip_prefix("sha256:") {
                    self.ids.insert(hex.to_owned(), Kind::Image);
                }
                match action.as_str() {
                    "pull" => Some((Sort::Image, id, true)),
                    "tag" | "import" | "load" => Some((
                        Sort::Image,
                        attributes.get("name").cloned().unwrap_or(id),
                        false,
                    )),
                    _ => None,
                }
            }
            _ => None,
        };
        if let (true, Some((sort, name, pulled))) = (is_ours, object) {
            // Events are all there is to say it with; a full disk shows at the next step.
            let _ = self.ledger.add(&Object { sort, name, pulled });
        }
    }

    fn kind(&self, word: &str) -> Option<Kind> {
        if self.names.contains(word) && !self.typed.contains(word) {
            return Some(Kind::Name);
        }
        kind_of(&self.ids, word)
    }
}

/// What a full or cut ID is of.
fn kind_of(ids: &BTreeMap<String, Kind>, word: &str) -> Option<Kind> {
    if !is_hex(word) {
        return None;
    }
    let (id, kind) = ids.range(word.to_owned()..).next()?;
    id.starts_with(word).then_some(*kind)
}

fn is_hex(word: &str) -> bool {
    matches!(word.len(), 12 | 64)
        && word
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn words(command: &str) -> impl Iterator<Item = &str> {
    command
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .filter(|word| !word.is_empty())
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    // What a panicking reader left is still the best there is.
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
