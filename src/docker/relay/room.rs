//! What belongs to a run, as requests and answers have told it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bollard::models::{EventMessage, EventMessageTypeEnum};

use crate::docker::names::is_hold;
use crate::docker::object::{Object, ObjectKind};
use crate::docker::pins::Pins;
use crate::docker::seen::EVERYWHERE;
use crate::reference::familiar;

/// The label of what a run makes; its value is the run's name.
pub(in crate::docker) const LABEL: &str = "dev.tutcheck.run";

/// Networks of every swarm.
const OF_SWARM: &[&str] = &["ingress", "docker_gwbridge"];

/// What belongs to a run, and what of the rest its page sees.
#[derive(Debug, Clone)]
pub(in crate::docker) struct Room {
    /// The run's name.
    pub(super) run: String,
    /// The page sees everything that is there.
    is_shared: bool,
    /// Containers and networks by their IDs, volumes by their names.
    own: BTreeSet<(ObjectKind, String)>,
    /// Volumes that the page has given no labels at all.
    pub(super) unlabelled: BTreeSet<String>,
    pub(super) images: Images,
    /// When the run began, by the daemon's clock, in seconds since 1970.
    pub(super) began: f64,
    /// What the step that is played has met that somebody else has.
    met: Vec<String>,
    /// Images that stand in for others.
    pub(in crate::docker) pins: Pins,
}

/// Images, of which the run's and other people's may have layers, IDs and even names in common.
#[derive(Debug, Default, Clone)]
pub(in crate::docker) struct Images {
    /// IDs that were there before.
    before: Arc<BTreeSet<String>>,
    /// References that were there before, and their IDs.
    names: Arc<BTreeMap<String, String>>,
    /// References that the run has set, and what each stood for before.
    set: BTreeMap<String, Option<String>>,
    /// Those of them that stand for something of the run's by now.
    done: BTreeSet<String>,
    /// References of other people's that the page has pulled or used.
    shown: BTreeSet<String>,
    /// IDs that the page has made or used, and that may be without a name.
    ids: BTreeSet<String>,
    /// IDs of other people's that are held.
    held: BTreeSet<String>,
}

impl Room {
    /// `names` are the references that were there before, with their IDs; `before` has those of images without
    /// a name, too.
    pub(in crate::docker) fn new(
        run: &str,
        is_shared: bool,
        before: BTreeSet<String>,
        names: BTreeMap<String, String>,
        began: f64,
    ) -> Room {
        Room {
            run: run.to_owned(),
            is_shared,
            own: BTreeSet::new(),
            unlabelled: BTreeSet::new(),
            images: Images {
                before: Arc::new(before),
                names: Arc::new(names),
                ..Images::default()
            },
            met: Vec::new(),
            began,
            pins: Pins::default(),
        }
    }

    /// With images that stand in for others.
    pub(in crate::docker) fn with(self, pins: Pins) -> Room {
        Room { pins, ..self }
    }

    /// Whether an image that is there is to be pulled before it is used.
    pub(super) fn wants_anew(&self, name: &str) -> bool {
        let reference = familiar(name);
        self.pins.wants_anew(&reference) && !self.images.sees(&reference)
    }

    /// Whether the page sees everything that is there.
    pub(in crate::docker) fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// `dev.tutcheck.run=tutcheck-x1y2z3`, as filters have it.
    pub(super) fn label(&self) -> String {
        format!("{LABEL}={}", self.run)
    }

    pub(in crate::docker) fn images(&mut self) -> &mut Images {
        &mut self.images
    }

    /// Whether the run has set a reference of an image.
    pub(in crate::docker) fn has_set(&self, reference: &str) -> bool {
        self.images.has_set(reference)
    }

    /// Whether something happens to what is the run's.
    pub(in crate::docker) fn is_of(&self, event: &EventMessage) -> bool {
        let Some(actor) = &event.actor else {
            return false;
        };
        let id = actor.id.as_deref().unwrap_or_default();
        match event.typ {
            Some(EventMessageTypeEnum::CONTAINER) => {
                let labels = actor.attributes.as_ref();
                let label = labels.and_then(|labels| labels.get(LABEL));
                label == Some(&self.run) || self.has(ObjectKind::Container, id)
            }
            Some(EventMessageTypeEnum::NETWORK) => {
                // One of the run's containers may join or leave a network of everybody's.
                let members = actor.attributes.as_ref();
                let member = members.and_then(|all| all.get("container"));
                self.has(ObjectKind::Network, id)
                    || member.is_some_and(|member| self.has(ObjectKind::Container, member))
            }
            Some(EventMessageTypeEnum::VOLUME) => self.has(ObjectKind::Volume, id),
            Some(EventMessageTypeEnum::IMAGE) => {
                self.images.sees_id(id) || self.images.sees(&familiar(id))
            }
            _ => false,
        }
    }

    pub(in crate::docker) fn takes(&mut self, object: &Object) {
        self.own.insert((object.sort, object.name.clone()));
    }

    /// Whether an object is the run's: a container or network by its full ID, a volume by its name.
    pub(in crate::docker) fn has(&self, sort: ObjectKind, name: &str) -> bool {
        self.own.contains(&(sort, name.to_owned()))
    }

    /// Of an image, the references that the page sees; none if it does not see the image.
    pub(super) fn seen_of(&self, id: &str, references: &[String]) -> Option<Vec<String>> {
        if self.is_shared {
            let all = references.iter().filter(|reference| !is_hold(reference));
            return Some(all.cloned().collect());
        }
        self.images.seen(id, references)
    }

    /// Whether the page sees a network: its own, those of every daemon, and those of its swarm.
    pub(super) fn sees_network(&self, id: &str, name: &str) -> bool {
        self.is_shared
            || EVERYWHERE.contains(&name)
            || (OF_SWARM.contains(&name) && self.has_swarm())
            || self.has(ObjectKind::Network, id)
    }

