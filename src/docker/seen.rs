//! What the witness has seen so far: objects, their names, and how containers came and went.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;
use std::sync::Arc;

use bollard::models::{EventMessage, EventMessageTypeEnum};

use super::digests;
use super::inventory::Inventory;
use super::object::{Object, ObjectKind, is_hex, made};
use super::turns::{Change, Fallen, Turns};
use crate::identity::{Identity, Kind};
use crate::observation::Death;

/// What was seen since the run began, and what was there before.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// What was there before.
    before: Arc<Inventory>,
    /// Full IDs, and what they are of.
    ids: BTreeMap<String, Kind>,
    /// Names of containers, and their IDs.
    names: BTreeMap<String, String>,
    /// Words that the tutorial itself typed: a name among them was not made up by the daemon.
    typed: BTreeSet<String>,
    /// An image was pulled since the step began.
    has_pulled: bool,
    /// Something was built since then.
    has_built: bool,
    /// References of images that were pulled, or that containers were made from.
    images: BTreeSet<String>,
    /// How containers came and went.
    turns: Turns,
}

impl Seen {
    pub(super) fn new(before: Inventory) -> Seen {
        Seen {
            before: Arc::new(before),
            ids: BTreeMap::new(),
            names: BTreeMap::new(),
            typed: BTreeSet::new(),
            has_pulled: false,
            has_built: false,
            images: BTreeSet::new(),
            turns: Turns::default(),
        }
    }

    pub(super) fn step_begins(&mut self, command: &str) {
        self.typed.extend(words(command).map(str::to_owned));
        let mut words = words(command);
        let starts_again = words.any(|word| matches!(word, "start" | "restart" | "up"));
        self.turns.step_begins(starts_again);
        self.has_pulled = false;
        self.has_built = false;
    }

    /// Something is being built.
    pub(super) fn builds(&mut self) {
        self.has_built = true;
    }

    /// Whether something was built since the step began.
    pub(super) fn has_built(&self) -> bool {
        self.has_built
    }

    /// The images that the run has used, by reference.
    pub(super) fn images(&self) -> &BTreeSet<String> {
        &self.images
    }

    /// An image is about to be used that no event will tell of by this reference.
    pub(super) fn uses(&mut self, reference: &str) {
        self.images.insert(reference.to_owned());
    }

    /// Whether an image was pulled since the step began.
    pub(super) fn has_pulled(&self) -> bool {
        self.has_pulled
    }

    pub(super) fn was_typed(&self, word: &str) -> bool {
        self.typed.contains(word)
    }

    /// Takes an event in. What came into being by it is the run's, if the event is.
    pub(super) fn take(&mut self, event: EventMessage, is_ours: bool) -> Option<Object> {
        let is_before = |object: &Object| {
            object.sort == ObjectKind::Volume && self.before.names.contains_key(&object.name)
        };
        let object = made(&event).filter(|object| is_ours && !is_before(object));
        if let Some(object) = object.as_ref().filter(|object| object.pulled) {
            self.has_pulled = true;
            self.images.extend(digests::reference(&object.name));
        }
        self.note(event, is_ours);
        object
    }

