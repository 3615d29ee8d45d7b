//! What the witness has seen so far: objects, their names, and how containers came and went.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use bollard::models::{EventMessage, EventMessageTypeEnum};

use super::engine::Inventory;
use super::ledger::{Ledger, Object, Sort};
use crate::identity::{Identity, Kind};
use crate::observation::Death;

/// What was seen since the run began, and what was there before.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) ledger: Ledger,
    /// What was there before.
    before: Inventory,
    /// Full IDs, and what they are of.
    ids: BTreeMap<String, Kind>,
    /// Names of containers, and their IDs.
    names: BTreeMap<String, String>,
    /// Words that the tutorial itself typed: a name among them was not made up by the daemon.
    typed: BTreeSet<String>,
    /// Starts and ends of containers since the step began, by the daemon's clock in nanoseconds.
    /// The same event may come twice, from the stream and when it is asked for.
    turns: BTreeSet<(i64, String, Turn)>,
}

/// What happened to a container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Starts,
    /// Somebody ends it.
    IsEnded,
    /// With this status.
    Ends(String),
}

impl Seen {
    pub(super) fn new(ledger: Ledger, before: Inventory) -> Seen {
        Seen {
            ledger,
            before,
            ids: BTreeMap::new(),
            names: BTreeMap::new(),
            typed: BTreeSet::new(),
            turns: BTreeSet::new(),
        }
    }

    pub(super) fn step_begins(&mut self, command: &str) {
        self.typed.extend(words(command).map(str::to_owned));
        self.turns.clear();
    }

    pub(super) fn was_typed(&self, word: &str) -> bool {
        self.typed.contains(word)
    }

    pub(super) fn take(&mut self, event: EventMessage, is_ours: bool) {
        let is_before = |object: &Object| {
            object.sort == Sort::Volume && self.before.names.contains_key(&object.name)
        };
        if is_ours && let Some(object) = made(&event).filter(|object| !is_before(object)) {
            // Events are all there is to say it with; a full disk shows at the next step.
            let _ = self.ledger.add(&object);
        }
        let Some(actor) = event.actor else { return };
        let (Some(id), attributes) = (actor.id, actor.attributes.unwrap_or_default()) else {
            return;
        };
        let action = event.action.unwrap_or_default();
        match event.typ {
            Some(EventMessageTypeEnum::CONTAINER) => {
                self.ids.insert(id.clone(), Kind::Container);
                if let Some(name) = attributes.get("name") {
                    self.names.insert(name.clone(), id.clone());
                }
                if let Some(exec) = attributes.get("execID") {
                    self.ids.insert(exec.clone(), Kind::Exec);
                }
                let turn = match action.as_str() {
                    "start" => Some(Turn::Starts),
                    "kill" | "stop" | "pause" => Some(Turn::IsEnded),
                    "die" => Some(Turn::Ends(
                        attributes.get("exitCode").cloned().unwrap_or_default(),
                    )),
                    _ => None,
                };
                let time = event.time_nano.unwrap_or_default();
                self.turns.extend(
                    turn.filter(|_| is_ours || !self.turns.is_empty())
                        .map(|turn| (time, id.clone(), turn)),
                );
            }
            Some(EventMessageTypeEnum::NETWORK) => {
                self.ids.insert(id, Kind::Network);
            }
            Some(EventMessageTypeEnum::VOLUME) if is_hex(&id) => {
                self.ids.insert(id, Kind::Volume);
            }
            Some(EventMessageTypeEnum::SERVICE | EventMessageTypeEnum::NODE) => {
                self.ids.insert(id, Kind::Service);
            }
            Some(EventMessageTypeEnum::IMAGE) => {
                if let Some(hex) = id.strip_prefix("sha256:") {
                    self.ids.insert(hex.to_owned(), Kind::Image);
                }
            }
            _ => {}
        }
    }

    /// The first container that the step started and nobody ended, and that has ended all the same.
    pub(super) fn first_death(&self) -> Option<Death> {
        let mut running: BTreeSet<&str> = BTreeSet::new();
        for (time, id, turn) in &self.turns {
            match turn {
                Turn::Starts => {
                    running.insert(id);
                }
                Turn::IsEnded => {
                    running.remove(id.as_str());
                }
                Turn::Ends(status) if running.contains(id.as_str()) => {
                    let restarts = self.turns.iter().any(|(later, other, turn)| {
                        later > time && other == id && *turn == Turn::Starts
                    });
                    let name = self.names.iter().find(|(_, named)| *named == id);
                    return Some(Death {
                        id: id.clone(),
                        name: name.map_or_else(|| short(id), |(name, _)| name.clone()),
                        status: status.parse().unwrap_or(-1),
                        restarts,
                    });
                }
                Turn::Ends(_) => {}
            }
        }
        None
    }

