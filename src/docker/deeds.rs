//! What a run has done to what the daemon has: whether an earlier moment can be had again by removing what has come
//! since, or something that was there then has changed.

use std::collections::{BTreeMap, BTreeSet};

use bollard::models::{EventMessage, EventMessageTypeEnum};

use super::object::is_hex;

/// What happens to a container that leaves it another one.
const CHANGES: &[&str] = &[
    "start",
    "restart",
    "stop",
    "kill",
    "die",
    "oom",
    "pause",
    "unpause",
    "rename",
    "update",
    "destroy",
    "extract-to-dir",
];

/// Something that was done.
#[derive(Debug)]
enum Deed {
    /// It is there from here on.
    Made(String),
    /// It is another one from here on.
    Changed {
        /// The step that did it, by its number from 1; 0 before the first.
        step: usize,
        id: String,
    },
    /// It is gone, and another may come that is called the same.
    Gone { step: usize, id: String },
}

/// What was done since the run began, in the order in which it was heard of.
#[derive(Debug, Default)]
pub(super) struct Deeds {
    all: Vec<Deed>,
    /// The step that is played.
    step: usize,
    /// Events that were taken in: one may come twice.
    heard: BTreeSet<(i64, String, String)>,
    /// The containers of each network, by the IDs of both.
    members: BTreeMap<String, BTreeSet<String>>,
    /// Images that are gone: how much had been done then, the step, and the ID.
    deleted: Vec<(usize, usize, String)>,
    /// Names of containers and networks, by their IDs.
    names: BTreeMap<String, String>,
    /// What was removed to have an earlier moment again: what is still heard of it is nothing new.
    undone: BTreeSet<String>,
}

/// A moment between two steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment(usize);

impl Deeds {
    pub(super) fn step_begins(&mut self, number: usize) {
        self.step = number;
    }

    /// Takes in what the daemon tells of the run's objects.
    pub(super) fn hear(&mut self, event: &EventMessage) {
        let Some((id, attributes)) = event
            .actor
            .as_ref()
            .and_then(|actor| Some((actor.id.as_ref()?, actor.attributes.as_ref())))
        else {
            return;
        };
        let action = event.action.as_deref().unwrap_or_default();
        let time = event.time_nano.unwrap_or_default();
        if !self.heard.insert((time, id.clone(), action.to_owned())) {
            return;
        }
        let of = |name: &str| attributes.and_then(|all| all.get(name));
        if let Some(name) = of("name") {
            self.names.insert(id.clone(), name.clone());
        }
        match event.typ {
            Some(EventMessageTypeEnum::CONTAINER) if action == "create" => self.makes(id),
            Some(EventMessageTypeEnum::CONTAINER) if CHANGES.contains(&action) => self.changes(id),
            Some(EventMessageTypeEnum::NETWORK) => match (action, of("container")) {
                ("create", _) => self.makes(id),
                ("destroy", _) => self.changes(id),
                ("connect", Some(container)) => {
                    self.changes(container);
                    // Every container can speak to all others on the one that is there always, and none does.
                    if of("name").is_none_or(|name| name != "bridge") {
                        self.connects(id, container);
                    }
                }
                ("disconnect", Some(container)) => {
                    self.changes(container);
                    if let Some(members) = self.members.get_mut(id) {
                        members.remove(container);
                    }
                }
                _ => {}
            },
            Some(EventMessageTypeEnum::IMAGE) if action == "delete" => {
                self.deleted.push((self.all.len(), self.step, id.clone()));
            }
            Some(EventMessageTypeEnum::VOLUME) => match action {
                "create" => self.makes(id),
                "destroy" => self.goes(id),
                "mount" if of("read/write").is_none_or(|may| may == "true") => self.changes(id),
                _ => {}
            },
            _ => {}
        }
    }

    /// A container joins others on a network: it may speak to them, and change what they are.
    fn connects(&mut self, network: &str, container: &str) {
        let members = self.members.entry(network.to_owned()).or_default();
        members.insert(container.to_owned());
        let all: Vec<String> = members.iter().cloned().collect();
        for member in all {
            self.changes(&member);
        }
    }

    /// Something is there from here on.
    pub(super) fn makes(&mut self, id: &str) {
        // What was removed may come again under the same name.
        self.undone.remove(id);
        self.all.push(Deed::Made(id.to_owned()));
    }

    /// Something may be another one from here on.
    pub(super) fn changes(&mut self, id: &str) {
        if !self.undone.contains(id) {
            self.all.push(Deed::Changed {
                step: self.step,
                id: id.to_owned(),
            });
        }
    }

    /// Something is gone that has a name and no ID of its own.
    pub(super) fn goes(&mut self, id: &str) {
        if !self.undone.contains(id) {
            self.all.push(Deed::Gone {
                step: self.step,
                id: id.to_owned(),
            });
        }
    }

    /// What has been done so far.
    pub(super) fn now(&self) -> Moment {
        Moment(self.all.len())
    }

    /// The first thing that was there at a moment and is another one since: the step that did it, and its ID.
    pub(super) fn changed_since(&self, moment: Moment) -> Option<(usize, &str)> {
        let since = self.all.get(moment.0..).unwrap_or_default();
        let new = self.made_since(moment);
        let mut so_far = BTreeSet::new();
        since.iter().find_map(|deed| match deed {
            Deed::Made(id) => {
                so_far.insert(id.as_str());
                None
            }
            Deed::Changed { step, id } => {
                (!new.contains(id.as_str())).then_some((*step, id.as_str()))
            }
            Deed::Gone { step, id } => {
                (!so_far.contains(id.as_str())).then_some((*step, id.as_str()))
            }
        })
    }