    fn note(&mut self, event: EventMessage, is_ours: bool) {
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
                if action == "create" && is_ours {
                    let image = attributes.get("image");
                    self.images
                        .extend(image.and_then(|image| digests::reference(image)));
                }
                let turn = match action.as_str() {
                    "start" => Some(Change::Starts),
                    "kill" | "stop" | "pause" => Some(Change::IsEnded),
                    "die" => Some(Change::Ends(
                        attributes.get("exitCode").cloned().unwrap_or_default(),
                    )),
                    _ => None,
                };
                let time = event.time_nano.unwrap_or_default();
                if let Some(turn) = turn {
                    self.turns.take((time, id.clone(), turn), is_ours);
                }
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

    /// How containers came and went.
    pub(super) fn turns(&mut self) -> &mut Turns {
        &mut self.turns
    }

    /// One that has ended by itself, with its name.
    pub(super) fn death(&self, fallen: Fallen) -> Death {
        let Fallen {
            id,
            status,
            restarts,
        } = fallen;
        let name = self.names.iter().find(|(_, named)| **named == id);
        Death {
            name: name.map_or_else(|| short(&id), |(name, _)| name.clone()),
            id,
            status,
            restarts,
        }
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

/// Networks of every daemon.
pub(super) const EVERYWHERE: &[&str] = &["bridge", "host", "none"];

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

fn words(command: &str) -> impl Iterator<Item = &str> {
    command
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.')))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::deeds;
    use super::*;

    const WEB: &str = "7eb17e337a1381c0de1a6fb0f7cf7c5aa1d11b2c0a5cf36f8d4b6f6d9a3c2b10";
    const DB: &str = "50ad60d61ee56a4d3f6e3c2f1c7f0f0b3a7b9d8e6c5a4b3c2d1e0f9a8b7c6d5e";

    /// An event of a container, as the daemon tells it.
    fn event(time: i64, action: &str, id: &str, attributes: &[(&str, &str)]) -> EventMessage {
        deeds::tests::event(
            time,
            EventMessageTypeEnum::CONTAINER,
            action,
            id,
            attributes,
        )
    }

    fn seen(events: &[EventMessage]) -> Seen {
        let mut seen = Seen::new(Inventory::default());
        seen.step_begins("docker run -d --name web nginx");
        for one in events {
            seen.take(one.clone(), true);
        }
        seen
    }

    #[test]
    fn a_container_that_ends_by_itself_is_dead() {
        let web = [("name", "web")];
        let ends = [("name", "web"), ("exitCode", "3")];
        let mut dead = seen(&[event(1, "start", WEB, &web), event(2, "die", WEB, &ends)]);
        let death = dead.turns().first_death().expect("it has died");
        let death = dead.death(death);
        assert_eq!((death.name.as_str(), death.status), ("web", 3));
        assert!(!death.restarts);
        assert!(dead.turns().without_end().is_empty());
    }

    #[test]
    fn one_that_is_ended_or_goes_on_is_not() {
        let ends = [("exitCode", "137")];
        let stopped = [
            event(1, "start", WEB, &[]),
            event(2, "kill", WEB, &[]),
            event(3, "die", WEB, &ends),
        ];
        assert_eq!(seen(&stopped).turns().first_death(), None);
        let mut goes_on = seen(&[event(1, "start", WEB, &[])]);
        assert_eq!(goes_on.turns().first_death(), None);
        assert_eq!(
            goes_on.turns().without_end(),
            BTreeSet::from([WEB.to_owned()])
        );
    }

    #[test]
    fn events_may_come_late_and_twice() {
        let ends = [("exitCode", "1")];
        let again = [
            event(2, "die", WEB, &ends),
            event(1, "start", WEB, &[]),
            event(1, "start", WEB, &[]),
            event(3, "start", WEB, &[]),
        ];
        let mut seen = seen(&again[1..]);
        seen.take(again[0].clone(), true);
        let death = seen.turns().first_death().expect("it has died");
        assert!(death.restarts, "{death:?}");
    }

    #[test]
    fn what_others_make_is_not_the_runs() {
        let mut seen = seen(&[]);
        let created = event(1, "create", WEB, &[("name", "web")]);
        assert_eq!(seen.take(created.clone(), false), None);
        let ours = seen.take(created, true).expect("the run has made it");
        assert_eq!(
            (ours.sort, ours.name.as_str()),
            (ObjectKind::Container, WEB)
        );
        assert_eq!(seen.turns().last_start(), None);
    }

    #[test]
    fn words_are_what_events_have_said() {
        let mut seen = seen(&[
            event(1, "create", WEB, &[("name", "web")]),
            event(2, "create", DB, &[("name", "quirky_carver")]),
        ]);
        let kind = |seen: &Seen, word: &str| seen.identity(word).map(|identity| identity.kind);
        assert_eq!(kind(&seen, &WEB[..12]), Some(Kind::Container));
        assert_eq!(kind(&seen, DB), Some(Kind::Container));
        assert_eq!(kind(&seen, "web"), None, "the page has chosen that name");
        assert_eq!(kind(&seen, "quirky_carver"), Some(Kind::Name));
        assert_eq!(kind(&seen, "ffffffffffff"), None);
        seen.step_begins("docker rm quirky_carver");
        assert_eq!(kind(&seen, "quirky_carver"), None);
    }
}
