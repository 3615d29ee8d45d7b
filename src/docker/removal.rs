//! What a run made is removed: objects of the daemon, and what containers left in the scratch directory.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use bollard::models::{ContainerCreateBody, HostConfig};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, RemoveContainerOptionsBuilder, RemoveImageOptionsBuilder,
    RemoveVolumeOptionsBuilder,
};
use futures_util::StreamExt;

use super::engine::{Engine, PATIENCE};
use super::ledger::Head;
use super::object::{Object, ObjectKind};
use super::{Error, scratch};

/// Removes what a run made; says what could not be removed.
pub(super) fn settle(engine: &Engine, head: &Head, objects: &BTreeSet<Object>) -> Vec<Error> {
    let mut errors = Vec::new();
    let Some(daemon) = &head.daemon else {
        return errors;
    };
    // The container that removes files is none of the tutorial's, and may have been cut short.
    let remover = Object::new(ObjectKind::Container, remover(&head.scratch));
    for object in std::iter::once(&remover).chain(objects) {
        if object.sort == ObjectKind::Image
            && (daemon.images_before.contains(&object.name)
                || (object.pulled && daemon.keep_images))
        {
            continue;
        }
        errors.extend(engine.remove(object).err());
    }
    // Builds and commits leave images without a name, of which no event tells; the legacy builder leaves
    // one for each instruction.
    let unnamed = engine
        .images()
        .unwrap_or_default()
        .into_iter()
        .filter(|image| {
            let named = image.repo_tags.iter().any(|tag| !tag.contains("<none>"));
            !named && !daemon.images_before.contains(&image.id)
        });
    for image in unnamed {
        // One may be the parent of another, and go with it.
        let _ = engine.remove(&Object::new(ObjectKind::Image, image.id));
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

    /// Removes an object; that it is gone already is as good.
    pub(super) fn remove(&self, object: &Object) -> Result<(), Error> {
        let limit = Duration::from_secs(60);
        let name = object.name.as_str();
        let removed = match object.sort {
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
            other => other,
        }
    }
}
