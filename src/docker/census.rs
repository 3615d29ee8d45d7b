//! What the images are that a run has used: read when its last step is over, unseen by its page, and without
//! running one of them.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::time::Duration;

use bollard::models::ContainerCreateBody;
use bollard::query_parameters::{
    CreateImageOptionsBuilder, DownloadFromContainerOptionsBuilder, PushImageOptionsBuilder,
};
use futures_util::StreamExt;
use serde_json::Value;

use super::Error;
use super::archive;
use super::engine::Engine;
use super::names::{is_hold, kept_as};
use super::notes::lock;
use super::object::{Object, ObjectKind};
use super::reach::PATIENCE;
use super::relay::LABEL;
use super::witness::Witness;
use crate::drift::{Inventory, Looked, PLACES, Place};
use crate::reference::{parts, repository};

/// How long an image may take to come again.
const PULLING: Duration = Duration::from_secs(600);

/// How long a folder of an image may take to be read.
const READING: Duration = Duration::from_secs(60);

/// So much of a folder is read; what is larger, is not listed.
const LARGEST: usize = 32 << 20;

/// A file that lists packages is not larger.
const LARGEST_FILE: u64 = 16 << 20;

impl Witness {
    /// The images that the run has used, pulled, built, or built from, by reference. Those that were pulled are kept
    /// in a registry of the user's, if there is one.
    pub fn census(&self, baseline: Option<&str>) -> BTreeMap<String, Inventory> {
        let built = self.built();
        let mut pulled = self.images();
        // What was built or named here has a digest in some stores, and nowhere else.
        pulled.retain(|reference, _| !built.contains(reference));
        for (reference, digest) in self.counted() {
            pulled.entry(reference).or_insert(digest);
        }
        let mut ids = Vec::new();
        let mut all = BTreeMap::new();
        for (reference, digest) in pulled {
            let image = self.bring(&reference, &digest);
            let looked = image.as_ref().and_then(|image| self.look_into(image));
            let inventory = looked.map_or_else(
                || Inventory::unseen(&digest),
                |looked| {
                    Looked {
                        pull: Some(digest.clone()),
                        ..looked
                    }
                    .inventory()
                },
            );
            if let (Some(registry), Some(image)) = (baseline, &image) {
                let name = kept_as(registry, &reference, &digest);
                // Known before it is there, so that it goes whatever happens.
                lock(&self.notes).gives_name(&Object::new(ObjectKind::Image, name.clone()));
                // One that cannot be kept is missed when it is wanted.
                let _ = self.engine().keeps(&image.id, &name);
            }
            ids.extend(image.map(|image| image.id));
            all.insert(reference, inventory);
        }
        for reference in built {
            let Some(image) = self
                .engine()
                .image(&reference)
                .filter(|image| !ids.contains(&image.id))
            else {
                continue;
            };
            if let Some(looked) = self.look_into(&image) {
                all.insert(reference, looked.inventory());
            }
            ids.push(image.id);
        }
        all
    }

    /// What pages say that they build from, by the digests that it was built from.
    fn counted(&self) -> Vec<(String, String)> {
        let notes = lock(&self.notes);
        let pins = &notes.room.pins;
        let pinned = pins
            .bases
            .iter()
            .filter(|(reference, _)| pins.counted.contains(*reference));
        let digests = pinned.filter_map(|(reference, other)| {
            Some((reference.clone(), other.split_once('@')?.1.to_owned()))
        });
        digests.collect()
    }

    /// Names that the run has given to what it has built.
    fn built(&self) -> Vec<String> {
        let notes = lock(&self.notes);
        let images = notes.ledger.objects().iter();
        let is_built = |object: &&Object| {
            object.sort == ObjectKind::Image
                && !object.pulled
                && !object.name.starts_with("sha256:")
                && !object.name.contains('@')
                && !is_hold(&object.name)
        };
        images
            .filter(is_built)
            .map(|object| object.name.clone())
            .collect()
    }

