//! A run comes to its daemon: it waits for its turn, and writes down what is there already.

use std::collections::BTreeSet;

use bollard::models::ImageSummary;

use super::Error;
use super::engine::{Engine, Facts};
use super::inventory::Inventory;
use super::ledger::{Daemon, Ledger, objects_of_others};
use super::pins::Pins;
use super::reach::Reach;
use super::relay::Room;
use super::turn::{Turn, Wants, take_turn};
use crate::identity::Kind;

/// How a run is to use its daemon.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// Whether pulled images stay; by default they do on a daemon that has other work.
    pub keep_images: Option<bool>,
    /// The page sees what is there, and not only what it has made.
    pub is_shared: bool,
    /// What only one run can have at a time: `container web`, `port 8080`.
    pub things: BTreeSet<String>,
    /// Images that stand in for others.
    pub pins: Pins,
    /// A step speaks to the daemon past the relay, so that no other run may be there.
    pub to_be_alone: bool,
}

/// What a run finds.
pub(super) struct Arrived {
    pub(super) engine: Engine,
    pub(super) facts: Facts,
    pub(super) turn: Turn,
    pub(super) before: Inventory,
    pub(super) room: Room,
}

/// Connects, waits for the turn, and writes down what is there already.
pub(super) fn arrive(
    reach: &Reach,
    ledger: &mut Ledger,
    wishes: &Wishes,
    waiting: impl FnMut(&str) -> bool,
) -> Result<Arrived, Error> {
    let engine = Engine::connect(reach)?;
    let facts = engine.facts()?;
    let wants = Wants {
        things: &wishes.things,
        to_be_alone: wishes.to_be_alone,
    };
    let turn = take_turn(ledger.state(), &facts.id, wants, waiting)?;
    let images = engine.images()?;
    let before = engine.inventory();
    // What other runs have made, they remove.
    let of_runs = objects_of_others(ledger.state(), &ledger.head().run);
    let is_of_runs = |name: &str| of_runs.iter().any(|object| object.name == name);
    let mut containers = before
        .ids
        .iter()
        .filter(|(_, kind)| **kind == Kind::Container);
    let has_others = containers.any(|(id, _)| !is_of_runs(id))
        || images.iter().any(|image| {
            let mut names = image.repo_tags.iter().chain([&image.id]);
            !names.any(|name| is_of_runs(name))
        });
    let images_before = images
        .iter()
        .flat_map(|image| image.repo_tags.iter().chain([&image.id]).cloned())
        .collect();
    let volumes = before.names.iter().filter(|(name, id)| name == id);
    let volumes_before = volumes.map(|(name, _)| name.clone()).collect();
    ledger.uses(Daemon {
        id: facts.id.clone(),
        address: reach.address().clone(),
        clock_ahead: facts.clock_ahead,
        images_before,
        volumes_before,
        keep_images: wishes.keep_images.unwrap_or(has_others),
    })?;
    engine.makes_layered(&wishes.pins, ledger);
    let room = room(&ledger.head().run, wishes.is_shared, &images, &facts);
    let room = room.with(wishes.pins.clone());
    Ok(Arrived {
        engine,
        facts,
        turn,
        before,
        room,
    })
}

/// What belongs to a run that has done nothing yet.
fn room(run: &str, is_shared: bool, images: &[ImageSummary], facts: &Facts) -> Room {
    let names = images.iter().flat_map(|image| {
        let tags = image.repo_tags.iter();
        tags.map(|tag| (tag.clone(), image.id.clone()))
    });
    let ids = images.iter().map(|image| image.id.clone()).collect();
    Room::new(run, is_shared, ids, names.collect(), facts.began)
}
