//! What is known of a run while it goes on: what was seen, what is its own, and what of that is written down.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bollard::models::{EventMessage, EventMessageTypeEnum};

use super::deeds::Deeds;
use super::ledger::Ledger;
use super::object::{Object, ObjectKind};
use super::relay::Room;
use super::seen::Seen;

/// What is known of a run.
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) seen: Seen,
    pub(super) ledger: Ledger,
    pub(super) room: Room,
    pub(super) deeds: Deeds,
    /// Something has happened to images since somebody looked.
    pub(super) images_change: bool,
    /// A step speaks to the daemon past the relay: what comes into being meanwhile is taken for its own.
    pub(super) is_past_relay: bool,
}

impl Notes {
    /// Takes in what the daemon tells; while a step runs, it may be of its doing.
    pub(super) fn take(&mut self, event: EventMessage, in_step: bool) {
        self.images_change |= event.typ == Some(EventMessageTypeEnum::IMAGE);
        let is_of_run = self.room.is_of(&event);
        if is_of_run {
            self.deeds.hear(&event);
        }
        let is_ours = in_step && (self.is_past_relay || is_of_run);
        let object = self.seen.take(event, is_ours);
        if let Some(object) = object.filter(|_| self.is_past_relay) {
            // Events are all there is to say it with; a full disk shows at the next step.
            let _ = self.ledger.add(&object);
        }
    }

    /// Whether the page sees what other people have.
    pub(super) fn sees_others(&self) -> bool {
        self.room.is_shared() || self.is_past_relay
    }

    /// Whether an image was there before the run.
    pub(super) fn is_before(&mut self, id: &str) -> bool {
        self.room.images().was_before(id)
    }

    /// What the run has pulled so far stays, whatever it does with it, so that an earlier moment can come again.
    pub(super) fn leaves_pulled(&mut self, references: &BTreeMap<String, String>) {
        let pulled = self.ledger.objects().iter().filter(|object| object.pulled);
        for object in pulled {
            let is_new = !self.room.images().names().contains_key(&object.name);
            if let Some(id) = references.get(&object.name).filter(|_| is_new) {
                self.room.images().becomes_others(&object.name, id);
            }
        }
    }

    /// An object is the run's from here on.
    pub(super) fn owns(&mut self, object: &Object) {
        self.room.takes(object);
        // What cannot be written down now is still known as long as this process lives.
        let _ = self.ledger.add(object);
    }

    /// A name of the run's that is not the page's.
    pub(super) fn gives_name(&mut self, image: &Object) {
        // Without a note of it, it is a name too many.
        let _ = self.ledger.add(image);
    }

    /// The run sets a reference of an image, that stood for `was`.
    pub(super) fn sets(&mut self, reference: &str, was: Option<String>, pulled: bool) {
        let written = match &was {
            // A digest stands for the same always.
            Some(_) if reference.contains('@') => Ok(()),
            Some(was) => self.ledger.moves(reference, was),
            None => self.ledger.add(&Object {
                sort: ObjectKind::Image,
                name: reference.to_owned(),
                pulled,
            }),
        };
        drop(written);
        self.room.images().sets(reference, was);
    }

    /// A reference is set already; what it stood for when the run began is known.
    pub(super) fn will_set(&mut self, reference: &str, pulled: bool) {
        if !self.room.images().has_set(reference) {
            let was = self.room.images().names().get(reference).cloned();
            self.sets(reference, was, pulled);
        }
    }
}

/// What a panicking reader left is still the best there is.
pub(super) fn lock(notes: &Mutex<Notes>) -> MutexGuard<'_, Notes> {
    notes.lock().unwrap_or_else(PoisonError::into_inner)
}