    /// What a thing is called, by its ID or its name.
    pub(super) fn called<'s>(&'s self, id: &'s str) -> &'s str {
        const SHORT: usize = 12;
        let cut = if is_hex(id) { &id[..SHORT] } else { id };
        self.names.get(id).map_or(cut, String::as_str)
    }

    /// What has come since a moment, by ID or name.
    pub(super) fn made_since(&self, moment: Moment) -> BTreeSet<&str> {
        let since = self.all.get(moment.0..).unwrap_or_default().iter();
        since
            .filter_map(|deed| match deed {
                Deed::Made(id) => Some(id.as_str()),
                Deed::Changed { .. } | Deed::Gone { .. } => None,
            })
            .collect()
    }

    /// Images that are gone since a moment: the step, and the ID.
    pub(super) fn deleted_since(&self, moment: Moment) -> impl Iterator<Item = (usize, &str)> {
        let since = self.deleted.iter().filter(move |(at, ..)| *at >= moment.0);
        since.map(|(_, step, id)| (*step, id.as_str()))
    }

    /// The moment has come again, and these are gone that came since.
    pub(super) fn returns_to(&mut self, moment: Moment, gone: &BTreeSet<String>) {
        self.all.truncate(moment.0);
        self.deleted.retain(|(at, ..)| *at < moment.0);
        for members in self.members.values_mut() {
            members.retain(|member| !gone.contains(member));
        }
        self.members.retain(|network, _| !gone.contains(network));
    }

    /// These are removed now, so that an earlier moment comes again.
    pub(super) fn undoes(&mut self, ids: &BTreeSet<String>) {
        self.undone.extend(ids.iter().cloned());
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;

    use bollard::models::EventActor;

    use super::*;

    /// An event, as the daemon tells it.
    pub(in crate::docker) fn event(
        time: i64,
        typ: EventMessageTypeEnum,
        action: &str,
        id: &str,
        attributes: &[(&str, &str)],
    ) -> EventMessage {
        let attributes: HashMap<String, String> = attributes
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        EventMessage {
            typ: Some(typ),
            action: Some(action.to_owned()),
            actor: Some(EventActor {
                id: Some(id.to_owned()),
                attributes: Some(attributes),
            }),
            time_nano: Some(time),
            ..EventMessage::default()
        }
    }

    #[test]
    fn what_came_since_can_go_and_what_was_there_must_be_as_it_was() {
        use EventMessageTypeEnum::{CONTAINER, NETWORK, VOLUME};
        let mut deeds = Deeds::default();
        let first = deeds.now();
        deeds.step_begins(1);
        deeds.hear(&event(1, CONTAINER, "create", "web", &[]));
        deeds.hear(&event(2, CONTAINER, "start", "web", &[]));
        let second = deeds.now();
        deeds.step_begins(2);
        deeds.hear(&event(2, CONTAINER, "start", "web", &[]));
        deeds.hear(&event(3, CONTAINER, "create", "db", &[]));
        deeds.hear(&event(4, CONTAINER, "die", "db", &[]));
        deeds.hear(&event(5, CONTAINER, "exec_create: sh", "web", &[]));
        assert_eq!(deeds.changed_since(first), None);
        assert_eq!(deeds.changed_since(second), None);
        deeds.step_begins(3);
        deeds.hear(&event(6, CONTAINER, "stop", "web", &[]));
        assert_eq!(deeds.changed_since(first), None);
        assert_eq!(deeds.changed_since(second), Some((3, "web")));
        let gone = BTreeSet::from(["web".to_owned(), "db".to_owned()]);
        deeds.undoes(&gone);
        deeds.returns_to(first, &gone);
        deeds.hear(&event(7, CONTAINER, "destroy", "web", &[]));
        assert_eq!(deeds.changed_since(first), None);
        // A volume that is written, and those that one who comes may speak to.
        deeds.hear(&event(8, VOLUME, "create", "data", &[]));
        deeds.hear(&event(9, NETWORK, "create", "net", &[]));
        deeds.hear(&event(
            10,
            NETWORK,
            "connect",
            "net",
            &[("container", "api")],
        ));
        let third = deeds.now();
        deeds.hear(&event(
            11,
            VOLUME,
            "mount",
            "data",
            &[("read/write", "false")],
        ));
        assert_eq!(deeds.changed_since(third), None);
        deeds.hear(&event(12, CONTAINER, "create", "job", &[]));
        deeds.hear(&event(
            13,
            NETWORK,
            "connect",
            "net",
            &[("container", "job")],
        ));
        assert_eq!(deeds.changed_since(third), Some((3, "api")));
        deeds.hear(&event(
            14,
            VOLUME,
            "mount",
            "data",
            &[("read/write", "true")],
        ));
        assert_eq!(deeds.changed_since(first), Some((3, "api")));
        // Another of the same name is another one.
        let fourth = deeds.now();
        deeds.hear(&event(15, VOLUME, "destroy", "data", &[]));
        deeds.hear(&event(16, VOLUME, "create", "data", &[]));
        assert_eq!(deeds.changed_since(fourth), Some((3, "data")));
        let fifth = deeds.now();
        deeds.hear(&event(17, VOLUME, "create", "more", &[]));
        deeds.hear(&event(18, VOLUME, "destroy", "more", &[]));
        assert_eq!(deeds.changed_since(fifth), None);
        let id = "7eb17e337a1381c0de1a6fb0f7cf7c5aa1d11b2c0a5cf36f8d4b6f6d9a3c2b10";
        assert_eq!(deeds.called(id), "7eb17e337a13");
        assert_eq!(
            deeds.called("a-volume-with-a-long-name"),
            "a-volume-with-a-long-name"
        );
        deeds.hear(&event(19, NETWORK, "create", id, &[("name", "front")]));
        assert_eq!(deeds.called(id), "front");
    }
}
