//! Requests about the daemon as a whole.

use std::sync::Arc;

use hyper::Response;
use serde_json::Value;

use super::far::{Body, Fault};
use super::fields::Fields;
use super::room::LABEL;
use super::shared::{Asked, Shared};
use super::{images, swarm, tap};
use crate::docker::object::ObjectKind;

/// What happens, as far as the page sees what it happens to.
pub(super) async fn events(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let answer = shared.forward(asked).await?;
    if !answer.status().is_success() || shared.is_shared() {
        return Ok(answer);
    }
    let here = Arc::clone(shared);
    let seen = move |line: &[u8]| here.sees_event(line).then(|| here.as_seen(line));
    Ok(tap::filtered(answer, seen, async {}))
}

impl Shared {
    fn sees_event(&self, line: &[u8]) -> bool {
        let event: Value = serde_json::from_slice(line).unwrap_or_default();
        let actor = &event["Actor"];
        let id = actor["ID"].as_str().unwrap_or_default();
        let of = &actor["Attributes"];
        let text = |name: &str| of[name].as_str().unwrap_or_default().to_owned();
        self.room(|room| match event["Type"].as_str().unwrap_or_default() {
            "container" => room.has(ObjectKind::Container, id) || text(LABEL) == room.run,
            "network" => {
                let container = text("container");
                room.sees_network(id, &text("name"))
                    && (container.is_empty() || room.has(ObjectKind::Container, &container))
            }
            "volume" => room.has(ObjectKind::Volume, id),
            "image" => {
                room.images.sees_id(id) || room.images.sees(id) || room.images.sees(&text("name"))
            }
            _ => true,
        })
    }

    /// What the page sees of all images.
    async fn images(&self) -> Vec<Fields> {
        let mut all: Vec<Fields> = self.far.look("/images/json").await.unwrap_or_default();
        images::retain(self, &mut all);
        all
    }
}

/// The daemon describes itself, with what the page sees counted.
pub(super) async fn info(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    if shared.is_shared() {
        return shared.forward(asked).await;
    }
    let containers = shared.containers().await;
    let images = shared.images().await.len();
    let count = |state: &str| containers.iter().filter(|own| own.state == state).count();
    let (running, paused) = (count("running"), count("paused"));
    let edit = |text: &[u8]| {
        let mut fields = Fields::parse(text)?;
        for (name, count) in [
            ("Containers", containers.len()),
            ("ContainersRunning", running),
            ("ContainersPaused", paused),
            ("ContainersStopped", containers.len() - running - paused),
            ("Images", images),
        ] {
            fields.set(name, &count);
        }
        swarm::retain(shared, &mut fields);
        Some(fields.to_bytes())
    };
    shared.forward_edited(asked, edit).await
}

/// What takes up room, of what the page sees.
pub(super) async fn disk_usage(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    if shared.is_shared() {
        return shared.forward(asked).await;
    }
    let edit = |text: &[u8]| {
        let mut fields = Fields::parse(text)?;
        let mut containers: Vec<Fields> = fields.get("Containers").unwrap_or_default();
        containers.retain(|container| {
            let id = container.text("Id").unwrap_or_default();
            shared.room(|room| room.has(ObjectKind::Container, &id))
        });
        if let Some(mut all) = fields.get::<Vec<Fields>>("Images") {
            images::retain(shared, &mut all);
            for image in &mut all {
                let id = image.text("Id");
                let are_of_it = containers.iter().filter(|one| one.text("ImageID") == id);
                let count = are_of_it.count();
                image.set("Containers", &count);
            }
            let size: u64 = all
                .iter()
                .filter_map(|image| image.get::<u64>("Size"))
                .sum();
            fields.set("Images", &all);
            fields.set("LayersSize", &size);
        }
        if fields.names().any(|name| name == "Containers") {
            fields.set("Containers", &containers);
        }
        if let Some(mut all) = fields.get::<Vec<Fields>>("Volumes") {
            shared.retain(ObjectKind::Volume, &mut all);
            fields.set("Volumes", &all);
        }
        if let Some(mut all) = fields.get::<Vec<Fields>>("BuildCache") {
            all.retain(|record| shared.is_of_run(record));
            let size: u64 = all.iter().filter_map(|one| one.get::<u64>("Size")).sum();
            fields.set("BuildCache", &all);
            fields.set("BuilderSize", &size);
        }
        Some(fields.to_bytes())
    };
    shared.forward_edited(asked, edit).await
}
