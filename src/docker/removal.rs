//! What a run made is removed: objects of the daemon, and what containers left in the scratch directory.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use bollard::models::{ContainerCreateBody, HostConfig, ImageSummary, NetworkDisconnectRequest};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, CreateImageOptionsBuilder, LeaveSwarmOptionsBuilder,
    RemoveContainerOptionsBuilder, RemoveImageOptions, RemoveImageOptionsBuilder,
    RemovePluginOptionsBuilder, RemoveVolumeOptionsBuilder, TagImageOptionsBuilder,
};
use futures_util::StreamExt;

use super::engine::Engine;
use super::ledger::{Daemon, Made};
use super::names::is_hold;
use super::object::{Object, ObjectKind};
use super::reach::PATIENCE;
use super::turn::Turn;
use super::{Error, scratch};
use crate::reference::{parts, repository};

/// A file of tar with no files in it.
const EMPTY_ARCHIVE: [u8; 1024] = [0; 1024];

/// Removes what a run made; says what could not be removed. References of images that it has set stand again
/// for what they stood for.
///
/// Images that were pulled stay as long as other runs of the same user are at the daemon, which may have found
/// them there; the last one removes them.
pub(super) fn settle(engine: &Engine, made: &Made<'_>, turn: &Turn) -> Vec<Error> {
    let mut errors = Vec::new();
    let Made {
        head,
        objects,
        moved,
    } = *made;
    let Some(daemon) = &head.daemon else {
        return errors;
    };
    // The container that removes files is none of the tutorial's, and may have been cut short.
    let remover = Object::new(ObjectKind::Container, remover(&head.scratch));
    let (images, others): (Vec<_>, Vec<_>) = objects
        .iter()
        .partition(|object| object.sort == ObjectKind::Image);
    for object in std::iter::once(&remover).chain(others) {
        errors.extend(engine.remove(object).err());
    }
    errors.extend(settle_images(engine, daemon, &images, moved, turn));
    errors
}

fn settle_images(
    engine: &Engine,
    daemon: &Daemon,
    images: &[&Object],
    moved: &BTreeMap<String, String>,
    turn: &Turn,
) -> Vec<Error> {
    let mut errors = Vec::new();
    let there = engine.images().unwrap_or_default();
    for (reference, was) in moved {
        let is_it = |image: &&ImageSummary| image.repo_tags.contains(reference);
        if there
            .iter()
            .find(is_it)
            .is_none_or(|image| image.id != *was)
        {
            errors.extend(engine.tag(was, reference).err());
        }
    }
    let there = engine.images().unwrap_or_default();
    let is_last = turn.is_last();
    let mut left = Vec::new();
    let images = images
        .iter()
        .copied()
        .filter(|image| !daemon.images_before.contains(&image.name));
    let (holds, images): (Vec<_>, Vec<_>) = images.partition(|image| is_hold(&image.name));
    let (unnamed, named): (Vec<&Object>, Vec<&Object>) = images
        .into_iter()
        .partition(|image| image.name.starts_with("sha256:"));
    for image in named {
        if image.pulled && !is_last && !daemon.keep_images {
            left.push(image.name.clone());
            continue;
        }
        if image.pulled && daemon.keep_images {
            continue;
        }
        // Other people's image would go with its last name.
        let is_it = |other: &&ImageSummary| other.repo_tags.contains(&image.name);
        let bearer = there.iter().find(is_it);
        let is_theirs = bearer.is_some_and(|other| daemon.images_before.contains(&other.id));
        let removed = if is_theirs {
            engine.take_off(&image.name)
        } else {
            engine.remove(image)
        };
        errors.extend(removed.err());
    }
    // Builds and commits leave images without a name; the classic builder leaves one for each instruction.
    let there = engine.images().unwrap_or_default();
    for image in unnamed {
        let Some(summary) = there.iter().find(|other| other.id == image.name) else {
            continue;
        };
        let is_named = summary.repo_tags.iter().any(|tag| !tag.contains("<none>"));
        // One that came from a registry has a digest, and is of use, unless another has its name now.
        let is_replaced = summary.repo_digests.iter().any(|digest| {
            let mut moved = moved.keys();
            moved.any(|name| repository(name) == repository(digest))
        });
        let stays = image.pulled && (daemon.keep_images || !is_last) && !is_replaced;
        if !is_named && !stays {
            // One may be the parent of another, and go with it.
            let _ = engine.remove(image);
        }
    }
    // What stood on them is gone.
    for hold in holds {
        errors.extend(engine.take_off(&hold.name).err());
    }
    if is_last {
        for name in turn.takes_over() {
            // One that is used by now is somebody's.
            let _ = engine.remove_unused(&name);
        }
    } else {
        turn.leaves(&left);
    }
    errors
}