    /// Whether the page has made a swarm.
    pub(super) fn has_swarm(&self) -> bool {
        self.own.iter().any(|(sort, _)| *sort == ObjectKind::Swarm)
    }

    /// Whether the page sees a container or a volume.
    pub(super) fn sees(&self, sort: ObjectKind, name: &str) -> bool {
        self.is_shared || self.has(sort, name)
    }

    /// The step has met something of somebody else's: a volume `data`.
    pub(super) fn meets(&mut self, what: String) {
        self.met.push(what);
    }

    /// What the step has met, told once.
    pub(in crate::docker) fn met(&mut self) -> Option<String> {
        let mut met = std::mem::take(&mut self.met);
        (!met.is_empty()).then(|| met.swap_remove(0))
    }
}

impl Images {
    /// The run sets a reference, which stands for `was`; none if it was free, or the run's already.
    pub(in crate::docker) fn sets(&mut self, reference: &str, was: Option<String>) {
        self.set.entry(reference.to_owned()).or_insert(was);
    }

    /// Whether the run has set it.
    pub(in crate::docker) fn has_set(&self, reference: &str) -> bool {
        self.set.contains_key(reference)
    }

    /// What references stood for when the run began.
    pub(in crate::docker) fn names(&self) -> &BTreeMap<String, String> {
        &self.names
    }

    /// The run no longer has a reference.
    pub(super) fn forgets(&mut self, reference: &str) {
        self.set.remove(reference);
        self.done.remove(reference);
    }

    /// What a reference of the run's stood for before.
    pub(super) fn was(&self, reference: &str) -> Option<&str> {
        self.set.get(reference)?.as_deref()
    }

    /// What a reference of the run's stands for now. One that is what it was is other people's still.
    pub(super) fn is_now(&mut self, reference: &str, id: &str) {
        if self
            .set
            .get(reference)
            .is_some_and(|was| was.as_deref() == Some(id))
        {
            self.forgets(reference);
            self.shown.insert(reference.to_owned());
        } else {
            self.done.insert(reference.to_owned());
        }
        self.ids.insert(id.to_owned());
    }

    /// An image that the run has made comes without a name.
    pub(super) fn has_made(&mut self, id: &str) {
        self.ids.insert(id.to_owned());
    }

    /// Other people's image, which the page uses.
    pub(super) fn shows(&mut self, reference: &str, id: &str) {
        if !reference.is_empty() && !self.set.contains_key(reference) {
            self.shown.insert(reference.to_owned());
        }
        self.ids.insert(id.to_owned());
    }

    /// What the run has pulled is other people's from here on: whatever the page does with it, it stays.
    pub(in crate::docker) fn becomes_others(&mut self, reference: &str, id: &str) {
        if self.set.remove(reference).is_some() {
            self.done.remove(reference);
            self.shown.insert(reference.to_owned());
        }
        Arc::make_mut(&mut self.before).insert(id.to_owned());
        Arc::make_mut(&mut self.names).insert(reference.to_owned(), id.to_owned());
    }

    /// The page has removed other people's reference, so far as it sees.
    pub(super) fn hides(&mut self, reference: &str) {
        self.shown.remove(reference);
    }

    pub(super) fn hides_id(&mut self, id: &str) {
        self.ids.remove(id);
    }

    pub(super) fn sees(&self, reference: &str) -> bool {
        // One of other people's that was only asked for is theirs.
        let is_set = |was: &Option<String>| was.is_none() || self.done.contains(reference);
        self.set.get(reference).is_some_and(is_set) || self.shown.contains(reference)
    }

    pub(super) fn sees_id(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// An image is held from here on; false, if it was already.
    pub(super) fn holds(&mut self, id: &str) -> bool {
        self.held.insert(id.to_owned())
    }

    /// Whether an image was there before the run.
    pub(in crate::docker) fn was_before(&self, id: &str) -> bool {
        self.before.contains(id)
    }

    fn seen(&self, id: &str, references: &[String]) -> Option<Vec<String>> {
        let seen: Vec<String> = references
            .iter()
            .filter(|reference| self.sees(reference))
            .cloned()
            .collect();
        (!seen.is_empty() || self.sees_id(id)).then_some(seen)
    }

    /// The ID of which a word is the beginning, of those that the page sees.
    pub(super) fn id(&self, word: &str) -> Option<&str> {
        let word = word.strip_prefix("sha256:").unwrap_or(word);
        if word.is_empty() || !word.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let whole = format!("sha256:{word}");
        let id = self.ids.range(whole.clone()..).next()?;
        id.starts_with(&whole).then_some(id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_that_is_what_it_was_stays_other_peoples() {
        let mut images = Images {
            before: Arc::new(BTreeSet::from(["sha256:aa".to_owned()])),
            ..Images::default()
        };
        images.sets("nginx:latest", Some("sha256:aa".to_owned()));
        images.is_now("nginx:latest", "sha256:aa");
        assert!(images.sees("nginx:latest") && !images.has_set("nginx:latest"));
        images.sets("app:latest", Some("sha256:bb".to_owned()));
        assert!(!images.sees("app:latest"), "nothing has come of it yet");
        images.is_now("app:latest", "sha256:cc");
        assert!(images.has_set("app:latest"));
        assert_eq!(images.id("cc"), Some("sha256:cc"));
        assert_eq!(images.seen("sha256:dd", &["other:latest".to_owned()]), None);
        let both = ["nginx:latest".to_owned(), "nginx:1".to_owned()];
        assert_eq!(
            images.seen("sha256:aa", &both),
            Some(vec!["nginx:latest".to_owned()])
        );
    }
}
