//! The daemon as a witness: what it says of every object while a run goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::arrival::{Arrived, Wishes, arrive};
use super::deeds::Deeds;
use super::digests::{self, Digests};
use super::engine::{Engine, Facts};
use super::hearing::{Hearing, RECONNECT};
use super::ledger::{Ledger, StepMark};
use super::notes::{Notes, lock};
use super::reach::Reach;
use super::relay::{Door, Relay};
use super::seen::Seen;
use super::turn::Turn;
use super::turns::Turns;
use super::{Address, Error, removal};
use crate::identity::{Kind, Known};

/// How long the daemon may take to tell of the end of a container.
const TELLING: Duration = Duration::from_secs(1);

/// How long what clients have asked for in their last moment may take.
const ANSWERS: Duration = Duration::from_secs(10);

/// How long a daemon that is being started anew may take before what a run made is removed.
const RETURN: Duration = Duration::from_secs(10);

/// Reads the daemon's events from before the first step to after the last, and answers what the
/// words of an output are.
#[derive(Debug)]
pub struct Witness {
    engine: Engine,
    facts: Facts,
    pub(super) notes: Arc<Mutex<Notes>>,
    pub(super) digests: Digests,
    relay: Relay,
    /// The way to the daemon, behind the relay.
    reach: Reach,
    hearing: Hearing,
    step_started: f64,
    pub(super) turn: Turn,
}

impl Witness {
    /// Connects, looks at what is there already, starts to read events, and opens the relay. While
    /// another run has the daemon, `waiting` is called now and then, with why; `false` gives up.
    pub fn call(
        address: &Address,
        door: Door,
        mut ledger: Ledger,
        wishes: &Wishes,
        waiting: impl FnMut(&str) -> bool,
    ) -> Result<Witness, Error> {
        let reach = Reach::of(address.clone());
        match arrive(&reach, &mut ledger, wishes, waiting) {
            Ok(arrived) => Ok(Witness::of(arrived, reach, ledger, door)),
            Err(error) => {
                ledger.abandon();
                Err(error)
            }
        }
    }

    /// Starts to read events, and opens the relay at a door.
    pub(super) fn of(arrived: Arrived, reach: Reach, ledger: Ledger, door: Door) -> Witness {
        let notes = Arc::new(Mutex::new(Notes {
            seen: Seen::new(arrived.before),
            ledger,
            room: arrived.room,
            deeds: Deeds::default(),
            images_change: true,
            is_past_relay: false,
        }));
        let relay = Relay::open(reach.clone(), door, Arc::clone(&notes));
        Witness {
            engine: arrived.engine,
            facts: arrived.facts,
            digests: Digests::default(),
            relay,
            hearing: Hearing::begin(&reach, &notes),
            notes,
            reach,
            step_started: 0.0,
            turn: arrived.turn,
        }
    }

    /// Processes by which the daemon is reached: they are tutcheck's own.
    pub fn clients(&self) -> BTreeSet<u32> {
        self.reach.clients()
    }

    /// What a recording says of the daemon.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// A step begins, by its number from 1; `command` is what is typed. One that speaks to the daemon past the relay is
    /// known by when things happen.
    pub fn step_begins(&mut self, number: usize, command: &str, is_past_relay: bool) {
        self.step_started = self.daemon_time();
        let mut notes = lock(&self.notes);
        notes.seen.step_begins(command);
        notes.deeds.step_begins(number);
        notes.is_past_relay = is_past_relay;
        if is_past_relay {
            // A ledger that cannot be written shows when it is to be.
            let _ = notes.ledger.step(StepMark::Began(self.step_started));
        }
        drop(notes);
        self.hearing.step_runs(true);
    }