/// Removes a scratch directory, with the help of the daemon: files that belong to others, which
/// containers of the run made in a mount, it removes in a container of one of the images that they
/// came from.
pub(super) fn remove_scratch(
    path: &Path,
    engine: &Engine,
    objects: &BTreeSet<Object>,
) -> Result<(), Error> {
    let remove = || scratch::remove(path).map_err(Error::state("remove", path));
    if remove().is_ok() {
        return Ok(());
    }
    let containers = objects
        .iter()
        .filter(|object| object.sort == ObjectKind::Container)
        .map(|object| object.name.as_str());
    for image in engine.images_by_use(containers) {
        let removed = engine.remove_files(&image, path, &remover(path));
        if removed.is_ok() && remove().is_ok() {
            return Ok(());
        }
    }
    remove()
}

/// The name of the container in which the daemon removes files of a run.
fn remover(path: &Path) -> String {
    let run = path.file_name().unwrap_or_default().to_string_lossy();
    format!("{run}-remover")
}

impl Engine {
    /// All images, first those of these containers.
    fn images_by_use<'c>(&self, containers: impl Iterator<Item = &'c str>) -> Vec<String> {
        let mut images: Vec<String> = self
            .images()
            .unwrap_or_default()
            .into_iter()
            .map(|image| image.id)
            .collect();
        // A container that is gone was of one of the others.
        let of_containers: BTreeSet<String> = containers
            .filter_map(|container| {
                let question = self.docker.inspect_container(container, None);
                self.ask("inspect a container", PATIENCE, question)
                    .ok()?
                    .image
            })
            .collect();
        images.sort_by_key(|image| !of_containers.contains(image));
        images
    }

    /// Removes what is in a folder of this machine, as root, with the `rm` of an image.
    fn remove_files(&self, image: &str, folder: &Path, container: &str) -> Result<(), Error> {
        let inside = "/tutcheck-scratch";
        let body = ContainerCreateBody {
            image: Some(image.to_owned()),
            user: Some("0".to_owned()),
            entrypoint: Some(vec!["rm".to_owned(), "-rf".to_owned()]),
            cmd: Some(vec![
                format!("{inside}/{}", scratch::HOME),
                format!("{inside}/{}", scratch::KEPT),
                format!("{inside}/tmp"),
            ]),
            host_config: Some(HostConfig {
                binds: Some(vec![format!("{}:{inside}", folder.display())]),
                network_mode: Some("none".to_owned()),
                ..HostConfig::default()
            }),
            ..ContainerCreateBody::default()
        };
        let limit = Duration::from_secs(60);
        let options = CreateContainerOptionsBuilder::default()
            .name(container)
            .build();
        let created = self.docker.create_container(Some(options), body);
        let id = self.ask("create a container", limit, created)?.id;
        let started = self.ask(
            "start a container",
            limit,
            self.docker.start_container(&id, None),
        );
        let ended = started.and_then(|()| {
            let waited = async {
                let mut waited = Box::pin(self.docker.wait_container(&id, None));
                waited.next().await.transpose().map(drop)
            };
            self.ask("run a container", limit, waited)
        });
        let removed = self.remove(&Object::new(ObjectKind::Container, id));
        ended.and(removed)
    }

    /// Takes a name off an image that stays, though it may be its last: an image with nothing in it gets the
    /// name, and goes with it.
    pub(super) fn take_off(&self, reference: &str) -> Result<(), Error> {
        let (repository, tag) = parts(reference);
        let options = CreateImageOptionsBuilder::default()
            .from_src("-")
            .repo(repository)
            .tag(tag)
            .build();
        let nothing = bollard::body_full(EMPTY_ARCHIVE.to_vec().into());
        let imported = self.docker.create_image(Some(options), Some(nothing), None);
        self.hear_out("take a name off an image", PATIENCE * 5, imported)?;
        self.remove(&Object::new(ObjectKind::Image, reference))
    }

    /// Removes an image that no container uses.
    fn remove_unused(&self, name: &str) -> Result<(), Error> {
        let options = None::<RemoveImageOptions>;
        let removed = self.docker.remove_image(name, options, None);
        self.ask("remove an image", PATIENCE * 5, removed).map(drop)
    }

    /// Gives an image a name.
    pub(super) fn tag(&self, image: &str, reference: &str) -> Result<(), Error> {
        let (repository, tag) = parts(reference);
        let options = TagImageOptionsBuilder::default()
            .repo(repository)
            .tag(tag)
            .build();
        let tagged = self.docker.tag_image(image, Some(options));
        self.ask("name an image", PATIENCE * 5, tagged)
    }

    /// Takes containers out of a network of the run's: those that are still in it were there before.
    fn free(&self, network: &str) {
        let limit = Duration::from_secs(10);
        let found = self.docker.inspect_network(network, None);
        let found = self.ask("inspect a network", limit, found);
        let members = found.ok().and_then(|network| network.containers);
        for container in members.unwrap_or_default().into_keys() {
            let request = NetworkDisconnectRequest {
                container,
                force: Some(true),
            };
            // What cannot be taken out is said when the network cannot be removed.
            let _ = self.ask(
                "free a network",
                limit,
                self.docker.disconnect_network(network, request),
            );
        }
    }

    /// Removes an object; that it is gone already is as good.
    pub(super) fn remove(&self, object: &Object) -> Result<(), Error> {
        let limit = Duration::from_secs(60);
        let name = object.name.as_str();
        let removed = match object.sort {
            ObjectKind::Service => {
                self.ask("remove a service", limit, self.docker.delete_service(name))
            }
            ObjectKind::Secret => {
                self.ask("remove a secret", limit, self.docker.delete_secret(name))
            }
            ObjectKind::Config => {
                self.ask("remove a config", limit, self.docker.delete_config(name))
            }
            ObjectKind::Swarm => {
                let options = LeaveSwarmOptionsBuilder::default().force(true).build();
                let left = self.docker.leave_swarm(Some(options));
                self.ask("leave the swarm", limit, left)
            }
            ObjectKind::Container => {
                let options = RemoveContainerOptionsBuilder::default()
                    .force(true)
                    .v(true)
                    .build();
                self.ask(
                    "remove a container",
                    limit,
                    self.docker.remove_container(name, Some(options)),
                )
            }
            ObjectKind::Network => {
                self.free(name);
                self.ask("remove a network", limit, self.docker.remove_network(name))
            }
            ObjectKind::Volume => {
                let options = RemoveVolumeOptionsBuilder::default().force(true).build();
                self.ask(
                    "remove a volume",
                    limit,
                    self.docker.remove_volume(name, Some(options)),
                )
            }
            ObjectKind::Plugin => {
                let options = RemovePluginOptionsBuilder::default().force(true).build();
                let removed = self.docker.remove_plugin(name, Some(options));
                let removed = self.ask("remove a plugin", limit, removed).map(drop);
                // The daemon says nothing where bollard reads what was removed.
                let left = self.docker.inspect_plugin(name);
                match self.ask("inspect a plugin", limit, left) {
                    Err(Error::Request {
                        status: Some(404), ..
                    }) => Ok(()),
                    _ => removed,
                }
            }
            ObjectKind::Image => {
                let options = RemoveImageOptionsBuilder::default().force(true).build();
                self.ask(
                    "remove an image",
                    limit,
                    self.docker.remove_image(name, Some(options), None),
                )
                .map(|_| ())
            }
        };
        match removed {
            Err(Error::Request {
                status: Some(404), ..
            }) => Ok(()),
            // Somebody else is removing it right now, `--rm` for one.
            Err(Error::Request {
                status: Some(409),
                reason,
                ..
            }) if reason.contains("already in progress") => Ok(()),
            // The page has left the swarm itself, or it has none.
            Err(Error::Request {
                status: Some(503 | 406),
                ..
            }) if object.sort.is_of_swarm() => Ok(()),
            other => other,
        }
    }
}
