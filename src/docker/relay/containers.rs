//! Requests about containers.

use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

use hyper::{Response, StatusCode};
use serde::Deserialize;

use super::far::{Body, Fault, full, whole};
use super::fields::Fields;
use super::room::LABEL;
use super::route::Deed;
use super::shared::{Asked, Shared, not_found, refusal};
use super::{images, networks, volumes};
use crate::docker::object::{Object, ObjectKind};

/// A container of the run's.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Own {
    pub(super) id: String,
    #[serde(default)]
    pub(super) names: Option<Vec<String>>,
    #[serde(default, rename = "ImageID")]
    pub(super) image: String,
    #[serde(default)]
    pub(super) state: String,
}

impl Shared {
    /// All containers of the run, as the daemon has them now.
    pub(super) async fn containers(&self) -> Vec<Own> {
        let mut query = super::query::Query::default();
        query.set("all", "1".to_owned());
        if !self.is_shared() {
            query.filter("label", &self.room(|room| room.label()));
        }
        let target = format!("/containers/json{}", query.text());
        self.far.look(&target).await.unwrap_or_default()
    }

    /// The ID of the container that a word means to the page: by its ID, its name, or the first digits.
    pub(super) async fn container(&self, word: &str) -> Option<String> {
        if self.room(|room| room.has(ObjectKind::Container, word)) {
            return Some(word.to_owned());
        }
        let all = self.containers().await;
        let name = word.strip_prefix('/').unwrap_or(word);
        let is_named = |own: &Own| {
            let mut names = own.names.iter().flatten();
            names.any(|known| known.trim_start_matches('/') == name)
        };
        let mut begun = all.iter().filter(|own| own.id.starts_with(word));
        let only = begun.next().filter(|_| begun.next().is_none());
        let found = all.iter().find(|own| own.id == word || is_named(own));
        found.or(only).map(|own| own.id.clone())
    }
}

pub(super) async fn list(shared: &Shared, mut asked: Asked) -> Result<Response<Body>, Fault> {
    if !shared.is_shared() {
        asked.filter("label", &shared.room(|room| room.label()));
    }
    shared.forward_edited(asked, |_| None).await
}

pub(super) async fn prune(shared: &Shared, mut asked: Asked) -> Result<Response<Body>, Fault> {
    asked.filter("label", &shared.room(|room| room.label()));
    shared.prune(&asked).await
}

/// Something is done with one that is named.
pub(super) async fn one(
    shared: &Arc<Shared>,
    name: &str,
    deed: Deed,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let Some(id) = shared.container(name).await else {
        return not_found(&format!("No such container: {name}"));
    };
    if id.starts_with(name) && id != name {
        asked.renamed("containers", &id);
    }
    match deed {
        Deed::Remove if shared.is_foreign(ObjectKind::Container, &id) => {
            shared.refuses(&format!("container `{name}`"))
        }
        Deed::End if shared.is_foreign(ObjectKind::Container, &id) && goes(shared, &id).await => {
            shared.refuses(&format!("container `{name}`"))
        }
        Deed::Look => shared.forward_edited(asked, |_| None).await,
        Deed::Make => {
            let here = Arc::clone(shared);
            shared
                .to_the_end(async move { here.forward(asked).await })
                .await
        }
        Deed::Remove | Deed::End | Deed::Tag | Deed::Connect | Deed::Other => {
            shared.forward(asked).await
        }
    }
}

/// Whether a container is removed when it ends.
async fn goes(shared: &Shared, id: &str) -> bool {
    let found: Option<Fields> = shared.far.look(&format!("/containers/{id}/json")).await;
    let host = found.and_then(|found| found.get::<Fields>("HostConfig"));
    host.and_then(|host| host.get("AutoRemove"))
        .unwrap_or(false)
}

pub(super) async fn create(
    shared: &Arc<Shared>,
    mut asked: Asked,
) -> Result<Response<Body>, Fault> {
    let Some(mut fields) = asked.object().await? else {
        return shared.forward(asked).await;
    };
    if let Some(image) = fields.text("Image")
        && !images::uses(shared, &image).await
    {
        return images::not_there(&image);
    }
    let mut host: Fields = fields.get("HostConfig").unwrap_or_default();
    if let Some(refused) = others(shared, &fields, &host).await {
        return refused;
    }
    if let Some(refused) = mounts(shared, &mut host).await {
        return refused;
    }
    fields.set("HostConfig", &host);
    shared.labels(&mut fields);
    asked.brings(&fields);
    let name = asked.query.get("name").map(str::to_owned);
    let here = Arc::clone(shared);
    shared
        .to_the_end(async move {
            let answer = here.forward(asked).await?;
            if answer.status() == StatusCode::CONFLICT
                && let Some(name) = name
                && here.container(&name).await.is_none()
            {
                here.meets(format!("a container `{name}`"));
            }
            made(&here, answer).await
        })
        .await
}