    /// An image that was used by a digest; it comes again if it is gone, or was only ever the builder's.
    fn bring(&self, reference: &str, digest: &str) -> Option<Image> {
        let has_digest = |image: &Image| image.digests.iter().any(|other| other.ends_with(digest));
        let engine = self.engine();
        if let Some(image) = engine.image(reference).filter(has_digest) {
            return Some(image);
        }
        let by_digest = format!("{}@{digest}", repository(reference));
        if let Some(image) = engine.image(&by_digest) {
            return Some(image);
        }
        // Known before it is there, so that it goes whatever happens.
        let object = Object::new(ObjectKind::Image, by_digest.clone());
        let _ = lock(&self.notes).ledger.add(&object);
        engine.pull(&by_digest).ok()?;
        engine.image(&by_digest)
    }

    /// What is in an image. A container is made of it, and not started.
    fn look_into(&self, image: &Image) -> Option<Looked> {
        let engine = self.engine();
        let run = lock(&self.notes).ledger.run().to_owned();
        let mut looked = Looked {
            inspected: image.inspected.clone(),
            ..Looked::default()
        };
        let container = engine.make(&image.id, &run).ok()?;
        let _ = lock(&self.notes)
            .ledger
            .add(&Object::new(ObjectKind::Container, container.clone()));
        for place in PLACES {
            let Some(path) = looked.path(place) else {
                continue;
            };
            match engine.files(&container, &path, place) {
                Some(Found::Files(files)) => {
                    let files = files.into_iter();
                    looked
                        .files
                        .extend(files.map(|(name, bytes)| (place, name, bytes)));
                }
                Some(Found::TooLarge) => looked.too_large.push(place),
                None => {}
            }
        }
        let _ = engine.remove(&Object::new(ObjectKind::Container, container));
        Some(looked)
    }
}

/// An image that is there.
pub(super) struct Image {
    id: String,
    digests: Vec<String>,
    inspected: Value,
}

/// What there was at a place.
enum Found {
    Files(Vec<(String, Vec<u8>)>),
    TooLarge,
}

impl Engine {
    /// Copies an image to a registry.
    fn keeps(&self, image: &str, name: &str) -> Result<(), Error> {
        self.tag(image, name)?;
        let (repository, tag) = parts(name);
        let options = PushImageOptionsBuilder::default().tag(tag).build();
        let pushed = self.docker.push_image(repository, Some(options), None);
        let pushed = self.hear_out("push an image", PULLING, pushed);
        self.take_off(name)?;
        pushed
    }

    pub(super) fn image(&self, name: &str) -> Option<Image> {
        let question = self.docker.inspect_image(name);
        let image = self.ask("inspect an image", PATIENCE, question).ok()?;
        Some(Image {
            id: image.id.clone()?,
            digests: image.repo_digests.clone().unwrap_or_default(),
            inspected: serde_json::to_value(image).ok()?,
        })
    }

    pub(super) fn pull(&self, name: &str) -> Result<(), Error> {
        let options = CreateImageOptionsBuilder::default()
            .from_image(name)
            .build();
        let pulled = self.docker.create_image(Some(options), None, None);
        self.hear_out("pull an image", PULLING, pulled)
    }

    /// Makes a container that nobody starts; one needs a command, even so.
    pub(super) fn make(&self, image: &str, run: &str) -> Result<String, Error> {
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            cmd: Some(vec!["true".to_owned()]),
            labels: Some(HashMap::from([(LABEL.to_owned(), run.to_owned())])),
            ..ContainerCreateBody::default()
        };
        let made = self.docker.create_container(None, body);
        Ok(self.ask("create a container", PATIENCE * 5, made)?.id)
    }

    /// The files at a place; none if there is no such place.
    fn files(&self, container: &str, path: &str, place: &Place) -> Option<Found> {
        let options = DownloadFromContainerOptionsBuilder::default()
            .path(path)
            .build();
        let mut pieces = Box::pin(
            self.docker
                .download_from_container(container, Some(options)),
        );
        let gathered = async {
            let mut archive = Vec::new();
            while let Some(piece) = pieces.next().await {
                archive.extend_from_slice(&piece?);
                if archive.len() > LARGEST {
                    return Ok(None);
                }
            }
            Ok(Some(archive))
        };
        match self.ask("read files of an image", READING, gathered).ok()? {
            Some(archive) => {
                let is_wanted = |name: &str| place.wanted.iter().any(|end| name.ends_with(end));
                Some(Found::Files(archive::read(
                    &archive,
                    is_wanted,
                    LARGEST_FILE,
                )))
            }
            None => Some(Found::TooLarge),
        }
    }
}