    /// The step is over: all that the daemon did for it is now known.
    pub fn step_ends(&mut self) {
        // The stream of events is a little behind; the same events asked for by time are not.
        let deadline = Instant::now() + TELLING;
        while !self.is_deaf() || self.engine.is_alive() {
            let all = self
                .engine
                .events(self.step_started - 0.05, self.daemon_time());
            let mut notes = lock(&self.notes);
            for event in all {
                notes.take(event, true);
            }
            let without_end = notes.seen.turns().without_end();
            drop(notes);
            // Until the daemon has told of the end, its lists show the container as running, also to a
            // client whose `docker run` is over. Nobody types so fast.
            let is_late = without_end.iter().any(|id| self.engine.has_ended(id));
            if !is_late || Instant::now() >= deadline {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.hearing.step_runs(false);
        self.step_started = self.daemon_time();
        let mut notes = lock(&self.notes);
        if notes.is_past_relay {
            let _ = notes.ledger.step(StepMark::Ended);
        }
    }

    /// What the step has met that somebody else has: a volume `data`.
    pub fn met(&self) -> Option<String> {
        lock(&self.notes).room.met()
    }

    /// Waits until what its clients have asked for in their last moment is made, and known.
    pub fn hears_out(&self) {
        if self.engine.is_alive() {
            self.relay.wait_for_answers(ANSWERS);
        }
    }

    /// No step comes any more: what was made since the last one is of a job that it left running.
    pub fn run_ends(&mut self) {
        if self.step_started > 0.0 {
            self.step_ends();
        }
    }

    /// How containers came and went.
    pub(super) fn turns<T>(&self, of: impl FnOnce(&mut Turns) -> T) -> T {
        self.seen(|seen| of(seen.turns()))
    }

    pub(super) fn seen<T>(&self, of: impl FnOnce(&mut Seen) -> T) -> T {
        of(&mut lock(&self.notes).seen)
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Whether events of the daemon are not heard at the moment.
    pub(super) fn is_deaf(&self) -> bool {
        self.hearing.is_deaf()
    }

    pub(super) fn daemon_time(&self) -> f64 {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64());
        now + self.facts.clock_ahead
    }

    /// Whether the daemon is gone, or no longer answers.
    pub fn is_lost(&self) -> bool {
        self.is_deaf() || !self.engine.is_alive()
    }

    /// What the words of an output are, of those that `candidates` names; where it lists objects, also
    /// the names of those that were there before. Asks the daemon only where no event has said it.
    pub fn identify(&self, output: &str, candidates: &[&str], lists_objects: bool) -> Known {
        let mut known = Known::new();
        let mut unknown = Vec::new();
        let notes = lock(&self.notes);
        let (seen, sees_others) = (&notes.seen, notes.sees_others());
        let names = output.split_whitespace();
        let names = names.filter(|_| lists_objects && sees_others);
        known.extend(names.filter_map(|word| Some((word.to_owned(), seen.foreign(word)?))));
        for word in candidates {
            match seen.identity(word) {
                Some(identity) => {
                    known.insert((*word).to_owned(), identity);
                }
                None if !word.contains('_') => unknown.push(*word),
                None => {}
            }
        }
        let ports: BTreeSet<&str> = output
            .split(|c: char| !c.is_ascii_digit())
            .filter(|word| is_ephemeral(word) && !seen.was_typed(word))
            .collect();
        drop(notes);
        if unknown.is_empty() && ports.is_empty() {
            return of_page(known, sees_others);
        }
        let inventory = self.engine.inventory();
        let notes = lock(&self.notes);
        for word in unknown {
            if let Some(identity) = notes.seen.identity_in(&inventory, word) {
                known.insert(word.to_owned(), identity);
            }
        }
        for port in ports {
            if port
                .parse()
                .is_ok_and(|number| inventory.ports.contains(&number))
            {
                known.insert(port.to_owned(), Kind::Port.into());
            }
        }
        of_page(known, sees_others)
    }

    /// Looks up the digests of the images that the step has used; its output tells of those that are in no
    /// list.
    pub fn reads_digests(&mut self, output: &str) {
        let (used, has_pulled, has_built) = self.seen(|seen| {
            // What a step prints that has built nothing is no builder's.
            let bases = seen.has_built().then(|| digests::bases(output));
            for base in bases.iter().flatten() {
                seen.uses(base);
            }
            (seen.images().clone(), seen.has_pulled(), seen.has_built())
        });
        self.digests.look_up(&used, has_pulled, &self.engine);
        if has_pulled || has_built {
            self.digests.read(output);
        }
    }

    /// The digests of the images that the run has used, by reference.
    pub fn images(&self) -> BTreeMap<String, String> {
        self.digests.all()
    }

    /// Whether an image was pulled since the step began.
    pub fn has_pulled(&self) -> bool {
        self.seen(|seen| seen.has_pulled())
    }

    /// Whether a container was started since the step began.
    pub fn has_started(&self) -> bool {
        self.turns(|turns| turns.last_start()).is_some()
    }

    /// The IDs of the run's containers.
    pub(super) fn own(&self) -> BTreeSet<String> {
        lock(&self.notes).ledger.containers()
    }

    /// Removes the scratch directory; the daemon helps with what containers have left in it.
    pub fn remove_scratch(&self, path: &Path) -> Result<(), Error> {
        let notes = lock(&self.notes);
        removal::remove_scratch(path, &self.engine, notes.ledger.objects())
    }

    /// Removes what the run made. What could not be removed is said, and stays in the ledger.
    pub fn settle(&mut self) -> Vec<Error> {
        self.hearing.stop();
        let deadline = Instant::now() + RETURN;
        while !self.engine.is_alive() {
            if Instant::now() >= deadline {
                return vec![self.engine.silent()];
            }
            std::thread::sleep(RECONNECT);
        }
        let notes = lock(&self.notes);
        removal::settle(&self.engine, &notes.ledger.made(), &self.turn)
    }

    /// The run is over and nothing is left: so is its ledger.
    pub fn end(&mut self) -> Result<(), Error> {
        lock(&self.notes).ledger.end()
    }

    /// The start has failed.
    pub fn abandon(&self) {
        lock(&self.notes).ledger.abandon();
    }
}

/// Of what a page sees, nothing is other people's, unless it sees what they have.
fn of_page(mut known: Known, sees_others: bool) -> Known {
    for identity in known.values_mut().filter(|_| !sees_others) {
        identity.is_foreign = false;
    }
    known
}

/// A port from the range that the kernel gives out by itself.
fn is_ephemeral(word: &str) -> bool {
    word.len() == 5 && word.parse::<u16>().is_ok_and(|port| port >= 32768)
}