/// Takes in what an answer says was made.
async fn made(shared: &Shared, answer: Response<Body>) -> Result<Response<Body>, Fault> {
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let (head, body) = answer.into_parts();
    let text = whole(body).await?;
    if let Some(id) = Fields::parse(&text).and_then(|fields| fields.text("Id")) {
        shared.owns(&Object::new(ObjectKind::Container, id.as_str()));
        volumes::of_container(shared, &id).await;
    }
    Ok(Response::from_parts(head, full(text)))
}

/// What it is to have in common with other containers, and the networks that it is to be in: of other
/// people's, the page knows nothing.
async fn others(
    shared: &Shared,
    fields: &Fields,
    host: &Fields,
) -> Option<Result<Response<Body>, Fault>> {
    let modes = ["NetworkMode", "PidMode", "IpcMode"].map(|mode| host.text(mode));
    let joined = modes.iter().flatten();
    let joined = joined.filter_map(|mode| Some(mode.strip_prefix("container:")?.to_owned()));
    let from: Vec<String> = host.get("VolumesFrom").unwrap_or_default();
    let links: Vec<String> = host.get("Links").unwrap_or_default();
    let named = from.iter().chain(&links);
    let named = named.map(|one| one.split(':').next().unwrap_or(one).to_owned());
    for name in joined.chain(named) {
        if shared.container(&name).await.is_none() {
            return Some(not_found(&format!("No such container: {name}")));
        }
    }
    let endpoints: Fields = fields
        .get::<Fields>("NetworkingConfig")
        .and_then(|networking| networking.get("EndpointsConfig"))
        .unwrap_or_default();
    let mode = host.text("NetworkMode");
    let mode = mode.filter(|mode| mode != "default" && !mode.starts_with("container:"));
    for name in endpoints.names().map(str::to_owned).chain(mode) {
        if networks::is_hidden(shared, &name).await {
            return Some(not_found(&format!("network {name} not found")));
        }
    }
    None
}

/// What is mounted: volumes by name are the run's, and the daemon's socket is the relay.
async fn mounts(shared: &Shared, host: &mut Fields) -> Option<Result<Response<Body>, Fault>> {
    let mut binds: Vec<String> = host.get("Binds").unwrap_or_default();
    let mut mounts: Vec<Fields> = host.get("Mounts").unwrap_or_default();
    let socket = |path: &str| shared.is_socket(path).then(|| shared.socket.clone());
    let mut volumes = Vec::new();
    for bind in &mut binds {
        let (source, rest) = bind.split_once(':').unwrap_or((bind.as_str(), ""));
        if let Some(socket) = socket(source) {
            *bind = format!("{socket}:{rest}");
        } else if !rest.is_empty() && !source.starts_with(['/', '.', '~']) {
            volumes.push(source.to_owned());
        }
    }
    for mount in &mut mounts {
        let Some(source) = mount.text("Source") else {
            continue;
        };
        match mount.text("Type").as_deref() {
            Some("volume") => volumes.push(source),
            Some("bind") => {
                if let Some(socket) = socket(&source) {
                    mount.set("Source", &socket);
                }
            }
            _ => {}
        }
    }
    if !binds.is_empty() {
        host.set("Binds", &binds);
    }
    if !mounts.is_empty() {
        host.set("Mounts", &mounts);
    }
    for name in volumes {
        if let Some(refused) = volumes::wanted(shared, &name).await {
            return Some(refused);
        }
    }
    None
}

impl Shared {
    /// Gives something the run's label.
    pub(super) fn labels(&self, fields: &mut Fields) {
        let mut labels: Fields = fields.get("Labels").unwrap_or_default();
        labels.set(LABEL, &self.room(|room| room.run.clone()));
        fields.set("Labels", &labels);
    }

    /// Whether an object is there for everybody to see, and not the run's.
    pub(super) fn is_foreign(&self, sort: ObjectKind, name: &str) -> bool {
        self.room(|room| room.is_shared() && !room.has(sort, name))
    }

    /// Nothing that was there before is removed.
    pub(super) fn refuses(&self, what: &str) -> Result<Response<Body>, Fault> {
        self.meets(format!("the page would remove the {what}, which"));
        let message = format!("{what} was there before this run of tutcheck, and is not removed");
        refusal(StatusCode::FORBIDDEN, &message)
    }

    /// Whether a path is where the page has its daemon: the daemon's own socket, or the usual one.
    fn is_socket(&self, path: &str) -> bool {
        let own = self.far.socket();
        // By whatever other name: `//var/run/docker.sock`, a link.
        let file = |path: &str| {
            let there = std::fs::metadata(path).ok()?;
            Some((there.dev(), there.ino()))
        };
        path == own
            || ["/var/run/docker.sock", "/run/docker.sock"].contains(&path)
            || file(own).is_some_and(|own| file(path) == Some(own))
    }
}
