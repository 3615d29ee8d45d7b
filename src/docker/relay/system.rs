//! Requests about the daemon as a whole.

use std::sync::Arc;

use hyper::{Method, Response, StatusCode};
use serde_json::{Value, json};

use super::far::{Body, Fault, full, whole};
use super::fields::Fields;
use super::query::Query;
use super::room::LABEL;
use super::shared::{Asked, Shared, said};
use super::{images, tap, volumes};
use crate::docker::engine::seconds_since_1970;
use crate::docker::object::{Object, ObjectKind};
use crate::docker::reference::familiar;

/// What happens, as far as the page sees what it happens to.
pub(super) async fn events(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let answer = shared.forward(asked).await?;
    if !answer.status().is_success() || shared.is_shared() {
        return Ok(answer);
    }
    let here = Arc::clone(shared);
    Ok(tap::filtered(answer, move |line| {
        here.sees_event(line).then(|| here.as_seen(line))
    }))
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
        if let Some(mut all) = fields.get::<Vec<Fields>>("Images") {
            images::retain(shared, &mut all);
            let size: u64 = all
                .iter()
                .filter_map(|image| image.get::<u64>("Size"))
                .sum();
            fields.set("Images", &all);
            fields.set("LayersSize", &size);
        }
        if let Some(mut all) = fields.get::<Vec<Fields>>("Containers") {
            all.retain(|container| {
                let id = container.text("Id").unwrap_or_default();
                shared.room(|room| room.has(ObjectKind::Container, &id))
            });
            fields.set("Containers", &all);
        }
        if let Some(mut all) = fields.get::<Vec<Fields>>("Volumes") {
            volumes::retain(shared, &mut all);
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

impl Shared {
    /// Whether a record of the build cache is the run's: other builds are told from it by when it came into
    /// being.
    fn is_of_run(&self, record: &Fields) -> bool {
        let created = record.text("CreatedAt").unwrap_or_default();
        let began = self.room(|room| room.began);
        seconds_since_1970(&created).is_some_and(|created| created >= began)
    }
}

/// The build cache of the run is pruned, record by record.
pub(super) async fn prune_builds(shared: &Shared, asked: Asked) -> Result<Response<Body>, Fault> {
    let usage: Option<Fields> = shared.far.look("/system/df").await;
    let all: Vec<Fields> = usage
        .and_then(|usage| usage.get("BuildCache"))
        .unwrap_or_default();
    let (mut gone, mut freed) = (Vec::new(), 0);
    let everything = asked.query.is_on("all");
    for record in all.iter().filter(|record| shared.is_of_run(record)) {
        let Some(id) = record.text("ID") else {
            continue;
        };
        let mut query = Query::default();
        if everything {
            query.set("all", "1".to_owned());
        }
        query.filter("id", &id);
        let (status, text) = shared
            .far
            .ask(Method::POST, &format!("/build/prune{}", query.text()))
            .await?;
        if status.is_success()
            && let Some(answer) = Fields::parse(&text)
        {
            gone.extend(
                answer
                    .get::<Vec<String>>("CachesDeleted")
                    .unwrap_or_default(),
            );
            freed += answer.get::<u64>("SpaceReclaimed").unwrap_or_default();
        }
    }
    let gone = (!gone.is_empty()).then_some(gone);
    said(
        StatusCode::OK,
        &json!({ "CachesDeleted": gone, "SpaceReclaimed": freed }),
    )
}

/// A network that a swarm makes, and leaves behind.
const BRIDGE_OF_SWARM: &str = "docker_gwbridge";

/// A swarm that the run has made or joined is left when it is over.
pub(super) async fn swarm(shared: &Arc<Shared>, asked: Asked) -> Result<Response<Body>, Fault> {
    let bridge: Option<Fields> = shared
        .far
        .look(&format!("/networks/{BRIDGE_OF_SWARM}"))
        .await;
    let here = Arc::clone(shared);
    let done = async move {
        let answer = here.forward(asked).await?;
        if answer.status().is_success() {
            here.owns(&Object::new(ObjectKind::Swarm, "swarm"));
            if bridge.is_none() {
                here.owns(&Object::new(ObjectKind::Network, BRIDGE_OF_SWARM));
            }
        }
        Ok(answer)
    };
    shared.to_the_end(done).await
}

/// A service that is made is the run's, and so are its containers.
pub(super) async fn service(
    shared: &Arc<Shared>,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let service = asked.object().await?;
    let task = service
        .as_ref()
        .and_then(|service| service.get::<Fields>("TaskTemplate"));
    let container = task.and_then(|task| task.get::<Fields>("ContainerSpec"));
    if let Some(image) = container.and_then(|container| container.text("Image")) {
        // The daemon pulls it by itself.
        shared.sets(&familiar(&image), true).await;
    }
    let labelled = service.and_then(|mut service| {
        let mut task: Fields = service.get("TaskTemplate")?;
        let mut container: Fields = task.get("ContainerSpec")?;
        shared.labels(&mut container);
        task.set("ContainerSpec", &container);
        service.set("TaskTemplate", &task);
        Some(service)
    });
    if let Some(service) = labelled {
        asked.brings(&service);
    }
    let here = Arc::clone(shared);
    let done = async move {
        let (head, body) = here.forward(asked).await?.into_parts();
        let text = whole(body).await?;
        // One that is changed is answered without it.
        if let Some(id) = Fields::parse(&text).and_then(|answer| answer.text("ID")) {
            here.owns(&Object::new(ObjectKind::Service, id));
        }
        Ok(Response::from_parts(head, full(text)))
    };
    shared.to_the_end(done).await
}