    /// Containers that the step started, or somebody ended, and of whose end nothing was heard.
    pub(super) fn without_end(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        for (_, id, turn) in &self.turns {
            match turn {
                Turn::Starts | Turn::IsEnded => ids.insert(id.clone()),
                Turn::Ends(_) => ids.remove(id),
            };
        }
        ids
    }

    /// When the step started a container for the last time, in seconds since 1970; none if it
    /// started none that is still to be looked after.
    pub(super) fn last_start(&self) -> Option<f64> {
        let starts = self
            .turns
            .iter()
            .filter(|(_, _, turn)| *turn == Turn::Starts);
        #[expect(clippy::cast_precision_loss, reason = "microseconds are enough")]
        let last = starts.map(|(time, _, _)| *time as f64 / 1e9).next_back();
        last
    }

    /// What a word is, as far as events have said.
    pub(super) fn identity(&self, word: &str) -> Option<Identity> {
        let name = self.names.get(word).filter(|_| !self.typed.contains(word));
        if let Some(id) = name {
            return Some(Identity {
                of: Some(short(id)),
                ..Kind::Name.into()
            });
        }
        if let Some(id) = self
            .before
            .names
            .get(word)
            .filter(|id| self.before.ids.get(*id) == Some(&Kind::Container))
        {
            return Some(Identity {
                of: Some(short(id)),
                is_foreign: true,
                kind: Kind::Name,
            });
        }
        kind_of(&self.ids, word).map(|kind| self.with_origin(word, kind))
    }

    /// What a word is, as the daemon has it now.
    pub(super) fn identity_in(&self, inventory: &Inventory, word: &str) -> Option<Identity> {
        if let Ok(address) = word.parse::<Ipv4Addr>() {
            let is_dockers = inventory
                .subnets
                .iter()
                .any(|(network, bits)| is_in(address, *network, *bits));
            // One that the author chose is the author's.
            return (is_dockers && !self.typed.contains(word)).then(|| Kind::Address.into());
        }
        kind_of(&inventory.ids, word).map(|kind| self.with_origin(word, kind))
    }

    fn with_origin(&self, word: &str, kind: Kind) -> Identity {
        // Networks that every daemon has are part of any list.
        let is_everywhere = EVERYWHERE.iter().any(|name| {
            let id = self.before.names.get(*name);
            id.is_some_and(|id| id.starts_with(word))
        });
        Identity {
            is_foreign: !is_everywhere && kind_of(&self.before.ids, word).is_some(),
            ..kind.into()
        }
    }

    /// The name of something that was there before, such as another project's volume.
    pub(super) fn foreign(&self, word: &str) -> Option<Identity> {
        let id = self.before.names.get(word)?;
        let kind = self.before.ids.get(id).copied().unwrap_or(Kind::Volume);
        let is_named = matches!(kind, Kind::Network | Kind::Volume) && !EVERYWHERE.contains(&word);
        (is_named && !self.typed.contains(word)).then(|| Identity {
            is_foreign: true,
            ..kind.into()
        })
    }
}

/// What came into being, if an event tells of that.
pub(super) fn made(event: &EventMessage) -> Option<Object> {
    let actor = event.actor.as_ref()?;
    let id = actor.id.clone()?;
    let object = |sort, name, pulled| Some(Object { sort, name, pulled });
    match (event.typ?, event.action.as_deref()?) {
        (EventMessageTypeEnum::CONTAINER, "create") => object(Sort::Container, id, false),
        (EventMessageTypeEnum::NETWORK, "create") => object(Sort::Network, id, false),
        (EventMessageTypeEnum::VOLUME, "create") => object(Sort::Volume, id, false),
        (EventMessageTypeEnum::IMAGE, "pull") => object(Sort::Image, id, true),
        (EventMessageTypeEnum::IMAGE, "tag" | "import" | "load") => {
            let name = actor.attributes.as_ref().and_then(|all| all.get("name"));
            object(Sort::Image, name.cloned().unwrap_or(id), false)
        }
        _ => None,
    }
}

/// Networks of every daemon.
const EVERYWHERE: &[&str] = &["bridge", "host", "none"];

fn short(id: &str) -> String {
    id.chars().take(12).collect()
}

fn is_in(address: Ipv4Addr, network: Ipv4Addr, bits: u32) -> bool {
    let mask = u32::MAX.checked_shl(32 - bits.min(32)).unwrap_or(0);
    address.to_bits() & mask == network.to_bits() & mask
}

/// What a full or cut ID is of.
fn kind_of(ids: &BTreeMap<String, Kind>, word: &str) -> Option<Kind> {
    if !is_hex(word) && !matches!(word.len(), 12 | 25) {
        return None;
    }
    let (id, kind) = ids.range(word.to_owned()..).next()?;
    id.starts_with(word).then_some(*kind)
}

pub(super) fn is_hex(word: &str) -> bool {
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
