//! Images with something besides: bases of builds that hold what is fetched to what it was.

use bollard::models::ContainerConfig;
use bollard::query_parameters::{CommitContainerOptionsBuilder, UploadToContainerOptionsBuilder};

use super::Error;
use super::archive::written;
use super::engine::Engine;
use super::ledger::Ledger;
use super::object::{Object, ObjectKind};
use super::pins::{Layered, Pins};
use super::reach::PATIENCE;
use crate::reference::parts;

impl Engine {
    /// Makes the images that a run is to have. One that cannot be made is missed by the build that wants it.
    pub(super) fn makes_layered(&self, pins: &Pins, ledger: &mut Ledger) {
        let run = ledger.run().to_owned();
        for image in pins.layered(&run) {
            // Known before they are there, so that they go whatever happens.
            let mut owns = |name: &str, sort| drop(ledger.add(&Object::new(sort, name)));
            owns(&image.name, ObjectKind::Image);
            if self.image(image.of).is_none() {
                owns(image.of, ObjectKind::Image);
                let _ = self.pull(image.of);
            }
            if let Ok(container) = self.make(image.of, &run) {
                owns(&container, ObjectKind::Container);
                let _ = self.layers(&image, &container);
                let _ = self.remove(&Object::new(ObjectKind::Container, container));
            }
        }
    }

    fn layers(&self, image: &Layered<'_>, container: &str) -> Result<(), Error> {
        let options = UploadToContainerOptionsBuilder::default().path("/").build();
        let (path, text) = &image.besides.file;
        let file = written(&[(path, text.as_bytes())]);
        let file = bollard::body_full(file.into());
        let put = self
            .docker
            .upload_to_container(container, Some(options), file);
        self.ask("put a file into a container", PATIENCE * 5, put)?;
        let (repository, tag) = parts(&image.name);
        let options = CommitContainerOptionsBuilder::default()
            .container(container)
            .repo(repository)
            .tag(tag)
            .build();
        // What is run in it is the page's business.
        let config = ContainerConfig {
            cmd: self.command_of(image.of),
            env: Some(vec![image.besides.variable.clone()]),
            ..ContainerConfig::default()
        };
        let made = self.docker.commit_container(options, config);
        self.ask("commit a container", PATIENCE * 10, made)
            .map(drop)
    }

    fn command_of(&self, image: &str) -> Option<Vec<String>> {
        let question = self.docker.inspect_image(image);
        let image = self.ask("inspect an image", PATIENCE, question).ok()?;
        image.config?.cmd
    }
}
