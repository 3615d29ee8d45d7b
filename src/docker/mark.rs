//! Moments between two steps that come again: what came since is removed, as long as nothing has changed that was there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bollard::query_parameters::KillContainerOptions;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use super::deeds::Moment;
use super::digests::Digests;
use super::engine::Engine;
use super::names::is_hold;
use super::notes::{Notes, lock};
use super::object::{Object, ObjectKind};
use super::relay::Room;
use super::seen::Seen;
use super::{Error, Witness};

/// How long all containers together may take to end.
const ENDING: Duration = Duration::from_secs(5);

/// How exactly the daemon's time is known, in seconds.
const MARGIN: f64 = 0.05;

/// References of images, and their IDs.
type References = Arc<BTreeMap<String, String>>;

/// A moment between two steps, as the daemon was then.
#[derive(Debug, Clone)]
pub struct Mark {
    moment: Moment,
    seen: Seen,
    room: Room,
    objects: BTreeSet<Object>,
    references: References,
    digests: Digests,
}

impl Witness {
    /// Takes more of what only one run can have, if it is free.
    pub fn takes_besides(&mut self, things: &BTreeSet<String>) -> bool {
        self.turn.takes_besides(things)
    }

    /// This moment; none, if the page sees more than its own. Where nothing has happened to images since `last`,
    /// they are those of then.
    pub fn mark(&self, last: Option<&Mark>) -> Option<Mark> {
        let mut notes = lock(&self.notes);
        let has_built = notes.seen.has_built();
        let may_be_others = std::mem::take(&mut notes.images_change) || has_built;
        drop(notes);
        let references = match last {
            Some(last) if !may_be_others => Arc::clone(&last.references),
            _ => Arc::new(self.references()?),
        };
        let mut notes = lock(&self.notes);
        notes.leaves_pulled(&references);
        (!notes.sees_others()).then(|| Mark {
            moment: notes.deeds.now(),
            seen: notes.seen.clone(),
            room: notes.room.clone(),
            objects: notes.ledger.objects().clone(),
            references,
            digests: self.digests.clone(),
        })
    }

    /// The run's containers that go on may be other ones from here on: something may have spoken to them.
    pub fn may_change_what_runs(&self) {
        let mut notes = lock(&self.notes);
        for id in notes.seen.turns().all_running() {
            notes.deeds.changes(&id);
        }
    }

    /// Why a moment cannot come again: the number of the step that has changed something, and what; nothing, if it can.
    pub fn changed_since(&self, mark: &Mark) -> Option<(usize, String)> {
        let notes = lock(&self.notes);
        if let Some((step, id)) = notes.deeds.changed_since(mark.moment) {
            return Some((step, notes.deeds.called(id).to_owned()));
        }
        self.missing(&notes, mark)
    }

    /// An image of a moment that is there no more: the step that has removed it, and its name.
    fn missing(&self, notes: &Notes, mark: &Mark) -> Option<(usize, String)> {
        let mut gone = notes.deeds.deleted_since(mark.moment).peekable();
        gone.peek()?;
        let there = self.engine().images().unwrap_or_default();
        let is_there = |id: &str| there.iter().any(|image| image.id == id);
        gone.filter(|(_, id)| !is_there(id)).find_map(|(step, id)| {
            let mut names = mark.references.iter();
            let (name, _) = names.find(|(_, of)| *of == id)?;
            Some((step, name.clone()))
        })
    }

    /// Makes the daemon what it was at a moment that can come again.
    pub fn returns_to(&mut self, mark: &Mark) -> Result<(), Error> {
        let mut notes = lock(&self.notes);
        // A name that the ledger had before may have come again since.
        let made = notes.deeds.made_since(mark.moment);
        let is_new =
            |object: &Object| !mark.objects.contains(object) || made.contains(object.name.as_str());
        let (images, others): (Vec<Object>, Vec<Object>) = notes
            .ledger
            .objects()
            .iter()
            .filter(|object| object.sort == ObjectKind::Image || is_new(object))
            .cloned()
            .partition(|object| object.sort == ObjectKind::Image);
        let gone: BTreeSet<String> = others.iter().map(|object| object.name.clone()).collect();
        notes.deeds.undoes(&gone);
        drop(notes);
        let begins = self.daemon_time();
        let is_container = |object: &&Object| object.sort == ObjectKind::Container;
        self.engine().ends_all(others.iter().filter(is_container));
        for object in &others {
            self.engine().remove(object)?;
        }
        self.names_images_as(mark, &images)?;
        let now = self.references().unwrap_or_default();
        // What is heard of it later is known already.
        let events = self.engine().events(begins - MARGIN, self.daemon_time());
        let mut notes = lock(&self.notes);
        for event in events {
            notes.take(event, false);
        }
        notes.deeds.returns_to(mark.moment, &gone);
        notes.seen = mark.seen.clone();
        notes.room = mark.room.clone();
        notes.leaves_pulled(&now);
        notes.ledger.forgets(&others);
        drop(notes);
        self.digests = mark.digests.clone();
        Ok(())
    }

    /// References of images, and their IDs, as they are now.
    fn references(&self) -> Option<BTreeMap<String, String>> {
        let images = self.engine().images().ok()?.into_iter();
        let tagged = images.flat_map(|image| {
            let id = image.id;
            image
                .repo_tags
                .into_iter()
                .map(move |tag| (tag, id.clone()))
        });
        Some(tagged.collect())
    }

    /// References stand again for what they stood for, and those that the run has made since for nothing. What it has
    /// pulled since stays, unseen, so that it is not pulled again.
    fn names_images_as(&self, mark: &Mark, all: &[Object]) -> Result<(), Error> {
        let then = &mark.references;
        let now = self.references().unwrap_or_default();
        // Whatever others have done with theirs meanwhile is not undone.
        let is_ours = |reference: &str| {
            mark.room.has_set(reference) || lock(&self.notes).room.has_set(reference)
        };
        for (reference, id) in then.iter().filter(|(reference, _)| is_ours(reference)) {
            if now.get(reference) != Some(id) {
                self.engine().tag(id, reference)?;
            }
        }
        let made = all
            .iter()
            .filter(|image| !image.pulled && !is_hold(&image.name));
        for image in
            made.filter(|image| now.contains_key(&image.name) && !then.contains_key(&image.name))
        {
            if lock(&self.notes).is_before(&now[&image.name]) {
                self.engine().take_off(&image.name)?;
            } else {
                self.engine().remove(image)?;
            }
        }
        Ok(())
    }
}

impl Engine {
    /// Ends containers at once, all together; removing them says what could not be ended.
    fn ends_all<'o>(&self, containers: impl Iterator<Item = &'o Object>) {
        let kills: FuturesUnordered<_> = containers
            .map(|object| {
                self.docker
                    .kill_container(&object.name, None::<KillContainerOptions>)
            })
            .collect();
        let all = kills.for_each(|_| std::future::ready(()));
        let _: Result<(), _> = self.wait(async { tokio::time::timeout(ENDING, all).await });
    }
}
